"""Tables of contents in plain text: lines that repeat the headings below them, or lead to a page by dots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from chatbot.documents.blocks import Block
from chatbot.documents.headings import without_number
from chatbot.documents.model import Kind, Span

_LEADER = re.compile(r"(?:\. ?){4,}\s*\d{1,4}$|…+\s*\d{1,4}$")
_PAGE = re.compile(r"(?:\s*(?:\.\s?){2,}|\s*…+|\s{2,})\s*\d{1,4}$")  # behind dots or a wide gap
_LONGEST = 200  # characters
_TEXT = re.compile(r"\w[ \t]+\w")  # two words of a line: no bullet, no number, and no target of a link


class _Line(NamedTuple):
    """A unit of a block, and whether it may be a line of a table of contents."""

    block: int
    span: Span
    listed: bool


def _title(text: str, span: Span) -> str:
    """The words of a heading, without its number and its page."""
    if span.end - span.start > _LONGEST:
        return ""
    return " ".join(without_number(_PAGE.sub("", text[slice(*span)])).split()).casefold()


def _may_be_listed(text: str, block: Block) -> bool:
    """Whether a block may have lines of a table of contents; a heading that is marked with "#" is none."""
    if block.kind is Kind.HEADING:
        start = block.units[0].start
        return text[max(0, start - 2) : start].strip() != "#"
    return block.kind in (Kind.PROSE, Kind.ITEM)


def _lines(text: str, blocks: Sequence[Block]) -> Iterator[_Line]:
    last = {_title(text, block.units[0]): index for index, block in enumerate(blocks) if block.kind is Kind.HEADING}
    for index, block in enumerate(blocks):
        for unit in block.units:
            title = _title(text, unit) if _may_be_listed(text, block) else ""
            yield _Line(index, unit, bool(title) and last.get(title, -1) > index)


def _is_leader(text: str, unit: Span) -> bool:
    """Whether a line ends in dots and the number of a page."""
    return bool(_LEADER.search(text, max(unit.start, unit.end - _LONGEST), unit.end))


def _runs(text: str, lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """Lines that may be those of one table of contents, as there is no text between them; others alone."""
    run: list[_Line] = []
    for line in lines:
        between = text[run[-1].span.end : line.span.start] if run else ""
        if run and not (run[-1].listed and line.listed and not _TEXT.search(between)):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def without(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks without tables of contents: neighbouring lines that all repeat headings below them."""
    left: dict[int, list[Span]] = {}
    for run in _runs(text, _lines(text, blocks)):
        for line in run if len(run) == 1 else []:
            if not _is_leader(text, line.span):
                left.setdefault(line.block, []).append(line.span)
    return (blocks[index]._replace(units=tuple(units)) for index, units in left.items())
