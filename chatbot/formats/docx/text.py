"""The text of a Word file's paragraphs: superscripts, notes, links, without deleted text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from chatbot.documents.model import Place
from chatbot.formats import markdown
from chatbot.formats.markdown import BREAK
from chatbot.formats.numbering import Numbering, W, roman, value
from chatbot.formats.tree import Element, name_of

PASSED_OVER = frozenset(("del", "moveFrom", "pPr"))  # deleted text, and properties
_MATHEMATICS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHARACTERS = {"tab": " ", "br": BREAK, "cr": BREAK, "noBreakHyphen": "‑", "softHyphen": ""}


class Style(NamedTuple):
    """What a paragraph gets from its style: its name, its level as a heading (0: none), its list."""

    name: str = ""
    level: int = 0
    numbered: Element | None = None


@dataclass
class Word:
    """What is needed to write a file."""

    styles: dict[str, Style]
    numbering: Numbering
    notes: dict[tuple[str, str], Element]  # by kind, and id
    numbers: dict[Element, int]  # of the paragraphs
    titled: bool
    both: bool  # the text has a numbered reference list, so that notes need other marks
    cited: dict[tuple[str, str], tuple[str, Place]] = field(default_factory=dict)  # the label, and where

    def place(self, paragraph: Element) -> Place:
        """Where a paragraph stands."""
        return Place(paragraph=self.numbers.get(paragraph))


def is_on(properties: Element | None, name: str) -> bool:
    """Whether a property is set; a property without a value is."""
    found = None if properties is None else properties.find(W + name)
    return found is not None and value(found, "true") not in ("0", "false", "none")


def _note_label(element: Element, word: Word, place: Place) -> str:
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


def _run_text(run: Element, word: Word, place: Place) -> Iterator[str]:
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


def _runs(element: Element, word: Word, place: Place) -> Iterator[tuple[bool, str]]:
    """The pieces of text in a paragraph, and whether they are raised; links, insertions and fields are gone into."""
    for child in element:
        tag = name_of(child)
        if tag == "r":
            properties = child.find(f"{W}rPr")
            if not is_on(properties, "vanish"):
                raised = properties is not None and value(properties.find(f"{W}vertAlign")) == "superscript"
                yield raised, "".join(_run_text(child, word, place))
        elif tag and child.tag.startswith(_MATHEMATICS):
            yield False, markdown.plain("".join(t.text or "" for t in child.iter() if name_of(t) == "t"))
        elif tag not in PASSED_OVER:
            yield from _runs(child, word, place)


def paragraph_text(paragraph: Element, word: Word) -> str:
    """The text of a paragraph; a superscript that Word has cut into several runs is one again."""
    pieces = (piece for piece in _runs(paragraph, word, word.place(paragraph)) if piece[1])
    joined = ((up, "".join(text for _, text in group)) for up, group in groupby(pieces, key=lambda piece: piece[0]))
    return markdown.tidy("".join(markdown.raised(text) if up else text for up, text in joined))
