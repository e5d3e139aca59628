"""The documents of a collection as a sequence; each is loaded when it is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, overload

from chatbot.common.wording import counted
from chatbot.errors import ChatbotError

if TYPE_CHECKING:
    from chatbot.documents.model import Document
    from chatbot.index.part import AnalysedDocument
    from chatbot.opensearch.store import Store

_MOST = 2000  # documents that one reply can be about
_LOADED = 50  # at once
_HELD = 4  # documents that were asked for by their number, like the first one, whose title is shown


class Documents(Sequence["Document"]):
    """The first documents of a collection, in order; `whole` if they are all."""

    def __init__(self, store: Store, count: int, *, whole: bool = True) -> None:
        self._store = store
        self._count = count
        self._whole = whole
        self._at = lru_cache(maxsize=_HELD)(self._load_one)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, key: int) -> Document: ...

    @overload
    def __getitem__(self, key: slice) -> Sequence[Document]: ...

    def __getitem__(self, key: int | slice) -> Document | Sequence[Document]:
        if isinstance(key, int):
            return self._at(range(self._count)[key])
        start, stop, step = key.indices(self._count)
        if start == 0 and step == 1:
            return Documents(self._store, stop, whole=False)
        return [analysed.document for analysed in islice(self._loaded(), start, stop, step)]

    def _load_one(self, position: int) -> Document:
        return next(islice(self._loaded(), position, None)).document

    def __iter__(self) -> Iterator[Document]:
        """The documents. Raises ChatbotError if these are all, and too many for one reply."""
        if self._whole and self._count > _MOST:
            every = counted(self._count, "document")
            raise ChatbotError(f"that is about all of the {every}; ask about what they say")
        return (analysed.document for analysed in self._loaded())

    def analysed(self) -> list[AnalysedDocument]:
        """All of them with their stems. Raises ChatbotError if there are too many."""
        iter(self)
        return list(self._loaded())

    def _loaded(self) -> Iterator[AnalysedDocument]:
        places = (place for place, _ in islice(self._store.places(), self._count))
        while page := list(islice(places, _LOADED)):
            yield from self._store.load(page)
