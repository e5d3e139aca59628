"""Replies, quotes and references as styled text; legible without the styles too."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from chatbot.documents.model import Kind, Span
from chatbot.reply import ReplyKind, all_sources
from chatbot.terminal import explanations
from chatbot.terminal.text import INDENT, Block, Fragment, Line, Page, joined, note, paragraph, stacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chatbot.documents.model import Document
    from chatbot.inspection.lookups import CitedEntry, SearchResult
    from chatbot.reply import Quote, Reply, Source

ANSWER: Line = (("bar", "│ "),)
NEAR: Line = (("bar", "┊ "),)  # differs from the bar of an answer without colour too
NO_REFERENCE = "No reference is printed for this."


# Quotes


def _highlighted(document: Document, span: Span) -> Iterator[Fragment]:
    """The text of a span, its citation markers in their own style."""
    start = span.start
    for marker in (marker for sentence in document.sentences_in(span) for marker in sentence.markers):
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
    """The place from which a paragraph at `start` is shown: that of its bullet, if it has one."""
    first = max(before, text.rfind("\n", before, start) + 1)
    return first + len(text[first:start]) - len(text[first:start].lstrip())


def _rows(document: Document, span: Span) -> Iterator[Span]:
    """The paragraphs of a span; of tables and code, where line breaks matter, the lines."""
    groups = [list(group) for _, group in groupby(document.sentences_in(span), key=lambda s: s.paragraph)]
    ends = [*(group[-1].span.end for group in groups[:-1]), span.end]
    openings = (_opening(document.text, end, group[0].span.start) for end, group in zip(ends, groups[1:], strict=False))
    rows = [Span(*row) for row in zip((span.start, *openings), ends, strict=True)]
    for row, group in zip(rows, groups or [[]], strict=True):  # no sentence covers an entry of the reference list
        has_lines = bool(group) and group[0].kind in (Kind.TABLE, Kind.CODE)
        yield from _lines(document, row) if has_lines else [row]


def _quotation(document: Document, span: Span, page: Page, bar: Line) -> Block:
    rows = _rows(document, span)
    return joined(paragraph(_highlighted(document, row), page.width, bar, bar) for row in rows)


def _location(quotes: Sequence[Quote], page: Page) -> Block:
    """The headings above some quotes, unless one is quoted, their document if there are several, and their places."""
    heading = "" if any(quote.is_heading for quote in quotes) else quotes[0].heading
    places = dict.fromkeys(quote.place.label for quote in quotes)
    # in a document without other headings, the heading is its title: once is enough
    parts = [part for part in dict.fromkeys((heading, page.name(quotes[0].document), *places)) if part]
    shown = [*(part.removesuffix(".") for part in parts[:-1]), *parts[-1:]]  # a heading may end in a full stop
    return paragraph([("heading", ", ".join(shown))], page.width, (("", "— "),), INDENT) if parts else []


def _merged(quotes: Sequence[Quote]) -> list[Span]:
    """The spans of some quotes of one document; those with only white space between them are merged."""
    spans: list[Span] = []
    text = quotes[0].document.text
    for span in (quote.span for quote in quotes):
        if spans and spans[-1].end <= span.start and not text[spans[-1].end : span.start].strip():
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return spans


def _entry(entry: Source, page: Page, bar: Line = ()) -> Block:
    """An entry or a note with its mark; its address below it, without a bar, if the entry does not print it."""
    number = f"{entry.mark} ".lstrip()
    text = paragraph([("", entry.text)], page.width, (*bar, ("number", number)), (*bar, ("", " " * len(number))))
    address = entry.url if entry.url and entry.url not in entry.text else ""
    indent: Line = (*(("", " " * len(piece)) for _, piece in bar), ("", " " * len(number)))
    return [*text, *(paragraph([("", address)], None, indent) if address else [])]


def _group(quotes: Sequence[Quote], page: Page, bar: Line) -> Block:
    """Quotes of one section, or of the reference list, and their location."""
    if entries := [entry for quote in quotes if (entry := quote.entry or quote.note)]:
        return [*joined(_entry(entry, page, bar) for entry in entries), *_location(quotes, page)]
    blocks = [_quotation(quotes[0].document, span, page, bar) for span in _merged(quotes)]
    has_heading = any(quote.is_heading for quote in quotes)  # the other quotes then stand directly below it
    shown = joined(blocks) if has_heading else stacked(blocks)
    return [*shown, *_location(quotes, page)]


def quotations(quotes: Iterable[Quote], page: Page, bar: Line = ANSWER) -> Block:
    """Quotes behind bars; neighbours in one section share the line that says where they are from."""
    groups = groupby(quotes, key=lambda quote: (id(quote.document), quote.section, bool(quote.entry or quote.note)))
    return stacked(_group(list(group), page, bar) for _, group in groups)


# References and search results


def references(entries: Iterable[Source], page: Page) -> Block:
    """Entries, under the name of their document if there are several, and of their chapter if each has a list."""
    groups = [list(group) for _, group in groupby(entries, key=lambda entry: (id(entry.document), entry.chapter))]
    names = (", ".join(filter(None, (group[0].chapter, page.name(group[0].document)))) for group in groups)
    return stacked(
        [*note(name, page, "heading"), *joined(_entry(entry, page) for entry in group)]
        for name, group in zip(names, groups, strict=True)
    )


def bibliography(documents: Iterable[Document], page: Page) -> Block:
    """The complete reference lists of some documents."""
    listed = (source for document in documents for source in all_sources(document))
    return references(listed, page) or note("The article has no reference list.", page)


def cited_entry(found: CitedEntry, page: Page) -> Block:
    """An entry and the sentences that cite it."""
    heading = note("Cited in:" if found.quotes else "The text never cites it.", page)
    return stacked([references([found.entry], page), heading, quotations(found.quotes, page)])


def search_results(results: Sequence[SearchResult], page: Page) -> Block:
    """Passages with their scores, best first."""
    return stacked(
        [*paragraph([("number", f"{i}."), ("note", f" score {r.score:.2f}")], None), *quotations([r.quote], page)]
        for i, r in enumerate(results, 1)
    )


# Replies


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _topic(reply: Reply) -> str:
    """What a question is about, where that is not the question itself: the earlier one, or the one that it stands for.

    A question is searched with its context in brackets: "Who says so? (How big is the gut?)".
    """
    corrected = reply.question.casefold()
    for word in reply.corrections:
        corrected = corrected.replace(word.written.casefold(), word.read.casefold())
    asked = {_folded(corrected), _folded(reply.question)}
    understood = reply.understood
    brackets = (match.span() for match in re.finditer(r" \(", understood.removesuffix(")")))
    contexts = [understood[end:-1] for start, end in brackets if _folded(understood[:start]) in asked]
    return contexts[0] if contexts else "" if _folded(understood) in asked else understood


def _reading(reply: Reply, page: Page) -> Block:
    """How the question was read, if that differs from how it was written; each part of a reply shows its own."""
    if reply.parts:
        return []
    corrections = [f"reading '{word.written}' as '{word.read}'" for word in reply.corrections]
    topic = _topic(reply)
    return [*note(", ".join(corrections), page), *note(f"About: {topic}" if topic else "", page)]


def _message(reply: Reply, page: Page) -> Block:
    """The program's own words, and for a refusal what was missing."""
    lines = joined(note(line, page, "message") for line in reply.said.splitlines())
    missing = "" if page.explain else explanations.unmentioned(reply)  # which an explanation says too
    return [*lines, *note(missing, page)]


