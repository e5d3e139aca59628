"""Look-ups without a question: references with the sentences that cite them, and the passages found by a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatbot.common.wording import format_ranges
from chatbot.errors import ChatbotError, UsageError
from chatbot.reply import Entry, NoteEntry, Quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.bot import Chatbot
    from chatbot.documents.model import Document, Sentence
    from chatbot.index.index import Hit
    from chatbot.index.passages import Passage
    from chatbot.reply import Source

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class CitedEntry:
    """An entry of a reference list or a note, and the sentences that cite it."""

    entry: Source
    quotes: tuple[Quote, ...]

    def to_dict(self) -> dict[str, Any]:
        """The entry as in a reply, with its document, and `cited`: the quotes as in a reply."""
        name = self.entry.document.name
        return {**self.entry.to_dict(), "document": name, "cited": [quote.to_dict() for quote in self.quotes]}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A passage found by a search, as a quote, and its score. `id` names the passage in its collection."""

    id: str
    quote: Quote
    score: float

    def to_dict(self) -> dict[str, Any]:
        """The passage as a quote in a reply, and `score`."""
        return {**self.quote.to_dict(), "score": round(self.score, 4)}


def reference_number(text: str) -> int:
    """The reference number in `3`, `(3)` or `[3]`. Raises UsageError if there is none."""
    digits = text.strip().strip("()[]^.# ")
    if not digits.isdecimal() or len(digits) > 9:
        raise UsageError(f"'{text.strip()[:40]}' is not a reference number; type a number, like 1")
    return int(digits)


def _cites(sentence: Sentence, source: Source) -> bool:
    """Whether a sentence prints the number of an entry, which may mean another one there, or the mark of a note."""
    if isinstance(source, Entry):
        return source.number in sentence.numbers
    return any(source.note.span in marker.notes for marker in sentence.markers)


def _cited(entry: Source) -> CitedEntry:
    sentences = (sentence for sentence in entry.document.sentences if _cites(sentence, entry))
    quotes = (Quote.of_sentence(entry.document, sentence) for sentence in sentences)
    return CitedEntry(entry, tuple(quote for quote in quotes if entry in quote.sources))


def all_entries(documents: Iterable[Document]) -> tuple[CitedEntry, ...]:
    """Every entry of some documents, with the sentences that cite it."""
    return tuple(_cited(entry) for entry in Entry.of_documents(documents))


def all_notes(documents: Iterable[Document]) -> tuple[CitedEntry, ...]:
    """Every note of some documents, with the sentences that have its mark."""
    return tuple(_cited(note) for note in NoteEntry.of_documents(documents))


def entries_named(documents: Sequence[Document], name: str) -> tuple[CitedEntry, ...]:
    """The notes with a label, like `[a]`, or else the entries with a number, with the sentences that cite them.

    Raises UsageError if it is neither, and ChatbotError if there is no entry with the number.
    """
    label = name.strip().strip("[]^ ")
    found = tuple(_cited(note) for note in NoteEntry.of_documents(documents) if label and note.label == label)
    return found or entries_numbered(documents, reference_number(name))


def _extent(document: Document, name: str) -> str:
    """How many references a document has, and their numbers."""
    numbers = [reference.number for reference in document.references]
    extent = f"has {len(numbers)}, numbered {format_ranges(numbers)}" if numbers else "has none"
    return f"{name} {extent}"


def entries_numbered(documents: Sequence[Document], number: int) -> tuple[CitedEntry, ...]:
    """The entry with this number in each reference list that has one, with the sentences that cite it.

    Raises ChatbotError, which lists the numbers there are, if no document has such an entry.
    """
    found = (Entry(document, entry) for document in documents for entry in document.references_numbered(number))
    if known := tuple(map(_cited, found)):
        return known
    extents = [_extent(document, document.name if len(documents) > 1 else "the article") for document in documents]
    raise ChatbotError(f"there is no reference {number}: {'; '.join(extents)}")


def passage_quote(passage: Passage) -> Quote:
    """A passage as a quote."""
    return Quote.of_passage(passage.document, passage.span, passage.members)


def search_results(hits: Iterable[Hit], bot: Chatbot) -> tuple[SearchResult, ...]:
    """The passages of some hits that a bot found, as quotes, in the same order."""
    found = ((bot.passage_id(hit.passage), passage_quote(hit.passage), hit.score) for hit in hits)
    return tuple(SearchResult(*one) for one in found)


def listing(key: str, items: Iterable[CitedEntry | SearchResult]) -> dict[str, Any]:
    """Look-ups as one JSON object, listed under `key`."""
    return {"schema": SCHEMA, key: [item.to_dict() for item in items]}


def cited_listing(items: Iterable[CitedEntry]) -> dict[str, Any]:
    """Entries and notes as one JSON object."""
    known = tuple(items)
    entries, notes = ([item for item in known if isinstance(item.entry, kind)] for kind in (Entry, NoteEntry))
    return {**listing("references", entries), **listing("notes", notes)}
