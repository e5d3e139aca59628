"""Word files: headings by style, lists as they are numbered, footnotes and endnotes, without deleted text.

python-docx opens the package and knows its styles; it has no footnotes, superscripts or numbers in its text, so the
paragraphs are read from the XML that it gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from typing import Any, NamedTuple

import docx as python_docx
from docx.opc.constants import RELATIONSHIP_TYPE

from chatbot.documents import reference_list
from chatbot.documents.model import Place
from chatbot.errors import ArticleError
from chatbot.formats import archive, markdown, tree
from chatbot.formats.converted import Converted
from chatbot.formats.markdown import BREAK, Block
from chatbot.formats.numbering import Numbering, W, roman, value, whole
from chatbot.formats.tree import Element, name_of

_MATHEMATICS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PASSED_OVER = frozenset(("del", "moveFrom", "pPr"))  # deleted text, and properties
_CHARACTERS = {"tab": " ", "br": BREAK, "cr": BREAK, "noBreakHyphen": "‑", "softHyphen": ""}
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]|\[\d{1,4}\]")
_CODE = re.compile(r"(?:source )?code|(?:html )?preformatted(?: text)?|plain text", re.IGNORECASE)
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_INDENT = 3  # spaces of each level of a list, behind "1."
_MAX_HEADING = 200


class _Style(NamedTuple):
    """What a paragraph gets from its style: its name, its level as a heading (0: none), its list."""

    name: str = ""
    level: int = 0
    numbered: Element | None = None


@dataclass
class _Word:
    """What is needed to write a file."""

    styles: dict[str, _Style]
    numbering: Numbering
    notes: dict[tuple[str, str], Element]  # by kind, and id
    numbers: dict[Element, int]  # of the paragraphs
    titled: bool
    both: bool  # the text has a numbered reference list, so that notes need other marks
    cited: dict[tuple[str, str], tuple[str, Place]] = field(default_factory=dict)  # the label, and where

    def place(self, paragraph: Element) -> Place:
        """Where a paragraph stands."""
        return Place(paragraph=self.numbers.get(paragraph))


# Text


def _is_on(properties: Element | None, name: str) -> bool:
    found = None if properties is None else properties.find(W + name)
    return found is not None and value(found, "true") not in ("0", "false", "none")


def _note_label(element: Element, word: _Word, place: Place) -> str:
    """The mark of a note: notes are numbered in the order of their marks, endnotes beside footnotes in Roman."""
    kind = name_of(element).removesuffix("Reference")
    key = kind, element.get(f"{W}id", "")
    if key not in word.notes:
        return ""
    if key not in word.cited:
        number = 1 + sum(other == kind for other, _ in word.cited)
        mixed = kind == "endnote" and any(other == "footnote" for other, _ in word.notes)
        word.cited[key] = roman(number) if mixed else f"^note{number}" if word.both else str(number), place
    return markdown.cited(word.cited[key][0])


def _symbol(element: Element) -> str:
    """A character of a symbol font, where it is the same in Unicode."""
    found = re.fullmatch("[0-9A-Fa-f]{4}", element.get(f"{W}char") or "")
    code = int(found[0], 16) if found else 0
    return chr(code) if 0xA0 <= code < 0xD800 else ""


def _run_text(run: Element, word: _Word, place: Place) -> Iterator[str]:
    for child in run:
        tag = name_of(child)
        if tag in ("footnoteReference", "endnoteReference"):
            yield _note_label(child, word, place)
        elif tag == "t":
            yield markdown.plain(child.text or "")
        elif tag == "sym":
            yield _symbol(child)
        else:
            yield _CHARACTERS.get(tag, "")


def _runs(element: Element, word: _Word, place: Place) -> Iterator[tuple[bool, str]]:
    """The pieces of text in a paragraph, and whether they are raised; links, insertions and fields are gone into."""
    for child in element:
        tag = name_of(child)
        if tag == "r":
            properties = child.find(f"{W}rPr")
            if not _is_on(properties, "vanish"):
                raised = properties is not None and value(properties.find(f"{W}vertAlign")) == "superscript"
                yield raised, "".join(_run_text(child, word, place))
        elif tag and child.tag.startswith(_MATHEMATICS):
            yield False, markdown.plain("".join(t.text or "" for t in child.iter() if name_of(t) == "t"))
        elif tag not in _PASSED_OVER:
            yield from _runs(child, word, place)


def _text(paragraph: Element, word: _Word) -> str:
    """The text of a paragraph; a superscript that Word has cut into several runs is one again."""
    pieces = (piece for piece in _runs(paragraph, word, word.place(paragraph)) if piece[1])
    joined = ((up, "".join(text for _, text in group)) for up, group in groupby(pieces, key=lambda piece: piece[0]))
    return markdown.tidy("".join(markdown.raised(text) if up else text for up, text in joined))


# Blocks


def _level(properties: Element | None, style: _Style, word: _Word) -> int:
    """The level of a heading, below the title if there is one; 0 if a paragraph is none."""
    outline = None if properties is None else properties.find(f"{W}outlineLvl")
    level = whole(value(outline), 9) + 1 if outline is not None else style.level
    if style.name.lower() == "title":
        return 1
    return level + word.titled if 0 < level <= 9 else 0


def _label(properties: Element | None, style: _Style, word: _Word) -> tuple[str, int]:
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
    return bool(runs) and all(_is_on(run.find(f"{W}rPr"), "b") for run in runs)


def _looks_like_heading(paragraph: Element, text: str) -> bool:
    return len(text) < _MAX_HEADING and "\n" not in text and text[-1:] not in ".!,;:" and _is_bold(paragraph)


def _paragraph(paragraph: Element, word: _Word) -> Iterator[Block]:
    properties = paragraph.find(f"{W}pPr")
    style = word.styles.get("" if properties is None else value(properties.find(f"{W}pStyle")), word.styles[""])
    label, depth = _label(properties, style, word)
    text, place = _text(paragraph, word), word.place(paragraph)
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


def _table(element: Element, word: _Word) -> Iterator[Block]:
    rows = [row for row in element.iter(f"{W}tr") if row.getparent() is element]
    nested = any(inner is not element for inner in element.iter(f"{W}tbl"))
    if nested or max((len(row.findall(f"{W}tc")) for row in rows), default=0) < 2:
        for cell in (cell for row in rows for cell in row.findall(f"{W}tc")):
            yield from _blocks(cell, word)
        return
    first = next(element.iter(f"{W}p"), None)
    place = Place() if first is None else word.place(first)
    yield from markdown.table([list(_row(row, word)) for row in rows], place)


def _row(row: Element, word: _Word) -> Iterator[str]:
    """The texts of a row's cells; one over several columns is followed by empty ones."""
    for cell in row.findall(f"{W}tc"):
        yield " ".join(filter(None, (_text(paragraph, word) for paragraph in cell.iter(f"{W}p"))))
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        yield from [""] * (min(whole(value(span), 1), 40) - 1)


