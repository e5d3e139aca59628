"""What can be looked up without asking: an entry and where it is cited, and the passages behind search hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatbot.common.wording import number_ranges
from chatbot.errors import ChatbotError
from chatbot.reply import SCHEMA, Entry, Quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.documents.model import Document
    from chatbot.index.index import Hit
    from chatbot.index.passages import Passage


@dataclass(frozen=True, slots=True)
class Cited:
    """An entry of a reference list, and the sentences that print its number."""

    entry: Entry
    quotes: tuple[Quote, ...]

    def to_dict(self) -> dict[str, Any]:
        """The entry as in a reply, and `cited`: quotes as in a reply."""
        name = self.entry.document.name
        return {**self.entry.to_dict(), "document": name, "cited": [quote.to_dict() for quote in self.quotes]}


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a search found, as a quote, and its score."""

    quote: Quote
    score: float

    def to_dict(self) -> dict[str, Any]:
        """The passage as a quote of a reply, and its `score`."""
        return {**self.quote.to_dict(), "score": round(self.score, 4)}


def _cited(entry: Entry) -> Cited:
    document, number = entry.document, entry.number
    return Cited(entry, tuple(Quote.of_sentence(document, s) for s in document.sentences if number in s.numbers))


def all_cited(documents: Iterable[Document]) -> tuple[Cited, ...]:
    """Every entry of some documents, with the sentences that cite it."""
    return tuple(_cited(entry) for entry in Entry.of_documents(documents))


def _extent(document: Document, *, named: bool) -> str:
    numbers = [reference.number for reference in document.references]
    what = f"has {len(numbers)}, numbered {number_ranges(numbers)}" if numbers else "has none"
    return f"{document.name if named else 'the article'} {what}"


def cited(documents: Sequence[Document], number: int) -> tuple[Cited, ...]:
    """The entry that bears `number` in each document that has one, with the sentences that cite it.

    Raises ChatbotError, which says what numbers there are, where no document has it.
    """
    found = [(document, document.reference(number)) for document in documents]
    if known := tuple(_cited(Entry(document, reference)) for document, reference in found if reference):
        return known
    extents = "; ".join(_extent(document, named=len(documents) > 1) for document in documents)
    raise ChatbotError(f"there is no reference {number}: {extents}")


def passages(hits: Iterable[Hit]) -> tuple[Found, ...]:
    """The passages of some hits as quotes."""
    return tuple(Found(_passage(hit.passage), hit.score) for hit in hits)


def _passage(passage: Passage) -> Quote:
    return Quote.of_passage(passage.document, passage.span, passage.members)


def listing(key: str, items: Iterable[Cited | Found]) -> dict[str, Any]:
    """A list of lookups as one JSON object."""
    return {"schema": SCHEMA, key: [item.to_dict() for item in items]}
