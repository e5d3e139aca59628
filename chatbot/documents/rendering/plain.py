"""The blocks of a plain text as elements, as the parser understood them."""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from chatbot.documents.model import Kind, Span
from chatbot.documents.rendering.nodes import Element, Leaf, Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.documents.model import Document, Sentence

_BULLET = re.compile(r"[-*+•‣◦▪·–—]\s+$")
_CELL = re.compile(r"[^\t|\r\n]*[^\t|\s][^\t|\r\n]*")
_RULE = re.compile(r"[\s|:+=-]*$")


def _paragraph(document: Document, members: Sequence[Sentence]) -> Element:
    """Sentences as one text; a line break between two of them was meant, one inside a sentence was not."""
    children: list[Node] = []
    start = members[0].span.start
    for sentence, following in pairwise(members):
        if "\n" in document.text[sentence.span.end : following.span.start]:
            children += [Leaf(start, sentence.span.end), Element("br")]
            start = following.span.start
    return Element("p", [*children, Leaf(start, members[-1].span.end)])


def _item(document: Document, sentence: Sentence) -> Element:
    start = document.text.rfind("\n", 0, sentence.span.start) + 1
    bullet = _BULLET.search(document.text, start, sentence.span.start)
    return Element("li", [Leaf(*sentence.span)], {} if bullet else {"class": "plain"})


def _row(document: Document, start: int, end: int) -> Element:
    return Element("tr", [Element("td", [Leaf(*cell.span())]) for cell in _CELL.finditer(document.text, start, end)])


def _table(document: Document, members: Sequence[Sentence]) -> Element:
    rows: list[Node] = []
    for sentence in members:
        start = sentence.span.start
        for line in document[sentence.span].splitlines(keepends=True):
            if not _RULE.match(line):
                rows.append(_row(document, start, start + len(line)))
            start += len(line)
    return Element("table", [Element("tbody", rows)])


def _blocks(document: Document, members: Sequence[Sentence]) -> Iterator[Element]:
    kind = members[0].kind
    if kind is Kind.HEADING:
        for sentence in members:
            level = min(6, max(1, document.sections[sentence.section].level))
            yield Element(f"h{level}", [Leaf(*sentence.span)])
    elif kind is Kind.ITEM:
        yield Element("ul", [_item(document, sentence) for sentence in members])
    elif kind is Kind.TABLE:
        yield _table(document, members)
    elif kind is Kind.CODE:
        yield Element("pre", [Leaf(members[0].span.start, members[-1].span.end)])
    else:
        for _, paragraph in groupby(members, key=lambda sentence: sentence.paragraph):
            yield _paragraph(document, list(paragraph))


def read(document: Document) -> list[Node]:
    """The blocks of a document's sentences, and the headings of its reference lists."""
    known = {sentence.span for sentence in document.sentences}
    listed = (section for section in document.sections if section.heading and section.heading not in known)
    headings = [
        Element(f"h{min(6, max(1, section.level))}", [Leaf(*section.heading)])
        for section in listed
        if section.heading and not section.goes_on
    ]
    groups = groupby(document.sentences, key=lambda sentence: (sentence.kind, sentence.section))
    found = [block for _, members in groups for block in _blocks(document, list(members))]
    return [*found, *headings]


def uncovered(document: Document, covered: Sequence[Span]) -> Iterator[Span]:
    """The lines with a letter or a digit that no block has."""
    edges = [0, *(edge for span in covered for edge in span), len(document.text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        at = start
        for line in document.text[start:end].splitlines(keepends=True):
            bare = line.strip()
            if any(map(str.isalnum, bare)):
                first = at + line.index(bare)
                yield Span(first, first + len(bare))
            at += len(line)
