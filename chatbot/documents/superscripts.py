"""Superscript citations that lost their markup: "endemic.4–6 Next", "factor5,6 is"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from chatbot.documents.model import Marker, Span
from chatbot.documents.number_ranges import expand

# after punctuation, a year, a closing bracket or a word; never inside a decimal, a name or a time
_CANDIDATE = re.compile(
    r"(?:(?<=[^\d\s][.,;:])(?<!\b(?:Fig|fig|Tab|Vol|vol|Sec|Eqn)\.)|(?<=\b(?:19|20)\d\d[.,;])|(?<=[^\W\d_][)\]”’])"
    r"|(?P<word>(?<![\w.-])[^\W\d_]{2,40}))(?P<list>\d{1,3}(?:[,–-]\d{1,3}){0,40})"
    r"(?=[\s).,;:\]—(]|$|(?P<glued>(?:[A-Z][a-z]+|[AI])\s))(?![.,:]\d)"
)
# the only short words that a citation follows without a space; and words that are followed by a label
_SHORT = frozenset(("al", "and", "as", "at", "by", "for", "from", "in", "of", "or", "ref", "refs", "see", "to", "with"))
_LABELS = frozenset(("appendix", "chapter", "equation", "exon", "figure", "section", "step", "table", "type"))
# a number right after a plain word and its punctuation can only be a citation
_SURE = re.compile(r"[^\W\d_]{3}[.,;]")


def _is_name(word: str) -> bool:
    """Whether a word together with the number after it is a name, like that of a gene: "CD4", "Sox2", "figure3"."""
    if word in _SHORT:
        return False
    capitals = [char.isupper() for char in word]
    return len(word) < (6 if any(capitals) else 4) or any(capitals[1:]) or word.lower() in _LABELS


def _is_sure(text: str, start: int) -> bool:
    return bool(_SURE.fullmatch(text, max(0, start - 4), start))


def _candidates(text: str, units: Sequence[Span], entries: frozenset[int]) -> Iterator[Marker]:
    for unit in units:
        for match in _CANDIDATE.finditer(text, *unit):
            numbers = expand(match["list"], entries)
            if match["glued"] and not _is_sure(text, match.start("list")):
                continue
            if numbers and not (match["word"] and _is_name(match["word"])):
                yield Marker(Span(*match.span("list")), numbers)


def _rising(values: Sequence[int]) -> set[int]:
    """The indices of a longest strictly rising subsequence, by patience sorting."""
    tails: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        pile = bisect_left(tails, value)
        tails[pile : pile + 1], tops[pile : pile + 1] = [value], [index]
        before.append(tops[pile - 1] if pile else -1)
    rising: set[int] = set()
    index = tops[-1] if tops else -1
    while index >= 0:
        rising.add(index)
        index = before[index]
    return rising


def find(text: str, units: Sequence[Span], entries: frozenset[int]) -> Iterator[Marker]:
    """The numbers that are placed like superscripts, in an order in which an article cites.

    Entries are numbered in the order of their first citation, so a number far above all before it is something else.
    """
    found = list(_candidates(text, units, entries))
    rising = _rising([max(marker.numbers) for marker in found])
    highest = 0
    for index, marker in enumerate(found):
        if _is_sure(text, marker.span.start) or index in rising or min(marker.numbers) <= highest + 2:
            highest = max(highest, *marker.numbers)
            yield marker
