"""The parser: from a file or a text to a Document."""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from chatbot.common.files import UnreadableFileError, decode_utf8
from chatbot.documents import blocks, citations, headings, notes, reference_list, scopes, sentences
from chatbot.documents.blocks import Block
from chatbot.documents.lines import Line, scan
from chatbot.documents.model import Document, Kind, Marker, Note, Section, Sentence, Span
from chatbot.documents.reference_list import ReferenceList
from chatbot.errors import ArticleError

LIMIT = 64 * 1024 * 1024  # bytes


def _stretches(text: str, lines: Sequence[Line], lists: Sequence[ReferenceList]) -> Iterator[Block]:
    """The blocks outside the reference lists, and the headings of the lists."""
    edges = [0, *(edge for found in lists for edge in (found.first, found.last)), len(lines)]
    parsed = [list(blocks.parse(text, lines[first:last])) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    marked = sum(block.kind is Kind.HEADING for stretch in parsed for block in stretch) > 1
    for index, (stretch, found) in enumerate(zip(parsed, [*lists, None], strict=True)):
        yield from headings.find(
            text, stretch, first=index == 0, marked=marked, followed=found is not None and not found.footnotes
        )
        if found and found.heading:
            yield Block(Kind.HEADING, (found.heading,), found.level)


def _blocks(text: str, lines: Sequence[Line], lists: Sequence[ReferenceList]) -> Iterator[Block]:
    """All blocks that sentences come from; the lines of an unnumbered reference list stay whole."""
    listing = False
    for block in _stretches(text, lines, lists):
        if block.kind is Kind.HEADING:
            listing = reference_list.is_heading(text[slice(*block.units[0])])
        yield Block(Kind.ITEM, block.units) if listing and block.kind is Kind.PROSE else block


def _is_repeated(text: str, block: Block, before: Block) -> bool:
    """Whether a heading repeats the block right before it, like a title that is printed twice."""
    one, other = (" ".join(text[slice(*part.units[0])].split()).casefold() for part in (before, block))
    return before.kind is Kind.HEADING and one == other


def _sections(text: str, parts: Sequence[Block]) -> tuple[tuple[Section, ...], list[int]]:
    """The sections, and for each block the index of its section."""
    opened: list[tuple[int, int, Span | None]] = []  # start, level, heading
    indices: list[int] = []
    for index, block in enumerate(parts):
        if block.kind is Kind.HEADING:
            if not (index and _is_repeated(text, block, parts[index - 1])):
                opened.append((block.units[0].start, block.level, block.units[0]))
        elif not opened:
            opened.append((0, 0, None))
        indices.append(len(opened) - 1)
    edges = pairwise([*(start for start, _, _ in opened), len(text)])
    sections = (Section(h, level, Span(*edge)) for (_, level, h), edge in zip(opened, edges, strict=True))
    return tuple(sections), indices


def _sentences(
    text: str, parts: Sequence[Block], sections: Sequence[int], markers: Sequence[Marker]
) -> Iterator[Sentence]:
    starts = [marker.span.start for marker in markers]
    known = frozenset(starts)
    for paragraph, (block, section) in enumerate(zip(parts, sections, strict=True)):
        for unit in block.units:
            for span in sentences.split(text, *unit, known) if block.kind is Kind.PROSE else [unit]:
                inside = markers[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
                yield Sentence(span, section, paragraph, block.kind, tuple(inside))


def parse(text: str, name: str, sha256: str | None = None) -> Document:
    """Parse a text; any text is a document.

    The heading of a reference list is a section without a sentence.

    Args:
        text: the decoded source.
        name: the file name.
        sha256: the hash of the source's bytes; by default that of the text in UTF-8.
    """
    lines = scan(text)
    lists = reference_list.find(text, lines)
    parts = list(_blocks(text, lines, lists))
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


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # the size of some files, like pipes, is unknown
            if os.fstat(file.fileno()).st_size > LIMIT or len(source := file.read(LIMIT + 1)) > LIMIT:
                raise ArticleError(str(path), f"is larger than {LIMIT >> 20} MB; split it into several articles")
            return source
    except FileNotFoundError as error:
        raise ArticleError(str(path), "there is no such file; check the path") from error
    except (IsADirectoryError, PermissionError) as error:
        if path.is_dir():  # on Windows a folder cannot be opened
            raise ArticleError(str(path), "is a folder; name a text or Markdown file in it") from error
        raise ArticleError(str(path), "may not be read; change its permissions or copy it") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise ArticleError(str(path), f"cannot be read ({error}); check the path") from error


def _decode(source: bytes, name: str) -> str:
    if b"\0" in source:
        raise ArticleError(name, "is not text (it has NUL bytes); give plain text or Markdown in UTF-8")
    try:
        return decode_utf8(source, name)
    except UnreadableFileError as fault:
        raise ArticleError(fault.place, fault.reason) from fault


def read(path: Path) -> Document:
    """Read an article from a UTF-8 file, with or without a byte order mark. Raises ArticleError."""
    source = _bytes(path)
    document = parse(_decode(source, str(path)), path.name, hashlib.sha256(source).hexdigest())
    if not document.sentences:
        raise ArticleError(str(path), "has no sentence to quote; give an article with text")
    return document
