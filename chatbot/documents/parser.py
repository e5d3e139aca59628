"""The parser: from a text to a Document."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import NamedTuple

from chatbot.documents import (
    blocks,
    citations,
    contents,
    headings,
    markdown,
    notes,
    reference_list,
    scopes,
    sentences,
)
from chatbot.documents.blocks import BOLD, RUN_IN, Block
from chatbot.documents.lines import Line, scan
from chatbot.documents.model import Document, Kind, Marker, Note, Section, Sentence, Span
from chatbot.documents.reference_list import ReferenceList

_INSIDE = 6  # levels that a heading is deeper in each container, like a list item: there are six of markup
_NOWHERE: frozenset[int] = frozenset()
BlockReader = Callable[[Sequence[Line]], Iterator[Block]]  # reads some consecutive lines


def _stretches(text: str, lines: Sequence[Line], lists: Sequence[ReferenceList], read: BlockReader) -> Iterator[Block]:
    """The blocks outside the reference lists, and the headings of the lists."""
    edges = [0, *(edge for found in lists for edge in (found.first, found.last)), len(lines)]
    parsed = [list(read(lines[first:last])) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    marked = sum(block.kind is Kind.HEADING for stretch in parsed for block in stretch) > 1
    for index, (stretch, found) in enumerate(zip(parsed, [*lists, None], strict=True)):
        yield from headings.find(
            text, stretch, first=index == 0, marked=marked, followed=found is not None and not found.footnotes
        )
        if found and found.heading:
            yield Block(Kind.HEADING, (found.heading,), found.level)


def _blocks(text: str, lines: Sequence[Line], lists: Sequence[ReferenceList], read: BlockReader) -> Iterator[Block]:
    """All blocks that sentences come from; the lines of an unnumbered reference list stay whole."""
    listing = False
    for block in _stretches(text, lines, lists, read):
        if block.kind is Kind.HEADING:
            listing = reference_list.is_heading(text[slice(*block.units[0])])
        yield block._replace(kind=Kind.ITEM) if listing and block.kind is Kind.PROSE else block


def _is_repeated(text: str, block: Block, before: Block) -> bool:
    """Whether a heading repeats the block right before it, like a title that is printed twice."""
    one, other = (" ".join(text[slice(*part.units[0])].split()).casefold() for part in (before, block))
    return before.kind is Kind.HEADING and one == other


class _Opened(NamedTuple):
    """A section by its beginning; `inside` is what its heading is in, `rank` 0 for one with a level of markup."""

    start: int
    level: int
    heading: Span | None
    inside: frozenset[int]
    rank: int = 0


def _levels(known: dict[frozenset[int], dict[int, int]], inside: frozenset[int]) -> dict[int, int]:
    """The levels of the last headings inside the containers of a block, by rank; at first those outside of them."""
    outer = inside
    while outer not in known:
        outer -= {max(outer)}
    return known.setdefault(inside, dict(known[outer]))


def _opened(block: Block, known: dict[frozenset[int], dict[int, int]]) -> _Opened:
    """The section that a heading opens.

    A heading without a level of markup is one level below the last one above it: lines in bold are below the headings
    of markup, and headings that open a paragraph below both. Any heading in a container is below all outside of it.
    """
    levels = _levels(known, block.inside)
    rank = block.level if block.level in (BOLD, RUN_IN) else 0
    level = block.level + _INSIDE * len(block.inside)
    if rank:
        above = max((other for other in levels if other < rank), default=0)
        level = max(1, levels.get(above, 0)) + 1
    for other in [other for other in levels if other >= rank]:
        del levels[other]
    levels[rank] = level
    return _Opened(block.units[0].start, level, block.units[0], block.inside, rank)


def _has_ended(section: _Opened, block: Block) -> bool:
    """Whether a block is outside of what a heading was in, or has a label of its own beside the heading that is one."""
    return not section.inside <= block.inside or (section.rank == RUN_IN and block.level == RUN_IN)


def _resumed(block: Block, before: Sequence[_Opened]) -> _Opened:
    """The section that goes on behind others that have ended."""
    outer = next((one for one in reversed(before) if not _has_ended(one, block)), _Opened(0, 0, None, _NOWHERE))
    return outer._replace(start=block.units[0].start)


def _sections(text: str, parts: Sequence[Block]) -> tuple[tuple[Section, ...], list[int]]:
    """The sections, and for each block the index of its section."""
    opened: list[_Opened] = []
    indices: list[int] = []
    levels: dict[frozenset[int], dict[int, int]] = {_NOWHERE: {}}
    for index, block in enumerate(parts):
        if block.kind is Kind.HEADING:
            if not (index and _is_repeated(text, block, parts[index - 1])):
                opened.append(_opened(block, levels))
        elif not opened:
            opened.append(_Opened(0, 0, None, _NOWHERE))
        elif _has_ended(opened[-1], block):
            opened.append(_resumed(block, opened))
        indices.append(len(opened) - 1)
    edges = pairwise([*(section.start for section in opened), len(text)])
    sections = (Section(one.heading, one.level, Span(*edge)) for one, edge in zip(opened, edges, strict=True))
    return tuple(sections), indices


def _sentences(
    text: str, parts: Sequence[Block], sections: Sequence[int], markers: Sequence[Marker]
) -> Iterator[Sentence]:
    starts = [marker.span.start for marker in markers]
    known = frozenset(starts)
    paragraphs = accumulate((not block.continues for block in parts[1:]), initial=0)
    for paragraph, block, section in zip(paragraphs, parts, sections, strict=False):
        for unit in block.units:
            for span in sentences.split(text, *unit, known) if block.kind is Kind.PROSE else [unit]:
                inside = markers[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
                yield Sentence(span, section, paragraph, block.kind, tuple(inside))


def _reader(text: str, name: str, is_markdown: bool | None) -> tuple[Sequence[Line], BlockReader]:
    """The lines of a text that are shown, and what reads their blocks."""
    lines = scan(text)
    if markdown.is_markdown(name, text, lines) if is_markdown is None else is_markdown:
        page = markdown.Page(text, lines)
        return page.lines, page.read
    return lines, partial(blocks.parse, text)


def parse(text: str, name: str, sha256: str | None = None, *, is_markdown: bool | None = None) -> Document:
    """Parse a text; any text is a document.

    The heading of a reference list is a section without a sentence.

    Args:
        text: the decoded source.
        name: the file name.
        sha256: the hash of the source's bytes; by default that of the text in UTF-8.
        is_markdown: whether the text is Markdown; by default that is seen from its name and its markup.
    """
    lines, read_blocks = _reader(text, name, is_markdown)
    lists = reference_list.find(text, lines)
    parts = list(contents.without(text, list(_blocks(text, lines, lists, read_blocks))))
    sections, indices = _sections(text, parts)
    title = next((s.heading for s in sections if s.level == 1), parts[0].units[0] if parts and parts[0].level else None)
    entries = scopes.assign(lists, sections, title)
    read = [unit for block in parts if block.kind is not Kind.CODE for unit in block.units]
    explained = tuple(entry for found in lists for entry in found.entries if isinstance(entry, Note))
    markers = notes.find(text, read, explained, citations.find_all(text, read, entries))
    listed = {found.heading for found in lists}
    quotable = tuple(s for s in _sentences(text, parts, indices, markers) if s.span not in listed)
    digest = sha256 or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(name, text, title, sections, quotable, entries, digest, explained)
