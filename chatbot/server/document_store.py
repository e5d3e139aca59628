"""The documents that a server answers from: read again when they change, and swapped whole."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from chatbot.bot import DEFAULT, Chatbot, bundled_article
from chatbot.errors import ChatbotError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.documents.model import Document
    from chatbot.language.synonyms import Synonyms
    from chatbot.settings import Settings

_log = logging.getLogger(__name__)

State = tuple[tuple[int, int, int] | None, ...]  # of a document and its synonyms: time, size, inode


def _state(path: Path) -> State:
    """What changes when an article or the synonyms beside it are edited or replaced."""
    found: list[tuple[int, int, int] | None] = []
    for file in (path, path.with_suffix(".synonyms.txt")):
        found.append(None)
        with suppress(OSError, ValueError):
            status = file.stat()
            found[-1] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Volume:
    """One document as it is served, and why its file is not, if the file cannot be read any more."""

    document: Document
    synonyms: Synonyms | None = None
    path: Path | None = None
    state: State = ()
    problem: str | None = None


def _opened(path: Path) -> Volume:
    from chatbot.documents.parser import read
    from chatbot.language.synonyms import load_for

    state = _state(path)  # before reading: what changes meanwhile is seen next time
    return Volume(read(path), load_for(path), path, state)


def _reread(volume: Volume) -> Volume:
    """A volume as its files are now; one whose files cannot be read stays, with the problem."""
    if volume.path is None or (state := _state(volume.path)) == volume.state:
        return volume
    try:
        return _opened(volume.path)
    except ChatbotError as error:
        return replace(volume, state=state, problem=str(error))


def _content(volume: Volume) -> tuple[str, Synonyms | None]:
    return volume.document.sha256, volume.synonyms


@dataclass(frozen=True, slots=True)
class Holding:
    """A bot and the volumes that it was made of: one value, so that nobody sees the one without the other."""

    bot: Chatbot
    volumes: tuple[Volume, ...]


class Shelf:
    """Holds the bot in use. `bot` is one reference: who takes it once has one state of all documents.

    Safe to share between threads. Raises ArticleError where a document cannot be read at the start.
    """

    def __init__(self, paths: Sequence[Path | str] = (), settings: Settings = DEFAULT) -> None:
        volumes = tuple(_opened(Path(path)) for path in paths or (bundled_article(),))
        self._settings = settings
        self._lock = Lock()
        self._held = self._indexed(volumes)

    @classmethod
    def of(cls, bot: Chatbot) -> Shelf:
        """A shelf whose documents never change."""
        shelf = cls.__new__(cls)
        shelf._lock = Lock()
        shelf._held = Holding(bot, tuple(map(Volume, bot.documents)))
        return shelf

    def _indexed(self, volumes: tuple[Volume, ...]) -> Holding:
        synonyms = [volume.synonyms for volume in volumes if volume.synonyms]
        return Holding(Chatbot([volume.document for volume in volumes], self._settings, synonyms), volumes)

    @property
    def bot(self) -> Chatbot:
        """The bot in use. Take it once for each question."""
        return self._held.bot

    @property
    def volumes(self) -> tuple[Volume, ...]:
        """The documents in use, each with its problem."""
        return self._held.volumes

    @property
    def problem(self) -> str | None:
        """Why some documents are older than their files, in one line; None if none is."""
        return "; ".join(volume.problem for volume in self.volumes if volume.problem) or None

    def refresh(self) -> bool:
        """Read again what changed, index it beside what is in use, and swap. True if other documents are in use now.

        A document that cannot be read stays as it was, with its problem, until its file changes again.
        """
        with self._lock:
            before = self._held
            volumes = tuple(map(_reread, before.volumes))
            if volumes == before.volumes:
                return False
            changed = list(map(_content, volumes)) != list(map(_content, before.volumes))
            self._held = self._indexed(volumes) if changed else Holding(before.bot, volumes)
        self._tell(before.volumes, volumes)
        return changed

    @staticmethod
    def _tell(before: Sequence[Volume], now: Sequence[Volume]) -> None:
        for old, new in zip(before, now, strict=True):
            if new.problem and new.problem != old.problem:
                _log.warning("%s; the one before stays in use", new.problem)
            elif old.document.sha256 != new.document.sha256:
                _log.info("%s is read again, sha256 %s", new.document.name, new.document.sha256)
