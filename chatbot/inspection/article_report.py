"""What the parser understood of an article: the report of `chatbot check`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from chatbot.documents.model import Document, Kind, Span
from chatbot.index.passages import split
from chatbot.reply import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Printed like a citation; at most three digits, since years stand in brackets too.
_CITATION = re.compile(r"\[\^?\d{1,3}(?:\s?[-–,;]\s?\^?\d{1,3})*\]|\(\d{1,3}(?:\s?[-–,;]\s?\d{1,3})*\)")

_FIGURE = re.compile(r"[\d%]\s?$")


class Unresolved(NamedTuple):
    """Something printed like a citation whose number has no entry."""

    line: int
    text: str


class Unread(NamedTuple):
    """A line, or a part of one, that nothing can quote."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """Figures of one document; `gaps` are numbers that the reference list skips."""

    document: Document
    passages: int
    markers: int
    unresolved: tuple[Unresolved, ...]
    uncited: tuple[int, ...]
    gaps: tuple[int, ...]
    repeated: tuple[int, ...]
    unread: tuple[Unread, ...] = ()

    @property
    def faultless(self) -> bool:
        """Whether nothing in the article looks wrong."""
        return not (self.unresolved or self.uncited or self.gaps or self.repeated or self.unread)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the reference list, in its order."""
        return [reference.number for reference in self.document.references]

    def kinds(self) -> dict[str, int]:
        """How many sentences there are of each kind, commonest first."""
        return dict(Counter(sentence.kind.value for sentence in self.document.sentences).most_common())

    def sizes(self) -> list[int]:
        """How many sentences each section has, its heading left out."""
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
                for heading, section, size in zip(headings, document.sections, self.sizes(), strict=True)
            ],
            "sentences": self.kinds(),
            "passages": self.passages,
            "references": self.numbers,
            "markers": self.markers,
            "markers_without_entry": [unresolved._asdict() for unresolved in self.unresolved],
            "never_cited": list(self.uncited),
            "gaps": list(self.gaps),
            "repeated": list(self.repeated),
            "unread": [unread._asdict() for unread in self.unread],
        }


def _is_inside(spans: Sequence[Span], start: int) -> bool:
    """Whether a place is in one of some ordered spans, like the "[7]" of a citation that is printed "[5]–[7]"."""
    before = bisect_right(spans, start, key=lambda span: span.start) - 1
    return before >= 0 and start < spans[before].end


def _is_unresolved(document: Document, match: re.Match[str], known: set[int]) -> bool:
    """Whether a number has no entry. Those that all have one only count something, and "35 (28-40)" is a figure."""
    figure = match.group()[0] == "(" and _FIGURE.search(document.text, max(0, match.start() - 2), match.start())
    return not figure and not known.issuperset(map(int, re.findall(r"\d+", match.group())))


def _unresolved(document: Document, cited: Sequence[Span]) -> Iterator[Unresolved]:
    """Only in the article's own style of brackets, where it has one: other brackets are no citations."""
    openings = {document.text[span.start] for span in cited} & set("[(")
    known = {entry.number for entry in document.references}
    for sentence in document.sentences:
        for match in _CITATION.finditer(document.text, *sentence.span):
            if _is_inside(cited, match.start()) or (openings and match.group()[0] not in openings):
                continue
            if _is_unresolved(document, match, known):
                yield Unresolved(document.line(match.start()), match.group())


def _left(document: Document) -> Iterator[tuple[int, str]]:
    """What stands between the sentences, headings and entries: offsets and texts; an entry's number belongs to it."""
    headings = [section.heading for section in document.sections if section.heading]
    entries = {entry.span: entry.number for entry in document.references}
    known = sorted([*(sentence.span for sentence in document.sentences), *headings, *entries])
    position = 0
    for span in [*known, Span(len(document.text), len(document.text))]:
        left = document.text[position : max(position, span.start)]
        if span in entries:
            left = re.sub(rf"(?:[-*•]\s+)?[\[(]?\^?0*{entries[span]}[\]:.)]*\s*$", "", left)
        yield position, left
        position = max(position, span.end)


def _unread(document: Document) -> Iterator[Unread]:
    """What is left and has a letter or a digit: all else is rules, bullets and other marks."""
    for offset, left in _left(document):
        for line in re.finditer(r"[^\r\n]+", left):
            if any(map(str.isalnum, line.group())):
                yield Unread(document.line(offset + line.start()), line.group().strip())


def check(document: Document) -> Check:
    """Look at a document as the parser left it."""
    markers = [marker for sentence in document.sentences for marker in sentence.markers]
    used = {number for marker in markers for number in marker.numbers}
    numbers = Counter(reference.number for reference in document.references)
    listed = range(min(numbers, default=0), max(numbers, default=0))
    return Check(
        document,
        len(split([document])),
        len(markers),
        tuple(_unresolved(document, sorted(marker.span for marker in markers))),
        tuple(number for number in numbers if number not in used),
        tuple(number for number in listed if number not in numbers),
        tuple(number for number, count in numbers.items() if count > 1),
        tuple(_unread(document)),
    )
