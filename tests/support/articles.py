"""Small articles, and bots that read them, for the tests of the core."""

from chatbot.bot import Chatbot
from chatbot.conversation import Conversation
from chatbot.documents.parser import parse
from chatbot.settings import Settings

HONEY = """# Keeping bees

## The hive

A hive holds about 50,000 bees in summer [1]. The queen lays up to 2,000 eggs a day [2]. Drones do not have a \
sting. They die in autumn.

## Honey

Honey is made from nectar [3, 4]. Bees fan it with their wings until most water is gone. Raw honey keeps for years \
because it holds little water [4].

## Refunds

Refunds are paid within 14 days. Wax moths do not attack strong colonies.

## Varroa

The varroa mite feeds on the fat body of bees [5]. Oxalic acid kills mites in winter.

## References

1. Smith AB, Jones C. Population of the honey bee colony. J Apic Res. 1999;12:34-56.
2. Winston ML. The biology of the honey bee. Harvard University Press, 1987.
3. Crane, E. (1980). A book of honey. Oxford University Press.
4. Doe, Jane. "Water content and storage of honey." Food Chemistry 49.6 (2014): 1-9.
5. Ramsey SD et al. Varroa destructor feeds primarily on fat body tissue. Proc Natl Acad Sci.
"""
TWO_LISTS = """# Insects

## Bees

Bees see light [1]. A hive is warm [2].

### References

[1] Brook C. Colour. 1998.
[2] Field D. Heat. 2010.

## Ants

Ants carry leaves [1]. A nest is dark [3].

### References

[1] Lund K. Leaves. 2011.
[3] Nash Q. Dark. 2016.
"""

GEESE = """# Wild geese

Grey geese fly south in October [1]. Ducks swim in every park [2].

## References

1. Brown C. The journey of geese. J Bird Res. 2003;1:2-3.
2. White D. Swimming in the duck. J Bird Res. 2004;1:2-3.
"""
LAKES = """\
# Lakes

## Depth

The lake is 40 metres deep [1]. Nobody has measured the river.

It was sounded twice [2, 3]. The bed is rock.

## Fish

Perch live here.

| kind | length |
|------|--------|
| perch | 30 cm |

## References

[1] Smith, A. Depths. 1990.
[2] Jones, B. Soundings. doi:10.1000/182
[3] Brown, C. Lines. https://example.org/lines
[5] Black, D. Unread.
"""
FAQ = """# Questions about your parcel

## How do I return a parcel?

You can return a parcel within 30 days. Print the label before you go to the counter.

## Should I keep the receipt?

You should keep the receipt until the refund arrives.
"""


def bot(*texts, rules=(), **switches):
    """A bot that reads some texts, named a.md, b.md, ..., in the plain mode; `rules` are its synonyms."""
    documents = [parse(text, f"{chr(ord('a') + place)}.md") for place, text in enumerate(texts)]
    return Chatbot(documents, Settings(**({"semantic": False} | switches)), rules)


def lakes(name="lakes.md", text=LAKES):
    """A small article whose reference list has no number 4, and an entry that is never cited."""
    return parse(text, name)


def talk(someone, *questions):
    """The replies of a bot to the turns of a conversation."""
    conversation = Conversation()
    for question in questions:
        conversation = conversation.then(question, someone.reply(question, conversation))
    return [turn.reply for turn in conversation.turns]


def quoted(reply):
    """The texts of the quotes."""
    return [quote.text for quote in reply.quotes]


def numbers(reply):
    """The numbers of the entries that a reply shows."""
    return [entry.reference.number for entry in reply.entries]
