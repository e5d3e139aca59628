"""English at large: which words there are, and how rare they are."""

import os
import subprocess
import sys

import pytest

from chatbot.common.cache import Cache
from chatbot.language import word_frequencies
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


KEPT = """
import sys
from chatbot.common.cache import user_cache
from chatbot.language import word_frequencies as words
from chatbot.language.terms import stem
if sys.argv[1] == "kept":
    words.keep_in(user_cache())
asked = "the honey capillary qwxzv colours organisation beekeepers The".split()
print([(words.count(word), words.is_known(word), words.is_common(word), words.rarity(word)) for word in asked])
print([stem(word) for word in asked], words.within_one_edit("thier"))
"""


def test_kept_words_are_the_same(tmp_path):
    """Counts, rarities and stems, with and without the copy in the cache."""
    runs = [
        subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-c", KEPT, how],
            capture_output=True,
            check=True,
            env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)},
        ).stdout
        for how in ("loaded", "kept", "kept")
    ]
    assert runs[0] == runs[1] == runs[2]


def test_a_cache_that_cannot_be_written_costs_nothing(tmp_path, monkeypatch):
    """Then the copy is not made."""
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(word_frequencies, "_kept", None)
    monkeypatch.setattr(word_frequencies, "_arrays", lambda: 1 / 0)
    word_frequencies.keep_in(Cache(tmp_path / "file" / "cache"))
    assert word_frequencies.is_known("honey")
