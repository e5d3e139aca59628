"""The question log: the questions that a server was asked and how they were answered, in one SQLite file.

It is off by default, and records nothing about who asked: no address, no session. A record is on the disk before its
id is returned (write-ahead log, synced at each commit), so that it survives `kill -9` and a power cut. The core reads
no clock, so times and ids are made here.
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
from types import NoneType
from typing import TYPE_CHECKING, Any

from chatbot.common import json_values
from chatbot.errors import LogError
from chatbot.reply import ReplyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from chatbot.documents.model import Document
    from chatbot.reply import Reply

_APPLICATION_ID = 0x63686174  # "chat"; a database with another id is never written to
_VERSION = 1
_TIMEOUT = 2.0  # seconds to wait for another process, or for other threads, before a record is refused
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32, as in ULIDs
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
_FIELDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "id": ((str,), "a text"),
    "time": ((str,), "a text"),
    "question": ((str,), "a text"),
    "understood": ((str,), "a text"),
    "answered": ((int,), "0 or 1"),
    "kind": ((str,), "a text"),
    "confidence": ((int, float), "a number"),
    "documents": ((str,), "a text"),
    "helpful": ((int, NoneType), "0 or 1"),
    "comment": ((str,), "a text"),
}
_COLUMNS = ", ".join(_FIELDS)


@dataclass(frozen=True, slots=True)
class Record:
    """A logged question. `time` is UTC in ISO 8601, `documents` are SHA-256 sums, `helpful` is None without a vote."""

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
        """Whether the question was not answered, or not helpfully; small talk needs no answer."""
        unanswered = not self.answered and self.kind != ReplyKind.SMALLTALK.value
        return unanswered or self.helpful is False


def new_id() -> str:
    """A ULID: 26 letters and digits that sort by time and cannot be guessed."""
    number = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def _storable(text: str) -> str:
    """The text with a question mark for each lone surrogate, which JSON allows and UTF-8 does not."""
    return text.encode("utf-8", "replace").decode()


def _reason(fault: sqlite3.Error) -> str:
    """What happened and what to do about it."""
    text = str(fault)
    if "full" in text or "disk I/O" in text:
        return f"cannot be written ({text}); make room on its disk"
    if "locked" in text or "busy" in text:
        return f"is in use by another program ({text}); close that one"
    if "malformed" in text or "not a database" in text or "decode" in text:
        return f"is damaged or not a question log ({text}); move it away, and a new one will be started"
    return f"cannot be used ({text}); move it away, or choose another file"


def _checked(row: tuple[Any, ...]) -> Record:
    """A row as a record. Raises ValueError: SQLite lets any program put any type into any column."""
    values = dict(zip(_FIELDS, row, strict=True))
    for name, (kinds, what) in _FIELDS.items():
        if not isinstance(values[name], kinds):
            raise ValueError(f"{name} is not {what}")
    hashes = json_values.each(json_values.text)(json_values.json_value(values["documents"]))
    vote = None if values["helpful"] is None else bool(values["helpful"])
    return Record(**{**values, "answered": bool(values["answered"]), "documents": hashes, "helpful": vote})


def _record(number: int, row: tuple[Any, ...], path: Path) -> Record:
    try:
        return _checked(row)
    except ValueError as fault:
        reason = f"has a record that this program has not written (number {number}: {fault}); remove it from the file"
        raise LogError(path, reason) from fault


class QuestionLog:
    """A question log that is open for writing. It may be shared by threads.

    The file is created if necessary, readable by its user only. Every method raises LogError if the file cannot be
    read or written; a later call may succeed, for example when there is room on the disk again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._connection = _open(path)

    def record(self, reply: Reply, documents: Sequence[Document]) -> str:
        """Log a reply.

        Args:
            reply: the reply, with its question.
            documents: the documents that were asked.

        Returns:
            The id of the record, for `vote`. The record is on the disk by then.

        """
        record_id, now = new_id(), datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        hashes = json.dumps([document.sha256 for document in documents])
        texts = (_storable(reply.question), _storable(reply.understood))
        row = (record_id, now, *texts, reply.answered, reply.kind.value, round(reply.confidence, 4), hashes, None, "")
        with self._using() as connection:
            connection.execute(f"INSERT INTO questions ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)", row)  # noqa: S608
        return record_id

    def vote(self, reply_id: str, *, helpful: bool, comment: str = "") -> bool:
        """Log a vote on a reply; it replaces an earlier one. Returns False if no record has this id."""
        values = (helpful, _storable(comment), _storable(reply_id))
        with self._using() as connection:
            done = connection.execute("UPDATE questions SET helpful = ?, comment = ? WHERE id = ?", values)
            return done.rowcount > 0

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        """The connection, for one thread at a time; a thread that waits too long for a slow disk gives up."""
        if not self._lock.acquire(timeout=_TIMEOUT):
            raise LogError(self.path, "the disk is too slow for the incoming questions")
        try:
            with _log_errors(self.path):
                yield self._connection
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> QuestionLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def _log_errors(path: Path) -> Iterator[None]:
    """Raise errors of the disk and of SQLite as LogErrors."""
    try:
        yield
    except sqlite3.Error as fault:
        raise LogError(path, _reason(fault)) from fault
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the path
        raise LogError(path, f"cannot be used ({getattr(fault, 'strerror', None) or fault})") from fault


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that another program, or a later version of this one, has written."""
    (application_id,), (version,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    if application_id != _APPLICATION_ID:
        raise LogError(path, "is another program's database; choose another file")
    if version != _VERSION:
        raise LogError(path, f"has format {version}, but this program reads format {_VERSION}; choose another file")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Create the table in an empty file; if several processes start at once, one of them does."""
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute(_TABLE)
    _check(connection, path)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")


def _open(path: Path) -> sqlite3.Connection:
    with _log_errors(path):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite would make it readable by everyone
        connection = sqlite3.connect(path, timeout=_TIMEOUT, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def read(path: Path) -> tuple[Record, ...]:
    """The records of a log, oldest first; a server may be writing to it. Raises LogError."""
    with _log_errors(path):
        path.stat()  # SQLite's own message does not say that the file is missing
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_TIMEOUT)
        try:
            _check(connection, path)
            rows = connection.execute(f"SELECT {_COLUMNS} FROM questions ORDER BY rowid")  # noqa: S608
            return tuple(_record(number, row, path) for number, row in enumerate(rows, 1))
        finally:
            connection.close()
