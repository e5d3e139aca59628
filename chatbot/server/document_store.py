"""The documents that a server answers from: reloaded when their files change, and replaced all at once."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from chatbot import inputs
from chatbot.bot import DEFAULT, Chatbot, bundled_article
from chatbot.errors import ChatbotError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.documents.model import Document
    from chatbot.language.synonyms import Synonyms
    from chatbot.settings import Settings

_log = logging.getLogger(__name__)

FileState = tuple[tuple[int, int, int] | None, ...]  # of a document and its synonyms: time, size, inode


def _file_state(path: Path) -> FileState:
    """What changes when an article or its synonym file is edited or replaced."""
    found: list[tuple[int, int, int] | None] = []
    for file in (path, path.with_suffix(".synonyms.txt")):
        found.append(None)
        with suppress(OSError, ValueError):
            status = file.stat()
            found[-1] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class LoadedDocument:
    """A document in use. `problem` says why its file cannot be read any more, if that is so."""

    document: Document
    synonyms: Synonyms | None = None
    path: Path | None = None
    state: FileState = ()
    problem: str | None = None

    @property
    def content(self) -> tuple[str, Synonyms | None]:
        """What an index depends on."""
        return self.document.sha256, self.synonyms


def _load(path: Path) -> LoadedDocument:
    from chatbot.formats import read
    from chatbot.language.synonyms import load_for

    state = _file_state(path)  # before reading: a change during the reading is seen next time
    return LoadedDocument(read(path), load_for(path), path, state)


def _reload(loaded: LoadedDocument) -> LoadedDocument:
    """The document as its files are now; if they cannot be read, the old one with the problem."""
    if loaded.path is None or (state := _file_state(loaded.path)) == loaded.state:
        return loaded
    try:
        return _load(loaded.path)
    except ChatbotError as error:
        return replace(loaded, state=state, problem=str(error))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A bot and the documents it answers from: one value, so that they always belong together.

    `documents` are those that were read from files; none where an engine holds them. `trouble` says what is wrong with
    the engine.
    """

    bot: Chatbot
    documents: tuple[LoadedDocument, ...]
    trouble: str = ""

    @property
    def problem(self) -> str | None:
        """Why some documents are older than their files, in one line; None if none is."""
        return "; ".join(loaded.problem for loaded in self.documents if loaded.problem) or self.trouble or None


def _indexed(documents: tuple[LoadedDocument, ...], settings: Settings) -> Snapshot:
    synonyms = [loaded.synonyms for loaded in documents if loaded.synonyms]
    return Snapshot(Chatbot([loaded.document for loaded in documents], settings, synonyms), documents)


class Served(Protocol):
    """What a server answers from: a snapshot, which changes when it is told to look for changes."""

    snapshot: Snapshot

    @property
    def bot(self) -> Chatbot:
        """The bot in use."""
        ...

    def refresh(self) -> bool:
        """Look for changes. True if there are any."""
        ...


class DocumentStore:
    """Holds the snapshot in use. Safe to share between threads; read `snapshot` (or `bot`) once per request."""

    def __init__(self, snapshot: Snapshot, settings: Settings = DEFAULT, unread: Sequence[inputs.Unread] = ()) -> None:
        """`settings` are for bots of changed documents; `unread` are files of folders that were left out."""
        self.snapshot = snapshot
        self.unread = tuple(unread)
        self._settings = settings
        self._lock = Lock()

    @classmethod
    def open(cls, paths: Sequence[Path | str] = (), settings: Settings = DEFAULT) -> DocumentStore:
        """A store of some files, folders or patterns; without any, of the bundled article.

        A file that is added to a folder later is not noticed. Raises ArticleError if a file cannot be read.
        """
        documents, unread = inputs.load([str(path) for path in paths or (bundled_article(),)], _load)
        return cls(_indexed(tuple(documents), settings), settings, unread)

    @classmethod
    def of(cls, bot: Chatbot) -> DocumentStore:
        """A store whose documents never change."""
        return cls(Snapshot(bot, tuple(map(LoadedDocument, bot.documents))))

    @property
    def bot(self) -> Chatbot:
        """The bot in use."""
        return self.snapshot.bot

    def refresh(self) -> bool:
        """Reload changed files, index them while the old ones stay in use, and swap. True if documents have changed.

        A document that cannot be read stays as it was, with its problem, until its file changes again.
        """
        with self._lock:
            before = self.snapshot
            documents = tuple(map(_reload, before.documents))
            if documents == before.documents:
                return False
            changed = [loaded.content for loaded in documents] != [loaded.content for loaded in before.documents]
            self.snapshot = _indexed(documents, self._settings) if changed else replace(before, documents=documents)
        _report(before.documents, documents)
        return changed


def _report(before: Sequence[LoadedDocument], now: Sequence[LoadedDocument]) -> None:
    for old, new in zip(before, now, strict=True):
        if new.problem and new.problem != old.problem:
            _log.warning("%s; the previous version stays in use", new.problem)
        elif old.document.sha256 != new.document.sha256:
            _log.info("%s was reloaded, sha256 %s", new.document.name, new.document.sha256)
