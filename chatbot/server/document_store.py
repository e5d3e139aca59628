"""The documents that a server answers from: reloaded when their files change, and replaced all at once.

Whatever goes wrong with a document while it is reloaded is that document's problem: its previous version stays in use.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from chatbot import inputs
from chatbot.answers.resources import cache_of
from chatbot.bot import DEFAULT, Chatbot, bundled_article
from chatbot.errors import ArticleError
from chatbot.server.conversation_memo import ConversationMemo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.common.cache import Cache
    from chatbot.documents.model import Document
    from chatbot.language.synonyms import Synonyms
    from chatbot.reply import Reply
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
    """A document in use. `problem` says why its file cannot be used any more, if that is so, and names no folder."""

    document: Document
    synonyms: Synonyms | None = None
    path: Path | None = None
    state: FileState = ()
    problem: str | None = None

    @property
    def content(self) -> tuple[str, Synonyms | None]:
        """What an index depends on."""
        return self.document.sha256, self.synonyms

    def failed(self, state: FileState, error: Exception) -> LoadedDocument:
        """The same document, which stays in use because of an error with the files of the given state."""
        if isinstance(error, ArticleError):
            problem = f"{Path(error.source).name}: {error.reason}"
        else:  # an error of the program; its message may quote the document
            problem = f"{self.document.name}: the program cannot read it ({type(error).__name__}); please report this"
        return replace(self, state=state, problem=problem)


def _load(path: Path, cache: Cache | None) -> LoadedDocument:
    from chatbot.formats import read
    from chatbot.language.synonyms import load_for

    state = _file_state(path)  # before reading: a change during the reading is seen next time
    return LoadedDocument(read(path, cache, regular=True), load_for(path, cache), path, state)


def _reload(loaded: LoadedDocument, cache: Cache | None) -> LoadedDocument:
    """The document as its files are now; if they cannot be read, the old one with the problem."""
    if loaded.path is None or (state := _file_state(loaded.path)) == loaded.state:
        return loaded
    try:
        return _load(loaded.path, cache)
    except Exception as error:
        return loaded.failed(state, error)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A bot, the documents it answers from, and its conversations: one value, so that they always belong together.

    `documents` are those that were read from files; none where an engine holds them. `trouble` says what is wrong with
    the engine.
    """

    bot: Chatbot
    documents: tuple[LoadedDocument, ...]
    conversations: ConversationMemo
    trouble: str = ""

    @classmethod
    def of(cls, bot: Chatbot, documents: tuple[LoadedDocument, ...] = ()) -> Snapshot:
        """A snapshot without conversations yet."""
        return cls(bot, documents, ConversationMemo(bot))

    @property
    def problem(self) -> str | None:
        """Why some documents are older than their files, in one line; None if none is."""
        return "; ".join(loaded.problem for loaded in self.documents if loaded.problem) or self.trouble or None

    def ask(self, question: str, history: Sequence[str] = (), until: float = inf) -> Reply:
        """What `Chatbot.ask` gives, without answering a known history again; see `ConversationMemo.ask`."""
        return self.conversations.ask(question, history, until)


def _indexed(documents: tuple[LoadedDocument, ...], settings: Settings) -> Snapshot:
    synonyms = [loaded.synonyms for loaded in documents if loaded.synonyms]
    bot = Chatbot([loaded.document for loaded in documents], settings, synonyms, cache_of(settings))
    return Snapshot.of(bot, documents)


def _indexable(settings: Settings, old: LoadedDocument, new: LoadedDocument) -> LoadedDocument:
    """The new version of a document; if it cannot be indexed, the old one with the problem."""
    if new.content == old.content:
        return new
    try:
        _indexed((new,), settings)
    except Exception as error:
        return old.failed(new.state, error)
    return new


def _replaced(before: Snapshot, documents: tuple[LoadedDocument, ...], settings: Settings) -> Snapshot:
    """A snapshot with the new versions of documents, but for those that cannot be indexed."""
    pairs = list(zip(before.documents, documents, strict=True))
    if all(new.content == old.content for old, new in pairs):
        return replace(before, documents=documents)
    try:
        return _indexed(documents, settings)
    except Exception as error:
        kept = tuple(_indexable(settings, old, new) for old, new in pairs)
        if kept == documents:  # only together they cannot be indexed
            kept = tuple(new if new.content == old.content else old.failed(new.state, error) for old, new in pairs)
        return _replaced(before, kept, settings)


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
        load = partial(_load, cache=cache_of(settings))
        documents, unread = inputs.load([str(path) for path in paths or (bundled_article(),)], load)
        return cls(_indexed(tuple(documents), settings), settings, unread)

    @classmethod
    def of(cls, bot: Chatbot) -> DocumentStore:
        """A store whose documents never change."""
        return cls(Snapshot.of(bot, tuple(map(LoadedDocument, bot.documents))))

    @property
    def bot(self) -> Chatbot:
        """The bot in use."""
        return self.snapshot.bot

    def refresh(self) -> bool:
        """Reload changed files, index them while the old ones stay in use, and swap. True if documents have changed.

        A document that cannot be used stays as it was, with its problem, until its file changes again.
        """
        with self._lock:
            before = self.snapshot
            cache = cache_of(self._settings)
            documents = tuple(_reload(loaded, cache) for loaded in before.documents)
            if documents == before.documents:
                return False
            self.snapshot = _replaced(before, documents, self._settings)
        _report(before.documents, self.snapshot.documents)
        return self.snapshot.bot is not before.bot


def _report(before: Sequence[LoadedDocument], now: Sequence[LoadedDocument]) -> None:
    for old, new in zip(before, now, strict=True):
        if new.problem and new.problem != old.problem:
            _log.warning("%s: %s; the previous version stays in use", new.path, new.problem)
        elif old.document.sha256 != new.document.sha256:
            _log.info("%s was reloaded, sha256 %s", new.document.name, new.document.sha256)
