"""A quote in pieces: those that are gold, which the HTML report marks, and the others."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from chatbot.documents.model import Span
from chatbot.evals.cases.gold_text import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.evals.metrics.judge import Outcome


class Piece(NamedTuple):
    """A part of a quote: gold or not."""

    text: str
    is_gold: bool


def _matchable(quote: str) -> tuple[str, list[int]]:
    """A text as gold is compared with it, and the position of each of its characters in the original."""
    kept: list[tuple[str, int]] = []
    for position, character in enumerate(quote):
        shown = " " if character.isspace() else folded(character)
        if shown and not (shown == " " and kept and kept[-1][0] == " "):
            kept.append((shown, position))
    return "".join(character for character, _ in kept), [position for _, position in kept]


def _occurrences(quote: str, strings: Sequence[str]) -> Iterator[Span]:
    matchable, positions = _matchable(quote)
    for string in filter(None, map(folded, strings)):
        start = matchable.find(string)
        while start >= 0:
            yield Span(positions[start], positions[start + len(string) - 1] + 1)
            start = matchable.find(string, start + len(string))


def _merge(spans: Iterator[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def split_at_gold(quote: str, strings: Sequence[str]) -> list[Piece]:
    """A quote in pieces, gold wherever one of the strings occurs, compared as the judge compares them."""
    pieces: list[Piece] = []
    end = 0
    for span in _merge(_occurrences(quote, strings)):
        pieces += [Piece(quote[end : span.start], False), Piece(quote[span.start : span.end], True)]
        end = span.end
    return [*pieces, Piece(quote[end:], False)]


def pieces(outcome: Outcome, quote: str) -> list[Piece]:
    """A quote of a turn in pieces, by the gold of the turn."""
    return split_at_gold(quote, [*chain.from_iterable(outcome.turn.gold), *outcome.turn.must_contain])
