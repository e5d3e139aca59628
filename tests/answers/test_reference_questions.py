"""Questions about the reference list."""

from functools import cache

import pytest
from support.articles import GEESE, HONEY, TWO_LISTS, bot, numbers, quoted, talk

from chatbot.answers.routes import NO_SOURCE
from chatbot.reply import Reply, ReplyKind

UNLEARNED = pytest.mark.xfail(reason="the intent model takes it for something else", strict=True)

SMITH, WINSTON, CRANE, DOE, RAMSEY = (line.partition(". ")[2] for line in HONEY.splitlines()[-5:])
UNDATED = """# Geese

Geese fly south [1]. Ducks swim [2].

## References

1. Smith A, Jones B. Geese in the south. J Foo.
2. Jones B. Ducks that swim. J Foo.
"""
RESTARTING = """# Birds

Geese fly south [1]. Ducks swim [2].

## References

1. Smith A. Geese. J Foo. 2001;1:2-3.
2. Jones B. Ducks. J Foo. 2002;1:2-3.
1. Brown C. Swans. J Foo. 2003;1:2-3.
2. White D. Herons. J Foo. 2004;1:2-3.
"""
LENDING = """# Geese

Grey geese fly south in October [1]. It costs them a third of their weight. Ducks swim in the park [2].

## References

1. Smith A. Geese in the south. J Foo. 2001;3:4-5.
2. Jones B. Ducks that swim. J Foo. 2002;3:4-5.
"""


@cache
def bees():
    """A bot that has read about bees."""
    return bot(HONEY)


@cache
def both():
    """A bot that has read about bees and about geese."""
    return bot(HONEY, GEESE)


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("Show reference 2", WINSTON),
        ("reference #2", WINSTON),
        ("ref 2", WINSTON),
        ("ref. no. 2", WINSTON),
        ("What is [2]?", WINSTON),
        ("(2)", WINSTON),
        ("the second source", WINSTON),
        ("the 2nd reference please", WINSTON),
        ("the first reference", SMITH),
        ("the last reference", RAMSEY),
        ("number 3 in the list", CRANE),
        ("newest reference", DOE),
        ("Which of the cited papers is the newest one with a date?", DOE),
        ("Which is the most recent source?", DOE),
        ("Which is the oldest source?", CRANE),
        ("Which paper is by Crane?", CRANE),
        ("What did Winston publish?", WINSTON),
        ("Who wrote about fat body tissue?", RAMSEY),
        ("Which reference is about water content?", DOE),
        ("Which journal published the paper on water content?", DOE),
        ("What year was the paper on water content published?", DOE),
        ("When was reference 2 published?", WINSTON),
    ],
)
def test_one_entry(question, entry):
    """By number, ordinal, age, author or topic: the entry as it stands, under its own number."""
    reply = bees().ask(question)
    assert reply.kind is ReplyKind.REFERENCE
    assert quoted(reply) == [entry]
    assert [item.text for item in reply.entries] == [entry]


@pytest.mark.parametrize(
    "question",
    [
        "Show all references",
        "references",
        "How many references are there?",
        "list the sources",
        "which sources are cited?",
        "Are there any references?",
        "What references does the article have?",
    ],
)
def test_all_entries(question):
    """The whole list, and how many there are."""
    reply = bees().ask(question)
    assert numbers(reply) == [1, 2, 3, 4, 5]
    assert "5 references" in reply.said


@pytest.mark.parametrize("question", ["Show references 2 and 3", "references 2, 3", "What are references 2 and 3?"])
def test_several_numbers(question):
    """Each of several numbers is shown."""
    assert numbers(bees().ask(question)) == [2, 3]


@pytest.mark.parametrize(
    ("question", "sentences"),
    [
        ("what is [2] cited for?", ["The queen lays up to 2,000 eggs a day [2]."]),
        ("What is reference 2 cited for?", ["The queen lays up to 2,000 eggs a day [2]."]),
        ("Where is source 2 used?", ["The queen lays up to 2,000 eggs a day [2]."]),
        ("Which statement in the article is supported by Winston?", ["The queen lays up to 2,000 eggs a day [2]."]),
        ("Which sentence cites the paper by Winston?", ["The queen lays up to 2,000 eggs a day [2]."]),
        (
            "What does reference 4 support?",
            ["Honey is made from nectar [3, 4].", "Raw honey keeps for years because it holds little water [4]."],
        ),
    ],
)
def test_what_it_is_cited_for(question, sentences):
    """The sentences that print the number, and no neighbours."""
    assert quoted(bees().ask(question)) == sentences


