"""A bound on what the pages of a PDF draw by forms: PDFium reads a form again at each drawing, and forms draw forms."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MAX_DRAWN = 400_000  # bytes of text that one stream draws by forms: a page has a few thousand
_OBJECT = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+obj\b")
_NAMED = re.compile(rb"/([^\s/<>\[\]()]{1,40})\s+(\d{1,9})\s+\d{1,5}\s+R\b")
_DRAWING = re.compile(rb"/([^\s/<>\[\]()]{1,40})\s+Do\b")
_TEXT = re.compile(rb"\(([^()]*)\)|<([0-9A-Fa-f]+)>")
_PACKED = b"/ObjStm"
_DICTIONARY = 4_000  # bytes before a stream that are searched for what its names mean


@dataclass(slots=True)
class _Stream:
    """What a stream shows itself, how often it draws each name, and which objects its own dictionary gives names."""

    shown: int
    draws: Counter[bytes]
    names: Mapping[bytes, set[int]]
    drawn: int | None = field(default=None)  # with all that it draws, once that is known


def _names(dictionary: bytes) -> Mapping[bytes, set[int]]:
    found: dict[bytes, set[int]] = defaultdict(set)
    for name, number in _NAMED.findall(dictionary):
        found[name].add(int(number))
    return found


def _streams(
    source: bytes, contents: Iterable[tuple[int, bytes]]
) -> tuple[dict[int, _Stream], Mapping[bytes, set[int]]]:
    """The streams by their object numbers, and what each name may mean; a stream without a number counts down from -1.

    No content is kept: together they may be far larger than the file.
    """
    found: dict[int, _Stream] = {}
    everywhere = defaultdict(set, _names(source))
    for start, content in contents:
        before = source[max(0, start - _DICTIONARY) : start]
        opened = list(_OBJECT.finditer(before))
        number, dictionary = (int(opened[-1][1]), before[opened[-1].end() :]) if opened else (-1 - len(found), b"")
        shown = sum(len(text) + len(digits) // 2 for text, digits in _TEXT.findall(content))
        found[number] = _Stream(shown, Counter(_DRAWING.findall(content)), _names(dictionary))
        if _PACKED in dictionary:  # dictionaries of pages stand in it
            for name, numbers in _names(content).items():
                everywhere[name] |= numbers
    return found, everywhere


def _drawn(number: int, streams: Mapping[int, _Stream], everywhere: Mapping[bytes, set[int]]) -> int:
    """The bytes of text that a stream draws; a form that draws itself is not drawn again.

    A name that the stream's own dictionary does not explain may mean any object that has this name somewhere.
    """
    stream = streams.get(number)
    if stream is None:
        return 0
    if stream.drawn is None:
        stream.drawn = 0
        drawn = stream.shown
        for name, times in stream.draws.items():
            targets = stream.names.get(name) or everywhere.get(name, set())
            drawn += times * max((_drawn(target, streams, everywhere) for target in targets), default=0)
        stream.drawn = drawn
    return stream.drawn


def draw_too_much(source: bytes, contents: Iterable[tuple[int, bytes]]) -> bool:
    """Whether forms draw more text than a page can have; `contents` are the streams, each with its place."""
    streams, everywhere = _streams(source, contents)
    try:
        return any(_drawn(n, streams, everywhere) - one.shown > MAX_DRAWN for n, one in streams.items())
    except RecursionError:  # forms in forms, a thousand deep
        return True
