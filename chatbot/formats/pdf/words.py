"""The words of a PDF's page, with their places on it, from PDFium."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from ctypes import byref, c_double, c_int, create_string_buffer
from functools import lru_cache
from math import hypot
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

_BOLD = re.compile(rb"bold|black|heavy|demi|medi(?!um)|(?:^|\+)(?:cm|cmss|sf|ec)bx", re.IGNORECASE)
_FIXED = re.compile(rb"mono|courier|consol|typewriter|menlo|(?:^|\+)(?:cm|sf|ec)tt", re.IGNORECASE)
_HYPHENS = frozenset((0x02, 0xFFFE))  # how PDFium marks the hyphen at the end of a line
# accents that TeX draws over the next letter, as the marks that join it
_ACCENTS = dict(zip("`´ˆ˜¨˚ˇ¸¯˘", "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327\u0304\u0306", strict=True))
_DOTLESS = {"ı": "i", "ȷ": "j"}
_GAP = 0.3  # of the size: a wider gap is a space, also without a character for it
_OVER = 0.1  # of the size: what an accent and its letter share, at least
_SHIFT = 0.1  # of the size: a larger change of the baseline starts a word
_FONT_NAME = 128  # bytes
_SAMPLED = 200  # characters that the direction of a page is told by


class Word(NamedTuple):
    """Letters without a gap, on one baseline and in one size, in points; the page's origin is at the lower left.

    `fixed`: its letters are all of one width; `spaced`: a space, printed or seen by PDFium, stands before it.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    fixed: bool
    spaced: bool


class _Style(NamedTuple):
    """The size of a letter, as it is seen, whether it is bold, and whether its font has letters of one width."""

    size: float
    bold: bool
    fixed: bool


@lru_cache(maxsize=1000)
def _looks(font: bytes) -> tuple[bool, bool]:
    """Whether a font is bold, and whether its letters are all of one width, by its name."""
    return bool(_BOLD.search(font)), bool(_FIXED.search(font))


@lru_cache(maxsize=1000)
def _printed(code: int) -> str:
    """A character; ligatures as their letters, hyphens at a line's end as hyphens, soft ones as they are."""
    if code in _HYPHENS:
        return "-"
    if 0xFB00 <= code <= 0xFB06:
        return unicodedata.normalize("NFKC", chr(code))
    char = chr(code)
    return "" if unicodedata.category(char) == "Cc" else char


class _Letters:
    """Reads what PDFium knows of the characters of a page, into buffers that are used again."""

    def __init__(self, page: Any, count: int) -> None:
        self._page = page
        self._x, self._y = c_double(), c_double()
        self._box, self._matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._font, self._flags = create_string_buffer(_FONT_NAME), c_int()
        self._at = byref(self._x), byref(self._y)
        self._around = byref(self._box)
        sample = range(0, count, 1 + count // _SAMPLED)
        self._turned = Counter(map(self._turn, sample)).most_common(1)[0][0] if count else 0

    def _turn(self, index: int) -> int:
        """The direction of a character in quarter turns to the left: 1 reads upwards."""
        pdfium.FPDFText_GetMatrix(self._page, index, byref(self._matrix))
        a, b = self._matrix.a, self._matrix.b
        return (0 if a > 0 else 2) if abs(a) >= abs(b) else (1 if b > 0 else 3)

    def place(self, index: int) -> tuple[float, float, float]:
        """The left and right edge of a character, and its baseline, as seen with most of the page upright."""
        pdfium.FPDFText_GetCharOrigin(self._page, index, *self._at)
        pdfium.FPDFText_GetLooseCharBox(self._page, index, self._around)
        box = self._box
        if self._turned == 0:
            return box.left, box.right, self._y.value
        if self._turned == 2:
            return -box.right, -box.left, -self._y.value
        return (box.bottom, box.top, -self._x.value) if self._turned == 1 else (-box.top, -box.bottom, self._x.value)

    def style(self, index: int) -> _Style | None:
        """How a character looks; None if it has no size, or does not stand as most do."""
        if self._turn(index) != self._turned:
            return None
        size = pdfium.FPDFText_GetFontSize(self._page, index) * hypot(self._matrix.c, self._matrix.d)
        pdfium.FPDFText_GetFontInfo(self._page, index, self._font, _FONT_NAME, byref(self._flags))
        return _Style(size, *_looks(self._font.value)) if size > 0 else None


def _accented(accent: str, letter: str) -> str:
    """A letter with the accent that was drawn over it; both where there is no such letter."""
    joined = unicodedata.normalize("NFC", _DOTLESS.get(letter, letter) + _ACCENTS[accent])
    return joined if len(joined) == 1 else accent + letter


class _Drawn:
    """A word of which more letters may come."""

    def __init__(self, char: str, place: tuple[float, float, float], style: _Style, *, spaced: bool) -> None:
        self._parts = [char]
        self._x0, self._end, self._y = place
        self._last = self._x0  # where the last letter starts
        self._style, self._spaced = style, spaced

    def takes(self, char: str, x0: float, x1: float, y: float) -> bool:
        """Add a letter, if it belongs to the word."""
        size = self._style.size
        if self._parts[-1] in _ACCENTS and x0 < self._end - _OVER * size:
            self._parts[-1] = _accented(self._parts[-1], char)
        elif x0 == self._last or (abs(y - self._y) <= _SHIFT * size and abs(x0 - self._end) < _GAP * size):
            self._parts.append(char)  # PDFium gives the letters of a ligature the same place
        else:
            return False
        self._last, self._end = x0, max(x1, self._end)
        return True

    @property
    def word(self) -> Word:
        """The word as it is; PDFium gives some characters as two halves."""
        text = "".join(self._parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        size, bold, fixed = self._style
        return Word(text, self._x0, self._end, self._y, size, bold, fixed, self._spaced)


def read(page: Any, count: int) -> Iterator[Word]:
    """The words among the first `count` characters of a text page, as they were drawn; turned ones are left out."""
    letters = _Letters(page, count)
    drawn: _Drawn | None = None
    spaced = False
    for index in range(count):
        char = _printed(pdfium.FPDFText_GetUnicode(page, index))
        printed = bool(char) and not char.isspace()
        place = letters.place(index) if printed else (0.0, 0.0, 0.0)
        if drawn and printed and drawn.takes(char, *place):
            continue
        if drawn:
            yield drawn.word
        style = letters.style(index) if printed else None
        drawn = _Drawn(char, place, style, spaced=spaced) if style else None
        spaced = bool(char) and not printed
    if drawn:
        yield drawn.word
