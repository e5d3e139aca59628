"""An article in parts, with the markup that HTML and JATS share: what the writers of formats start from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import NamedTuple

from chatbot.documents.model import Document, Kind, Marker, Reference, Sentence, Span

ORDERED = re.compile(r"(\d{1,3})\.\s+")  # the number of a list item
_NUMBER = re.compile(r"\d+")
_PLAIN_LIST = re.compile(r"\W*(?:sup\W+)?(?P<list>\d[\d\s,;–-]*)(?:\W+sup)?\W*")
_FENCES = re.compile(r"^(?:`{3,}|~{3,})[^\n]*\n|\n(?:`{3,}|~{3,})$")
_DELIMITERS = re.compile(r"[|\s:-]+")


class Part(NamedTuple):
    """A block of an article: its kind, the level of a heading, its paragraphs or items, or its entries."""

    kind: Kind
    level: int
    spans: tuple[Span, ...]
    entries: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Article:
    """An article that was read from plain text. `raised`: its citations are to be printed as superscripts."""

    document: Document
    raised: bool

    def parts(self) -> Iterator[Part]:
        """The blocks, in order."""
        document = self.document
        headings = {section.heading: section.level for section in document.sections if section.heading}
        found = [Part(Kind.HEADING, level, (span,)) for span, level in headings.items()]
        paragraphs = groupby((s for s in document.sentences if s.span not in headings), key=lambda s: s.paragraph)
        found += [_paragraph(list(group)) for _, group in paragraphs]
        found += [Part(Kind.ENTRY, 0, (entry.span,), (entry,)) for entry in document.references]
        found.sort(key=lambda part: part.spans[0])
        for kind, group in groupby(found, key=lambda part: part.kind):
            parts = list(group)
            if kind in (Kind.ITEM, Kind.ENTRY):
                entries = tuple(entry for part in parts for entry in part.entries)
                yield Part(kind, 0, tuple(span for part in parts for span in part.spans), entries)
            else:
                yield from parts

    def pieces(self, span: Span) -> Iterator[str | Marker]:
        """The text of a span, and the citations in it."""
        start = span.start
        for marker in (m for sentence in self.document.sentences_in(span) for m in sentence.markers):
            yield self.document.text[start : marker.span.start]
            yield marker
            start = marker.span.end
        yield self.document.text[start : span.end]


def _paragraph(sentences: Sequence[Sentence]) -> Part:
    first, last = sentences[0], sentences[-1]
    return Part(first.kind, 0, (Span(first.span.start, last.span.end),))


Link = Callable[[int, str], str]  # of an entry's number, and the digits that are printed


def _cited(article: Article, before: str, marker: Marker, link: Link) -> str:
    """The markup of a citation, and the text before it."""
    printed = article.document[marker.span]
    plain = _PLAIN_LIST.fullmatch(re.sub(r"(?<=\d)\](.)\[(?=\d)", r"\1", printed))  # "[1]–[3]"
    numbers = {entry.number for entry in article.document.references}

    def linked(found: re.Match[str]) -> str:
        return link(int(found[0]), found[0]) if int(found[0]) in numbers else found[0]

    if article.raised and plain:
        return f"{before.rstrip(' ')}<sup>{_NUMBER.sub(linked, ''.join(plain['list'].split()))}</sup>"
    return before + _NUMBER.sub(linked, escape(printed))


def marked_up(article: Article, span: Span, link: Link) -> str:
    """A span of an article as markup, with its citations as links."""
    pieces = list(article.pieces(span))
    texts = [escape(piece) for piece in pieces if isinstance(piece, str)]
    markers = [piece for piece in pieces if isinstance(piece, Marker)]
    cited = (_cited(article, *pair, link) for pair in zip(texts, markers, strict=False))
    return "".join((*cited, texts[-1])).replace("</sup><sup>", ",")


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if not _DELIMITERS.fullmatch(line)]
    return [[cell.strip() for cell in re.split(r"\t|\|", line.strip().strip("|"))] for line in lines]


def table(text: str) -> str:
    """A table of plain text, with tabs or bars between cells, as markup."""
    rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in _rows(text))
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def code(text: str) -> str:
    """A block of code without its fences."""
    return escape(_FENCES.sub("", text))
