"""Word frequencies of English: which words exist, and how rare they are (the word counts of pyspellchecker)."""

from __future__ import annotations

from functools import cache, lru_cache
from math import log
from typing import TYPE_CHECKING

from chatbot.common.cache import kept
from chatbot.common.code_version import code_version
from chatbot.common.lazy import string_arrays, strings_from
from chatbot.language.terms import remember_stems, stem
from chatbot.language.vocabulary import UNKNOWN, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spellchecker import SpellChecker

    from chatbot.common.cache import Cache
    from chatbot.common.lazy import Arrays

_COMMON = 2_000  # of 1.6 billion words
_UNSEEN = 5  # the count given to a word that the list does not have
_STEMMED = 500  # a word that is this frequent is kept with its stem
_PACKAGES, _LIBRARIES = ("common", "language"), ("spellchecker", "nltk")
_kept: Vocabulary | None = None


def _loaded_list() -> SpellChecker:
    from spellchecker import SpellChecker  # here, not above: it loads 160,000 words

    return SpellChecker(language="en", distance=1)


@cache
def _list() -> SpellChecker:
    return _loaded_list()


def _arrays() -> Arrays:
    """The list in order, with the stems of its frequent words."""
    import numpy as np

    counts = _loaded_list().word_frequency.dictionary
    words = sorted(counts)
    stem_of = {word: stem(word) for word in words if counts[word] >= _STEMMED}
    stems = {text: place for place, text in enumerate(sorted(set(stem_of.values())))}
    places = (stems[stem_of[word]] if word in stem_of else UNKNOWN for word in words)
    return {
        **string_arrays("word", words),
        **string_arrays("stem", stems),
        "counts": np.fromiter((counts[word] for word in words), dtype=np.int64),
        "stem_of": np.fromiter(places, dtype=np.int32),
    }


def _vocabulary(arrays: Arrays) -> Vocabulary:
    words, stems = strings_from("word", arrays), strings_from("stem", arrays)
    return Vocabulary(words, arrays["counts"], stems, arrays["stem_of"])


def keep_in(cache: Cache) -> None:
    """Keep the list in a cache from now on, with stems: then it needs not be loaded, and often nltk neither."""
    global _kept  # noqa: PLW0603 - a copy of the same words
    parts = ("english", code_version(_PACKAGES, _LIBRARIES))
    if _kept is None and (cache.is_writable or cache.load(parts)):
        _kept = kept(cache, parts, _arrays, _vocabulary)
        remember_stems(_kept)


@cache
def _loaded() -> Mapping[str, int]:
    counts: Mapping[str, int] = _list().word_frequency.dictionary
    return counts


def _counts() -> Mapping[str, int]:
    return _loaded() if _kept is None else _kept


@cache
def _total() -> int:
    return sum(_loaded().values()) if _kept is None else _kept.total


@lru_cache(maxsize=1 << 16)
def count(word: str) -> int:
    """How often a folded word occurs in 1.6 billion words; 0 for an unknown word."""
    return _counts().get(word, 0)


def is_known(word: str) -> bool:
    """Whether a folded word is an English word."""
    return count(word) > 0


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
