"""Documents that ask questions in their headings."""

import pytest
from support.articles import FAQ, HONEY, bot, quoted

SHOP = """# Help

## How do I return a parcel?

You can return a parcel within 30 days [1]. Do this:

- Print the label.
- Pack the parcel.
- Bring it to the counter.

We send an email when it has arrived [2].

## What payment methods do you accept?

We accept:

1. Visa and Mastercard
2. PayPal
3. Bank transfer
4. Cash
5. Cheques

## Can I change my address?

Yes. Open your account and choose "Addresses".

## Which goods can't be returned?

Opened seeds stay with you.

## Which goods can be returned?

- Tools
- Pots

Take care of them.

## Where can I find the history of the company?

ONE

## What is it?

A shop.

## Delivery

Parcels take three days. Express takes one day.

## References

1. Smith A. Parcels. J Post. 2001;1:2-3.
2. Brown C. Letters. J Post. 2003;1:2-3.
"""
CHAPTER = "\n\n".join(f"In {1900 + year} the company grew. It sold more goods. People came." for year in range(5))
SHOP = SHOP.replace("ONE", CHAPTER)
LIST = ["1. Visa and Mastercard", "2. PayPal", "3. Bank transfer", "4. Cash", "5. Cheques"]
RETURN = [
    "You can return a parcel within 30 days [1].",
    "Do this:",
    "Print the label.",
    "Pack the parcel.",
    "Bring it to the counter.",
    "We send an email when it has arrived [2].",
]
ANSWERS = [
    ("How do I return a parcel?", RETURN),
    ("how to return parcels", RETURN),
    ("HOW DO I RETURN A PARCEL", RETURN),
    ("Hi! How can I return my parcel please?", RETURN),
    ("What payment methods do you accept?", ["We accept:", *LIST]),
    ("Which payment methods are there?", ["We accept:", *LIST]),
    ("Can I change my address?", ["Yes.", 'Open your account and choose "Addresses".']),
    ("Which goods can't be returned?", ["Opened seeds stay with you."]),
    ("Which goods can be returned?", ["Tools", "Pots", "Take care of them."]),
    ("How long does express take?", ["Express takes one day."]),
]


@pytest.mark.parametrize(("question", "wanted"), ANSWERS, ids=[question for question, _ in ANSWERS])
def test_answers(question, wanted):
    """Who asks what a heading asks gets all that is below it; a list is never torn."""
    assert quoted(bot(SHOP).ask(question)) == wanted


def test_the_heading_is_with_its_answer():
    """Each quote says under which question it stands."""
    reply = bot(FAQ).ask("How do I return a parcel?")
    assert {quote.to_dict()["section"] for quote in reply.quotes} == {"How do I return a parcel?"}
    assert reply.confidence == 1.0


def test_a_chapter_is_no_answer():
    """Of a long section under a question only the first paragraphs are quoted."""
    reply = bot(SHOP).ask("Where can I find the history of the company?")
    assert quoted(reply)[0] == "In 1900 the company grew."
    assert len(reply.quotes) == 6


def test_a_title_that_asks():
    """A title is no question of a FAQ: what is below it is all of the document, or one of its parts."""
    text = "# Where do grey geese fly?\n\nGrey geese fly south in October. Ducks swim. Swans sing.\n"
    assert quoted(bot(text).ask("Where do grey geese fly?")) == ["Grey geese fly south in October."]


def test_sources_of_an_answer():
    """The references of a whole answer are shown with it, and its likeliest sentence's can be asked for."""
    someone = bot(SHOP)
    reply = someone.ask("How do I return a parcel?")
    assert [entry.reference.number for entry in reply.entries] == [1, 2]
    assert someone.ask("Who says so?", ["How do I return a parcel?"]).answered


def test_other_documents_are_answered_as_before():
    """A heading that does not ask changes nothing, nor does a question that no heading asks."""
    assert quoted(bot(HONEY, SHOP).ask("What is honey made from?")) == ["Honey is made from nectar [3, 4]."]
    assert not bot(SHOP).ask("What is the capital of France?").answered
