"""Findability: each sentence is queried by its rarest words, and is found if the reply quotes it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.articles import HONEY, bot

from chatbot.inspection import findability
from chatbot.inspection.article_report import examine
from chatbot.inspection.findability import measure, query_words, sample
from chatbot.terminal.article_report import article_report
from chatbot.terminal.text import Page, plain

QUESTION = "# Tides\n\nWhat floods the harbour at spring tide? Really.\n\nSpring tide floods the harbour.\n"


def test_all_of_a_plain_article_is_found():
    """Every sentence of a plain article is found; headings do not count."""
    found = measure(bot(HONEY))
    assert (found.found, found.queried, found.missed) == (11, 11, ())
    assert found.text == "11 of 11 sentences, each queried by its rarest words"


def test_the_query_has_the_rarest_words_in_their_order():
    """A query has at most five words, without stop words and reference numbers."""
    asked = bot(HONEY)
    assert query_words(asked.index, asked.index[2]) == ["hive", "holds", "50,000", "bees", "summer"]
    assert all(len(query_words(asked.index, sentence)) <= findability.MAX_WORDS for sentence in asked.index)


def test_the_same_text_elsewhere_will_do():
    """A sentence that occurs twice is found by either quote."""
    text = "# A\n\nThe harbour floods at spring tide.\n\n## B\n\nThe harbour floods at spring tide.\n"
    assert measure(bot(text)).missed == ()


def test_missed_sentences():
    """A missed sentence has its line, its query and what was quoted instead; a one-word sentence is left out."""
    asked = bot(QUESTION)
    found = measure(asked)
    assert (found.queried, found.short) == (2, 1)
    (missed,) = found.missed
    assert missed.quoted
    assert missed.quoted.text != missed.text
    shown = plain(article_report(examine(asked.document), Page(), found))
    assert "1 of 2 sentences, each queried by its rarest words; 1 with fewer than 2 words are left out\n" in shown
    assert (
        "\n\nSentences that were not found:\n  line 3 “What floods the harbour at spring tide?”\n    query: " in shown
    )
    assert "floods harbour spring tide · quoted instead: line 5 “Spring tide floods the harbour.”\n" in shown
    assert found.to_dict()["not_found"][0]["quoted"]["line"] == 5


def test_refusals():
    """A sentence whose query was refused has no quote."""
    never = bot(HONEY, threshold=1.0)
    found = measure(never)
    assert found.found == 0
    assert found.to_dict()["not_found"][0]["quoted"] is None
    assert " · no answer\n" in plain(article_report(examine(never.document), Page(), found))


def test_several_documents():
    """Each document has its own result."""
    both = bot(HONEY, "# Boats\n\nThe ferry leaves the old harbour at noon.\n")
    assert [measure(both, number).queried for number in (0, 1)] == [11, 1]
    assert measure(both, 1).found == 1


def test_a_long_article_is_sampled():
    """Of a long article a sample of the sentences is queried, and the result says so."""
    found = measure(bot(HONEY), most=4)
    assert (found.queried, found.sentences) == (4, 11)
    assert found.text == "4 of 4 sentences, an even sample of 11, each queried by its rarest words"


@pytest.mark.parametrize(
    ("size", "most", "expected"), [(0, 3, []), (3, 3, [0, 1, 2]), (6, 3, [0, 2, 4]), (4, 3, [0, 1, 2])]
)
def test_samples(size, most, expected):
    """A sample has every item of a short sequence, and evenly spread items of a long one."""
    assert sample(range(size), most) == expected


@given(st.integers(0, 500), st.integers(1, 50))
def test_a_sample_is_even(size, most):
    """The distances between sampled items differ by at most one."""
    chosen = sample(range(size), most)
    gaps = {after - before for before, after in pairwise(chosen)}
    assert len(chosen) == min(size, most)
    assert not gaps or max(gaps) - min(gaps) <= 1
