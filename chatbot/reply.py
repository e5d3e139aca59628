"""What comes back for a question: quotes as places in documents, never as strings of our own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from chatbot.documents.model import Span
from chatbot.errors import ReplyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.documents.model import Document, Reference

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
    def numbered(self) -> str:
        """The entry under its number."""
        return f"({self.reference.number}) {self.text}"

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
        entries = {(entry.document, entry.reference.span): entry.numbered for entry in self.entries}
        # an entry that is itself quoted stands there with its number, and not below again
        quotes = [entries.pop((quote.document, quote.span), quote.text) for quote in self.quotes]
        shown = [self.said, *quotes, "\n".join(entries.values())]
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

    @classmethod
    def from_dict(cls, data: dict[str, Any], documents: Sequence[Document]) -> Reply:
        """The reply that `to_dict` wrote, with the documents that it quotes; all but `topic`, which is not written.

        Raises ReplyError for another schema, a document that is not there, a quote that does not stand at its place in
        it, and anything else that `to_dict` would not have written.
        """
        try:
            reply = _revived(data, documents)
            if reply.to_dict() == data:
                return reply
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise ReplyError("this is no reply that `to_dict` wrote: its keys or types are others") from error
        raise ReplyError("this reply does not agree with its documents or with itself: it was altered")


def _quoted(data: dict[str, Any], documents: Sequence[Document]) -> Quote:
    """A quote in the section of its first sentence; an entry of a reference list is in none."""
    name, sha256 = data["document"], data["sha256"]
    document = next((d for d in documents if (d.name, d.sha256) == (name, sha256)), None)
    if document is None:
        raise ReplyError(f"the reply quotes {name} with the SHA-256 {sha256}: open that document")
    span = Span(data["start"], data["end"])
    section = next((s.section for s in document.sentences if s.span.start <= span.start < s.span.end), None)
    quote = Quote(document, span, section, tuple(data["references"]))
    if quote.text != data["text"]:
        raise ReplyError(f"{name} does not say this at {span.start}-{span.end}: the reply was altered")
    return quote


def _revived(data: dict[str, Any], documents: Sequence[Document]) -> Reply:
    if data["schema"] != SCHEMA:
        raise ReplyError(f"the reply has the schema {data['schema']!r}: this version reads {SCHEMA}")
    why = data["why"]
    reply = Reply(
        data["question"],
        data["understood"],
        ReplyKind(data["kind"]),
        tuple(_quoted(quote, documents) for quote in data["quotes"]),
        data["confidence"],
        tuple(why["evidence"].items()),
        tuple(_quoted(quote, documents) for quote in why["near"]),
        tuple(Correction(item["from"], item["to"]) for item in data["corrections"]),
        tuple(data["suggestions"]),
        best=why["best"],
        parts=tuple(_revived(part, documents) for part in why["parts"]),
    )
    return replace(reply, said=data["text"].removesuffix(reply.text).rstrip("\n"))  # what comes before the quotes