def _boxes(paragraph: Element) -> Iterator[Element]:
    """The text boxes that hang on a paragraph, each once: a file has them a second time for old programs."""
    for box in paragraph.iter(f"{W}txbxContent"):
        outer = (name_of(element) for element in box.iterancestors())
        if "Fallback" not in outer:
            yield box


def _blocks(element: Element, word: _Word) -> Iterator[Block]:
    """The blocks of a body, cell or text box, in order."""
    for child in element:
        tag = name_of(child)
        if tag == "p":
            yield from _paragraph(child, word)
            for box in _boxes(child):
                yield from _blocks(box, word)
        elif tag == "tbl":
            yield from _table(child, word)
        elif tag not in _PASSED_OVER:
            yield from _blocks(child, word)


def _note_entries(word: _Word) -> Iterator[Block]:
    """The notes that are cited, as entries under their numbers."""
    for key, (label, place) in word.cited.items():
        paragraphs = word.notes[key].iter(f"{W}p")
        text = " ".join(" ".join(filter(None, (_text(paragraph, word) for paragraph in paragraphs))).split())
        if text and re.fullmatch(r"\d{1,4}", label):
            yield Block(text, place, tight=True, number=int(label))
        elif text:
            yield Block(f"[{label}]: {text}" if label.startswith("^") else f"[{label}] {text}", place)


