"""The question log, which an owner may switch on: what was asked and how it was answered, in one SQLite file.

Nothing says who asked: no address, no session. A record that was acknowledged is on the disk (write-ahead log, synced
at each commit), so that neither `kill -9` nor a power cut takes it back. Times and ids are made here, outside of the
core, which knows no clock.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from threading import Lock
from typing import TYPE_CHECKING, Any

from chatbot.errors import LogError
from chatbot.reply import ReplyKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from chatbot.documents.model import Document
    from chatbot.reply import Reply

_OURS = 0x63686174  # the file's application id, "chat": another program's database is never written to
_VERSION = 1
_PATIENCE = 2.0  # seconds to wait for another process, or for the other threads, before a record is given up
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32, as ULIDs have it
_TABLE = """
    CREATE TABLE IF NOT EXISTS questions (
        id TEXT PRIMARY KEY,
        time TEXT NOT NULL,
        question TEXT NOT NULL,
        understood TEXT NOT NULL,
        answered INTEGER NOT NULL,
        kind TEXT NOT NULL,
        confidence REAL NOT NULL,
        documents TEXT NOT NULL,
        helpful INTEGER,
        comment TEXT NOT NULL DEFAULT ''
    )
"""
_COLUMNS = "id, time, question, understood, answered, kind, confidence, documents, helpful, comment"


@dataclass(frozen=True, slots=True)
class Record:
    """One question that was asked. `time` is in UTC, ISO 8601; `documents` are SHA-256; `helpful` None: no vote."""

    id: str
    time: str
    question: str
    understood: str
    answered: bool
    kind: str
    confidence: float
    documents: tuple[str, ...]
    helpful: bool | None = None
    comment: str = ""

    @property
    def gap(self) -> bool:
        """Whether something is missing here: it had no answer, or one that did not help. Small talk needs none."""
        unanswered = not self.answered and self.kind != ReplyKind.SMALLTALK.value
        return unanswered or self.helpful is False


def new_id() -> str:
    """26 letters and digits that nobody can guess and that sort by time (the ULID specification)."""
    number = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def _storable(text: str) -> str:
    """The text without the lone surrogates that JSON can smuggle in and UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode()


def _reason(fault: sqlite3.Error) -> str:
    """What happened, in words that say what to do."""
    text = str(fault)
    if "full" in text or "disk I/O" in text:
        return f"cannot be written ({text}); make room on its disk"
    if "locked" in text or "busy" in text:
        return f"is in use by another program ({text}); close that one"
    if "malformed" in text or "not a database" in text:
        return f"is damaged or no question log ({text}); move it away, a new one is begun then"
    return f"cannot be used ({text}); move it away, or give another file"


def _record(row: tuple[Any, ...]) -> Record:
    name, when, question, understood, answered, kind, confidence, documents, helpful, comment = row
    vote = None if helpful is None else bool(helpful)
    hashes = tuple(json.loads(documents))
    return Record(name, when, question, understood, bool(answered), kind, confidence, hashes, vote, comment)


class QuestionLog:
    """A log that is open for writing; made if it is not there, for its owner's eyes only. Safe to share by threads.

    Every method raises LogError, which names the file, where that cannot be read or written; a later call may go well
    again, when there is room on the disk, say.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._connection = _opened(path)

    def record(self, reply: Reply, documents: tuple[Document, ...]) -> str:
        """Write down a reply and give the id that `vote` takes; once it is given, the record is safe.

        `documents` are those that were asked.
        """
        name, now = new_id(), datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        hashes = json.dumps([document.sha256 for document in documents])
        asked = (_storable(reply.question), _storable(reply.understood))
        row = (name, now, *asked, reply.answered, reply.kind.value, round(reply.confidence, 4), hashes, None, "")
        with self._using() as connection:
            connection.execute(f"INSERT INTO questions ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)", row)  # noqa: S608
        return name

    def vote(self, reply_id: str, *, helpful: bool, comment: str = "") -> bool:
        """Write down what somebody thought of a reply, in place of an earlier vote; False if there is no such reply."""
        values = (helpful, _storable(comment), _storable(reply_id))
        with self._using() as connection:
            done = connection.execute("UPDATE questions SET helpful = ?, comment = ? WHERE id = ?", values)
            return done.rowcount > 0

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        """The connection, for one thread; a queue before a slow disk does not grow without end."""
        if not self._lock.acquire(timeout=_PATIENCE):
            raise LogError(self.path, "its disk is too slow for the questions that come in")
        try:
            with _named(self.path):
                yield self._connection
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close the file; what is in it stays."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> QuestionLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Faults of the disk and of SQLite as LogErrors."""
    try:
        yield
    except sqlite3.Error as fault:
        raise LogError(path, _reason(fault)) from fault
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
        raise LogError(path, f"cannot be used ({getattr(fault, 'strerror', None) or fault})") from fault


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse what another program, or a later version of this one, has written."""
    (mark,), (version,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    if mark != _OURS:
        raise LogError(path, "is another program's database; give another file")
    if version != _VERSION:
        raise LogError(path, f"has format {version}, this program knows {_VERSION}; give another file")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the table in an empty file; of several processes that start at once, one does."""
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
        connection.execute(f"PRAGMA application_id = {_OURS}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute(_TABLE)
    _check(connection, path)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")


def _opened(path: Path) -> sqlite3.Connection:
    with _named(path):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # before SQLite would make it readable for everyone
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def read(path: Path) -> tuple[Record, ...]:
    """All records of a log, oldest first, also while a server writes it. Raises LogError."""
    with _named(path):
        path.stat()  # SQLite's own message would not say that there is no such file
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)
        try:
            _check(connection, path)
            return tuple(map(_record, connection.execute(f"SELECT {_COLUMNS} FROM questions ORDER BY rowid")))  # noqa: S608
        finally:
            connection.close()
