"""Paragraphs of a PDF as blocks of Markdown, and the pages on which their parts stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from chatbot.documents import reference_list
from chatbot.documents.model import Place, PlaceStart
from chatbot.formats import markdown
from chatbot.formats.converted import Converted
from chatbot.formats.markdown import Block
from chatbot.formats.pdf.joining import Vocabulary, joined
from chatbot.formats.pdf.paragraphs import is_heading
from chatbot.formats.pdf.parts import LABEL, Paragraph
from chatbot.formats.pdf.style import Style

_LEVELS = 6
_WIDTH = 0.6  # of the size: that of a letter of code


def _looks(paragraph: Paragraph) -> tuple[float, bool]:
    """What tells the levels of headings apart: the size, in half points, and bold letters."""
    return round(paragraph.size * 2) / 2, paragraph.bold


def _levels(headings: Sequence[Paragraph]) -> dict[tuple[float, bool], int]:
    """The levels of headings by their looks, from large to small: the title's is 1 if only it looks like that."""
    counts = Counter(map(_looks, headings))
    ranked = sorted(counts, reverse=True)
    first = 1 if ranked and counts[ranked[0]] == 1 else 2
    return {looks: min(first + rank, _LEVELS) for rank, looks in enumerate(ranked)}


def _place(paragraph: Paragraph) -> Place:
    return Place(page=paragraph.lines[0].page)


def _text_blocks(paragraph: Paragraph, text: str, *, listed: bool) -> Iterator[Block]:
    """The blocks of a paragraph, which may be an item, or an entry if a reference list is `listed` here."""
    place = _place(paragraph)
    label = LABEL.match(text) if paragraph.label else None
    number = next(filter(None, label.groups()), None) if label else None
    if label and listed and number:
        yield Block(text[label.end() :], place, tight=True, number=int(number))
    elif label and not number and not label.group()[0].isalpha():
        yield from markdown.listed([Block(text[label.end() :], place, tight=True)], "-")
    elif label:
        yield Block(text, place, tight=True)
    else:
        yield from markdown.paragraphs(text, place)


def _code(paragraph: Paragraph) -> str:
    """The lines of code, indented as on the page."""
    left = min(line.x0 for line in paragraph.lines)
    width = _WIDTH * paragraph.size
    return "\n".join(f"{' ' * round((line.x0 - left) / width)}{line.text}" for line in paragraph.lines)


class _Writer:
    """Writes paragraphs as blocks, and knows which of them are headings, and of a reference list."""

    def __init__(self, paragraphs: Sequence[Paragraph], usual: Style) -> None:
        headings = [paragraph for paragraph in paragraphs if is_heading(paragraph, usual)]
        self._words = Vocabulary(line for paragraph in paragraphs for line in paragraph.lines)
        self._levels = _levels(headings)
        self._headings = set(map(id, headings))
        self._listed = False

    def blocks(self, paragraph: Paragraph) -> tuple[list[Block], list[PlaceStart]]:
        """The blocks of a paragraph, and the other pages on which it stands, by their offsets from its end."""
        place = _place(paragraph)
        if paragraph.code:
            return list(markdown.code(_code(paragraph), place)), []
        if paragraph.table:
            return list(markdown.table(paragraph.table, place)), []
        parts = joined([markdown.tidy(line.text) for line in paragraph.lines], self._words)
        text = "".join(parts)
        if id(paragraph) in self._headings:
            self._listed = reference_list.is_heading(text)
            return list(markdown.heading(text, self._levels[_looks(paragraph)], place)), []
        later = [PlaceStart(len(text) - offset, other) for offset, other in _later(paragraph, parts)]
        return list(_text_blocks(paragraph, text, listed=self._listed)), later


def _later(paragraph: Paragraph, parts: Sequence[str]) -> Iterator[PlaceStart]:
    """The offsets in a paragraph's text from which it stands on another page."""
    offsets = accumulate(map(len, parts), initial=0)
    page = paragraph.lines[0].page
    for line, offset in zip(paragraph.lines, offsets, strict=False):
        if line.page != page:
            page = line.page
            yield PlaceStart(offset, Place(page=page))


def convert(paragraphs: Sequence[Paragraph], usual: Style) -> Converted:
    """The text of a document's paragraphs as Markdown, with the page of each block and of each part of one."""
    writer = _Writer(paragraphs, usual)
    blocks: list[Block] = []
    inner: dict[int, list[PlaceStart]] = {}  # of the last block of a paragraph, from its end
    for paragraph in paragraphs:
        made, later = writer.blocks(paragraph)
        blocks += made
        if made:
            inner[len(blocks) - 1] = later
    written = markdown.write(blocks)
    places: list[PlaceStart] = []
    for index, (block, start) in enumerate(zip(blocks, written.places, strict=True)):
        end = start.offset + len(block.markdown)
        places += [start, *(PlaceStart(end - offset, place) for offset, place in inner.get(index, ()))]
    return Converted(written.text, tuple(places))