@pytest.mark.parametrize(
    "question", ["What is the source for the 50,000 bees?", "Who says that honey is made from nectar?"]
)
def test_a_claim_is_understood_as_asked(question):
    """A question that stands alone is shown as it is."""
    assert bees().ask(question).understood == question


def test_never_cited():
    """An entry that no sentence prints is cited for nothing; it is shown as near."""
    uncited = HONEY.replace("Refunds are paid", "Refunds of 2 are paid").replace(" [2].", ".")
    reply = bot(uncited).ask("What is reference 2 cited for?")
    assert not reply.answered
    assert [quote.text for quote in reply.near] == [WINSTON]


@pytest.mark.parametrize(
    "question", ["reference 9", "Show reference 9", "the ninth source", "what is [9] cited for?", "reference 0"]
)
def test_no_such_number(question):
    """A number beyond the list is refused, with the size of the list."""
    reply = bees().ask(question)
    assert not reply.answered
    assert reply.entries == ()
    assert "5 references" in reply.said


@pytest.mark.parametrize(
    "question",
    ["When was reference 5 published?", "What year is reference 5 from?", "When was the Ramsey paper published?"],
)
def test_a_year_that_is_not_printed(question):
    """A missing year is not supplied; the entry is shown as near."""
    reply = bees().ask(question)
    assert not reply.answered
    assert [quote.text for quote in reply.near] == [RAMSEY]


@pytest.mark.parametrize("question", ["newest reference", "What is the oldest source?"])
def test_newest_of_undated(question):
    """Where no entry prints a year none is the newest: a refusal that says something."""
    reply = bot(UNDATED).ask(question)
    assert reply.kind is ReplyKind.NONE
    assert reply.text


@pytest.mark.parametrize(
    ("question", "claim", "entries"),
    [
        ("What is the source for the 50,000 bees?", "A hive holds about 50,000 bees in summer [1].", [1]),
        ("Who says that honey is made from nectar?", "Honey is made from nectar [3, 4].", [3, 4]),
        ("Which study shows that the queen lays eggs?", "The queen lays up to 2,000 eggs a day [2].", [2]),
        pytest.param(
            "Where does the 50,000 bees figure come from?",
            "A hive holds about 50,000 bees in summer [1].",
            [1],
            marks=UNLEARNED,
        ),
        pytest.param(
            "Where does the claim about 2,000 eggs come from?",
            "The queen lays up to 2,000 eggs a day [2].",
            [2],
            marks=UNLEARNED,
        ),
    ],
)
def test_the_source_of_a_claim(question, claim, entries):
    """The claim with the entries that it prints."""
    reply = bees().ask(question)
    assert reply.kind is ReplyKind.REFERENCE
    assert reply.quotes[0].text == claim
    assert set(entries) <= set(numbers(reply))


@pytest.mark.parametrize(
    "question",
    [
        "source for wax moths?",
        "who says that refunds are paid within 14 days?",
    ],
)
def test_a_claim_without_a_number(question):
    """A claim that prints no number has no source, and is shown as near."""
    reply = bees().ask(question)
    assert (reply.kind, reply.quotes, reply.said) == (ReplyKind.NONE, (), NO_SOURCE)
    assert reply.near


def test_a_question_that_may_ask_for_a_source():
    """If it is less certain that a source is asked for, the claim is an answer, and its lack of a source is told."""
    reply = bees().ask("What is the source for the claim that drones have no sting?")
    assert (reply.kind, reply.entries, reply.said) == (ReplyKind.QUOTE, (), NO_SOURCE)
    assert "sting" in reply.quotes[0].text


@pytest.mark.xfail(reason="the ranker prefers an entry to the sentence that makes the claim", strict=True)
def test_a_claim_gets_no_number_lent():
    """The number of the sentence before is no source of a claim that prints none."""
    reply = bot(LENDING).ask("What is the source for the claim that it costs a third of their weight?")
    assert reply.entries == ()


def test_an_answer_gets_no_number_lent():
    """Asked who says so, the number of the sentence shown above is no source of the one that answers."""
    first, second = talk(bot(LENDING, threshold=0.0), "a third of their weight", "who says so?")
    assert first.quotes[first.best].numbers == ()
    assert (second.kind, second.entries, second.said) == (ReplyKind.NONE, (), NO_SOURCE)


