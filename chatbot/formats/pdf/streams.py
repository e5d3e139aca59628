"""Bounds on what the packed streams of a PDF hold, checked before PDFium unpacks them: few kB may stand for GB."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

from chatbot.formats.pdf import forms

MAX_UNPACKED = 256 << 20  # bytes of a stream: more than an image of 600 dpi has
MAX_SHOWN = 2_000_000  # bytes of text that a stream shows: a page has a few thousand
_START = re.compile(rb"(?<!end)stream\r?\n")
_SHOWN = re.compile(rb"\(([^()]*)\)|<([0-9A-Fa-f]+)>")
_CHUNK = 1 << 16
_READ = 8 << 20  # bytes of a stream that are read for what it draws
_FILTERS = 3  # that may be applied one after the other
_ZLIB = b"\x78"  # the first byte of what zlib packs


def _pieces(source: bytes, start: int) -> Iterator[bytes]:
    yield from (source[index : index + _CHUNK] for index in range(start, len(source), _CHUNK))


def _unpacked(packed: Iterable[bytes]) -> Iterator[bytes]:
    """What zlib unpacks, in pieces, up to its end or the first fault."""
    unpacking = zlib.decompressobj()
    for piece in packed:
        rest = piece
        while rest and not unpacking.eof:
            try:
                found = unpacking.decompress(rest, _CHUNK)
            except zlib.error:
                return
            yield found
            rest = unpacking.unconsumed_tail
        if unpacking.eof:
            return


def _is_too_large(unpacked: Iterator[bytes], filters: int = _FILTERS) -> bool:
    """Whether a stream, or what is packed in it again, has too many bytes or shows too many."""
    first = next(unpacked, b"")
    if filters and first.startswith(_ZLIB):
        return _is_too_large(_unpacked(chain([first], unpacked)), filters - 1)
    size = shown = 0
    for piece in chain([first], unpacked):
        size += len(piece)
        shown += sum(len(text) + len(digits) // 2 for text, digits in _SHOWN.findall(piece))
        if size > MAX_UNPACKED or shown > MAX_SHOWN:
            return True
    return False


def are_too_large(source: bytes) -> bool:
    """Whether a stream of a PDF unpacks, or draws, more than a page of an article can have."""
    starts = [found.end() for found in _START.finditer(source)]
    return any(_is_too_large(_unpacked(_pieces(source, start))) for start in starts) or forms.draw_too_much(
        source, ((start, _content(source, start)) for start in starts)
    )


def _content(source: bytes, start: int) -> bytes:
    """The beginning of a stream, unpacked if it is packed."""
    end = source.find(b"endstream", start)
    plain = source[start : end if end >= 0 else len(source)][:_READ]
    found = b""
    for piece in _unpacked(_pieces(plain, 0)) if plain.startswith(_ZLIB) else [plain]:
        found += piece
        if len(found) > _READ:
            break
    return found
