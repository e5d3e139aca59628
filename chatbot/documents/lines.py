"""The non-blank lines of a text, as spans."""

from __future__ import annotations

import re
from typing import NamedTuple

from chatbot.documents.model import Span

# from the first visible character to the end of the line, so that blank lines cost nothing
_CONTENT = re.compile(r"\S[^\r\n]*")
LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Line(NamedTuple):
    """A line without surrounding white space. `blank`: it follows a blank line, or the start of the text."""

    start: int
    end: int
    indent: int
    blank: bool

    @property
    def span(self) -> Span:
        """The span of the line's content."""
        return Span(self.start, self.end)


def _line(text: str, start: int, end: int, before: int) -> Line:
    gap = text[before:start]
    breaks = [match.end() for match in LINE_BREAK.finditer(gap)]
    indent = len(gap[breaks[-1] :] if breaks else gap)
    return Line(start, end, indent, before == 0 or len(breaks) > 1)


def scan(text: str) -> list[Line]:
    r"""All non-blank lines of a text, in order; `\n`, `\r\n` and `\r` end a line."""
    lines: list[Line] = []
    before = 0
    for match in _CONTENT.finditer(text):
        end = match.start() + len(match.group().rstrip())
        lines.append(_line(text, match.start(), end, before))
        before = end
    return lines
