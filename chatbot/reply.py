"""What comes back for a question: quotes as places in documents, never as strings of our own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from chatbot.document import Document, Reference, Span

SCHEMA = 1
_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:)\]]")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+[^\s\"<>.,;:)\]]")


class ReplyKind(str, Enum):
    """What sort of answer it is: the JSON's `kind`."""

    QUOTE = "quote"
    REFERENCE = "reference"
    OVERVIEW = "overview"
    SMALLTALK = "smalltalk"
    NONE = "none"


class Correction(NamedTuple):
    """A word of the question that was read as another one."""

    written: str
    read: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of one document's reference list; numbers of two documents are never mixed up."""

    document: Document
    reference: Reference

    @property
    def text(self) -> str:
        """The entry as it stands in the article."""
        return self.document[self.reference.span]

    @property
    def url(self) -> str | None:
        """The address that the entry prints (a DOI as its resolver's address), None if it prints none."""
        if found := _URL.search(self.text):
            return found.group()
        doi = _DOI.search(self.text)
        return f"https://doi.org/{doi.group()}" if doi else None

    def to_dict(self) -> dict[str, Any]:
        """The design's `references[i]`."""
        start, end = self.reference.span
        return {"number": self.reference.number, "text": self.text, "start": start, "end": end, "url": self.url}


@dataclass(frozen=True, slots=True)
class Quote:
    """A place in a document that is shown as it stands, with the reference numbers printed in it."""

    document: Document
    span: Span
    section: int | None
    numbers: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The quoted text: `document.text[start:end]`."""
        return self.document[self.span]

    @property
    def heading(self) -> str:
        """The heading of the quote's section, without `#`; empty where there is none."""
        span = None if self.section is None else self.document.heading(self.section)
        return self.document[span] if span else ""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries that the quote's printed numbers stand for; of a quoted entry, itself.

        Where a list restarts, a number alone would not tell which.
        """
        own = tuple(Entry(self.document, r) for r in self.document.references if r.span == self.span)
        if own:
            return own
        found = (self.document.reference(number) for number in self.numbers)
        return tuple(Entry(self.document, reference) for reference in found if reference)

    def to_dict(self) -> dict[str, Any]:
        """The design's `quotes[i]`; offsets count Unicode code points."""
        return {
            "text": self.text,
            "document": self.document.name,
            "sha256": self.document.sha256,
            "start": self.span.start,
            "end": self.span.end,
            "line": self.document.line(self.span.start),
            "section": self.heading,
            "references": list(self.numbers),
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one question.

    `understood` is the question as it was searched. `confidence` is in [0, 1]; a reply is answered when it reaches the
    threshold. `best` is the index of the likeliest quote; they stand in text order. `topic` is what a follow-up adds to
    itself. `evidence` says why, by name. `near` are the nearest passages of a refusal: not an answer. `said` is what
    the program says in its own words (small talk, a refusal), never text that could be taken for the article's.
    """

    question: str
    understood: str
    kind: ReplyKind
    quotes: tuple[Quote, ...] = ()
    confidence: float = 0.0
    evidence: tuple[tuple[str, float], ...] = ()
    near: tuple[Quote, ...] = ()
    corrections: tuple[Correction, ...] = ()
    suggestions: tuple[str, ...] = ()
    said: str = ""
    best: int = 0
    topic: str = ""
    parts: tuple[Reply, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether anything is quoted as an answer."""
        return bool(self.quotes)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The reference entries that the quotes print, each once, in the order they are printed."""
        return tuple(dict.fromkeys(entry for quote in self.quotes for entry in quote.entries))

    @property
    def text(self) -> str:
        """The whole reply as plain text: what the program says, the quotes, and the entries behind their numbers."""
        entries = [f"({entry.reference.number}) {entry.text}" for entry in self.entries]
        shown = [self.said, *(quote.text for quote in self.quotes), "\n".join(entries)]
        return "\n\n".join(part for part in shown if part)

    def to_dict(self) -> dict[str, Any]:
        """The design's reply object, ready for `json.dumps`."""
        return {
            "schema": SCHEMA,
            "question": self.question,
            "understood": self.understood,
            "kind": self.kind.value,
            "answered": self.answered,
            "text": self.text,
            "quotes": [quote.to_dict() for quote in self.quotes],
            "references": [entry.to_dict() for entry in self.entries],
            "confidence": round(self.confidence, 4),
            "corrections": [{"from": written, "to": read} for written, read in self.corrections],
            "suggestions": list(self.suggestions),
            "why": {
                "best": self.best,
                "evidence": {name: round(value, 4) for name, value in self.evidence},
                "near": [quote.to_dict() for quote in self.near],
                "parts": [part.to_dict() for part in self.parts],
            },
        }
