"""What is usual in a document: the size of its text, and the distance between its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from chatbot.formats.pdf.lines import Line

_LARGE = 1.12  # of the body's size: a heading's
_MANY = 0.3  # of the letters of a document: what has more is no heading


@dataclass(frozen=True, slots=True)
class Style:
    """What is usual in a document."""

    size: float  # of the letters of its text
    leading: float  # the distance of two lines, relative to their size

    def is_large(self, line: Line) -> bool:
        """Whether a line is larger than the text."""
        return line.size > _LARGE * self.size


def find(pages: Sequence[Sequence[Line]]) -> Style:
    """The largest size that many letters of a document have, and the usual distance between two of its lines.

    A list of references may have more letters than the text, and they are smaller.
    """
    letters: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            letters[round(line.size * 2) / 2] += len(line.text)
    many = min(_MANY * sum(letters.values()), max(letters.values()))
    size = max(size for size, count in letters.items() if count >= many)
    steps = [
        (one.y - other.y) / one.size
        for lines in pages
        for one, other in pairwise(lines)
        if abs(one.x0 - other.x0) < one.size and abs(one.size - size) < 0.5 and 0 < one.y - other.y < 3 * one.size
    ]
    return Style(size, median(steps) if steps else 1.2)
