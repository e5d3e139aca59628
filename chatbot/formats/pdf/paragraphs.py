"""From the lines of columns to paragraphs, across columns and pages; which of them are headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from chatbot.formats.pdf import parts
from chatbot.formats.pdf.columns import Column
from chatbot.formats.pdf.lines import Line
from chatbot.formats.pdf.parts import LABEL, Paragraph, is_ended
from chatbot.formats.pdf.style import Style

_SECTION = re.compile(r"(?:\d{1,2}|[A-Z])(?:\.\d{1,2})*\.?\s+[A-Z]")  # the number of a heading
_SIZE = 0.07  # relative difference between two sizes
_GAP = 1.35  # of the usual distance between lines: a larger one parts paragraphs
_INDENT = 0.7  # of the size
_LARGER = 1.05  # of the body's size: a heading's, if it does not end like a sentence
_BOLD = 0.85  # of the body's size: a bold heading's, at least
_SMALL = 0.94  # of the body's size: captions and notes
_LONGEST_HEADING = 200  # characters
_MISSING = 3  # numbers that a list may lack in a row, plus one
_LOCAL = 4  # lines of a paragraph that tell its right edge
_INDENTED = 0.25  # of the width of a column: the largest indent on the right
_CODE = 3.0  # of the size: the largest distance between two lines of code
_SKIPPED = 8  # captions, notes and tables between two parts of a paragraph


def _number(line: Line) -> int | None:
    found = LABEL.match(line.text)
    digits = next(filter(None, found.groups()), None) if found else None
    return int(digits) if digits else None


class _Joiner:
    """Decides whether a line goes on with a paragraph."""

    def __init__(self, usual: Style) -> None:
        self._usual = usual
        self._number = 0  # of the last numbered label

    def starts_item(self, line: Line, before: Line | None) -> bool:
        """Whether a line starts with a label: a bullet, or a number that comes next, or 1 or a letter after a line."""
        if line.fixed or not LABEL.match(line.text):
            return False
        number = _number(line)
        if number is None:
            return True
        wrapped = before is not None and not is_ended(before.text) and not _is_short(before, line)
        large = before is not None and self._usual.is_large(before)
        follows = 0 < number - self._number <= _MISSING if self._number else False
        if not (follows or number == 1 or large) or (wrapped and not large and number != self._number + 1):
            return False
        self._number = number
        return True

    def goes_on(self, paragraph: Paragraph, line: Line) -> bool:
        """Whether a line that starts no item belongs to the paragraph before it."""
        last = paragraph.lines[-1]
        if line.fixed and paragraph.code:
            return last.page == line.page and 0 < last.y - line.y < _CODE * last.size
        if paragraph.table or line.fixed or abs(last.size - line.size) > _SIZE * last.size or last.bold != line.bold:
            return False
        if not _is_below(last, line):
            return self._over_a_break(paragraph, line)
        if not 0 < last.y - line.y < _GAP * self._usual.leading * last.size:
            return False
        if self._usual.is_large(line):
            return not _SECTION.match(line.text)
        return self._in_column(paragraph, line)

    def _over_a_break(self, paragraph: Paragraph, line: Line) -> bool:
        """Whether a paragraph goes on in the next column."""
        if self._usual.is_large(line):
            return False
        if not paragraph.ended:
            return True
        if paragraph.label:  # what starts with a digit or a small letter is the rest of an entry
            return line.offset > _INDENT * line.size or not line.text[:1].isupper()
        return not _is_short(paragraph.lines[-1], line) and line.offset < _INDENT * line.size

    def _in_column(self, paragraph: Paragraph, line: Line) -> bool:
        """Whether a paragraph goes on in the next line of its column."""
        first, last = paragraph.lines[0], paragraph.lines[-1]
        indent = _INDENT * line.size
        if paragraph.label:
            # the label stands to the left, or all lines start below it
            return line.x0 > last.x0 + indent / 2 or (line.x0 > last.x0 - indent and not _is_short(last, line))
        hanging = len(paragraph.lines) > 1 and paragraph.lines[1].offset - first.offset > indent
        if hanging and abs(line.offset - first.offset) < indent < last.offset - line.offset:
            return False  # the next entry of a list with hanging lines
        near = (one.x1 for one in paragraph.lines[-_LOCAL:] if (one.page, one.left) == (last.page, last.left))
        short = _is_short(last, line, max(*near, line.x1))
        if line.offset - last.offset > indent:
            return len(paragraph.lines) == 1 and not paragraph.ended and not short
        return not short


def _is_below(last: Line, line: Line) -> bool:
    """Whether a line stands below another one in the same column."""
    return last.page == line.page and line.y < last.y and line.x0 < last.x1 and last.x0 < line.x1


def _is_short(last: Line, line: Line, local: float = 0.0) -> bool:
    """Whether a line was ended although the next word would have fitted.

    `local` is the right edge of the lines around it, which may be indented a little; by default that of the column.
    """
    word = line.text.split(None, 1)[0] if line.text.split() else ""
    width = (line.x1 - line.x0) / max(len(line.text), 1) * (len(word) + 1)
    space = (local or last.right) - 0.3 * last.size
    return last.x1 + width < max(space, last.right - _INDENTED * (last.right - last.left))


def _gathered(columns: Iterable[Column], usual: Style) -> Iterator[Paragraph]:
    joiner = _Joiner(usual)
    current: Paragraph | None = None
    for part in (part for column in columns for part in parts.find(column)):
        line = part.lines[0]
        labelled = not part.table and joiner.starts_item(line, current.lines[-1] if current else None)
        if current and not part.table and not labelled and joiner.goes_on(current, line):
            current.lines.append(line)
            continue
        if current:
            yield current
        current = part
        current.label = labelled
    if current:
        yield current


def _goes_on_later(paragraphs: Sequence[Paragraph], index: int, usual: Style) -> int | None:
    """The paragraph that goes on with an unfinished one after captions, notes and tables; None if there is none."""
    one = paragraphs[index]
    if one.table or one.ended or one.size < _SMALL * usual.size or usual.is_large(one.lines[0]) or one.bold:
        return None
    for later in range(index + 1, min(index + 2 + _SKIPPED, len(paragraphs))):
        other = paragraphs[later]
        if not other.table and abs(other.size - one.size) < _SIZE * one.size:
            moved = (one.lines[-1].page, one.lines[-1].left) != (other.lines[0].page, other.lines[0].left)
            goes_on = later > index + 1 and moved and other.lines[0].text[:1].islower()
            return later if goes_on else None
    return None


def find(columns: Iterable[Column], usual: Style) -> list[Paragraph]:
    """The paragraphs of a document, whole, where a figure's caption or a note stands between two parts of one."""
    found = list(_gathered(columns, usual))
    index = 0
    while index < len(found):
        if (later := _goes_on_later(found, index, usual)) is not None:
            found[index].lines += found.pop(later).lines
        else:
            index += 1
    return found


def is_heading(paragraph: Paragraph, usual: Style) -> bool:
    """Whether a paragraph is a heading: larger than the text, or bold, short, and not ended like a sentence."""
    text = "".join(line.text for line in paragraph.lines)
    if paragraph.table or paragraph.code or len(text) > _LONGEST_HEADING or not any(map(str.isalpha, text)):
        return False
    if usual.is_large(paragraph.lines[0]):
        return True
    apart = paragraph.size > _LARGER * usual.size or (paragraph.bold and paragraph.size > _BOLD * usual.size)
    return apart and not paragraph.ended
