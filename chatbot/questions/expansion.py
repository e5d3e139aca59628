"""Other wording: a word that no document has is read as words of theirs that mean nearly the same (WordNet 3.1)."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from chatbot.language.terms import stem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from chatbot.questions.query import Need, Query

# How WordNet finds the base form of a regular word (its `morphy`): an ending and what takes its place.
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
    """The file, sorted; a line is a word and then, behind their nearness in tenths, the words near it."""
    file = resources.files("chatbot.questions") / "wordnet" / "kin.txt"
    return file.read_text(encoding="ascii").splitlines()


def _line(word: str) -> str:
    place = bisect_left(_lines(), f"{word} ")
    line = _lines()[place] if place < len(_lines()) else ""
    return line if line.startswith(f"{word} ") else ""


def _forms(word: str) -> Iterator[str]:
    yield word
    yield from (word.removesuffix(ending) + base for ending, base in _DETACHED if word.endswith(ending))


def near(word: str) -> Iterator[tuple[str, float]]:
    """Words that mean nearly the same as a folded word, with their nearness, in (0, 1); some more than once."""
    for form in _forms(word):
        for tenths, others in _GROUP.findall(_line(form)):
            yield from ((other, int(tenths) / 10) for other in others.split())


@lru_cache(maxsize=10_000)
def kin(word: str) -> Mapping[str, float]:
    """The stems of words that mean nearly the same as a folded word, with their nearness."""
    found: dict[str, float] = {}
    for other, nearness in near(word):
        found[stem(other)] = max(found.get(stem(other), 0.0), nearness)
    return found


def _widened(need: Need, has: Callable[[str], bool]) -> Need:
    if len(need.terms) != 1 or any(all(map(has, phrase)) for phrase in need.phrases):
        return need
    return replace(
        need, kin=tuple((other, nearness) for other, nearness in kin(need.terms[0].word).items() if has(other))
    )


def widened(query: Query, has: Callable[[str], bool]) -> Query:
    """A question whose unknown words may also be said in words that are known; `has` tells the stems that are."""
    return replace(query, needs=tuple(_widened(need, has) for need in query.needs))
