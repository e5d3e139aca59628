"""The blocks of a JATS article: sections, lists, tables, figures, notes, reference lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.formats import markdown
from chatbot.formats.jats.citations import reference
from chatbot.formats.jats.text import DIGITS, NOTE, Article, find, first_child, line, piece, titled
from chatbot.formats.markdown import Block
from chatbot.formats.tree import Element, local

BLOCKS = frozenset(
    """app app-group ack boxed-text code def-list disp-formula disp-formula-group disp-quote fig fig-group fn-group
    glossary list notes p preformat ref-list sec statement table-wrap table-wrap-group verse-group""".split()  # noqa: SIM905
)


def children(element: Element, article: Article) -> Iterator[Block]:
    """The blocks in an element; a paragraph may have lists and tables in it, which are printed apart."""
    place = article.place(element)
    pieces = [markdown.plain(element.text or "")]
    for child in element:
        if local(child) in BLOCKS:
            yield from markdown.paragraphs(markdown.tidy("".join(pieces)), place)
            pieces = []
            yield from _block(child, article)
        else:
            pieces.append(piece(child, article))
        pieces.append(markdown.plain(child.tail or ""))
    yield from markdown.paragraphs(markdown.tidy("".join(pieces)), place)


def section(element: Element, article: Article, default: str = "") -> Iterator[Block]:
    """A section under its heading."""
    title = titled(element, article) or default
    if title:
        yield from markdown.heading(title, article.level, article.place(element))
    yield from children(element, article.below if title else article)


def _list(element: Element, article: Article) -> Iterator[Block]:
    numbered = element.get("list-type") == "order"
    items = [child for child in element if local(child) == "list-item"]
    if title := line(first_child(element, "title"), article):
        yield from markdown.paragraphs(title, article.place(element))
    for number, item in enumerate(items, 1):
        label = line(first_child(item, "label"), article)
        bullet = label if re.fullmatch(r"\d{1,3}[.)]", label) else f"{number}." if numbered else "-"
        yield from markdown.listed(list(children(item, article)), bullet)


def _definitions(element: Element, article: Article) -> Iterator[Block]:
    for item in find(element, "def-item"):
        parts = [line(first_child(item, name), article) for name in ("term", "def")]
        yield from markdown.listed([Block("\n".join(filter(None, parts)), article.place(item))], "-")


def _note(element: Element, article: Article) -> Iterator[Block]:
    """A note of a table, or one that is not cited by number, behind its label."""
    parts = [line(first_child(element, "label"), article), line(element, article)]
    yield from markdown.paragraphs(" ".join(filter(None, parts)), article.place(element))


def _captioned(element: Element, article: Article) -> Iterator[Block]:
    """A table or figure: its label and title, its caption, its rows, its notes."""
    caption = first_child(element, "caption")
    yield from markdown.paragraphs(titled(element, article), article.place(element))
    yield from () if caption is None else children(caption, article)
    for grid in find(element, "table"):
        rows = [[line(cell, article) for cell in _wide(row)] for row in find(grid, "tr")]
        yield from markdown.table(rows, article.place(element))
    for foot in find(element, "table-wrap-foot"):
        for note in foot:
            yield from _note(note, article) if local(note) == "fn" else children(note, article)


def _wide(row: Element) -> Iterator[Element | None]:
    """The cells of a row; a cell that takes several columns is followed by empty ones."""
    for cell in row:
        span = cell.get("colspan", "1")
        yield cell
        yield from [None] * (int(span) - 1 if re.fullmatch(r"[1-3]?\d", span) else 0)


def _notes(element: Element, article: Article) -> Iterator[Block]:
    """Notes at the end: under their numbers, as entries where the article has no others, else as paragraphs."""
    if title := titled(element, article):
        yield from markdown.heading(title, article.level, article.place(element))
    for note in find(element, "fn"):
        text, place = line(note, article), article.place(note)
        number = DIGITS.fullmatch(article.entries.get(note, ""))
        other = DIGITS.fullmatch(line(first_child(note, "label"), article))
        if number and text:
            yield Block(text, place, tight=True, number=int(number[1]))
        elif other and text:
            yield Block(f"[{NOTE.format(other[1])}]: {text}", place)
        else:
            yield from _note(note, article)


def _block(element: Element, article: Article) -> Iterator[Block]:
    tag = local(element)
    if tag in ("code", "preformat"):
        return markdown.code("".join(element.itertext()), article.place(element))
    readers = {
        "sec": section,
        "app": section,
        "notes": section,
        "glossary": section,
        "boxed-text": section,
        "statement": section,
        "list": _list,
        "def-list": _definitions,
        "table-wrap": _captioned,
        "fig": _captioned,
        "fn-group": _notes,
        "ref-list": _references,
    }
    if tag == "ack":
        return section(element, article, "Acknowledgements")
    return readers.get(tag, children)(element, article)


def _references(element: Element, article: Article) -> Iterator[Block]:
    yield from markdown.heading(titled(element, article), article.level, article.place(element))
    for child in element:
        if local(child) == "ref-list":
            yield from _references(child, article.below)
        elif local(child) in BLOCKS:
            yield from _block(child, article)
        elif local(child) == "ref":
            yield from _entry(child, article)


def _entry(element: Element, article: Article) -> Iterator[Block]:
    text, place = reference(element, article), article.place(element)
    number = DIGITS.fullmatch(article.entries.get(element, ""))
    if text and number:
        yield Block(text, place, tight=True, number=int(number[1]))
    elif text:
        yield from markdown.paragraphs(text, place)
