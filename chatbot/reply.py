"""The reply to a question: its quotes are places in documents, never strings of our own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

from chatbot.common.wording import shorten
from chatbot.documents.model import NOWHERE, Place, Span
from chatbot.errors import ReplyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.documents.model import Document, Note, Reference, Sentence

SCHEMA = 1
_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:)\]]")
DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+[^\s\"<>.,;:)\]]")


def doi(text: str) -> str | None:
    """The DOI that a text prints."""
    found = DOI.search(text)
    return found.group() if found else None


def _address(text: str) -> str | None:
    """The address that a text prints, or that of its DOI."""
    if found := _URL.search(text):
        return found.group()
    known = doi(text)
    return f"https://doi.org/{known}" if known else None


class ReplyKind(str, Enum):
    """The kind of answer: `kind` in the JSON."""

    QUOTE = "quote"
    REFERENCE = "reference"
    OVERVIEW = "overview"
    SMALLTALK = "smalltalk"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the question as it was typed, and as it was read."""

    written: str
    read: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of one document's reference list; numbers of two documents are never mixed up."""

    document: Document
    reference: Reference

    @classmethod
    def of_documents(cls, documents: Iterable[Document]) -> tuple[Entry, ...]:
        """Every entry of some documents' reference lists, in order."""
        return tuple(cls(document, reference) for document in documents for reference in document.references)

    def __repr__(self) -> str:
        return f"<Entry {self.number} of {self.document.name}: {shorten(self.text)!r}>"

    @property
    def number(self) -> int:
        """The printed number of the entry."""
        return self.reference.number

    @property
    def text(self) -> str:
        """The entry as it stands in the article."""
        return self.document[self.reference.span]

    @property
    def span(self) -> Span:
        """The place of the entry, without its number."""
        return self.reference.span

    @property
    def mark(self) -> str:
        """The number as it is shown."""
        return f"({self.number})"

    @property
    def chapter(self) -> str:
        """The heading of the chapter that the entry's list serves; empty if it serves the whole document."""
        section = self.document.chapter(self.reference)
        heading = None if section is None else self.document.heading(section)
        return self.document[heading] if heading else ""

    @property
    def url(self) -> str | None:
        """The address that the entry prints, or that of its DOI; None if it prints neither."""
        return _address(self.text)

    def to_dict(self) -> dict[str, Any]:
        """The design's `references[i]`; `section` is the chapter that the list serves, empty if that is all."""
        start, end = self.reference.span
        return {
            "number": self.number,
            "text": self.text,
            "start": start,
            "end": end,
            "url": self.url,
            "section": self.chapter,
        }


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """What a mark that is no number stands for in one document, or an entry of a reference list without numbers."""

    document: Document
    note: Note

    @classmethod
    def of_documents(cls, documents: Iterable[Document]) -> tuple[NoteEntry, ...]:
        """Every note of some documents, in order."""
        return tuple(cls(document, note) for document in documents for note in document.notes)

    def __repr__(self) -> str:
        return f"<NoteEntry {self.label!r} of {self.document.name}: {shorten(self.text)!r}>"

    @property
    def label(self) -> str:
        """The label, like `a`, `note 1` or `†`; empty where the document's list has none."""
        return self.note.label

    @property
    def span(self) -> Span:
        """The place of the note, without its label."""
        return self.note.span

    @property
    def mark(self) -> str:
        """The label as it is shown: words and letters in brackets."""
        return f"[{self.label}]" if any(map(str.isalnum, self.label)) else self.label

    @property
    def text(self) -> str:
        """The note as it stands in the document."""
        return self.document[self.note.span]

    @property
    def chapter(self) -> str:
        """A note is found by its place, so it needs no chapter: empty."""
        return ""

    @property
    def url(self) -> str | None:
        """The address that the note prints, or that of its DOI; None if it prints neither."""
        return _address(self.text)

    def to_dict(self) -> dict[str, Any]:
        """The design's `notes[i]`."""
        start, end = self.note.span
        return {"label": self.label, "text": self.text, "start": start, "end": end, "url": self.url}


Source: TypeAlias = Entry | NoteEntry


def all_sources(document: Document) -> list[Source]:
    """The entries of a document's reference lists, and its notes, in text order."""
    found: list[Source] = [*Entry.of_documents([document]), *NoteEntry.of_documents([document])]
    return sorted(found, key=lambda source: source.span)


