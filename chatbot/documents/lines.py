"""The non-blank lines of a text, as spans: what blocks and reference lists are read from."""

from __future__ import annotations

import re
from typing import NamedTuple

from chatbot.documents.model import Span

# From the first character that is no white space to the end of the line: blank lines cost nothing.
_CONTENT = re.compile(r"\S[^\r\n]*")
_BREAK = re.compile(r"\r\n|\r|\n")


class Line(NamedTuple):
    """A line without the white space around it. `blank`: a blank line, or the start of the text, is before it."""

    start: int
    end: int
    indent: int
    blank: bool

    @property
    def span(self) -> Span:
        """Where the line's content stands."""
        return Span(self.start, self.end)


def _line(text: str, start: int, end: int, before: int) -> Line:
    gap = text[before:start]
    breaks = [match.end() for match in _BREAK.finditer(gap)]
    indent = len(gap[breaks[-1] :] if breaks else gap)
    return Line(start, end, indent, before == 0 or len(breaks) > 1)


def scan(text: str) -> list[Line]:
    r"""All lines of a text that hold more than white space, in order; `\n`, `\r\n` and `\r` end a line."""
    lines: list[Line] = []
    before = 0
    for match in _CONTENT.finditer(text):
        end = match.start() + len(match.group().rstrip())
        lines.append(_line(text, match.start(), end, before))
        before = end
    return lines
