"""What a question set of another format comes to: cases as we write them, and the documents they are about."""

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
    """A case as a record of our own form, not yet looked into, and the `file:line` that it comes from."""

    place: str
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Foreign:
    """A set of another format. `documents` are texts by file names, which the drafts' `document` means.

    `left_out` are questions that cannot be a case whatever is done, `invalid` those whose gold is not where it is said
    to be.
    """

    drafts: tuple[Draft, ...]
    documents: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[CaseError, ...] = ()
    invalid: tuple[CaseError, ...] = ()


class Names:
    """Ids for cases without one, by what they ask: a row more or less in the set changes no other's."""

    def __init__(self, path: Path) -> None:
        """They begin with the file's name."""
        self._stem = path.stem
        self._seen: Counter[str] = Counter()

    def __call__(self, question: str) -> str:
        """The id of a question, counted where it is asked again."""
        name = f"{self._stem}-{sha256(question.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name}-{self._seen[name]}"


@contextmanager
def at(place: object) -> Iterator[None]:
    """What is wrong inside is a CaseError of this place."""
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
    """The lines of a file that hold something, each with its `file:line`; U+2028 and the like end none."""
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
    """A member of an object, of a type; a ValueError says what it is instead."""
    if not isinstance(record, dict):
        raise ValueError("must be an object")
    value = record.get(name, default)
    if value is None:
        raise ValueError(f'has no "{name}"')
    if not isinstance(value, kind):
        raise ValueError(f'"{name}" must be {_NAMES[kind]}')
    return value


def name(record: Any, key: str) -> str:
    """An identifier, which some sets write as a number."""
    value = record.get(key) if isinstance(record, dict) else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else member(record, key, str)


def turn(question: str, gold: list[str] | None = None, **fields: Any) -> dict[str, Any]:
    """A turn of our own form; `gold` are strings of which any one serves, without any the question has no answer."""
    groups = [list(dict.fromkeys(gold))] if gold else []
    return {"question": question, "answerable": bool(groups or fields.get("accept_spans")), "gold": groups, **fields}
