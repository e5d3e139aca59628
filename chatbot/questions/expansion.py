"""Query expansion: a term that no document has also matches terms of similar meaning (WordNet 3.1)."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from chatbot.common.cache import kept
from chatbot.common.code_version import code_version
from chatbot.common.lazy import string_arrays, strings_from
from chatbot.language.terms import remember_stems, stem
from chatbot.language.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from chatbot.common.cache import Cache
    from chatbot.common.lazy import Arrays
    from chatbot.questions.query import Query, QueryTerm

_PACKAGES, _LIBRARIES = ("common", "language", "questions"), ("nltk",)
_cache: Cache | None = None

# The rules of WordNet's `morphy` for base forms: an ending and its replacement.
_DETACHED = (
    ("ies", "y"),
    ("es", ""),
    ("s", ""),
    ("ing", ""),
    ("ing", "e"),
    ("ed", ""),
    ("ed", "e"),
    ("er", ""),
    ("est", ""),
)
_GROUP = re.compile(r"(\d) ([^\d]+)")


@cache
def _lines() -> list[str]:
    """The sorted lines of the file: a word, then groups of similar words, each after its similarity in tenths."""
    file = resources.files("chatbot.questions") / "wordnet" / "kin.txt"
    return file.read_text(encoding="ascii").splitlines()


def _line(word: str) -> str:
    place = bisect_left(_lines(), f"{word} ")
    line = _lines()[place] if place < len(_lines()) else ""
    return line if line.startswith(f"{word} ") else ""


def _forms(word: str) -> Iterator[str]:
    yield word
    yield from (word.removesuffix(ending) + base for ending, base in _DETACHED if word.endswith(ending))


def similar_words(word: str) -> Iterator[tuple[str, float]]:
    """Words similar to a folded word, with their similarity in (0, 1); some more than once."""
    for form in _forms(word):
        for tenths, others in _GROUP.findall(_line(form)):
            yield from ((other, int(tenths) / 10) for other in others.split())


def _arrays() -> Arrays:
    """All similar words with their stems."""
    words = sorted({other for line in _lines() for _, others in _GROUP.findall(line) for other in others.split()})
    stems = {text: place for place, text in enumerate(sorted({stem(word) for word in words}))}
    return {
        **string_arrays("word", words),
        **string_arrays("stem", stems),
        "counts": np.zeros(len(words), dtype=np.uint8),
        "stem_of": np.fromiter((stems[stem(word)] for word in words), dtype=np.int32),
    }


def _vocabulary(arrays: Arrays) -> Vocabulary:
    words, stems = strings_from("word", arrays), strings_from("stem", arrays)
    return Vocabulary(words, arrays["counts"], stems, arrays["stem_of"])


def keep_in(cache: Cache) -> None:
    """Keep the stems of all similar words in a cache from the first time on that any are needed: that saves nltk."""
    global _cache  # noqa: PLW0603 - only where they are kept
    _cache = cache if cache.is_writable else None


@cache
def _kept_stems() -> Vocabulary | None:
    if _cache is None:
        return None
    known = kept(_cache, ("similar words", code_version(_PACKAGES, _LIBRARIES)), _arrays, _vocabulary)
    remember_stems(known)
    return known


@lru_cache(maxsize=10_000)
def related_stems(word: str) -> Mapping[str, float]:
    """The stems of words similar to a folded word, with the highest similarity of each."""
    found: dict[str, float] = {}
    _kept_stems()
    for other, similarity in similar_words(word):
        found[stem(other)] = max(found.get(stem(other), 0.0), similarity)
    return found


def _expanded(term: QueryTerm, known: Callable[[str], bool]) -> QueryTerm:
    if len(term.terms) != 1 or any(all(map(known, phrase)) for phrase in term.phrases):
        return term
    related = related_stems(term.terms[0].word).items()
    return replace(term, related=tuple((other, similarity) for other, similarity in related if known(other)))


def expand(query: Query, known: Callable[[str], bool]) -> Query:
    """A query whose unknown terms also match known stems of similar meaning; `known` tests a stem."""
    return replace(query, query_terms=tuple(_expanded(term, known) for term in query.query_terms))
