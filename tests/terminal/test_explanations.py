"""Why a reply is as it is, in words."""

from dataclasses import fields

import pytest
from support.articles import lakes

from chatbot.answers.features import Features
from chatbot.reply import Quote, Reply, ReplyKind, RunnerUp
from chatbot.terminal.explanations import BEHIND, explanation, unmentioned
from chatbot.terminal.text import Page, plain

OF_THE_QUESTION = {"out_of_vocabulary", "query_brevity"}


def quote(words):
    """A sentence of the article as a quote."""
    document = lakes()
    return next(Quote.of_sentence(document, s) for s in document.sentences if words in document[s.span])


def explained(reply, threshold: float | None = 0.4):
    """The explanation of a reply, as plain text; the runner-up as its words."""
    page = Page(threshold=threshold)
    return plain(explanation(reply, page, lambda runner_up: [("", f"{runner_up.quote.text}\n")]))


def answer(confidence=0.9, **more):
    """An answer with some evidence."""
    kind = ReplyKind.QUOTE if "quotes" in more else ReplyKind.NONE
    return Reply("How?", "How?", kind, confidence=confidence, evidence=(("coverage", 1.0),), **more)


def test_every_feature_has_words():
    """All features in which sentences differ can be said."""
    assert BEHIND.keys() | OF_THE_QUESTION == {field.name for field in fields(Features)}
    assert not BEHIND.keys() & OF_THE_QUESTION


def test_an_answer():
    """The confidence beside the threshold, what came next, and the two weightiest things that put it behind."""
    behind = (("coverage", 2.0), ("exact_coverage", 1.5), ("is_heading", 1.0), ("length", 0.5))
    reply = answer(quotes=(quote("40 metres"),), runner_up=RunnerUp(quote("Nobody"), 0.004, behind))
    assert explained(reply) == (
        "Why: the confidence is 90 %; an answer needs 40 %.\n\n"
        "Next came, less than 1 % as likely:\nNobody has measured the river.\n"
        "It lost, because it has fewer of the question's words and it is a heading.\n"
    )


def test_a_refusal():
    """The words that no sentence mentions, and the sentence that came closest to an answer."""
    reply = answer(0.31, missing=("gluten",), runner_up=RunnerUp(quote("Nobody"), 1.0))
    assert explained(reply) == (
        "Why: the confidence is 31 %; an answer needs 40 %.\nNo sentence mentions “gluten”.\n\n"
        "The likeliest sentence:\nNobody has measured the river.\n"
    )


def test_a_near_miss():
    """Where both would look the same, decimals tell them apart."""
    assert explained(answer(0.3961)) == "Why: the confidence is 39.6 %; an answer needs 40.0 %.\n"


def test_without_a_threshold():
    """A reply from elsewhere is explained without it."""
    assert explained(answer(), None) == "Why: the confidence is 90 %.\n"


def test_a_runner_up_that_is_quoted_after_all():
    """A whole section may be quoted instead of its sentence: nothing came next."""
    found = quote("Nobody")
    assert "Next came" not in explained(answer(quotes=(found,), runner_up=RunnerUp(found, 0.5)))


@pytest.mark.parametrize("kind", ReplyKind)
def test_without_ranking(kind):
    """Where no sentences were compared, it is said how the reply came about."""
    text = explained(Reply("Hm?", "Hm?", kind))
    assert text.startswith("Why: the ") or text == "Why: no sentence could be compared with the question.\n"
    assert "confidence" not in text


def test_parts():
    """Of several questions in one, each is explained below its question."""
    text = explained(Reply("A? B?", "A? B?", ReplyKind.NONE, parts=(answer(0.1), answer(0.2))))
    assert text == (
        "• How?\nWhy: the confidence is 10 %; an answer needs 40 %.\n\n"
        "• How?\nWhy: the confidence is 20 %; an answer needs 40 %.\n"
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [((), ""), (("a",), "“a”"), (("a", "b"), "“a” or “b”"), (("a", "b", "c"), "“a”, “b” or “c”")],
)
def test_unmentioned(words, expected):
    """Missing words stand in quotation marks."""
    assert unmentioned(answer(missing=words)) == (f"No sentence mentions {expected}." if words else "")
