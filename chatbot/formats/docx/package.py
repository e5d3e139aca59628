"""The parts of a Word file's package: its body, styles, numbering and notes."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import docx as python_docx
from docx.opc.constants import RELATIONSHIP_TYPE

from chatbot.documents import reference_list
from chatbot.errors import ArticleError
from chatbot.formats import archive, markdown, tree
from chatbot.formats.converted import Converted
from chatbot.formats.docx.blocks import blocks, note_entries
from chatbot.formats.docx.text import Style, Word
from chatbot.formats.numbering import Numbering, W, value, whole
from chatbot.formats.tree import Element

_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)


def _styles(document: Any) -> dict[str, Style]:
    """The styles by their id; what a style does not say, the one that it is based on does. "" is a text without one."""
    elements = {style.get(f"{W}styleId"): style for style in document.styles.element.iter(f"{W}style")}
    found = {"": Style()}
    for identity, element in elements.items():
        chain = _bases(element, elements)
        levels = [level for style in chain if (level := _style_level(style))]
        lists = [numbered for style in chain for numbered in style.findall(f"{W}pPr/{W}numPr")]
        level = levels[0] if levels and levels[0] <= 9 else 0
        found[identity] = Style(value(element.find(f"{W}name")), level, lists[0] if lists else None)
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


def _word(document: Any, name: str) -> Word:
    body, styles = document.element.body, _styles(document)
    numbers = {paragraph: number for number, paragraph in enumerate(body.iter(f"{W}p"), 1)}
    named = (value(p.find(f"{W}pPr/{W}pStyle")) for p in numbers)
    titled = any(styles.get(style, styles[""]).name.lower() == "title" for style in named)
    lists = Numbering(_part(document, RELATIONSHIP_TYPE.NUMBERING, name))
    both = any(reference_list.is_heading("".join(t.text or "" for t in p.iter(f"{W}t")).strip()) for p in numbers)
    return Word(styles, lists, _notes(document, name), numbers, titled, both)


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
    body = markdown.joined_code(list(blocks(document.element.body, word)))
    return markdown.write(markdown.with_references([*body, *note_entries(word)]))
