"""The blocks of a Word file: headings, lists, tables, text boxes, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.documents.model import Place
from chatbot.formats import markdown
from chatbot.formats.docx.text import PASSED_OVER, Style, Word, is_on, paragraph_text
from chatbot.formats.markdown import Block
from chatbot.formats.numbering import W, value, whole
from chatbot.formats.tree import Element, name_of

_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]|\[\d{1,4}\]")
_CODE = re.compile(r"(?:source )?code|(?:html )?preformatted(?: text)?|plain text", re.IGNORECASE)
_INDENT = 3  # spaces of each level of a list, behind "1."
_MAX_HEADING = 200


def _level(properties: Element | None, style: Style, word: Word) -> int:
    """The level of a heading, below the title if there is one; 0 if a paragraph is none."""
    outline = None if properties is None else properties.find(f"{W}outlineLvl")
    level = whole(value(outline), 9) + 1 if outline is not None else style.level
    if style.name.lower() == "title":
        return 1
    return level + word.titled if 0 < level <= 9 else 0


def _label(properties: Element | None, style: Style, word: Word) -> tuple[str, int]:
    """What Word prints before a paragraph, and how deep in a list it is; empty if it is in none."""
    own = None if properties is None else properties.find(f"{W}numPr")
    found = style.numbered if own is None else own
    number = "" if found is None else value(found.find(f"{W}numId"))
    if not number and style.numbered is not None:
        number = value(style.numbered.find(f"{W}numId"))
    if found is None or not word.numbering.is_list(number):
        return "", 0
    depth = min(whole(value(found.find(f"{W}ilvl")), 0), 8)
    return word.numbering.label(number, depth), depth


def _is_bold(paragraph: Element) -> bool:
    """Whether all runs with text are bold, so that a short line is a heading for the eye."""
    runs = [run for run in paragraph.iter(f"{W}r") if any((t.text or "").strip() for t in run.iter(f"{W}t"))]
    return bool(runs) and all(is_on(run.find(f"{W}rPr"), "b") for run in runs)


def _looks_like_heading(paragraph: Element, text: str) -> bool:
    return len(text) < _MAX_HEADING and "\n" not in text and text[-1:] not in ".!,;:" and _is_bold(paragraph)


def _paragraph(paragraph: Element, word: Word) -> Iterator[Block]:
    properties = paragraph.find(f"{W}pPr")
    style = word.styles.get("" if properties is None else value(properties.find(f"{W}pStyle")), word.styles[""])
    label, depth = _label(properties, style, word)
    text, place = paragraph_text(paragraph, word), word.place(paragraph)
    level = _level(properties, style, word)
    if not text or style.name.lower().startswith("toc "):
        return
    if level:
        yield from markdown.heading(f"{label.strip('-')} {text}", level, place)
    elif _CODE.fullmatch(style.name):
        yield from markdown.code(text.replace("\\<", "<"), place)
    elif label:
        yield from _item(label, text, depth, place)
    else:
        yield from markdown.paragraphs(f"**{text}**" if _looks_like_heading(paragraph, text) else text, place)


def _item(label: str, text: str, depth: int, place: Place) -> Iterator[Block]:
    """An item of a list, indented by its depth; a label that is no bullet of Markdown is part of its text."""
    bullet, rest = (label, text) if label == "-" or _NUMBER.fullmatch(label) else ("-", f"{label} {text}")
    return markdown.indented(markdown.listed([Block(rest, place)], bullet), _INDENT * depth)


def _table(element: Element, word: Word) -> Iterator[Block]:
    rows = [row for row in element.iter(f"{W}tr") if row.getparent() is element]
    nested = any(inner is not element for inner in element.iter(f"{W}tbl"))
    if nested or max((len(row.findall(f"{W}tc")) for row in rows), default=0) < 2:
        for cell in (cell for row in rows for cell in row.findall(f"{W}tc")):
            yield from blocks(cell, word)
        return
    first = next(element.iter(f"{W}p"), None)
    place = Place() if first is None else word.place(first)
    yield from markdown.table([list(_row(row, word)) for row in rows], place)


def _row(row: Element, word: Word) -> Iterator[str]:
    """The texts of a row's cells; one over several columns is followed by empty ones."""
    for cell in row.findall(f"{W}tc"):
        yield " ".join(filter(None, (paragraph_text(paragraph, word) for paragraph in cell.iter(f"{W}p"))))
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        yield from [""] * (min(whole(value(span), 1), 40) - 1)


def _boxes(paragraph: Element) -> Iterator[Element]:
    """The text boxes that hang on a paragraph, each once: a file has them a second time for old programs."""
    for box in paragraph.iter(f"{W}txbxContent"):
        outer = (name_of(element) for element in box.iterancestors())
        if "Fallback" not in outer:
            yield box


def blocks(element: Element, word: Word) -> Iterator[Block]:
    """The blocks of a body, cell or text box, in order."""
    for child in element:
        tag = name_of(child)
        if tag == "p":
            yield from _paragraph(child, word)
            for box in _boxes(child):
                yield from blocks(box, word)
        elif tag == "tbl":
            yield from _table(child, word)
        elif tag not in PASSED_OVER:
            yield from blocks(child, word)


def note_entries(word: Word) -> Iterator[Block]:
    """The notes that are cited, as entries under their numbers."""
    for key, (label, place) in word.cited.items():
        paragraphs = word.notes[key].iter(f"{W}p")
        text = " ".join(" ".join(filter(None, (paragraph_text(paragraph, word) for paragraph in paragraphs))).split())
        if text and re.fullmatch(r"\d{1,4}", label):
            yield Block(text, place, tight=True, number=int(label))
        elif text:
            yield Block(f"[{label}]: {text}" if label.startswith("^") else f"[{label}] {text}", place)
