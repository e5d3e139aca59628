"""What is known about English at large: which words it has and how rare they are (pyspellchecker's word counts)."""

from __future__ import annotations

from functools import cache
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNSEEN = 5  # the count given to a word that the list does not have


@cache
def _counts() -> Mapping[str, int]:
    from spellchecker import SpellChecker  # here, not above: it loads 160,000 words

    return SpellChecker(language="en").word_frequency.dictionary


@cache
def _total() -> int:
    return sum(_counts().values())


def known(word: str) -> bool:
    """Whether a folded word is an English one."""
    return word in _counts()


@cache
def _rarest() -> float:
    return log(_total() / _UNSEEN)


def rarity(word: str) -> float:
    """How much a folded word says, by its rarity in English: about 0.2 for "the", 1 for one that is in no list."""
    return min(1.0, log(_total() / (_counts().get(word, 0) + _UNSEEN)) / _rarest())