# Files


def _styles(document: Any) -> dict[str, _Style]:
    """The styles by their id; what a style does not say, the one that it is based on does. "" is a text without one."""
    elements = {style.get(f"{W}styleId"): style for style in document.styles.element.iter(f"{W}style")}
    found = {"": _Style()}
    for identity, element in elements.items():
        chain = _bases(element, elements)
        levels = [level for style in chain if (level := _style_level(style))]
        lists = [numbered for style in chain for numbered in style.findall(f"{W}pPr/{W}numPr")]
        level = levels[0] if levels and levels[0] <= 9 else 0
        found[identity] = _Style(value(element.find(f"{W}name")), level, lists[0] if lists else None)
    return found


def _bases(style: Element, styles: dict[str, Element]) -> list[Element]:
    """A style, and those that it is based on, each once, whatever a damaged file says."""
    chain: dict[Element, None] = {}
    base: Element | None = style
    while base is not None and base not in chain:
        chain[base] = None
        base = styles.get(value(base.find(f"{W}basedOn")))
    return list(chain)


def _style_level(style: Element) -> int:
    """The level of a style's headings, counted from 1; 10 for text, 0 where it does not say."""
    if heading := _HEADING.fullmatch(value(style.find(f"{W}name"))):
        return int(heading[1])
    outline = style.find(f"{W}pPr/{W}outlineLvl")
    return 0 if outline is None else whole(value(outline), 9) + 1


def _part(document: Any, kind: str, name: str) -> Element | None:
    """The root of a part that a document refers to; None if it has none."""
    found = [rel for rel in document.part.rels.values() if rel.reltype == kind and not rel.is_external]
    return tree.xml(found[0].target_part.blob, name) if found else None


def _notes(document: Any, name: str) -> dict[tuple[str, str], Element]:
    notes: dict[tuple[str, str], Element] = {}
    for kind, relation in (("footnote", RELATIONSHIP_TYPE.FOOTNOTES), ("endnote", RELATIONSHIP_TYPE.ENDNOTES)):
        root = _part(document, relation, name)
        for note in () if root is None else root.iter(W + kind):
            if note.get(f"{W}type", "normal") == "normal":
                notes[kind, note.get(f"{W}id", "")] = note
    return notes


def _word(document: Any, name: str) -> _Word:
    body, styles = document.element.body, _styles(document)
    numbers = {paragraph: number for number, paragraph in enumerate(body.iter(f"{W}p"), 1)}
    named = (value(p.find(f"{W}pPr/{W}pStyle")) for p in numbers)
    titled = any(styles.get(style, styles[""]).name.lower() == "title" for style in named)
    lists = Numbering(_part(document, RELATIONSHIP_TYPE.NUMBERING, name))
    both = any(reference_list.is_heading("".join(t.text or "" for t in p.iter(f"{W}t")).strip()) for p in numbers)
    return _Word(styles, lists, _notes(document, name), numbers, titled, both)


def _opened(source: bytes, name: str) -> Any:
    """The document, after checks of what python-docx would unpack and parse. Raises ArticleError."""
    with archive.opened(source, name) as members:
        parts = (path for path in members.namelist() if path.endswith((".xml", ".rels")))
        tree.check_size((archive.member(members, path, name) for path in parts), name)
    try:
        return python_docx.Document(BytesIO(source))
    except Exception as error:  # a damaged package fails at any place of the library, in any way
        raise ArticleError(name, "is a damaged Word file; open it in Word and save it again") from error


def convert(source: bytes, name: str) -> Converted:
    """A Word file as Markdown. Raises ArticleError."""
    document = _opened(source, name)
    word = _word(document, name)
    blocks = list(markdown.joined_code(list(_blocks(document.element.body, word))))
    return markdown.write(markdown.with_references([*blocks, *_note_entries(word)]))
