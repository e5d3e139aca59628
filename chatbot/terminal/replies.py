"""Replies, and what is known of an article, as styled text for a terminal; legible without the styles too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.common.wording import number_ranges
from chatbot.reply import ReplyKind
from chatbot.terminal.layout import INDENT, Block, Page, note, stacked
from chatbot.terminal.quotes import NEAR, listed, quotations, references
from chatbot.terminal.text import paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.documents.model import Document
    from chatbot.inspection.article_report import Check
    from chatbot.inspection.findability import Findability
    from chatbot.reply import Quote, Reply

_BEGINNING = 60  # characters of a sentence that is only pointed out
_MOST_UNREAD = 10
NO_REFERENCE = "No reference is printed for this."


def _behind(reply: Reply, page: Page) -> Block:
    """The entries whose numbers the quotes print, or that none is printed."""
    quoted = {(id(quote.document), listed(quote)) for quote in reply.quotes}
    items = [item for item in reply.entries if (id(item.document), item.reference) not in quoted]
    if items or not reply.quotes or reply.kind is ReplyKind.REFERENCE:
        return references(items, page)
    return note(NO_REFERENCE, page)


def _understood(reply: Reply, page: Page) -> Block:
    """How the question was read, where that is not how it was written."""
    if reply.parts:
        return []  # each part says so for itself
    corrected = reply.question.casefold()
    for word in reply.corrections:
        corrected = corrected.replace(word.written.casefold(), word.read.casefold())
    readings = [f"reading '{word.written}' as '{word.read}'" for word in reply.corrections]
    same = reply.understood.casefold().split() in (corrected.split(), reply.question.casefold().split())
    return [
        *note(", ".join(readings), page),
        *note("" if same or not reply.understood else f"understood as: {reply.understood}", page),
    ]


def why(reply: Reply) -> Block:
    """The confidence in a reply and the evidence for it, by name."""
    wide = max((len(name) for name, _ in reply.evidence), default=0)
    rows = [paragraph([("", f"{name:<{wide}}  {value:.2f}")], None, INDENT) for name, value in reply.evidence]
    head = paragraph([("note", f"Why: confidence {reply.confidence:.2f}")], None)
    return [*head, *(fragment for row in rows for fragment in row)]


def suggestions(questions: Sequence[str], page: Page) -> Block:
    """Questions that are answered."""
    rows = [paragraph([("question", question)], page.width, INDENT, INDENT) for question in questions]
    return [*note("You could ask:" if rows else "", page), *(fragment for row in rows for fragment in row)]


def _nearest(reply: Reply, page: Page) -> Block:
    near = quotations(reply.near, page, NEAR)
    return [*note("Not an answer, but near:", page), *near] if near else []


def _said(whole: Reply, page: Page) -> Block:
    return [fragment for line in whole.said.splitlines() for fragment in note(line, page, "said")]


def _part(part: Reply, page: Page) -> Block:
    return [*note(f"• {part.question}", page, "question"), *reply(part, page)]


def _body(whole: Reply, page: Page) -> Iterator[Block]:
    if whole.parts:
        yield from (_part(part, page) for part in whole.parts)
        return
    yield quotations(whole.quotes, page)
    yield _behind(whole, page)
    yield _nearest(whole, page)
    if page.explain:
        yield why(whole)


def reply(whole: Reply, page: Page) -> Block:
    """A whole reply: how it was understood, what is said, quotes, references, near misses, what else to ask."""
    return stacked(
        [_understood(whole, page), _said(whole, page), *_body(whole, page), suggestions(whole.suggestions, page)]
    )


# Documents


def sections(document: Document, page: Page) -> Block:
    """The headings of an article, set in by their level."""
    lines = [(section.level, document[section.heading]) for section in document.sections if section.heading]
    top = min((level for level, _ in lines), default=0)
    rows = [paragraph([("heading", text)], page.width, (("", "  " * (level - top)),)) for level, text in lines]
    return [fragment for row in rows for fragment in row] or note("The article has no headings.", page)


def _named(rows: Sequence[tuple[str, str]], page: Page) -> Block:
    """Rows of a name and a value, the values below each other."""
    wide = max(len(name) for name, _ in rows) + 2
    hang = (("", " " * wide),)
    return [f for name, text in rows for f in paragraph([("", text)], page.width, (("note", name.ljust(wide)),), hang)]


def _outline(report: Check, page: Page) -> Block:
    """The headings, set in by their level, with the number of sentences below each."""
    document = report.document
    blocks: Block = []
    for section, size in zip(document.sections, report.sizes(), strict=True):
        heading = document[section.heading] if section.heading else "(without a heading)"
        prefix = (("", "  " * max(section.level, 1)),)
        blocks += paragraph([("heading", heading), ("", f" · {size}")], page.width, prefix, prefix)
    return blocks


def _begin(text: str) -> str:
    """The beginning of a long text, in quotation marks."""
    whole = " ".join(text.split())
    return f"“{whole if len(whole) <= _BEGINNING else whole[: _BEGINNING - 1].rstrip() + '…'}”"


def _quoted(quote: Quote) -> str:
    return f"line {quote.document.line(quote.span.start)} {_begin(quote.text)}"


def _lost(found: Findability, page: Page) -> Block:
    """The sentences that were not found, what was asked, and what came instead."""
    blocks = note("Not found when asked for:" if found.lost else "", page)
    for one in found.lost:
        instead = f"quoted instead: {_quoted(one.quoted)}" if one.quoted else "refused"
        blocks += paragraph([("", f"line {one.line} {_begin(one.text)}")], page.width, INDENT, INDENT)
        blocks += paragraph([("note", f"asked: {one.words} · {instead}")], page.width, INDENT * 2, INDENT * 2)
    return blocks


def check(report: Check, page: Page, found: Findability | None = None) -> Block:
    """What the parser understood of one article, and, if that was tried, whether its sentences can be found."""
    document = report.document
    kinds = ", ".join(f"{count} {kind}" for kind, count in report.kinds().items())
    unresolved = ", ".join(f"{text} in line {line}" for line, text in report.unresolved)
    numbered = f", numbered {number_ranges(report.numbers)}" if report.numbers else ""
    unread = ", ".join(f"line {line} {_begin(text)}" for line, text in report.unread[:_MOST_UNREAD])
    more = len(report.unread) - _MOST_UNREAD
    counts = [
        ("Article", document.name),
        ("Title", document[document.title] if document.title else "none found"),
        ("Sentences", f"{len(document.sentences)} ({kinds})"),
        ("Passages", str(report.passages)),
        ("References", f"{len(report.numbers)}{numbered}"),
        ("Citations in the text", str(report.markers)),
        ("Citations without an entry", unresolved or "none"),
        ("Entries never cited", number_ranges(report.uncited) or "none"),
        ("Numbers left out of the list", number_ranges(report.gaps) or "none"),
        ("Numbers given twice", number_ranges(report.repeated) or "none"),
        ("Text that nothing can quote", (unread or "none") + (f", and {more} more" if more > 0 else "")),
        *([("Findable", found.text)] if found else []),
        ("Sections", f"{len(document.sections)}, with their sentences"),
    ]
    return stacked([[*_named(counts, page), *_outline(report, page)], _lost(found, page) if found else []])
