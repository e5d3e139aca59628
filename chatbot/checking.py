"""What the parser understood of an article: the report of `chatbot check`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from chatbot.document import Document, Kind, Span
from chatbot.passages import split
from chatbot.reply import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

# Printed like a citation; at most three digits, since years stand in brackets too.
_CITATION = re.compile(r"\[\^?\d{1,3}(?:\s?[-–,;]\s?\^?\d{1,3})*\]|\(\d{1,3}(?:\s?[-–,;]\s?\d{1,3})*\)")


class Unresolved(NamedTuple):
    """Something printed like a citation whose number has no entry."""

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
        }


def _unresolved(document: Document, cited: set[Span]) -> Iterator[Unresolved]:
    """Only in the article's own style of brackets, where it has one: other brackets are no citations."""
    openings = {document.text[span.start] for span in cited} & set("[(")
    for sentence in document.sentences:
        for match in _CITATION.finditer(document.text, *sentence.span):
            if Span(*match.span()) not in cited and (not openings or match.group()[0] in openings):
                yield Unresolved(document.line(match.start()), match.group())


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
        tuple(_unresolved(document, {marker.span for marker in markers})),
        tuple(number for number in numbers if number not in used),
        tuple(number for number in listed if number not in numbers),
        tuple(number for number, count in numbers.items() if count > 1),
    )
