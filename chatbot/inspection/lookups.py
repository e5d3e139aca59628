"""What can be looked up without asking: an entry and where it is cited, and the passages behind search hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatbot.common.wording import number_ranges
from chatbot.errors import ChatbotError
from chatbot.reply import SCHEMA, Entry, Quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.documents.model import Document, Sentence
    from chatbot.index.index import Hit


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


def _quote(document: Document, sentence: Sentence) -> Quote:
    return Quote(document, sentence.span, sentence.section, sentence.numbers)


def _cited(entry: Entry) -> Cited:
    document, number = entry.document, entry.reference.number
    return Cited(entry, tuple(_quote(document, s) for s in document.sentences if number in s.numbers))


def entries(documents: Iterable[Document]) -> tuple[Entry, ...]:
    """Every reference entry of some documents, in order."""
    return tuple(Entry(document, reference) for document in documents for reference in document.references)


def all_cited(documents: Iterable[Document]) -> tuple[Cited, ...]:
    """Every entry of some documents, with the sentences that cite it."""
    return tuple(_cited(entry) for entry in entries(documents))


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


def passages(hits: Iterable[Hit], documents: Sequence[Document]) -> tuple[Found, ...]:
    """The passages of some hits as quotes."""
    return tuple(Found(_passage(hit, documents[hit.passage.document]), hit.score) for hit in hits)


def _passage(hit: Hit, document: Document) -> Quote:
    members = [document.sentences[i] for i in hit.passage.sentences]
    numbers = tuple(dict.fromkeys(number for sentence in members for number in sentence.numbers))
    return Quote(document, hit.passage.span, members[0].section, numbers)


def listing(key: str, items: Iterable[Cited | Found]) -> dict[str, Any]:
    """A list of lookups as one JSON object."""
    return {"schema": SCHEMA, key: [item.to_dict() for item in items]}
