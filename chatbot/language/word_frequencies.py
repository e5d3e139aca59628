"""What is known about English at large: which words it has and how rare they are (pyspellchecker's word counts)."""

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
    """How often a folded word occurs among 1.6 billion; 0 for one that is not in the list."""
    return _counts().get(word, 0)


def known(word: str) -> bool:
    """Whether a folded word is an English one."""
    return word in _counts()


def common(word: str) -> bool:
    """Whether a folded word is an English one that is often used (the list has rare ones and abbreviations too)."""
    return count(word) >= _COMMON


def one_slip_away(word: str) -> list[str]:
    """The English words that one slip makes `word` of, the commonest first."""
    return sorted(_list().known(_list().edit_distance_1(word)), key=lambda choice: (-count(choice), choice))


@cache
def _rarest() -> float:
    return log(_total() / _UNSEEN)


def rarity(word: str) -> float:
    """How much a folded word says, by its rarity in English: about 0.2 for "the", 1 for one that is in no list."""
    return min(1.0, log(_total() / (count(word) + _UNSEEN)) / _rarest())
