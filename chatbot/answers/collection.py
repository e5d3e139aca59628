"""The protocol between the answering pipeline and an engine: what is asked of a collection, wherever it is kept.

A question is answered from an `Index`. An engine that holds few documents gives the index of all of them. One that
holds many finds the documents that can matter to a query, and gives the index of these alone, with the statistics of
the whole collection: then every score, and so every reply, is the same.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from chatbot.answers.structure import structure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chatbot.answers.structure import Structure
    from chatbot.common.cache import Cache
    from chatbot.documents.model import Document
    from chatbot.index.index import Hit, Index
    from chatbot.index.passages import Passage
    from chatbot.index.vectors import SentenceVectors
    from chatbot.questions.query import Query

_SAMPLED = 60  # sentences that the documents' language is told by


class Collection(Protocol):
    """Documents that are asked together. A method may raise EngineError where they are kept elsewhere."""

    @property
    def documents(self) -> Sequence[Document]:
        """The documents, in order."""
        ...

    @property
    def words(self) -> Mapping[str, int]:
        """How often the sentences have each folded word."""
        ...

    @property
    def sample(self) -> Sequence[str]:
        """Some sentences, evenly spread, to tell the language by."""
        ...

    @property
    def has_references(self) -> bool:
        """Whether any document has a reference list or notes."""
        ...

    @property
    def vectors(self) -> SentenceVectors | None:
        """The sentence vectors; None if sentences are found by words only."""
        ...

    def has(self, stem: str) -> bool:
        """Whether any sentence has a stem."""
        ...

    def matching(self, query: Query) -> Index:
        """An index with the documents of the best sentences, passages and entries for a query."""
        ...

    def named(self, query: Query) -> Structure:
        """What the query may ask for by its name."""
        ...

    def search(self, stems: Sequence[str], count: int) -> list[Hit]:
        """The `count` best passages that share a term, best first."""
        ...

    def find(self, name: str) -> Document | None:
        """The document with a SHA-256 or a name, the first one of that name; None if there is none."""
        ...

    def passage_id(self, passage: Passage) -> str:
        """A name for a passage that `search` found."""
        ...

    def passage(self, name: str) -> Passage | None:
        """The passage of this name; None if there is none."""
        ...

    def whole(self) -> Index:
        """The index of all documents, for questions about all of them."""
        ...


def sampled(length: int) -> range:
    """The positions of the sample among so many sentences."""
    return range(0, length, 1 + length // _SAMPLED)


class Embedded:
    """The embedded engine: an index of all documents in memory."""

    def __init__(self, index: Index, cache: Cache | None = None) -> None:
        """`cache` is where what can be asked for by its name is kept."""
        self._index = index
        self._structure = structure(index, cache)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents, in order."""
        return self._index.documents

    @property
    def words(self) -> Mapping[str, int]:
        """How often the sentences have each folded word."""
        return self._index.words

    @property
    def sample(self) -> list[str]:
        """Some sentences, evenly spread."""
        return [self._index[position].text for position in sampled(len(self._index))]

    @cached_property
    def has_references(self) -> bool:
        """Whether any document has a reference list or notes."""
        return any(document.references or document.notes for document in self.documents)

    @property
    def vectors(self) -> SentenceVectors | None:
        """The sentence vectors, if the index has any."""
        return self._index.vectors

    def has(self, stem: str) -> bool:
        """Whether any sentence has a stem."""
        return self._index.sentence_engine.has(stem)

    def matching(self, query: Query) -> Index:  # noqa: ARG002 - the index has them, whatever the query
        """The index of all documents."""
        return self._index

    def named(self, query: Query) -> Structure:  # noqa: ARG002
        """All that the documents have."""
        return self._structure

    def search(self, stems: Sequence[str], count: int) -> list[Hit]:
        """The `count` best passages that share a term, best first."""
        return self._index.search(stems, count)

    def find(self, name: str) -> Document | None:
        """The document with a SHA-256 or a name; None if there is none."""
        return next((document for document in self.documents if name in (document.sha256, document.name)), None)

    def passage_id(self, passage: Passage) -> str:
        """The document's name, and the number in the collection."""
        return f"{passage.document.name}#{passage.position}"

    def passage(self, name: str) -> Passage | None:
        """The passage of this name; None if there is none."""
        return next((passage for passage in self._index.passages if self.passage_id(passage) == name), None)

    def whole(self) -> Index:
        """The index of all documents."""
        return self._index
