"""Findability: a sentence is asked for by its own rarest words, and is found when it is quoted."""

from itertools import pairwise

import pytest
from articles import HONEY, bot
from hypothesis import given
from hypothesis import strategies as st

from chatbot.inspection import findability
from chatbot.inspection.article_report import check
from chatbot.inspection.findability import measure, sample, words
from chatbot.terminal.layout import Page
from chatbot.terminal.replies import check as rendered
from chatbot.terminal.text import plain

QUESTION = "# Tides\n\nWhat floods the harbour at spring tide? Really.\n\nSpring tide floods the harbour.\n"


def test_all_of_a_plain_article_is_found():
    """Each sentence of the body, headings aside, answers its own words."""
    found = measure(bot(HONEY))
    assert (found.found, found.asked, found.lost) == (11, 11, ())
    assert found.text == "11 of 11 sentences, each asked for by its own rarest words"


def test_the_words_are_the_rarest_in_their_order():
    """At most five, without stop words and reference numbers."""
    asked = bot(HONEY)
    assert words(asked.index, asked.index[2]) == ["hive", "holds", "50,000", "bees", "summer"]
    assert all(len(words(asked.index, sentence)) <= findability.MOST_WORDS for sentence in asked.index)


def test_the_same_text_elsewhere_will_do():
    """A sentence that stands twice is found by either."""
    text = "# A\n\nThe harbour floods at spring tide.\n\n## B\n\nThe harbour floods at spring tide.\n"
    assert measure(bot(text)).lost == ()


def test_what_is_not_found_is_told():
    """With its line, what was asked, and what came instead; sentences of one word are not asked for."""
    asked = bot(QUESTION)
    found = measure(asked)
    assert (found.asked, found.short) == (2, 1)
    (lost,) = found.lost
    assert lost.quoted.text != lost.text
    shown = plain(rendered(check(asked.document), Page(), found))
    assert "1 of 2 sentences, each asked for by its own rarest words; 1 with fewer than 2 words to ask by\n" in shown
    assert "\n\nNot found when asked for:\n  line 3 “What floods the harbour at spring tide?”\n    asked: " in shown
    assert "floods harbour spring tide · quoted instead: line 5 “Spring tide floods the harbour.”\n" in shown
    assert found.to_dict()["not_found"][0]["quoted"]["line"] == 5


def test_a_refusal_is_told():
    """Where nothing was quoted, it says so."""
    never = bot(HONEY, threshold=1.0)
    found = measure(never)
    assert found.found == 0
    assert found.to_dict()["not_found"][0]["quoted"] is None
    assert " · refused\n" in plain(rendered(check(never.document), Page(), found))


def test_of_several_documents_each_has_its_own_figure():
    """A quote of another document is no find, unless it says the same."""
    both = bot(HONEY, "# Boats\n\nThe ferry leaves the old harbour at noon.\n")
    assert [measure(both, number).asked for number in (0, 1)] == [11, 1]
    assert measure(both, 1).found == 1


def test_of_a_long_article_a_sample_is_asked_for():
    """And that is said."""
    found = measure(bot(HONEY), most=4)
    assert (found.asked, found.sentences) == (4, 11)
    assert found.text == "4 of 4 sentences, an even sample of 11, each asked for by its own rarest words"


@pytest.mark.parametrize(
    ("size", "most", "expected"), [(0, 3, []), (3, 3, [0, 1, 2]), (6, 3, [0, 2, 4]), (4, 3, [0, 1, 2])]
)
def test_samples(size, most, expected):
    """Every sentence of a short article, evenly spread ones of a long one."""
    assert sample(range(size), most) == expected


@given(st.integers(0, 500), st.integers(1, 50))
def test_a_sample_is_even(size, most):
    """No two gaps differ by more than one."""
    chosen = sample(range(size), most)
    gaps = {after - before for before, after in pairwise(chosen)}
    assert len(chosen) == min(size, most)
    assert not gaps or max(gaps) - min(gaps) <= 1
