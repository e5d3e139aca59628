"""What guides readers through pages, and is no text: running heads, page numbers, tables of contents.

A running head is what stands at the top or bottom of several pages, but for its numbers; a line of a table of contents
has dots that lead to a page number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from chatbot.formats.pdf.lines import Line

_ROWS = 2  # at the top and at the bottom of a page
_LEVEL = 3.0  # points between the baselines of two rows, at least
_PAGES = 3  # that print it; both, if there are only two
_NUMBER = re.compile(r"\d+|\b[ivxl]+\b", re.IGNORECASE)
_LEADER = re.compile(r"(?:\s?\.){5,}\s*(?:\d+|[ivxl]+)?$")

Key = tuple[bool, int, str]  # whether it is at the top, its size, and the text without its numbers


def _edges(lines: Sequence[Line]) -> Iterator[tuple[Key, Line]]:
    """The lines in the first and in the last rows of a page."""
    for top in (True, False):
        rows = 0
        level = float("inf")
        for line in sorted(lines, key=lambda line: line.y, reverse=top):
            if abs(line.y - level) > _LEVEL:
                rows, level = rows + 1, line.y
            if rows > _ROWS:
                break
            yield (top, round(line.size), _NUMBER.sub("0", " ".join(line.text.split()))), line


def _contents(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines of a table of contents on a page, and their page numbers where these stand apart."""
    leaders = [line for line in lines if _LEADER.search(line.text)]
    yield from leaders
    for line in lines if leaders else ():
        if _NUMBER.fullmatch(line.text) and any(abs(line.y - other.y) < _LEVEL for other in leaders):
            yield line


def without(pages: Sequence[Sequence[Line]]) -> Iterator[list[Line]]:
    """The lines of each page that are text."""
    counts = Counter(key for lines in pages for key in {key for key, _ in _edges(lines)})
    enough = min(_PAGES, max(2, len(pages)))
    for lines in pages:
        dropped = {id(line) for key, line in _edges(lines) if counts[key] >= enough and any(map(str.isalnum, key[2]))}
        dropped.update(map(id, _contents(lines)))
        yield [line for line in lines if id(line) not in dropped]