@pytest.mark.parametrize("question", ["show all references", "who wrote about swans?", "reference 2"])
def test_a_list_that_restarts(question):
    """The entries of a reply are those that its quotes cite, even if a number occurs twice."""
    reply = bot(RESTARTING).ask(question)
    assert [entry.text for entry in reply.entries] == quoted(reply)


def test_two_documents():
    """Equal numbers of two documents stay apart: each entry is its own document's."""
    reply = both().ask("reference 2")
    assert [(entry.document.name, entry.text) for entry in reply.entries] == [
        ("a.md", WINSTON),
        ("b.md", "White D. Swimming in the duck. J Bird Res. 2004;1:2-3."),
    ]
    cited = both().ask("what is reference 1 cited for?")
    assert [quote.document.name for quote in cited.quotes] == ["a.md", "b.md"]
    assert [entry.text.split()[0] for entry in cited.entries] == ["Smith", "Brown"]


@pytest.mark.parametrize("question", ["reference 2", "show all references", "newest source", "who wrote about honey?"])
def test_without_a_list(question):
    """An article without references has none to show."""
    assert bot("# Bees\n\nBees make honey.\n").ask(question).entries == ()


@pytest.mark.parametrize("question", ["reference 2", "Show all references", "newest reference"])
def test_switched_off(question):
    """Without the switch no entry is quoted as an answer."""
    assert bot(HONEY, sources=False, threshold=0.0).ask(question).kind is not ReplyKind.REFERENCE


@pytest.mark.parametrize(
    "question",
    [
        "What is honey made from?",
        "How many bees are in a hive?",
        "Do drones have a sting?",
        "What kills mites in winter?",
    ],
)
def test_other_questions(question):
    """A question about the subject is not taken for one about the list."""
    assert bot(HONEY, threshold=0.0).ask(question).kind is ReplyKind.QUOTE


def test_the_source_is_that_of_the_chapter():
    """Who says so is in the list of the chapter that the answer stands in."""
    replies = talk(bot(TWO_LISTS), "What do ants carry?", "Who says so?")
    assert [entry.text for entry in replies[0].entries] == ["Lund K. Leaves. 2011."]
    assert quoted(replies[1]) == ["Lund K. Leaves. 2011."]


def test_a_number_of_two_lists():
    """Both entries are shown, each in its chapter; what is cited for a number is asked of both."""
    (shown,) = talk(bot(TWO_LISTS), "show 1")
    assert [(quote.text, quote.heading) for quote in shown.quotes] == [
        ("Brook C. Colour. 1998.", "Bees"),
        ("Lund K. Leaves. 2011.", "Ants"),
    ]
    assert Reply.from_dict(shown.to_dict(), [quote.document for quote in shown.quotes]).quotes == shown.quotes
    (cited,) = talk(bot(TWO_LISTS), "What is reference 3 cited for?")
    assert quoted(cited) == ["A nest is dark [3]."]


AUTHORS = """# Bees

Bees hum in spring (Liu, 2005). Wax is soft.[a]

## Notes

a. Not in winter.

## References

Liu, B., & Chen, C. (2005). Humming of bees. J Foo, 3, 4-5.
Okafor, D., & Lee, E. (2012). Wax of bees. J Foo, 3, 4-5.
"""
HUMMING, WAX = AUTHORS.splitlines()[-2:]


def test_lists_without_numbers_are_asked_like_others():
    """Their entries are the sources, are found by what they say, and are what a claim cites."""
    claim, source, cited = talk(bot(AUTHORS), "When do bees hum?", "Who says so?", "What is it cited for?")
    assert [note.text for note in claim.notes] == [HUMMING]
    assert quoted(source) == [HUMMING]
    assert quoted(cited) == ["Bees hum in spring (Liu, 2005)."]
    (everything,) = talk(bot(AUTHORS), "Which sources are used?")
    assert (quoted(everything), everything.said) == ([HUMMING, WAX], "The article lists 2 references.")


def test_a_note_by_its_label():
    """A note is asked for by its mark."""
    (reply,) = talk(bot(AUTHORS), "What is [a]?")
    assert (reply.kind, quoted(reply)) == (ReplyKind.REFERENCE, ["Not in winter."])


def test_notes_that_are_no_references():
    """Where all notes are remarks, nothing is listed, and no answer is claimed."""
    remark = "# Moss\n\nMoss is old.[^a]\n\n[^a]: So they say.\n"
    reply = bot(remark).ask("show all references")
    assert (reply.kind, reply.quotes, reply.said) == (ReplyKind.NONE, (), "The article lists 0 references.")
