"""Quotes behind a bar, the references that they print below them, and the lookups that are shown in the same way."""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING

from chatbot.document import Kind, Span
from chatbot.layout import INDENT, Block, Page, note, stacked
from chatbot.lookups import entries
from chatbot.terminal import Fragment, Line, paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chatbot.document import Document, Reference, Sentence
    from chatbot.lookups import Cited, Found
    from chatbot.reply import Entry, Quote

ANSWER: Line = (("bar", "│ "),)
NEAR: Line = (("bar", "┊ "),)  # told apart from an answer without colour too


def _sentences(document: Document, span: Span) -> Sequence[Sentence]:
    """The sentences in a place, by bisection: an article may have a hundred thousand."""
    first = bisect_right(document.sentences, span.start, key=lambda sentence: sentence.span.end)
    last = bisect_right(document.sentences, span.end - 1, key=lambda sentence: sentence.span.start)
    return document.sentences[first:last]


def _marked(document: Document, span: Span) -> Iterator[Fragment]:
    """The text of a place, its printed citations in their own style."""
    start = span.start
    for marker in (marker for sentence in _sentences(document, span) for marker in sentence.markers):
        if start <= marker.span.start and marker.span.end <= span.end:
            yield "quote", document.text[start : marker.span.start]
            yield "number", document[marker.span]
            start = marker.span.end
    yield "quote", document.text[start : span.end]


def _rows(document: Document, span: Span) -> Iterator[Span]:
    """The place whole, or line by line where lines matter: in tables and code."""
    if not any(sentence.kind in (Kind.TABLE, Kind.CODE) for sentence in _sentences(document, span)):
        yield span
        return
    start = span.start
    for line in document[span].splitlines(keepends=True):
        yield Span(start, start + len(line.rstrip()))
        start += len(line)


def _quoted(document: Document, span: Span, page: Page, bar: Line) -> Block:
    rows = _rows(document, span)
    return [f for row in rows for f in paragraph(_marked(document, row), page.width, bar, bar)]


def listed(quote: Quote) -> Reference | None:
    """The reference entry that is itself quoted, if one is."""
    start, end = quote.span
    entries = quote.document.references
    return next((entry for entry in entries if entry.span.start <= start and end <= entry.span.end), None)


def _source(quote: Quote, page: Page) -> Block:
    """Where a quote stands: its heading, unless that is the quote, and its document if there are several."""
    own = listed(quote)
    heading = f"reference ({own.number})" if own else quote.heading if quote.heading != quote.text else ""
    parts = [part for part in (heading, page.name(quote.document)) if part]
    return paragraph([("heading", ", ".join(parts))], page.width, (("", "— "),), INDENT) if parts else []


def _place(quote: Quote) -> tuple[int, int | None, Reference | None]:
    return id(quote.document), quote.section, listed(quote)


def _joined(quotes: Sequence[Quote]) -> list[Span]:
    """The places of some quotes of one document; what follows with only white space between is shown in one go."""
    spans: list[Span] = []
    text = quotes[0].document.text
    for span in (quote.span for quote in quotes):
        if spans and spans[-1].end <= span.start and not text[spans[-1].end : span.start].strip():
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return spans


def _group(quotes: Sequence[Quote], page: Page, bar: Line) -> Block:
    document = quotes[0].document
    blocks = stacked(_quoted(document, span, page, bar) for span in _joined(quotes))
    return [*blocks, *_source(quotes[0], page)]


def quotations(quotes: Iterable[Quote], page: Page, bar: Line = ANSWER) -> Block:
    """Quotes behind bars, each with its heading; neighbours of one section share it."""
    return stacked(_group(list(group), page, bar) for _, group in groupby(quotes, key=_place))


def entry(item: Entry, page: Page) -> Block:
    """An entry under its printed number, and its address where the entry does not print it itself."""
    number = f"({item.reference.number}) "
    hang: Line = (("", " " * len(number)),)
    text = paragraph([("", item.text)], page.width, (("number", number),), hang)
    address = item.url if item.url and item.url not in item.text else ""
    return [*text, *(paragraph([("", address)], None, hang) if address else [])]


def _list(items: Iterable[Entry], page: Page) -> Block:
    return [fragment for item in items for fragment in entry(item, page)]


def references(items: Iterable[Entry], page: Page) -> Block:
    """Entries, under the name of their document where there are several."""
    groups = [list(group) for _, group in groupby(items, key=lambda item: id(item.document))]
    return stacked([*note(page.name(group[0].document), page, "heading"), *_list(group, page)] for group in groups)


def bibliography(documents: Iterable[Document], page: Page) -> Block:
    """Every reference of some articles."""
    return references(entries(documents), page) or note("The article has no reference list.", page)


def cited(item: Cited, page: Page) -> Block:
    """An entry, and the sentences that cite it."""
    where = note("Cited in:" if item.quotes else "The text never cites it.", page)
    return stacked([references([item.entry], page), where, quotations(item.quotes, page)])


def hits(found: Sequence[Found], page: Page) -> Block:
    """Passages with their scores, best first."""
    return stacked(
        [*paragraph([("number", f"{i}."), ("note", f" score {item.score:.2f}")], None), *quotations([item.quote], page)]
        for i, item in enumerate(found, 1)
    )
