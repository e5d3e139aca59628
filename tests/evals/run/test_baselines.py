"""The baseline programs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.eval_fakes import BAKES, DOCUMENT, ENTRY, RISES, RYE, SALT, TEXT, reply

from chatbot.documents.model import Document
from chatbot.evals.run.baselines import TopSentence, refusal, shuffled


def document(text):
    """A document without sentences or references."""
    return Document("d", text, None, (), (), (), "0")


def test_the_abstainer_never_answers():
    """It refuses even a question that stands in the article word for word."""
    assert not refusal(SALT).answered


def test_rank_bm25_has_no_passages():
    """Its ranking cannot be measured."""
    bot = TopSentence([DOCUMENT])
    assert bot.documents == (DOCUMENT,)
    assert not bot.passages
    assert not bot.search(SALT)


@pytest.mark.parametrize(
    ("question", "expected"),
    [("How long does a loaf bake? 40 minutes?", BAKES), ("RYE!", RYE), ("does salt slow", SALT)],
)
def test_the_top_sentence_is_quoted(question, expected):
    """Words are compared in lower case."""
    assert [quote.text for quote in TopSentence([DOCUMENT]).ask(question).quotes] == [expected]


def test_without_a_common_word_the_first_sentence_is_quoted():
    """There is no threshold, so it always answers."""
    (quote,) = TopSentence([DOCUMENT]).ask("zzz").quotes
    assert quote.text == "Bread"


def test_its_confidence_is_the_score_of_rank_bm25():
    """The score is not normalised."""
    from rank_bm25 import BM25Plus

    units = [["a", "b"], ["c"], ["a"]]
    reply = TopSentence([document("a b.\nC!\na")]).ask("a")
    assert reply.confidence == pytest.approx(max(BM25Plus(units).get_scores(["a"])))


@pytest.mark.parametrize("text", ["", "\n\n", "... !!!"])
def test_a_document_without_words_gets_no_answer(text):
    """An empty corpus raises no error."""
    assert not TopSentence([document(text)]).ask("a").answered


@given(st.text("ab.!? \n\t\r\u00a0", max_size=60))
def test_its_quotes_are_the_documents_text(text):
    """Any quote is the text at its span, without white space around it."""
    for quote in TopSentence([document(text)]).ask("a b").quotes:
        assert quote.text == text[quote.span.start : quote.span.end] == quote.text.strip()


def test_the_whole_article_is_searched():
    """Reference entries are searched too."""
    assert "Miller" in TEXT
    assert TopSentence([DOCUMENT]).ask("Miller").answered


@pytest.mark.parametrize(("found", "shown"), [(RISES, BAKES), (SALT, RYE), (RYE, RISES)])
def test_the_shuffled_program_quotes_another_sentence(found, shown):
    """The replacement has its own numbers, and the confidence stays."""
    moved = shuffled(reply(found, confidence=0.7))
    assert [quote.text for quote in moved.quotes] == [shown]
    assert moved.confidence == 0.7
    assert all(str(number) in shown for quote in moved.quotes for number in quote.numbers)


def test_a_shuffled_entry_is_another_entry():
    """A quoted reference is replaced by another reference."""
    (quote,) = shuffled(reply(ENTRY)).quotes
    assert (quote.text, quote.numbers) == ("Baker, A. Yeast. 1999.", (1,))


def test_a_shuffled_refusal_is_a_refusal():
    """A reply without quotes stays as it is."""
    assert not shuffled(reply()).answered
