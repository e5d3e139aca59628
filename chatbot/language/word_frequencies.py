"""Word frequencies of English: which words exist, and how rare they are (the word counts of pyspellchecker)."""

from __future__ import annotations

from functools import cache
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spellchecker import SpellChecker

_COMMON = 2_000  # of 1.6 billion words
_UNSEEN = 5  # the count given to a word that the list does not have


@cache
def _list() -> SpellChecker:
    from spellchecker import SpellChecker  # here, not above: it loads 160,000 words

    return SpellChecker(language="en", distance=1)


@cache
def _counts() -> Mapping[str, int]:
    return _list().word_frequency.dictionary


@cache
def _total() -> int:
    return sum(_counts().values())


def count(word: str) -> int:
    """How often a folded word occurs in 1.6 billion words; 0 for an unknown word."""
    return _counts().get(word, 0)


def is_known(word: str) -> bool:
    """Whether a folded word is an English word."""
    return word in _counts()


def is_common(word: str) -> bool:
    """Whether a folded word is a frequent English word; the list has rare words and abbreviations too."""
    return count(word) >= _COMMON


def within_one_edit(word: str) -> list[str]:
    """English words at edit distance 1, most frequent first."""
    return sorted(_list().known(_list().edit_distance_1(word)), key=lambda choice: (-count(choice), choice))


@cache
def _rarest() -> float:
    return log(_total() / _UNSEEN)


def rarity(word: str) -> float:
    """The rarity of a folded word in English, in [0, 1]: about 0.2 for "the", 1 for an unknown word."""
    return min(1.0, log(_total() / (count(word) + _UNSEEN)) / _rarest())
