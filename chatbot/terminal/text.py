"""Styled text for a terminal: sanitised, measured in cells, wrapped, laid out in blocks, and coloured."""

from __future__ import annotations

import re
from collections import Counter
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
_MIN_WIDTH = 8  # cells of text in a line; a narrower terminal wraps it again
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
_WORD = re.compile("[^ ]+")


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


def plain(fragments: Iterable[Fragment]) -> str:
    """The text without its styles."""
    return "".join(text for _, text in fragments)


def _fitting(text: str, start: int, end: int, width: int) -> int:
    """Where to cut a text, so that the part from `start` fits; after one character at least, or wrapping never ends."""
    end = min(end, start + max(width, 1))
    while end > start + 1 and cells(text[start:end]) > width:
        end -= 1
    return end


def _lines(text: str, width: int) -> Iterator[tuple[int, int]]:
    """The start and end of each line of a wrapped text; a word that is too long for a line is cut."""
    start = end = 0
    for word in _WORD.finditer(text):
        if cells(text[start : word.end()]) > width:
            if end > start:
                yield start, end
            start = word.start()
            if cells(word.group()) > width:
                while (end := _fitting(text, start, word.end(), width)) < word.end():
                    yield start, end
                    start = end
        end = word.end()
    yield start, end


def _between(fragments: Iterable[Fragment], start: int, end: int) -> Iterator[Fragment]:
    """The part of some fragments between two offsets of their joined text."""
    for style, text in fragments:
        if piece := text[max(start, 0) : max(end, 0)]:
            yield style, piece
        start, end = start - len(text), end - len(text)


def wrapped(fragments: Sequence[Fragment], width: int) -> Iterator[Line]:
    """The lines of a paragraph, each at most `width` cells; spaces are kept, except at line ends."""
    for start, end in _lines(plain(fragments), width):
        yield tuple(_between(fragments, start, end))


def paragraph(fragments: Iterable[Fragment], width: int | None, first: Line = (), rest: Line = ()) -> Block:
    """Sanitise and wrap a paragraph.

    Args:
        fragments: the text with its styles.
        width: the maximum width in cells, prefixes included; None does not wrap.
        first: the prefix of the first line.
        rest: the prefix of the other lines.

    """
    clean = tuple((style, sanitised(text)) for style, text in fragments)
    indent = max(cells(plain(first)), cells(plain(rest)))
    lines = [clean] if width is None else list(wrapped(clean, max(width - indent, _MIN_WIDTH)))
    prefixes: Sequence[Line] = (first, *[rest] * (len(lines) - 1))
    return [fragment for prefix, line in zip(prefixes, lines, strict=True) for fragment in (*prefix, *line, ("", "\n"))]


def names(documents: Sequence[Document]) -> list[str]:
    """The titles of some documents.

    Of documents with the same title, the file's name tells them apart, and if that is the same, a number:
    `Lakes (a.md)`, `Lakes (a.md, 2)`.
    """
    titles = Counter(document.title_text for document in documents)
    earlier: Counter[tuple[str, str]] = Counter()
    found = []
    for document in documents:
        key = document.title_text, document.name
        earlier[key] += 1
        told = [document.name if titles[key[0]] > 1 else "", str(earlier[key]) if earlier[key] > 1 else ""]
        found.append(f"{key[0]} ({', '.join(filter(None, told))})" if any(told) else key[0])
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """How text is laid out: its width in cells (None does not wrap), for which documents, and with explanations.

    Explanations name `threshold`, the confidence from which questions are answered.
    """

    width: int | None = None
    documents: Sequence[Document] = ()
    explain: bool = False
    threshold: float | None = None

    def name(self, document: Document) -> str:
        """What tells a document from the others: its title; empty if there are no others."""
        if not isinstance(self.documents, tuple):  # an engine holds them, and they may be many
            return document.title_text if len(self.documents) > 1 else ""
        position = next((i for i, other in enumerate(self.documents) if other is document), None)
        return "" if position is None or len(self.documents) < 2 else names(self.documents)[position]


def joined(blocks: Iterable[Block]) -> Block:
    """Blocks one directly below the other."""
    return [fragment for block in blocks for fragment in block]


def stacked(blocks: Iterable[Block]) -> Block:
    """Blocks one below the other, separated by empty lines; empty blocks are left out."""
    kept = [block for block in blocks if block]
    return joined([[*block, ("", "\n")] for block in kept[:-1]] + kept[-1:])


def note(text: str, page: Page, style: str = "note") -> Block:
    """A paragraph in the program's own words; empty if there is no text."""
    return paragraph([(style, text)], page.width) if text else []


def painted(fragments: Iterable[Fragment]) -> str:
    """The text with escape sequences for its styles."""
    runs = ((_STYLES.get(style), plain(run)) for style, run in groupby(fragments, key=itemgetter(0)))
    return "".join(f"\x1b[{codes}m{text}\x1b[0m" if codes else text for codes, text in runs)
