"""The lines and the tables of a column: what paragraphs are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from chatbot.formats.pdf.columns import Column, Row
from chatbot.formats.pdf.lines import Line

# the label of a list item or a reference, at the start of a line: a bullet, or a number, which has a group
LABEL = re.compile(
    r"(?:[•◦▪‣●○■□\uf0b7\uf0a7]|[–-](?=\s)|\[(\d{1,4})\]|\((\d{1,4})\)|(\d{1,4})[.)](?!\d)|(?:\(?[a-z]\)))(?:\s+|$)"
)
_ENDED = re.compile(r"[.!?:;][\"”’»)\]]*\s*(?:[\[(]?[\d⁰¹²³⁴⁵⁶⁷⁸⁹,–⁻ -]+[\])]?)?$")
_LONG = 30  # characters of what a number alone is the label of
_ROWS = 3  # of a table, at least: wide spaces of two lines may be aligned by chance


def is_ended(text: str) -> bool:
    """Whether a text ends like a sentence, perhaps with a citation."""
    return bool(_ENDED.search(text[-60:]))


@dataclass
class Paragraph:
    """Lines that belong together; of a table, the rows of its cells."""

    lines: list[Line]
    table: list[list[str]] = field(default_factory=list)
    label: bool = False  # it starts with the label of a list

    @property
    def size(self) -> float:
        """The size of its letters."""
        return self.lines[0].size

    @property
    def code(self) -> bool:
        """Whether all of it is in letters of one width."""
        return all(line.fixed for line in self.lines)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold for line in self.lines)

    @property
    def ended(self) -> bool:
        """Whether it ends like a sentence."""
        return is_ended(self.lines[-1].text)


def _whole(row: Row, column: Column) -> Line:
    """The pieces of a row as one line."""
    cells = row.cells
    largest = max(cells, key=lambda line: len(line.text))
    text = " ".join(line.text for line in cells)
    fixed = all(line.fixed for line in cells)
    return largest._replace(
        text=text, fixed=fixed, x0=cells[0].x0, x1=cells[-1].x1, left=column.left, right=column.right
    )


def _is_tabular(row: Row) -> bool:
    """Whether a row has cells; the label of a list is none."""
    first, *rest = row.cells
    hanging = len(rest) == 1 and first.text.isdigit() and len(rest[0].text) > _LONG
    return bool(rest) and not hanging and not LABEL.fullmatch(first.text)


def _cells(rows: Sequence[Row]) -> list[list[str]]:
    """The cells of a table, in columns by their horizontal places; none if the gaps of its rows are not aligned."""
    edges: list[list[float]] = []
    for x0, x1 in sorted((line.x0, line.x1) for row in rows for line in row.cells):
        if edges and x0 <= edges[-1][1]:
            edges[-1][1] = max(edges[-1][1], x1)
        else:
            edges.append([x0, x1])
    table = []
    if len(rows) < _ROWS or len(edges) < max(len(row.cells) for row in rows):
        return []
    for row in rows:
        cells = [""] * len(edges)
        for line in row.cells:
            index = next(index for index, (_, x1) in enumerate(edges) if line.x0 <= x1)
            cells[index] = f"{cells[index]} {line.text}".strip()
        table.append(cells)
    return table


def find(column: Column) -> Iterator[Paragraph]:
    """The lines and the tables of a column; each line is a paragraph as yet."""
    for tabular, group in groupby(column.rows, key=_is_tabular):
        rows = list(group)
        if tabular and (cells := _cells(rows)):
            yield Paragraph([_whole(row, column) for row in rows], cells)
        else:
            yield from (Paragraph([_whole(row, column)]) for row in rows)
