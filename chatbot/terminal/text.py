"""Styled text for a terminal: sanitised, measured in cells, wrapped, laid out in blocks, and coloured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbot.documents.model import Document

Fragment = tuple[str, str]  # a style of `_STYLES` ("" for none) and a text
Line = tuple[Fragment, ...]
Block = list[Fragment]  # lines of text, each with its line end

MAX_WIDTH = 88  # cells; longer lines are hard to read
INDENT: Line = (("", "  "),)

# The parameters of the control sequence "select graphic rendition" (ECMA-48, 8.3.117).
_STYLES = {
    "bar": "36",
    "number": "1;36",
    "heading": "3;32",
    "title": "1",
    "message": "1",
    "question": "1;33",
    "note": "3",
    "warning": "33",
}
_BREAKS = re.compile(r"[\n-\r\x1c-\x1e\x85\u2028\u2029][ \t\r\n]*|\t")  # a line break and the next line's indentation
# Format characters without a cell of their own, among them the bidirectional ones that can disguise a text. Joiners
# are needed inside emoji and some scripts: only those next to ASCII are removed.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ONE_CELL = re.compile("[ -~\u00a0-\u02ff\u2010-\u2027\u2500-\u257f]*")  # needs no wcwidth, which is slow to import
_SPACES = re.compile("( +)")


def _pictured(match: re.Match[str]) -> str:
    """A visible character in place of a control character, so that its neighbours are not joined."""
    code = ord(match.group())
    return "␡" if code == 0x7F else chr(0x2400 + code) if code < 0x20 else "\ufffd"


def sanitised(text: str) -> str:
    """The text as one harmless line.

    Line breaks and tabs become spaces, invisible format characters are removed, and every other control character is
    replaced by a visible one.
    """
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub(_pictured, _INVISIBLE.sub("", _BREAKS.sub(" ", text)))


def cells(text: str) -> int:
    """The number of columns that a sanitised text takes on a terminal."""
    if _ONE_CELL.fullmatch(text):
        return len(text)
    from wcwidth import wcswidth

    return max(wcswidth(text), 0)


def _pieces(fragments: Iterable[Fragment]) -> Iterator[Fragment]:
    """Words and the runs of spaces between them, each with its style."""
    for style, text in fragments:
        yield from ((style, piece) for piece in _SPACES.split(text) if piece)


def _words(fragments: Iterable[Fragment]) -> Iterator[tuple[str, Line]]:
    """Each word with the spaces before it; a word like `gut(1)` has several styles."""
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


def _width(line: Iterable[Fragment]) -> int:
    return sum(cells(text) for _, text in line)


def _fitting(text: str, width: int) -> int:
    """The number of characters that fit; at least one, or wrapping would never end on a narrow screen."""
    end = min(len(text), max(width, 1))
    while end > 1 and cells(text[:end]) > width:
        end -= 1
    return end


def _broken(word: Line, width: int) -> Iterator[Line]:
    """A word in pieces that fit the width."""
    if _width(word) <= width:
        yield word
        return
    for style, text in word:
        rest = text
        while rest:
            end = _fitting(rest, width)
            yield ((style, rest[:end]),)
            rest = rest[end:]


def wrapped(fragments: Iterable[Fragment], width: int) -> Iterator[Line]:
    """The lines of a paragraph, each at most `width` cells; spaces are kept, except at line ends."""
    line: Line = ()
    for number, (gap, word) in enumerate(_words(fragments)):
        if not number and gap and len(gap) + _width(word) <= width:
            line = (("", gap), *word)
            continue
        if line and _width(line) + len(gap) + _width(word) <= width:
            line = (*line, (line[-1][0], gap), *word)
            continue
        if line:
            yield line
        *full, line = _broken(word, width)
        yield from full
    yield line


def paragraph(fragments: Iterable[Fragment], width: int | None, first: Line = (), rest: Line = ()) -> Block:
    """Sanitise and wrap a paragraph.

    Args:
        fragments: the text with its styles.
        width: the maximum width in cells, prefixes included; None does not wrap.
        first: the prefix of the first line.
        rest: the prefix of the other lines.

    """
    clean = tuple((style, sanitised(text)) for style, text in fragments)
    lines = [clean] if width is None else list(wrapped(clean, max(width - max(_width(first), _width(rest)), 8)))
    prefixes: Sequence[Line] = (first, *[rest] * (len(lines) - 1))
    return [fragment for prefix, line in zip(prefixes, lines, strict=True) for fragment in (*prefix, *line, ("", "\n"))]


@dataclass(frozen=True, slots=True)
class Page:
    """How text is laid out: its width in cells (None does not wrap), for which documents, and with explanations."""

    width: int | None = None
    documents: tuple[Document, ...] = ()
    explain: bool = False

    def name(self, document: Document) -> str:
        """The name that tells a document from the others, like `a.md` or `a.md (2)`; empty if there are no others."""
        position = next((i for i, other in enumerate(self.documents) if other is document), None)
        if position is None or len(self.documents) < 2:
            return ""
        earlier = sum(other.name == document.name for other in self.documents[:position])
        return f"{document.name} ({earlier + 1})" if earlier else document.name


def stacked(blocks: Iterable[Block]) -> Block:
    """Blocks one below the other, separated by empty lines; empty blocks are left out."""
    kept = [block for block in blocks if block]
    spaced = [[*block, ("", "\n")] for block in kept[:-1]] + kept[-1:]
    return [fragment for block in spaced for fragment in block]


def note(text: str, page: Page, style: str = "note") -> Block:
    """A paragraph in the program's own words; empty if there is no text."""
    return paragraph([(style, text)], page.width) if text else []


def plain(fragments: Iterable[Fragment]) -> str:
    """The text without its styles."""
    return "".join(text for _, text in fragments)


def painted(fragments: Iterable[Fragment]) -> str:
    """The text with escape sequences for its styles."""
    runs = ((_STYLES.get(style), plain(run)) for style, run in groupby(fragments, key=itemgetter(0)))
    return "".join(f"\x1b[{codes}m{text}\x1b[0m" if codes else text for codes, text in runs)
