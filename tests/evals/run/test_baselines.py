"""The controls, through the same judge as the program."""

import pytest
from eval_fakes import BAKES, DOCUMENT, ENTRY, RISES, RYE, SALT, TEXT, reply
from hypothesis import given
from hypothesis import strategies as st

from chatbot.documents.model import Document
from chatbot.evals.run.baselines import TopSentence, refusal, shuffled


def document(text):
    """A document of nothing but text."""
    return Document("d", text, None, (), (), (), "0")


def test_the_abstainer_never_answers():
    """Not even what stands there word for word."""
    assert not refusal(SALT).answered


def test_rank_bm25_has_no_passages():
    """There is nothing whose ranking could be judged."""
    bot = TopSentence([DOCUMENT])
    assert bot.documents == (DOCUMENT,)
    assert not bot.passages
    assert not bot.search(SALT)


@pytest.mark.parametrize(
    ("question", "expected"),
    [("How long does a loaf bake? 40 minutes?", BAKES), ("RYE!", RYE), ("does salt slow", SALT)],
)
def test_the_top_sentence_is_quoted(question, expected):
    """By plain lower-case words."""
    assert [quote.text for quote in TopSentence([DOCUMENT]).ask(question).quotes] == [expected]


def test_without_a_common_word_the_first_sentence_is_quoted():
    """There is no threshold: it always answers."""
    (quote,) = TopSentence([DOCUMENT]).ask("zzz").quotes
    assert quote.text == "Bread"


def test_its_confidence_is_rank_bm25s_own_score():
    """The floor that BM25Plus adds to every sentence stays in."""
    from rank_bm25 import BM25Plus

    units = [["a", "b"], ["c"], ["a"]]
    reply = TopSentence([document("a b.\nC!\na")]).ask("a")
    assert reply.confidence == pytest.approx(max(BM25Plus(units).get_scores(["a"])))


@pytest.mark.parametrize("text", ["", "\n\n", "... !!!"])
def test_a_document_without_words_is_not_answered_from(text):
    """An empty corpus would divide by zero."""
    assert not TopSentence([document(text)]).ask("a").answered


@given(st.text("ab.!? \n\t\r\u00a0", max_size=60))
def test_its_quotes_are_the_documents_text(text):
    """Whatever the text, its quote stands there, with no white space around it."""
    for quote in TopSentence([document(text)]).ask("a b").quotes:
        assert quote.text == text[quote.span.start : quote.span.end] == quote.text.strip()


def test_the_whole_article_is_searched():
    """Reference entries too."""
    assert "Miller" in TEXT
    assert TopSentence([DOCUMENT]).ask("Miller").answered


@pytest.mark.parametrize(("found", "shown"), [(RISES, BAKES), (SALT, RYE), (RYE, RISES)])
def test_the_shuffled_program_quotes_another_sentence(found, shown):
    """Its own words and its own numbers, and as sure as the program was."""
    moved = shuffled(reply(found, confidence=0.7))
    assert [quote.text for quote in moved.quotes] == [shown]
    assert moved.confidence == 0.7
    assert all(str(number) in shown for quote in moved.quotes for number in quote.numbers)


def test_a_shuffled_entry_is_another_entry():
    """Who quotes the reference list is moved within it."""
    (quote,) = shuffled(reply(ENTRY)).quotes
    assert (quote.text, quote.numbers) == ("Baker, A. Yeast. 1999.", (1,))


def test_a_shuffled_refusal_is_a_refusal():
    """There is nothing to be moved."""
    assert not shuffled(reply()).answered
