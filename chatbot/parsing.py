"""Reading: from a file or a text to a Document."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatbot import blocks, citations, headings, references, sentences
from chatbot.blocks import Block
from chatbot.document import Document, Kind, Marker, Section, Sentence, Span
from chatbot.errors import ArticleError
from chatbot.lines import Line, scan
from chatbot.references import ReferenceList

LIMIT = 64 * 1024 * 1024  # bytes


def _blocks(text: str, lines: Sequence[Line], lists: Sequence[ReferenceList]) -> Iterator[Block]:
    """The blocks outside the reference lists; of a list only the heading is one."""
    places = zip([0, *(found.last for found in lists)], [*(found.first for found in lists), len(lines)])
    stretches = [list(blocks.parse(text, lines[first:last])) for first, last in places]
    marked = sum(block.kind is Kind.HEADING for stretch in stretches for block in stretch) > 1
    for index, (stretch, found) in enumerate(zip(stretches, [*lists, None])):
        yield from headings.find(text, stretch, first=not index, marked=marked, followed=found is not None)
        if found and found.heading:
            yield Block(Kind.HEADING, (found.heading,), 2)


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _sections(text: str, parts: Sequence[Block]) -> tuple[tuple[Section, ...], list[int]]:
    """The sections, and the index of each block's. A heading that is at once repeated opens no second section."""
    opened: list[tuple[int, Span | None, int]] = []
    of: list[int] = []
    for index, block in enumerate(parts):
        span = block.units[0]
        if block.kind is not Kind.HEADING:
            if not opened:
                opened.append((0, None, 0))
        elif not (index and parts[index - 1].kind is Kind.HEADING and _same(text, parts[index - 1].units[0], span)):
            opened.append((span.start, span, block.level))
        of.append(len(opened) - 1)
    ends = [*(start for start, _, _ in opened[1:]), len(text)]
    return tuple(Section(heading, level, Span(start, end)) for (start, heading, level), end in zip(opened, ends)), of


def _same(text: str, one: Span, other: Span) -> bool:
    return _fold(text[one.start : one.end]) == _fold(text[other.start : other.end])


def _sentences(
    text: str, parts: Sequence[Block], sections: Sequence[int], markers: Sequence[Marker]
) -> Iterator[Sentence]:
    starts = [marker.span.start for marker in markers]
    known = frozenset(starts)
    for paragraph, (block, section) in enumerate(zip(parts, sections)):
        for unit in block.units:
            whole = block.kind is not Kind.PROSE
            for span in [unit] if whole else sentences.split(text, unit.start, unit.end, known):
                inside = markers[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
                yield Sentence(span, section, paragraph, block.kind, tuple(inside))


def parse(text: str, name: str, sha256: str | None = None) -> Document:
    """The document that a text is; any text is one. `sha256` is that of the source's bytes, if they were not UTF-8."""
    lines = scan(text)
    lists = references.find(text, lines)
    parts = list(_blocks(text, lines, lists))
    entries = tuple(entry for found in lists for entry in found.entries)
    sections, of = _sections(text, parts)
    prose = [unit for block in parts if block.kind is not Kind.CODE for unit in block.units]
    markers = citations.find(text, prose, (entry.number for entry in entries))
    listed = {found.heading for found in lists}
    found = tuple(s for s in _sentences(text, parts, of, markers) if s.span not in listed)
    title = next((s.heading for s in sections if s.level == 1), parts[0].units[0] if parts and parts[0].level else None)
    digest = sha256 or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(name, text, title, sections, found, entries, digest)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LIMIT:
            raise ArticleError(str(path), f"larger than {LIMIT >> 20} MB; split it into several articles")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ArticleError(str(path), "no such file; check the path") from error
    except IsADirectoryError as error:
        raise ArticleError(str(path), "is a folder; name a text or Markdown file in it") from error
    except PermissionError as error:
        raise ArticleError(str(path), "may not be read; change its permissions or copy it") from error
    except OSError as error:
        raise ArticleError(str(path), f"cannot be read ({error.strerror}); check the path") from error


def _decode(source: bytes, name: str) -> str:
    if b"\0" in source:
        raise ArticleError(name, "is no text (it has NUL bytes); give plain text or Markdown in UTF-8")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        reason = f"is not UTF-8 (line {line}, byte {error.start}); save it as UTF-8"
        raise ArticleError(name, reason) from error


def read(path: Path) -> Document:
    """Read an article from a UTF-8 file, with or without a byte order mark; its text stays as it is."""
    source = _bytes(path)
    document = parse(_decode(source, str(path)), path.name, hashlib.sha256(source).hexdigest())
    if not document.sentences:
        raise ArticleError(str(path), "has no sentence to quote; give an article with text")
    return document
