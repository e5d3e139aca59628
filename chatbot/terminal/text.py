"""What a terminal may be sent: text made harmless, measured in cells, wrapped, and painted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

Fragment = tuple[str, str]  # a style of `_LOOKS` ("" for none) and a text
Line = tuple[Fragment, ...]

# The numbers are those of "select graphic rendition" (ECMA-48, 8.3.117).
_LOOKS = {
    "bar": "36",
    "number": "1;36",
    "heading": "3;32",
    "title": "1",
    "said": "1",
    "question": "1;33",
    "note": "3",
    "warning": "33",
}
_BREAKS = re.compile(r"[\n-\r\x1c-\x1e\x85\u2028\u2029][ \t\r\n]*|\t")  # a line break and the next line's indentation
# Formats without a cell of their own, among them the bidirectional ones that let text pose as other text. Joiners
# inside a script or an emoji are no disguise: only those beside ASCII go.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ONE_CELL = re.compile("[ -~\u00a0-\u02ff\u2010-\u2027\u2500-\u257f]*")  # measured without wcwidth, a slow import
_SPACES = re.compile("( +)")


def _pictured(match: re.Match[str]) -> str:
    """A visible stand-in, so that what stood on its two sides is not joined."""
    code = ord(match.group())
    return "␡" if code == 0x7F else chr(0x2400 + code) if code < 0x20 else "\ufffd"


def sanitised(text: str) -> str:
    """The text as one harmless line: breaks and tabs as spaces, invisible formats gone, other controls pictured."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub(_pictured, _INVISIBLE.sub("", _BREAKS.sub(" ", text)))


def cells(text: str) -> int:
    """How many columns a terminal shows a sanitised text in."""
    if _ONE_CELL.fullmatch(text):
        return len(text)
    from wcwidth import wcswidth

    return max(wcswidth(text), 0)


def _pieces(fragments: Iterable[Fragment]) -> Iterator[Fragment]:
    """Words and the runs of spaces between them, in order, each with its style."""
    for style, text in fragments:
        yield from ((style, piece) for piece in _SPACES.split(text) if piece)


def _words(fragments: Iterable[Fragment]) -> Iterator[tuple[str, Line]]:
    """Each word and the spaces before it; a word like `gut(1)` changes its style midway."""
    gap = ""
    word: Line = ()
    for style, piece in _pieces(fragments):
        if piece.strip(" "):
            word = (*word, (style, piece))
            continue
        if word:
            yield gap, word
            gap, word = "", ()
        gap += piece
    if word:
        yield gap, word


def _size(line: Iterable[Fragment]) -> int:
    return sum(cells(text) for _, text in line)


def _cut(text: str, width: int) -> int:
    """How many characters fit; at least one, so that a narrow screen still makes progress."""
    end = min(len(text), max(width, 1))
    while end > 1 and cells(text[:end]) > width:
        end -= 1
    return end


def _broken(word: Line, width: int) -> Iterator[Line]:
    """A word in pieces that fit; a word that fits is one piece."""
    if _size(word) <= width:
        yield word
        return
    for style, text in word:
        rest = text
        while rest:
            end = _cut(rest, width)
            yield ((style, rest[:end]),)
            rest = rest[end:]


def wrapped(fragments: Iterable[Fragment], width: int) -> Iterator[Line]:
    """The lines of a paragraph, each at most `width` cells; runs of spaces inside a line, and before it all, stay."""
    line: Line = ()
    for number, (gap, word) in enumerate(_words(fragments)):
        if not number and gap and len(gap) + _size(word) <= width:
            line = (("", gap), *word)
            continue
        if line and _size(line) + len(gap) + _size(word) <= width:
            line = (*line, (line[-1][0], gap), *word)
            continue
        if line:
            yield line
        *full, line = _broken(word, width)
        yield from full
    yield line


def paragraph(fragments: Iterable[Fragment], width: int | None, first: Line = (), rest: Line = ()) -> list[Fragment]:
    """A paragraph with its line ends; `first` is put before its first line, `rest` before the others.

    `width` counts cells, prefixes too; None is as wide as it takes.
    """
    clean = tuple((style, sanitised(text)) for style, text in fragments)
    lines = [clean] if width is None else list(wrapped(clean, max(width - max(_size(first), _size(rest)), 8)))
    prefixes: Sequence[Line] = (first, *[rest] * (len(lines) - 1))
    return [fragment for prefix, line in zip(prefixes, lines, strict=True) for fragment in (*prefix, *line, ("", "\n"))]


def plain(fragments: Iterable[Fragment]) -> str:
    """The text alone."""
    return "".join(text for _, text in fragments)


def painted(fragments: Iterable[Fragment]) -> str:
    """The text with the escape sequences of its styles."""
    runs = ((_LOOKS.get(style), plain(run)) for style, run in groupby(fragments, key=itemgetter(0)))
    return "".join(f"\x1b[{look}m{text}\x1b[0m" if look else text for look, text in runs)
