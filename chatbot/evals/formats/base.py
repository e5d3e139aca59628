"""Imported question sets: cases in our own format, and the documents that came with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from chatbot.common.files import UnreadableFileError, read_utf8
from chatbot.common.json_values import json_value
from chatbot.errors import CaseError

T = TypeVar("T")
_NAMES = {list: "a list", str: "a text", dict: "an object", int: "a whole number", bool: "true or false"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A case as a record of our own format, not yet checked, and the `file:line` that it comes from."""

    place: str
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ImportedSet:
    """A question set in another format.

    Attributes:
        drafts: its cases.
        documents: the texts that came with the set, by file name, which is `document` in the drafts.
        left_out: questions that cannot be a case.
        invalid: questions whose gold is not where the set says.
    """

    drafts: tuple[Draft, ...]
    documents: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[CaseError, ...] = ()
    invalid: tuple[CaseError, ...] = ()


class CaseIds:
    """Ids for cases without one. They are made from the question, so that adding a row changes no other id."""

    def __init__(self, path: Path) -> None:
        self._stem = path.stem
        self._seen: Counter[str] = Counter()

    def __call__(self, question: str) -> str:
        """The id of a question, with a number if it is repeated."""
        name = f"{self._stem}-{sha256(question.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name}-{self._seen[name]}"


@contextmanager
def at(place: object) -> Iterator[None]:
    """Turn a ValueError inside into a CaseError with this place."""
    try:
        yield
    except ValueError as fault:
        raise CaseError(str(place), str(fault)) from fault


def source(path: Path) -> str:
    """The text of a UTF-8 file, without its byte order mark. Raises CaseError."""
    try:
        return read_utf8(path)
    except UnreadableFileError as fault:
        raise CaseError(fault.place, fault.reason) from fault


def lines(path: Path) -> Iterator[tuple[str, str]]:
    """The non-blank lines of a file, each with its `file:line`; U+2028 and the like do not end a line."""
    for row, line in enumerate(source(path).split("\n"), 1):
        if line.strip():
            yield f"{path}:{row}", line.removesuffix("\r")


def json_lines(path: Path) -> Iterator[tuple[str, Any]]:
    """The objects of a file of JSON lines, each with its `file:line`."""
    for place, line in lines(path):
        with at(place):
            value = json_value(line)
        if not isinstance(value, dict):
            raise CaseError(place, "must be an object")
        yield place, value


def member(record: Any, name: str, kind: type[T], default: T | None = None) -> T:
    """A member of an object. Raises ValueError if it is missing or of another type."""
    if not isinstance(record, dict):
        raise ValueError("must be an object")
    value = record.get(name, default)
    if value is None:
        raise ValueError(f'has no "{name}"')
    if not isinstance(value, kind):
        raise ValueError(f'"{name}" must be {_NAMES[kind]}')
    return value


def name(record: Any, key: str) -> str:
    """An identifier, as text; some sets write it as a number."""
    value = record.get(key) if isinstance(record, dict) else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else member(record, key, str)


def turn(question: str, gold: list[str] | None = None, **fields: Any) -> dict[str, Any]:
    """A turn in our own format. Any one string of `gold` is right; without gold the question is unanswerable."""
    groups = [list(dict.fromkeys(gold))] if gold else []
    return {"question": question, "answerable": bool(groups or fields.get("accept_spans")), "gold": groups, **fields}