def with_mark(source: Source) -> str:
    """An entry or a note under its number or label."""
    return f"{source.mark} {source.text}".lstrip()


@dataclass(frozen=True, slots=True)
class Quote:
    """A place in a document that is shown as it stands, with the reference numbers printed in it."""

    document: Document
    span: Span
    section: int | None
    numbers: tuple[int, ...] = ()

    @classmethod
    def of_sentence(cls, document: Document, sentence: Sentence) -> Quote:
        """A sentence of a document as a quote."""
        return cls(document, sentence.span, sentence.section, sentence.numbers)

    @classmethod
    def of_passage(cls, document: Document, span: Span, sentences: Sequence[Sentence]) -> Quote:
        """A passage of a document as a quote; `sentences` are those in it."""
        numbers = dict.fromkeys(number for sentence in sentences for number in sentence.numbers)
        return cls(document, span, sentences[0].section, tuple(numbers))

    @classmethod
    def of_entry(cls, entry: Source) -> Quote:
        """A note as a quote, or an entry with its own number, in the chapter that its list serves."""
        if isinstance(entry, NoteEntry):
            return cls(entry.document, entry.note.span, None)
        return cls(entry.document, entry.reference.span, entry.document.chapter(entry.reference), (entry.number,))

    def __repr__(self) -> str:
        return f"<Quote {self.document.name}:{self.span.start}-{self.span.end} {shorten(self.text)!r}>"

    @property
    def text(self) -> str:
        """The quoted text: `document.text[start:end]`."""
        return self.document[self.span]

    @property
    def line(self) -> int:
        """The number of the line on which the quote starts, from 1."""
        return self.document.line(self.span.start)

    @property
    def place(self) -> Place:
        """Where the quote starts in the file that the document was read from."""
        return self.document.place(self.span.start) or NOWHERE

    @property
    def heading(self) -> str:
        """The headings above the quote, without `#`, like "Model A > Weight"; empty where there are none."""
        return "" if self.section is None else self.document.section_name(self.section)

    @property
    def is_heading(self) -> bool:
        """Whether the heading of the quote's section is itself quoted."""
        return self.section is not None and self.document.heading(self.section) == self.span

    @property
    def entry(self) -> Entry | None:
        """The reference entry that is itself quoted; None for a quote from the text."""
        # its number alone could not tell: a list may restart
        found = self.document.entry_at(self.span)
        return Entry(self.document, found) if found else None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries that the quote cites; a quoted entry is its own."""
        if own := self.entry:
            return (own,)
        found = (self.document.reference(number, self.span.start) for number in self.numbers)
        return tuple(Entry(self.document, reference) for reference in found if reference)

    @property
    def note(self) -> NoteEntry | None:
        """The note that is itself quoted; None for a quote from the text."""
        found = self.document.note_at(self.span)
        return NoteEntry(self.document, found) if found else None

    @property
    def notes(self) -> tuple[NoteEntry, ...]:
        """The notes that the marks in the quote stand for; a quoted note is its own."""
        if own := self.note:
            return (own,)
        start, end = self.span
        markers = (marker for sentence in self.document.sentences_in(self.span) for marker in sentence.markers)
        spans = (span for m in markers if start <= m.span.start and m.span.end <= end for span in m.notes)
        found = map(self.document.note_at, dict.fromkeys(spans))
        return tuple(NoteEntry(self.document, note) for note in found if note)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The entries and the notes of the quote."""
        return (*self.entries, *self.notes)

    def to_dict(self) -> dict[str, Any]:
        """The design's `quotes[i]`; offsets count Unicode code points; `page`, `element`, `paragraph` may be None."""
        return {
            "text": self.text,
            "document": self.document.name,
            "sha256": self.document.sha256,
            "start": self.span.start,
            "end": self.span.end,
            "line": self.line,
            **self.place._asdict(),
            "section": self.heading,
            "references": list(self.numbers),
        }


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The likeliest sentence that is not quoted, and what put it behind the best one.

    Attributes:
        quote: the sentence.
        ratio: how likely it answers, as a share of the best one's likelihood; 1 where it is the best one itself, of a
            refusal.
        behind: the features in which it is behind the best one, with the log-odds that each costs it, most first.

    """

    quote: Quote
    ratio: float
    behind: tuple[tuple[str, float], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The sentence as a quote in a reply, with `ratio` and `behind`."""
        behind = {name: round(value, 4) for name, value in self.behind}
        return {**self.quote.to_dict(), "ratio": round(self.ratio, 4), "behind": behind}


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one question.

    Attributes:
        question: the question as it was asked.
        understood: the question as it was searched, with its context.
        kind: the kind of answer.
        quotes: the answer, in text order.
        confidence: the probability in [0, 1] that the question is answered; quotes need at least the threshold.
        evidence: the features of the best candidate, by name.
        near: the passages nearest to a refused question; not an answer.
        missing: the words of a refused question that no sentence mentions, as it spells them.
        corrections: words that were read as other words.
        suggestions: questions to ask next, all of which are answered.
        said: the program's own words (small talk, a refusal, a note above an answer), never text that could be taken
            for the article's.
        best: the index of the likeliest quote.
        topic: the context that a follow-up question gets.
        parts: the replies to the questions of a message that asks several.
        runner_up: the likeliest sentence that is not quoted, if sentences were compared; not in the JSON.

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
    missing: tuple[str, ...] = ()
    runner_up: RunnerUp | None = None

    def __repr__(self) -> str:
        texts = [shorten(quote.text) for quote in self.quotes]
        return f"<Reply {self.kind.value} {self.confidence:.2f} to {shorten(self.question)!r}: {texts or self.said!r}>"

    @property
    def answered(self) -> bool:
        """Whether anything is quoted as an answer."""
        return bool(self.quotes)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries that the quotes cite, each once, in the order of citation."""
        return tuple(dict.fromkeys(entry for quote in self.quotes for entry in quote.entries))

    @property
    def notes(self) -> tuple[NoteEntry, ...]:
        """The notes that the marks in the quotes stand for, each once."""
        return tuple(dict.fromkeys(note for quote in self.quotes for note in quote.notes))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The entries and the notes of the quotes."""
        return (*self.entries, *self.notes)

    @property
    def text(self) -> str:
        """The reply as plain text: the program's own words, the quotes, and the entries and notes that they cite."""
        sources = {(source.document, source.span): with_mark(source) for source in self.sources}
        # an entry that is quoted itself is not listed again
        quotes = [sources.pop((quote.document, quote.span), quote.text) for quote in self.quotes]
        shown = [self.said, *quotes, "\n".join(sources.values())]
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
            "notes": [note.to_dict() for note in self.notes],
            "confidence": round(self.confidence, 4),
            "corrections": [{"from": word.written, "to": word.read} for word in self.corrections],
            "suggestions": list(self.suggestions),
            "why": {
                "best": self.best,
                "evidence": {name: round(value, 4) for name, value in self.evidence},
                "near": [quote.to_dict() for quote in self.near],
                "missing": list(self.missing),
                "parts": [part.to_dict() for part in self.parts],
            },
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any], documents: Sequence[Document]) -> Reply:
        """Rebuild a reply from what `to_dict` returned. Its `topic` is lost, as that is not written.

        Args:
            data: the object.
            documents: the documents that it quotes.

        Raises:
            ReplyError: another schema, a missing document, a quote that is not at its place in its document, or
                anything else that `to_dict` does not write.

        """
        try:
            reply = _revived(data, documents)
            if reply.to_dict() == data:
                return reply
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise ReplyError("this is no reply that `to_dict` wrote: its keys or types are others") from error
        raise ReplyError("this reply does not agree with its documents or with itself: it was altered")


def _quoted(data: dict[str, Any], documents: Sequence[Document]) -> Quote:
    """A quote, in the section of its first sentence; an entry of a reference list is in its chapter, if it has one."""
    name, sha256 = data["document"], data["sha256"]
    document = next((d for d in documents if (d.name, d.sha256) == (name, sha256)), None)
    if document is None:
        raise ReplyError(f"the reply quotes {name} with the SHA-256 {sha256}: open that document")
    span = Span(data["start"], data["end"])
    entry = document.entry_at(span)
    section = next((s.section for s in document.sentences if s.span.start <= span.start < s.span.end), None)
    section = document.chapter(entry) if entry else section
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
        missing=tuple(why["missing"]),
    )
    return replace(reply, said=data["text"].removesuffix(reply.text).rstrip("\n"))  # the text before the quotes
