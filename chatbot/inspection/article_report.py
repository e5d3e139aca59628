"""What the parser understood of an article, and what looks wrong: the report of `chatbot check`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from chatbot.documents.model import Document, Kind, Marker, Span
from chatbot.index.passages import split
from chatbot.reply import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

SCHEMA = 1
# Looks like a citation; at most three digits, because years are printed in brackets too.
_CITATION = re.compile(r"\[\^?\d{1,3}(?:\s?[-–,;]\s?\^?\d{1,3})*\]|\(\d{1,3}(?:\s?[-–,;]\s?\d{1,3})*\)")
_FIGURE = re.compile(r"[\d%]\s?$")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of an article's text and the number of its line."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ArticleReport:
    """The report on one document.

    `passages` and `markers` are numbers of them. `unresolved` are citations without an entry. `uncited`, `gaps` and
    `repeated` are numbers of the reference list: never cited, left out, and used more than once. `unread` is text that
    cannot be quoted.
    """

    document: Document
    passages: int
    markers: int
    unresolved: tuple[Excerpt, ...]
    uncited: tuple[int, ...]
    gaps: tuple[int, ...]
    repeated: tuple[int, ...]
    unread: tuple[Excerpt, ...] = ()

    @property
    def faultless(self) -> bool:
        """Whether nothing in the article looks wrong."""
        return not (self.unresolved or self.uncited or self.gaps or self.repeated or self.unread)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the reference list, in its order."""
        return [reference.number for reference in self.document.references]

    def lists(self) -> dict[str, list[int]]:
        """The numbers of each reference list, by the heading of the chapter that it serves; empty if that is all."""
        lists: dict[str, list[int]] = {}
        for entry in Entry.of_documents([self.document]):
            lists.setdefault(entry.chapter, []).append(entry.number)
        return lists

    def kinds(self) -> dict[str, int]:
        """The number of sentences of each kind, most frequent first."""
        return dict(Counter(sentence.kind.value for sentence in self.document.sentences).most_common())

    def section_sizes(self) -> list[int]:
        """The number of sentences in each section, without its heading."""
        body = Counter(s.section for s in self.document.sentences if s.kind is not Kind.HEADING)
        return [body[i] for i in range(len(self.document.sections))]

    def to_dict(self) -> dict[str, Any]:
        """The report as a JSON object."""
        document = self.document
        headings = [document[section.heading] if section.heading else "" for section in document.sections]
        return {
            "schema": SCHEMA,
            "document": document.name,
            "sha256": document.sha256,
            "title": document[document.title] if document.title else None,
            "sections": [
                {"heading": heading, "level": section.level, "sentences": size}
                for heading, section, size in zip(headings, document.sections, self.section_sizes(), strict=True)
            ],
            "sentences": self.kinds(),
            "passages": self.passages,
            "references": self.numbers,
            "notes": [note.label for note in document.notes],
            "markers": self.markers,
            "markers_without_entry": [asdict(citation) for citation in self.unresolved],
            "never_cited": list(self.uncited),
            "gaps": list(self.gaps),
            "repeated": list(self.repeated),
            "unread": [asdict(left) for left in self.unread],
        }


def _is_inside(spans: Sequence[Span], start: int) -> bool:
    """Whether a place is in one of some sorted spans, like the "[7]" in the citation "[5]–[7]"."""
    before = bisect_right(spans, start, key=lambda span: span.start) - 1
    return before >= 0 and start < spans[before].end


def _is_unresolved(document: Document, match: re.Match[str]) -> bool:
    """Whether a citation has a number without an entry; "35 (28-40)" is a figure, not a citation."""
    figure = match.group()[0] == "(" and _FIGURE.search(document.text, max(0, match.start() - 2), match.start())
    numbers = map(int, re.findall(r"\d+", match.group()))
    return not figure and not all(document.reference(number, match.start()) for number in numbers)


def _unresolved(document: Document, markers: Sequence[Marker]) -> Iterator[Excerpt]:
    """Citations without an entry and marks without a note, in text order."""
    unexplained = [marker.span for marker in markers if not (marker.numbers or marker.notes)]
    cited = sorted(marker.span for marker in markers)
    openings = {document.text[marker.span.start] for marker in markers if marker.numbers} & set("[(")
    numbered = _numbers_without_entry(document, cited, openings)
    for span in sorted([*unexplained, *numbered]):
        yield Excerpt(document.line(span.start), document[span])


def _numbers_without_entry(document: Document, cited: Sequence[Span], openings: Set[str]) -> Iterator[Span]:
    """Citations without an entry, only in the kind of brackets that the article cites with, if it cites at all."""
    for sentence in document.sentences:
        for match in _CITATION.finditer(document.text, *sentence.span):
            if _is_inside(cited, match.start()) or (openings and match.group()[0] not in openings):
                continue
            if _is_unresolved(document, match):
                yield Span(*match.span())


def _between(document: Document) -> Iterator[tuple[int, str]]:
    """The offsets and texts between sentences, headings and entries; the number of an entry belongs to the entry."""
    headings = [section.heading for section in document.sections if section.heading]
    entries = {entry.span: f"0*{entry.number}" for entry in document.references}
    entries |= {note.span: re.escape(note.label) for note in document.notes}
    known = sorted([*(sentence.span for sentence in document.sentences), *headings, *entries])
    position = 0
    for span in [*known, Span(len(document.text), len(document.text))]:
        left = document.text[position : max(position, span.start)]
        if span in entries:
            left = re.sub(rf"(?:[-*•]\s+)?[\[(]?\^?{entries[span]}[\]:.)]*\s*$", "", left)
        yield position, left
        position = max(position, span.end)


def _unread(document: Document) -> Iterator[Excerpt]:
    """The lines of such text that have a letter or a digit; the others are rules, bullets and other marks."""
    for offset, left in _between(document):
        for line in re.finditer(r"[^\r\n]+", left):
            if any(map(str.isalnum, line.group())):
                yield Excerpt(document.line(offset + line.start()), line.group().strip())


def _numbers_by_list(document: Document) -> list[Counter[int]]:
    """How often each list uses each of its numbers."""
    lists: dict[Span | None, Counter[int]] = {}
    for entry in document.references:
        lists.setdefault(entry.scope, Counter())[entry.number] += 1
    return list(lists.values())


def examine(document: Document) -> ArticleReport:
    """Report on a document as the parser understood it."""
    markers = [marker for sentence in document.sentences for marker in sentence.markers]
    used = {document.reference(number, marker.span.start) for marker in markers for number in marker.numbers}
    lists = _numbers_by_list(document)
    return ArticleReport(
        document,
        len(split([document])),
        sum(bool(marker.numbers or marker.notes) for marker in markers),
        tuple(_unresolved(document, markers)),
        tuple(
            entry.number
            for number in dict.fromkeys(entry.number for entry in document.references)
            for entry in document.references_numbered(number)
            if entry not in used
        ),
        tuple(n for numbers in lists for n in range(min(numbers), max(numbers)) if n not in numbers),
        tuple(number for numbers in lists for number, count in numbers.items() if count > 1),
        tuple(_unread(document)),
    )
