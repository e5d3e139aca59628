"""Quotes behind a bar, the references that they print below them, and the lookups that are shown in the same way."""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from typing import TYPE_CHECKING

from chatbot.documents.model import Kind, Span
from chatbot.reply import Entry
from chatbot.terminal.layout import INDENT, Block, Page, note, stacked
from chatbot.terminal.text import Fragment, Line, paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chatbot.documents.model import Document, Reference, Sentence
    from chatbot.inspection.lookups import Cited, Found
    from chatbot.reply import Quote

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


def _lines(document: Document, span: Span) -> Iterator[Span]:
    start = span.start
    for line in document[span].splitlines(keepends=True):
        yield Span(start, start + len(line.rstrip()))
        start += len(line)


def _opening(text: str, before: int, start: int) -> int:
    """Where a paragraph that starts at `start` begins to be shown: with the bullet of its line, if it has one."""
    first = max(before, text.rfind("\n", before, start) + 1)
    return first + len(text[first:start]) - len(text[first:start].lstrip())


def _rows(document: Document, span: Span) -> Iterator[Span]:
    """The paragraphs of a place; of tables and code, where lines matter, each line."""
    groups = [list(group) for _, group in groupby(_sentences(document, span), key=lambda sentence: sentence.paragraph)]
    ends = [*(group[-1].span.end for group in groups[:-1]), span.end]
    openings = (_opening(document.text, end, group[0].span.start) for end, group in zip(ends, groups[1:], strict=False))
    rows = [Span(*row) for row in zip((span.start, *openings), ends, strict=True)]
    for row, group in zip(rows, groups or [[]], strict=True):  # no sentence covers an entry of the reference list
        whole = not group or group[0].kind not in (Kind.TABLE, Kind.CODE)
        yield from [row] if whole else _lines(document, row)


def _quoted(document: Document, span: Span, page: Page, bar: Line) -> Block:
    rows = _rows(document, span)
    return [f for row in rows for f in paragraph(_marked(document, row), page.width, bar, bar)]


def listed(quote: Quote) -> Reference | None:
    """The reference entry that is itself quoted, if one is."""
    return next((known for known in quote.document.references if known.span == quote.span), None)


def _source(quotes: Sequence[Quote], page: Page) -> Block:
    """Where some quotes stand: their heading, unless it is one of them, and their document if there are several."""
    heading = quotes[0].heading if all(quote.text != quote.heading for quote in quotes) else ""
    parts = [part for part in (heading, page.name(quotes[0].document)) if part]
    return paragraph([("heading", ", ".join(parts))], page.width, (("", "— "),), INDENT) if parts else []


def _place(quote: Quote) -> tuple[int, int | None, bool]:
    return id(quote.document), quote.section, listed(quote) is not None


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


def entry(item: Entry, page: Page, bar: Line = ()) -> Block:
    """An entry under its printed number; below it, outside any bar, its address where it does not print that itself."""
    number = f"({item.reference.number}) "
    text = paragraph([("", item.text)], page.width, (*bar, ("number", number)), (*bar, ("", " " * len(number))))
    address = item.url if item.url and item.url not in item.text else ""
    indent: Line = (*(("", " " * len(piece)) for _, piece in bar), ("", " " * len(number)))
    return [*text, *(paragraph([("", address)], None, indent) if address else [])]


def _group(quotes: Sequence[Quote], page: Page, bar: Line) -> Block:
    """Quotes of one section, or of the reference list, and where they stand."""
    document = quotes[0].document
    quoted = [Entry(document, reference) for reference in map(listed, quotes) if reference]
    if quoted:
        return [*(fragment for item in quoted for fragment in entry(item, page, bar)), *_source(quotes, page)]
    blocks = [_quoted(document, span, page, bar) for span in _joined(quotes)]
    headed = any(quote.text == quote.heading for quote in quotes)  # what follows a quoted heading belongs to it
    shown = [fragment for block in blocks for fragment in block] if headed else stacked(blocks)
    return [*shown, *_source(quotes, page)]


def quotations(quotes: Iterable[Quote], page: Page, bar: Line = ANSWER) -> Block:
    """Quotes behind bars, each with its heading; neighbours of one section share it."""
    return stacked(_group(list(group), page, bar) for _, group in groupby(quotes, key=_place))


def _list(items: Iterable[Entry], page: Page) -> Block:
    return [fragment for item in items for fragment in entry(item, page)]


def references(items: Iterable[Entry], page: Page) -> Block:
    """Entries, under the name of their document where there are several."""
    groups = [list(group) for _, group in groupby(items, key=lambda item: id(item.document))]
    return stacked([*note(page.name(group[0].document), page, "heading"), *_list(group, page)] for group in groups)


def bibliography(documents: Iterable[Document], page: Page) -> Block:
    """Every reference of some articles."""
    return references(Entry.of_documents(documents), page) or note("The article has no reference list.", page)


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
