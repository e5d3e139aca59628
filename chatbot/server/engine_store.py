"""The store of a server whose documents are kept in an engine: it holds no document, and follows what is indexed."""

from __future__ import annotations

import logging
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from chatbot.bot import DEFAULT, over
from chatbot.errors import EngineError
from chatbot.opensearch.opening import collection, renewed
from chatbot.server.document_store import Snapshot

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.opensearch.collection import OpenSearchCollection
    from chatbot.settings import Settings

_log = logging.getLogger(__name__)


class EngineStore:
    """Holds the snapshot in use, like a `DocumentStore`. Safe to share between threads."""

    unread = ()  # files are read by `index`

    def __init__(self, engine: str, settings: Settings = DEFAULT) -> None:
        """Open the collection at an address. Raises EngineError if it cannot be asked."""
        self._settings = settings
        self._lock = Lock()
        self._collection = collection(engine)
        self.snapshot = self._taken()

    def _taken(self) -> Snapshot:
        found: OpenSearchCollection = self._collection
        return Snapshot.of(over(found, self._settings, found.synonyms))

    @property
    def bot(self) -> Chatbot:
        """The bot in use."""
        return self.snapshot.bot

    def refresh(self) -> bool:
        """Go over to what was indexed since. True if that has changed; a cluster that is down changes nothing."""
        with self._lock:
            try:
                found = renewed(self._collection)
            except EngineError as error:
                self._report(str(error))
                return False
            self._report("")
            if found is None:
                return False
            self._collection = found
            self.snapshot = self._taken()
            return True

    def _report(self, problem: str) -> None:
        """Log a problem once, and its end; `snapshot` says so too."""
        if problem != self.snapshot.trouble:
            _log.warning("%s", problem or "the engine answers again")
            self.snapshot = replace(self.snapshot, trouble=problem)