def _cited_entries(reply: Reply, page: Page) -> Block:
    """The entries that the quotes cite, or a note that there are none; entries that are quoted are not repeated."""
    quoted = {quote.entry or quote.note for quote in reply.quotes}
    entries = [source for source in reply.sources if source not in quoted]
    told = "reference" in reply.said  # already, where references were asked for
    if entries or not reply.quotes or told or reply.kind is ReplyKind.REFERENCE:
        return references(entries, page)
    return note(NO_REFERENCE, page)


def _nearest(reply: Reply, page: Page) -> Block:
    """The passage that is nearest to a refused question."""
    near = quotations(reply.near[:1], page, NEAR)
    return [*note("Closest passage (not an answer):", page), *near] if near else []


def explanation(reply: Reply, page: Page) -> Block:
    """Why a reply is as it is, in words."""
    return explanations.explanation(reply, page, lambda runner_up: quotations([runner_up.quote], page, NEAR))


def suggestions(questions: Sequence[str], page: Page) -> Block:
    """Questions that the documents answer."""
    rows = [paragraph([("question", question)], page.width, INDENT, INDENT) for question in questions]
    return [*note("You could ask:" if rows else "", page), *joined(rows)]


def _part(part: Reply, page: Page) -> Block:
    return [*note(f"• {part.question}", page, "question"), *render(part, page)]


def _answer(reply: Reply, page: Page) -> Iterator[Block]:
    if reply.parts:
        yield from (_part(part, page) for part in reply.parts)
        return
    yield quotations(reply.quotes, page)
    yield _cited_entries(reply, page)
    yield _nearest(reply, page)
    if page.explain:
        yield explanation(reply, page)


def render(reply: Reply, page: Page) -> Block:
    """A complete reply: how it was read, the message, quotes, references, nearest passages and suggestions."""
    return stacked(
        [_reading(reply, page), _message(reply, page), *_answer(reply, page), suggestions(reply.suggestions, page)]
    )
