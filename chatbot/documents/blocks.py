"""Blocks: headings by markup, paragraphs, list items, tables and code; those of plain text are read line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from chatbot.documents.lines import Line
from chatbot.documents.model import Kind, Span


class Block(NamedTuple):
    """A block of one kind.

    `units` are the spans to split into sentences; `level` is 0 unless it is a heading, or an item with a label.
    `inside` are the containers that a block is in, like list items, by their places: a heading in one of them is no
    heading of what comes behind that. A block that `continues` is in the same list item as the block before it.
    """

    kind: Kind
    units: tuple[Span, ...]
    level: int = 0
    inside: frozenset[int] = frozenset()
    continues: bool = False


BOLD = 7  # the level of a line in bold, below all levels of markup; the parser counts it from the heading above
RUN_IN = 8  # the level of a heading that opens its paragraph
_UNDERLINE = re.compile(r"(=+|-{2,})$")
_LEVELS = {"=": 1, "-": 2}
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_]{0,199}[^*_\s])\1:?$")
_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$")
_ITEM = re.compile(r"(?:[-*+•‣◦▪·–—]|\(?(?P<number>\d{1,3}|[a-z])[.)])\s+(?=\S)")
_BULLET = re.compile(r"[-*+•‣◦▪·–—]\s+")
_CODE = re.compile(r"[{};]$|\w\(|[=<>!]=|\w = |[-=]>|^(?:[$#>]|import |def |return\b)")
# the last word of a line that has to go on
_OPEN = re.compile(r"\s(?:an?|and|as|at|by|for|from|in|into|its|my|nor|of|on|or|our|than|the|their|to|with|your)$")
_LONG_TABLE = 2000
_LONG_HEADING = 500


def _chunks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Runs of lines without a blank line."""
    runs = accumulate(line.blank for line in lines)
    for _, group in groupby(zip(runs, lines, strict=True), key=itemgetter(0)):
        yield [line for _, line in group]


def table(lines: Sequence[Line]) -> Block:
    """A table; one that is too long to be shown is cut into its rows."""
    whole = Span(lines[0].start, lines[-1].end)
    return Block(Kind.TABLE, (whole,) if whole.end - whole.start <= _LONG_TABLE else tuple(line.span for line in lines))


def _continues(text: str, line: Line, following: Line, width: int) -> bool:
    """Whether a line was only wrapped: the next word would not have fitted, or cannot start a sentence."""
    if text[following.start].islower() or text[line.end - 1] in ",;-–" or _OPEN.search(text, line.start, line.end):
        return True
    word = len(text[following.start : min(following.end, following.start + 40)].split(None, 1)[0])
    return width >= 50 and line.end - line.start + 1 + word > width * 0.8


def _paragraph(text: str, lines: Sequence[Line]) -> Block:
    """A paragraph; lines that were only wrapped are joined."""
    width = max(line.end - line.start for line in lines)
    units: list[Span] = []
    start = lines[0].start
    for line, following in pairwise(lines):
        if not _continues(text, line, following, width):
            units.append(Span(start, line.end))
            start = following.start
    return Block(Kind.PROSE, (*units, Span(start, lines[-1].end)))


def bold_heading(text: str, span: Span) -> Span | None:
    """The words of a line, if all of it is in bold."""
    found = _BOLD.match(text, *span) if span.end - span.start <= _LONG_HEADING else None
    return Span(*found.span(2)) if found else None


def _heading(text: str, line: Line, level: int) -> Block | None:
    """The heading that a line is by the underline below it, which gives its `level`, or else by its bold type."""
    if level:
        return Block(Kind.HEADING, (line.span,), level)
    found = bold_heading(text, line.span)
    return Block(Kind.HEADING, (found,), BOLD) if found else None


def _label(text: str, line: Line, previous: str, last: str) -> str:
    """The label of a line, given the label of the line before it and its last character."""
    if not any(map(str.isalnum, text[line.start : line.end])):
        return "rule"
    if bold_heading(text, line.span):
        return "heading"
    item = _ITEM.match(text, line.start, line.end)
    # a wrapped line of a paragraph may start with "12. ": there only "1.", or a colon before it, starts a list
    if item and (previous != "text" or item["number"] in (None, "1", "a") or last == ":"):
        return "item"
    return "text"


def _labels(text: str, lines: Sequence[Line]) -> list[str]:
    """The labels of a run of lines: heading, item, text, table, rule, or `=` or `-` for an underlined heading."""
    if all(text[line.start] == "|" or "\t" in text[line.start : line.end] for line in lines) and len(lines) > 1:
        return ["table"] * len(lines)
    delimited = [i for i, line in enumerate(lines[1:3], 1) if _DELIMITERS.match(text, line.start, line.end)]
    table = bool(delimited) and "|" in text[lines[delimited[0]].start : lines[delimited[0]].end]
    labels: list[str] = []
    for index, line in enumerate(lines):
        previous = labels[-1] if labels else ""
        if table and text.find("|", line.start, line.end) >= 0:
            labels.append("table")
            continue
        labels.append(_label(text, line, previous, text[lines[index - 1].end - 1]))
        underline = _UNDERLINE.match(text, line.start, line.end)
        if underline and previous == "text" and labels[-3:-2] != ["text"]:
            labels[-2] = underline[1][0]
    return labels


def _groups(lines: Sequence[Line], labels: Sequence[str]) -> Iterator[tuple[str, list[Line]]]:
    """Lines that belong together: an item and its continuation, a paragraph, a table, or one heading."""
    runs, run, current = [], 0, ""
    for label in labels:
        continues = label == current in ("text", "table") or (label == "text" and current == "item")
        run, current = (run, current) if continues else (run + 1, label)
        runs.append(run)
    for _, group in groupby(range(len(lines)), key=runs.__getitem__):
        indices = list(group)
        yield labels[indices[0]], [lines[index] for index in indices]


def _block(text: str, label: str, lines: Sequence[Line]) -> Block | None:
    if label in ("heading", "=", "-"):
        return _heading(text, lines[0], _LEVELS.get(label, 0))
    if label == "table":
        return table(lines)
    if label == "item":
        bullet = _BULLET.match(text, lines[0].start)
        return Block(Kind.ITEM, (Span(bullet.end() if bullet else lines[0].start, lines[-1].end),))
    return _paragraph(text, lines) if label == "text" else None


def is_code(text: str, lines: Sequence[Line]) -> bool:
    """Whether lines are indented like code, by four characters, and most look like code."""
    if any(line.indent < 4 for line in lines):
        return False
    return 2 * sum(bool(_CODE.search(text[line.start : line.end])) for line in lines) > len(lines)


def is_listed(text: str, lines: Sequence[Line]) -> bool:
    """Whether a paragraph is a list or a table by marks that Markdown does not know, like "•", "(a)" and tabs."""
    tabs = len(lines) > 1 and all(text.find("\t", line.start, line.end) >= 0 for line in lines)
    return tabs or bool(_ITEM.match(text, lines[0].start, lines[0].end))


def parse(text: str, lines: Sequence[Line]) -> Iterator[Block]:
    """The blocks of some lines of a plain text, in order; one without letters and digits separates its neighbours."""
    before = None
    for chunk in _chunks(lines):
        if before is not Kind.ITEM and is_code(text, chunk):  # an indented block after a list item continues that item
            yield Block(Kind.CODE, (Span(chunk[0].start, chunk[-1].end),))
            before = Kind.CODE
            continue
        for label, group in _groups(chunk, _labels(text, chunk)):
            if block := _block(text, label, group):
                before = block.kind
                yield block
