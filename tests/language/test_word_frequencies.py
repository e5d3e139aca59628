"""English at large: which words there are, and how rare they are."""

import pytest

from chatbot.language.word_frequencies import common, known, one_slip_away, rarity


@pytest.mark.parametrize("word", ["the", "honey", "capital", "capillary", "kidney"])
def test_known(word):
    """English words are known."""
    assert known(word)


@pytest.mark.parametrize("word", ["qwxzv", "hony-", "", "probiotcs", "The"])
def test_unknown(word):
    """What is no folded English word is not."""
    assert not known(word)


def test_common():
    """A word that people use is common; a rare one, and one that is none, are not."""
    assert common("honey")
    assert not common("tother")
    assert not common("qwxzv")


def test_one_slip_away():
    """The words that one slip makes it of, commonest first, always in the same order."""
    found = one_slip_away("thier")
    assert found[0] == "their"
    assert found == one_slip_away("thier")
    assert one_slip_away("qwxzvq") == []


def test_rarity_rises():
    """The rarer a word is, the more it says; all between 0 and 1."""
    figures = [rarity(word) for word in ("the", "water", "honey", "varroa", "qwxzv")]
    assert figures == sorted(figures)
    assert 0 < figures[0] < 0.5
    assert figures[-1] == 1.0
