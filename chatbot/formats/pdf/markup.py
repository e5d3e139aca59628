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
from chatbot.formats.pdf.paragraphs import LABEL, Paragraph, Style, is_heading

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


def _starts(paragraph: Paragraph, parts: Sequence[str]) -> Iterator[PlaceStart]:
    """The offsets in a paragraph's text from which it stands on another page."""
    offsets = accumulate(map(len, parts), initial=0)
    page = paragraph.lines[0].page
    for line, offset in zip(paragraph.lines, offsets, strict=False):
        if line.page != page:
            page = line.page
            yield PlaceStart(offset, Place(page=page))


def _located(blocks: Sequence[Block], inner: Sequence[Sequence[PlaceStart]]) -> Converted:
    """The text of some blocks with their places, and with those inside them, by offsets from a block's end."""
    written = markdown.write(blocks)
    places: list[PlaceStart] = []
    for block, start, others in zip(blocks, written.places, inner, strict=True):
        end = start.offset + len(block.markdown)
        places += [start, *(PlaceStart(end - offset, place) for offset, place in others)]
    return Converted(written.text, tuple(places))


def convert(paragraphs: Sequence[Paragraph], usual: Style) -> Converted:
    """The text of a document's paragraphs as Markdown, with the page of each block and of each part of one."""
    words = Vocabulary(line for paragraph in paragraphs for line in paragraph.lines)
    headings = [paragraph for paragraph in paragraphs if is_heading(paragraph, usual)]
    levels = _levels(headings)
    titled = set(map(id, headings))
    blocks: list[Block] = []
    inner: list[list[PlaceStart]] = []
    listed = False
    for paragraph in paragraphs:
        parts = joined([markdown.tidy(line.text) for line in paragraph.lines], words)
        text = "".join(parts)
        if id(paragraph) in titled:
            listed = reference_list.is_heading(text)
            made = list(markdown.heading(text, levels[_looks(paragraph)], _place(paragraph)))
        elif paragraph.code:
            made = list(markdown.code(_code(paragraph), _place(paragraph)))
        elif paragraph.table:
            made = list(markdown.table(paragraph.table, _place(paragraph)))
        else:
            made = list(_text_blocks(paragraph, text, listed=listed))
        blocks += made
        later = (
            []
            if paragraph.table or paragraph.code
            else [PlaceStart(len(text) - o, p) for o, p in _starts(paragraph, parts)]
        )
        inner += [[] for _ in made[:-1]] + ([later] if made else [])
    return _located(blocks, inner)
