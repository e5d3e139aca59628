"""An article's outline, and the report of `chatbot check`, as styled text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.common.wording import format_ranges, shorten
from chatbot.terminal.text import INDENT, Block, Page, joined, note, paragraph, stacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.documents.model import Document
    from chatbot.inspection.article_report import ArticleReport
    from chatbot.inspection.findability import Findability

_DEEPEST = 6  # levels that are indented
_MAX_UNREAD = 10  # lines; the report counts the others


def outline(document: Document, page: Page) -> Block:
    """The headings of an article, indented by level."""
    marked = ((section, section.heading) for section in document.sections if not section.goes_on)
    headings = [(section.level, document[heading]) for section, heading in marked if heading]
    top = min((level for level, _ in headings), default=0)
    rows = [
        paragraph([("heading", text)], page.width, (("", "  " * min(level - top, _DEEPEST)),))
        for level, text in headings
    ]
    return joined(rows) or note("The article has no headings.", page)


def _table(rows: Sequence[tuple[str, str]], page: Page) -> Block:
    """Rows of a name and a value, the values in one column."""
    width = max(len(name) for name, _ in rows) + 2
    indent = (("", " " * width),)
    return joined(paragraph([("", text)], page.width, (("note", name.ljust(width)),), indent) for name, text in rows)


def _sections(report: ArticleReport, page: Page) -> Block:
    """The headings, indented by level, with the number of sentences in each section."""
    block: Block = []
    for section, size in zip(report.document.sections, report.section_sizes(), strict=True):
        heading = report.document[section.heading] if section.heading else "(without a heading)"
        indent = (("", "  " * min(max(section.level, 1), _DEEPEST)),)
        block += paragraph([("heading", heading), ("", f" · {size}")], page.width, indent, indent)
    return block


def _at_line(line: int, text: str) -> str:
    return f"line {line} “{shorten(text)}”"


def _missed(found: Findability, page: Page) -> Block:
    """The sentences that were not found, each with its query and what was quoted instead."""
    block = note("Sentences that were not found:" if found.missed else "", page)
    for missed in found.missed:
        quote = missed.quoted
        outcome = f"quoted instead: {_at_line(quote.line, quote.text)}" if quote else "no answer"
        block += paragraph([("", _at_line(missed.line, missed.text))], page.width, INDENT, INDENT)
        block += paragraph([("note", f"query: {missed.query} · {outcome}")], page.width, INDENT * 2, INDENT * 2)
    return block


def _numbered(report: ArticleReport) -> str:
    """How many entries the reference lists have, with their numbers; of several, each with its chapter."""
    lists = report.lists().items()
    counts = (f"{len(numbers)}, numbered {format_ranges(numbers)}" for _, numbers in lists)
    chapters = (f" ({chapter})" if len(lists) > 1 and chapter else "" for chapter, _ in lists)
    return "; ".join(map("".join, zip(counts, chapters, strict=True))) or "0"


def article_report(report: ArticleReport, page: Page, found: Findability | None = None) -> Block:
    """What the parser understood of an article and, if it was measured, whether its sentences can be found."""
    document = report.document
    kinds = ", ".join(f"{count} {kind}" for kind, count in report.kinds().items())
    unresolved = ", ".join(f"{citation.text} in line {citation.line}" for citation in report.unresolved)
    unread = ", ".join(_at_line(left.line, left.text) for left in report.unread[:_MAX_UNREAD])
    more = len(report.unread) - _MAX_UNREAD
    rows = [
        ("Article", document.name),
        ("Title", document[document.title] if document.title else "none found"),
        ("Sentences", f"{len(document.sentences)} ({kinds})"),
        ("Passages", str(report.passages)),
        ("References", _numbered(report)),
        *([("Notes", str(len(document.notes)))] if document.notes else []),
        ("Citations in the text", str(report.markers)),
        ("Citations without an entry", unresolved or "none"),
        ("Entries never cited", format_ranges(report.uncited) or "none"),
        ("Missing numbers", format_ranges(report.gaps) or "none"),
        ("Repeated numbers", format_ranges(report.repeated) or "none"),
        ("Text that cannot be quoted", (unread or "none") + (f", and {more} more" if more > 0 else "")),
        *([("Findable", found.text)] if found else []),
        ("Sections", f"{len(document.sections)}, with the number of sentences in each"),
    ]
    return stacked([[*_table(rows, page), *_sections(report, page)], _missed(found, page) if found else []])
