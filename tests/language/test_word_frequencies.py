"""English at large: which words there are, and how rare they are."""

import pytest

from chatbot.language.word_frequencies import is_common, is_known, rarity, within_one_edit


@pytest.mark.parametrize("word", ["the", "honey", "capital", "capillary", "kidney"])
def test_known(word):
    """English words are known."""
    assert is_known(word)


@pytest.mark.parametrize("word", ["qwxzv", "hony-", "", "probiotcs", "The"])
def test_unknown(word):
    """What is no folded English word is not."""
    assert not is_known(word)


def test_common():
    """A word that people use is common; a rare one, and one that is none, are not."""
    assert is_common("honey")
    assert not is_common("tother")
    assert not is_common("qwxzv")


def test_one_slip_away():
    """The words that one slip makes it of, commonest first, always in the same order."""
    found = within_one_edit("thier")
    assert found[0] == "their"
    assert found == within_one_edit("thier")
    assert within_one_edit("qwxzvq") == []


def test_rarity_rises():
    """The rarer a word is, the more it says; all between 0 and 1."""
    figures = [rarity(word) for word in ("the", "water", "honey", "varroa", "qwxzv")]
    assert figures == sorted(figures)
    assert 0 < figures[0] < 0.5
    assert figures[-1] == 1.0
