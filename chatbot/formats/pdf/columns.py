"""The reading order of a page: bands of columns, from top to bottom, each column from left to right.

A gutter is white space from the top to the bottom of a band, with text on both sides. A band grows downwards as long as
it keeps its gutters, so a title across two columns ends one. Columns of a few letters are those of a table or a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from chatbot.formats.pdf.lines import Line

_WIDTH = 0.8  # of the size: the narrowest gutter
_LETTERS = 14  # a line of a column of text has more, on average
_DEEPEST = 8  # columns in columns


class Gap(NamedTuple):
    """White space, or text, from one horizontal position to another."""

    x0: float
    x1: float


def _covered(covered: Sequence[Gap], lines: Sequence[Line]) -> list[Gap]:
    """What some lines take of the width of a page, along with what was covered before: apart, from left to right."""
    merged: list[Gap] = []
    for x0, x1 in sorted([*covered, *(Gap(line.x0, line.x1) for line in lines)]):
        if merged and x0 <= merged[-1].x1:
            merged[-1] = Gap(merged[-1].x0, max(x1, merged[-1].x1))
        else:
            merged.append(Gap(x0, x1))
    return merged


def _gutters(covered: Sequence[Gap], width: float) -> list[Gap]:
    """The gaps of at least a width between what is covered."""
    return [Gap(one.x1, other.x0) for one, other in pairwise(covered) if other.x0 - one.x1 > width]


def _keeps_any(gutters: Sequence[Gap], others: Sequence[Gap]) -> bool:
    """Whether one of some gutters is still there, perhaps narrower, among others."""
    return any(other.x0 < gutter.x1 and gutter.x0 < other.x1 for other in others for gutter in gutters)


def _rows(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that overlap in height, from top to bottom."""
    row: list[Line] = []
    bottom = float("inf")
    for line in sorted(lines, key=lambda line: (-line.top, line.x0)):
        if row and line.top <= bottom:
            yield row
            row, bottom = [], float("inf")
        row.append(line)
        bottom = min(bottom, line.bottom)
    if row:
        yield row


class _Band(NamedTuple):
    """Rows that share their gutters, from top to bottom; a gutter has text on both sides in some row."""

    rows: list[list[Line]]
    gutters: list[Gap]


def _bands(lines: Sequence[Line]) -> Iterator[_Band]:
    """The bands of a page, each as high as it can be."""
    width = _WIDTH * sorted(line.size for line in lines)[len(lines) // 2]
    band: list[list[Line]] = []
    kept: list[Gap] = []
    covered: list[Gap] = []
    for row in _rows(lines):
        alone = _covered((), row)
        own, merged = _gutters(alone, width), _covered(covered, row)
        left = _gutters(merged, width)
        # some gaps of a row are no gutters, like wide spaces in justified text: one that stays is enough
        if band and (kept or own) and not _keeps_any(kept or own, left):
            yield _Band(band, kept)
            band, kept, merged, left = [], [], alone, own
        band, covered = [*band, row], merged
        kept = [gap for gap in left if _keeps_any([gap], kept or own)]
    if band:
        yield _Band(band, kept)


def _split(lines: Sequence[Line], gutters: Sequence[Gap]) -> list[list[Line]]:
    """The lines between some gutters, from left to right."""
    edges = [float("-inf"), *((gutter.x0 + gutter.x1) / 2 for gutter in gutters), float("inf")]
    return [[line for line in lines if low <= line.x0 < high] for low, high in pairwise(edges)]


def _is_text(column: Sequence[Line]) -> bool:
    return sum(len(line.text) for line in column) > _LETTERS * len(column)


def _parted(lines: Sequence[Line], gutters: Sequence[Gap]) -> list[list[Line]]:
    """The columns of text; one of a few letters, like the labels of a list, belongs to its neighbour."""
    left = list(gutters)
    while left:
        columns = _split(lines, left)
        narrow = next((index for index, column in enumerate(columns) if not _is_text(column)), None)
        if narrow is None:
            return columns
        del left[min(narrow, len(left) - 1)]
    return [list(lines)]


def _columns(band: _Band) -> list[list[Line]]:
    """The columns of text in a band, from left to right; none if its rows go from side to side."""
    columns = _parted([line for row in band.rows for line in row], band.gutters)
    return columns if len(columns) > 1 and len(band.rows) > 1 else []


def _fits(row: Sequence[Line], gutters: Sequence[Gap]) -> bool:
    return not any(line.x0 < gutter.x1 and gutter.x0 < line.x1 for line in row for gutter in gutters)


def _settled(bands: Sequence[_Band]) -> Iterator[_Band]:
    """The same bands; the first lines of a column that starts higher than the others join their band."""
    moved: list[list[Line]] = []
    for band, below in zip(bands, [*bands[1:], None], strict=True):
        rows = [*moved, *band.rows]
        moved = []
        while below and below.gutters and len(rows) > 1 and _fits(rows[-1], below.gutters) and not _columns(band):
            moved.insert(0, rows.pop())
        yield _Band(rows, band.gutters)


class Row(NamedTuple):
    """Pieces that stand side by side: the cells of a table's row, or one line."""

    cells: tuple[Line, ...]


class Column(NamedTuple):
    """The rows of a column, from top to bottom, and its edges."""

    rows: tuple[Row, ...]
    left: float
    right: float


def _column(band: Sequence[Sequence[Line]], region: Sequence[Line]) -> Column:
    """The rows of a band as a column, with the edges of the region that it is a part of."""
    rows = tuple(Row(tuple(sorted(row, key=lambda line: line.x0))) for row in band)
    return Column(rows, min(line.x0 for line in region), max(line.x1 for line in region))


def find(lines: Sequence[Line], depth: int = 0) -> Iterator[Column]:
    """The columns of a page in reading order."""
    for band in _settled(list(_bands(lines))):
        columns = _columns(band) if depth < _DEEPEST else []
        for column in columns:
            yield from find(column, depth + 1)
        if not columns:
            yield _column(band.rows, lines)
