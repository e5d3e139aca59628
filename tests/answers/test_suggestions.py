"""Questions that are offered: made from the article, and answered."""

import gc
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.articles import GEESE, HONEY, bot, talk

from chatbot.answers.suggestions import questions
from chatbot.answers.word_counts import WordCounts
from chatbot.documents.parser import parse

DEFINING = """# Bees

A drone is a male bee. Because drones are a burden in winter, they are thrown out. The mother bee is also called "the
queen bee". It is a large one. The queen bee is a mother. Another drone is a guest. Bees are common.

Honey is durable because it holds little water. Honey from Yemen is dear.

## What do bees eat?

They eat nectar and pollen.

## 2. Wax

Wax melts in the sun.

## Bees Can Carry Pollen

They collect it. Bees carry pollen home.

## Introduction

Bees fly.
"""


def made(text):
    """The questions that are made from a text, before any is tried."""
    document = parse(text, "x")
    return [candidate.text for candidate in questions(WordCounts(document), range(len(document.sections)))]


def test_what_they_are_made_from():
    """Definitions, reasons and headings are asked about in a form that reads well."""
    assert set(made(DEFINING)) == {
        "What is a drone?",
        "What is the queen bee?",
        "Why is honey durable?",
        "What do bees eat?",
        'What does the article say about "Wax"?',
        "Can bees carry pollen?",
    }


def test_names_keep_their_capitals():
    """A word that is capitalised inside sentences is a name."""
    text = "# T\n\nTo see Yemen is a joy. Yemen was rich because it sold coffee. We saw Yemen.\n"
    assert made(text) == ["Why was Yemen rich?"]


def test_answered_from_their_place():
    """A question is offered only if the place that it was made from is quoted."""
    document = parse(DEFINING, "x")
    reply = bot(DEFINING, threshold=0.0).ask("What is a drone?")
    found = {
        one.text: one.is_answered_by(reply)
        for one in questions(WordCounts(reply.quotes[0].document), range(len(document.sections)))
    }
    assert found["What is a drone?"]
    assert not found["Why is honey durable?"]


def test_no_question_twice():
    """Of two questions about the same only one is offered."""
    text = "# T\n\n## Wax\n\nWax melts.\n\n## Wax\n\nWax burns.\n\n## Honey\n\nHoney keeps.\n"
    assert bot(text).suggestions() == (
        'What does the article say about "Wax"?',
        'What does the article say about "Honey"?',
    )


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


def test_a_long_document_is_sampled():
    """Of a long document only so many sentences are counted; the counts are estimates of those of the whole."""
    document = parse("# T\n\n" + "Bees carry pollen. " * 6_000 + "Zebras graze.\n", "x")
    counts = WordCounts(document)
    assert counts.stems["pollen"] == pytest.approx(6_000, rel=0.01)
    assert sum(counts.forms.values()) < 2 * 5_000


def test_a_bot_that_is_dropped_leaves_nothing():
    """A server opens its documents again and again: what was found out about an earlier one goes with it."""
    someone = bot(HONEY)
    someone.ask("zebra")
    someone.suggestions()
    kept = weakref.ref(someone.index)
    del someone
    gc.collect()
    assert kept() is None


def test_many_headings_that_say_nothing(monkeypatch):
    """A refusal looks at each section once, and only at so many: not at all sentences for each heading."""
    looked = []
    monkeypatch.setattr(WordCounts, "sentences_of", lambda _, section: looked.append(section) or ())
    text = "# T\n\n" + "".join(f"## Part {number}\n\nIt is so.\n\n" for number in range(3_000))
    assert bot(text, threshold=1.0).ask("zebra").suggestions == ()
    assert len(looked) < 2 * 2_000 + 10
