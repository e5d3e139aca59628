"""Questions that are offered: made from the article, and answered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.articles import GEESE, HONEY, bot, talk

from chatbot.answers.suggestions import questions
from chatbot.documents.parser import parse

DEFINING = """# Bees

A drone is a male bee. The mother bee is also called "the queen". It is a large one. Bees are common.

## What do bees eat?

They eat nectar and pollen.

## Wax

Wax melts in the sun.
"""


def test_what_they_are_made_from():
    """Headings, definitions and citations are asked about, in turn; the title and what points back are not."""
    document = parse(DEFINING, "x")
    found = list(questions(document, range(len(document.sections))))
    assert {"What is drone?", "What do bees eat?", 'Tell me about "Wax"'} <= set(found)
    assert not any("Bees" in question or question.startswith("What is It") for question in found)


@pytest.mark.parametrize(
    "question", ["zebra", "Who is the president of France?", "What is this about?", "Should I eat honey?"]
)
def test_offered_after_a_refusal_and_an_overview(question):
    """After a refusal or an overview up to three questions are offered, each answered when it is asked."""
    someone = bot(HONEY)
    reply = someone.ask(question)
    assert 1 <= len(reply.suggestions) <= 3
    assert all(someone.ask(suggestion).answered for suggestion in reply.suggestions)


@pytest.mark.parametrize("question", ["What is honey made from?", "reference 2", "hi"])
def test_not_offered_otherwise(question):
    """An answer stands for itself."""
    assert bot(HONEY).ask(question).suggestions == ()


def test_taken_up():
    """The second one, after an offer, is the second one."""
    someone = bot(HONEY)
    offer, taken = talk(someone, "zebra", "the second one")
    assert taken.quotes == someone.ask(offer.suggestions[1]).quotes != ()


def test_thanks_in_between_change_nothing():
    """An offer still stands after thanks."""
    offer, _, taken = talk(bot(HONEY), "zebra", "thanks", "the second one")
    assert taken.understood == offer.suggestions[1]


def test_switched_off():
    """Without the switch nothing is offered."""
    assert bot(HONEY, suggestions=False).ask("zebra").suggestions == ()


def test_of_several_documents():
    """Questions are offered about any of the documents, and none about nothing."""
    assert bot(HONEY, GEESE).suggestions()
    assert bot().suggestions() == bot("").suggestions() == ()


def test_a_heading_that_is_a_courtesy():
    """A heading that is small talk when it is typed is not offered."""
    someone = bot("# Words\n\n## Hello?\n\nHello is a word. People greet with it.\n")
    assert all(someone.ask(suggestion).answered for suggestion in someone.suggestions())


WORDS = (
    "Bees",
    "Hony",
    "and",
    "why",
    "what is",
    "Wax",
    "CRISPR",
    "they",
    "more",
    "Reference 2",
    "a",
    "-",
    "?",
    "moths",
    "this",
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join), min_size=1, max_size=4))
def test_whatever_is_offered_is_answered(headings):
    """However odd the headings, what is offered is answered when it is typed."""
    text = "# T\n\n" + "".join(f"## {heading}\n\n{heading} is a thing of bees. Moths fly.\n\n" for heading in headings)
    someone = bot(text)
    assert all(someone.ask(suggestion).answered for suggestion in someone.suggestions())
