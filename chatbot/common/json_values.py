"""Strict JSON: each reader returns a value of its type or raises a ValueError that says what is wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Reader = Callable[[Any], Any]
_MAX_DIGITS = 100  # of a number; Python reads at most 4,300


def text(value: Any) -> str:
    """A string with at least one printable character that is no space."""
    if not isinstance(value, str) or not any(char.isprintable() and not char.isspace() for char in value):
        raise ValueError("must be a text that is not empty")
    return value


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def number(value: Any) -> int:
    """A whole number that is not negative."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("must be a whole number that is not negative")
    return value


def _located(name: str, read: Reader, value: Any) -> Any:
    """`read(value)`; an error says where it is: `"gold"[0][1] must be ...`."""
    try:
        return read(value)
    except ValueError as fault:
        glue = "" if str(fault).startswith("[") else " "
        raise ValueError(f"{name}{glue}{fault}") from fault


def each(read: Reader, least: int = 0) -> Callable[[Any], tuple[Any, ...]]:
    """A reader of lists of at least `least` items, each read by `read`."""

    def items(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError("must be a list")
        if len(value) < least:
            raise ValueError("must not be empty")
        return tuple(_located(f"[{i}]", read, item) for i, item in enumerate(value))

    return items


def fields(record: Any, readers: Mapping[str, Reader], required: Sequence[str]) -> dict[str, Any]:
    """The values of an object, each read by the reader of its field. Unknown and missing fields are errors."""
    if not isinstance(record, dict):
        raise ValueError("must be an object")
    for name in record:
        if name not in readers:
            raise ValueError(f'has an unknown field "{name}" (known: {", ".join(readers)})')
    for name in required:
        if name not in record:
            raise ValueError(f'has no "{name}"')
    return {name: _located(f'"{name}"', readers[name], value) for name, value in record.items()}


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object without duplicate names; Python's own reader would keep the last one silently."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise ValueError(f'has "{twice}" twice')
    return found


def _whole(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"has a number of {len(digits):,} digits")
    return int(digits)


def json_value(source: str) -> Any:
    """Parse JSON. Raises ValueError, with the place, for invalid JSON and for what readers disagree about."""
    try:
        return json.loads(source, object_pairs_hook=_unique, parse_int=_whole)
    except json.JSONDecodeError as fault:
        line = f"line {fault.lineno}, " if fault.lineno > 1 else ""
        raise ValueError(f"is not JSON: {fault.msg} ({line}column {fault.colno})") from fault
    except RecursionError as fault:
        raise ValueError("is nested too deeply") from fault


def as_json(value: Any) -> str:
    """One line of JSON in printable ASCII, safe in any terminal and encoding whatever the value holds."""
    return json.dumps(value).replace("\x7f", "\\u007f")  # the only control character that JSON leaves as it is


def json_line(value: Any) -> bytes:
    """A line of JSON in UTF-8, for files that people read."""
    try:
        return json.dumps(value, ensure_ascii=False).encode("utf-8") + b"\n"
    except UnicodeEncodeError:  # a lone surrogate
        return json.dumps(value).encode("ascii") + b"\n"
