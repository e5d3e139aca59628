"""From an address to a collection that can be asked."""

from __future__ import annotations

from chatbot.opensearch.address import parse
from chatbot.opensearch.client import Client
from chatbot.opensearch.collection import OpenSearchCollection
from chatbot.opensearch.store import Store, current_index


def collection(engine: str) -> OpenSearchCollection:
    """The collection at an address as it is now. Raises UsageError for a wrong address, and EngineError."""
    store = Store(Client(parse(engine)))
    return OpenSearchCollection(store, store.snapshot())


def renewed(before: OpenSearchCollection) -> OpenSearchCollection | None:
    """The collection as it is now, with what is in memory of it; None if it has not changed. Raises EngineError."""
    store = before.store
    if (index := current_index(store.client)) != store.index:
        store = Store(store.client, index)
    if (index, store.checked_state()["generation"]) == before.version:
        return None
    return OpenSearchCollection(store, store.snapshot())
