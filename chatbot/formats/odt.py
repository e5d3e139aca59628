"""OpenDocument text, LibreOffice's own format: headings, lists, notes and superscripts, without deleted text.

odfpy, which reads ODT, has had no release since 2020 and gives elements, not text; the XML is simple enough for lxml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from chatbot.documents import reference_list
from chatbot.documents.model import Place
from chatbot.errors import ArticleError
from chatbot.formats import archive, markdown, tree
from chatbot.formats.converted import Converted
from chatbot.formats.markdown import BREAK, Block
from chatbot.formats.tree import Element, name_of

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _STYLE, _TABLE = (_NAMESPACE % name for name in ("text", "style", "table"))
# deleted text, comments, and what is made from the text; the label of a note is written where it stands
_PASSED_OVER = frozenset(
    ("tracked-changes", "annotation", "table-of-content", "sequence-decls", "forms", "note-citation")
)
_NUMBERED = "list-level-style-number"
_CODE = "Preformatted_20_Text"
_INDENT = 3  # spaces of a list in an item without a text
_DEEPEST = 9  # levels of lists


@dataclass
class _Text:
    """What is needed to write a text, and what is found on the way."""

    parents: dict[str, str]  # of styles, as their names
    raised: set[str]  # styles of superscripts
    lists: dict[tuple[str, int], int]  # where the levels of list styles start to count; 0: they have bullets
    numbers: dict[Element, int]  # of the paragraphs
    titled: bool
    both: bool  # the text has a reference list, so that notes need other marks
    notes: list[tuple[str, Element, Place]] = field(default_factory=list)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)  # of the last items of lists

    def place(self, paragraph: Element) -> Place:
        """Where a paragraph stands."""
        return Place(paragraph=self.numbers.get(paragraph))

    def is_styled(self, element: Element, name: str) -> bool:
        """Whether an element has a style, or one that is made from it."""
        own = element.get(f"{_TEXT}style-name", "")
        return name in (own, self.parents.get(own))


# Text


def _note(element: Element, text: _Text, place: Place) -> str:
    """The mark of a note as it is printed."""
    citation = element.find(f"{_TEXT}note-citation")
    label = " ".join("" if citation is None else tree.text_of(citation).split())
    label = f"^note{label}" if text.both and label.isdecimal() else label
    text.notes.append((label, element, place))
    return markdown.cited(label)


def _piece(child: Element, text: _Text, place: Place) -> str:
    tag = name_of(child)
    if tag == "s":
        count = child.get(f"{_TEXT}c", "1")
        return " " * (int(count) if re.fullmatch(r"\d{1,3}", count) else 1)
    if tag in ("tab", "line-break"):
        return " " if tag == "tab" else BREAK
    if tag == "note":
        return _note(child, text, place)
    if not tag or tag in _PASSED_OVER or tag == "frame":
        return ""
    inner = _inline(child, text, place)
    return markdown.raised(inner) if child.get(f"{_TEXT}style-name") in text.raised else inner


def _inline(element: Element, text: _Text, place: Place) -> str:
    pieces = [markdown.plain(element.text or "")]
    for child in element:
        pieces += [_piece(child, text, place), markdown.plain(child.tail or "")]
    return "".join(pieces)


def _line(element: Element, text: _Text) -> str:
    return markdown.tidy(_inline(element, text, text.place(element)))


# Blocks


def _paragraph(element: Element, text: _Text) -> Iterator[Block]:
    place, line = text.place(element), _line(element, text)
    if text.is_styled(element, "Title"):
        yield from markdown.heading(line, 1, place)
    elif text.is_styled(element, _CODE):
        lines = line.replace("\\<", "<")
        yield from markdown.code(lines, place)
    else:
        yield from markdown.paragraphs(line, place)
    for box in element.iter("{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}text-box"):
        yield from _blocks(box, text)


def _heading(element: Element, text: _Text) -> Iterator[Block]:
    level = element.get(f"{_TEXT}outline-level", "1")
    number = int(level) if level in tuple("123456789") else 1
    yield from markdown.heading(_line(element, text), number + text.titled, text.place(element))


def _bullet(style: str, depth: int, text: _Text) -> str:
    start = text.lists.get((style, depth), text.lists.get((style, 1), 0))  # pandoc defines the first level only
    if not start:
        return "-"
    text.counts[style, depth] = text.counts.get((style, depth), start - 1) + 1
    return f"{text.counts[style, depth]}."


def _list(element: Element, text: _Text, style: str = "", depth: int = 1) -> Iterator[Block]:
    """A list; one that does not say that it goes on starts its numbers again."""
    style = element.get(f"{_TEXT}style-name", style)
    if element.get(f"{_TEXT}continue-numbering") != "true" and not element.get(f"{_TEXT}continue-list"):
        text.counts.pop((style, depth), None)
    for item in element:
        start = item.get(f"{_TEXT}start-value", "")
        if re.fullmatch(r"\d{1,4}", start):
            text.counts[style, depth] = int(start) - 1
        yield from _item(item, text, style, depth)


def _item(item: Element, text: _Text, style: str, depth: int) -> Iterator[Block]:
    inside = [child for child in item if name_of(child) == "list"]
    own = [block for child in item if child not in inside for block in _block(child, text)]
    bullet = _bullet(style, depth, text) if own and name_of(item) == "list-item" else "-"
    lists = [block for child in inside if depth < _DEEPEST for block in _list(child, text, style, depth + 1)]
    headings = [block for block in own if block.level]  # LibreOffice numbers headings by lists
    shown = [block for block in own if not block.level]
    yield from headings
    # LibreOffice puts a deeper list into an item of its own
    yield from markdown.listed([*shown, *lists], bullet) if shown else markdown.indented(lists, _INDENT)


def _table(element: Element, text: _Text) -> Iterator[Block]:
    rows = [[c for c in row if name_of(c) == "table-cell"] for row in element.iter(f"{_TABLE}table-row")]
    nested = any(True for _ in element.iterdescendants(f"{_TABLE}table"))
    if nested or max(map(len, rows), default=0) < 2:
        for cell in (cell for row in rows for cell in row if not nested or cell.getparent().getparent() is element):
            yield from _blocks(cell, text)
        return
    first = next(element.iter(f"{_TEXT}p", f"{_TEXT}h"), None)
    place = Place() if first is None else text.place(first)
    yield from markdown.table([[_cell(cell, text) for cell in row] for row in rows], place)


def _cell(cell: Element, text: _Text) -> str:
    return " ".join(filter(None, (_line(paragraph, text) for paragraph in cell.iter(f"{_TEXT}p", f"{_TEXT}h"))))


def _block(element: Element, text: _Text) -> Iterator[Block]:
    readers = {"p": _paragraph, "h": _heading, "list": _list, "table": _table}
    tag = name_of(element)
    return iter(()) if tag in _PASSED_OVER else readers.get(tag, _blocks)(element, text)


def _blocks(element: Element, text: _Text) -> Iterator[Block]:
    """The blocks of a body, section, cell or frame, in order."""
    for child in element:
        yield from _block(child, text)


def _entries(text: _Text) -> Iterator[Block]:
    """The notes, as entries under their numbers."""
    for label, note, place in list(text.notes):
        words = " ".join(_line(paragraph, text) for paragraph in note.iter(f"{_TEXT}p"))
        line = " ".join(words.split())
        if line and re.fullmatch(r"\d{1,4}", label):
            yield Block(line, place, tight=True, number=int(label))
        elif line:
            yield Block(f"[{label}]: {line}" if label.startswith("^") else f"[{label}] {line}", place)


# Files


def _start(level: Element) -> int:
    """Where a level of a list starts to count; 0 if it has bullets or nothing."""
    if name_of(level) != _NUMBERED or not level.get(f"{_STYLE}num-format"):
        return 0
    start = level.get(f"{_TEXT}start-value", "1")
    return int(start) if re.fullmatch(r"[1-9]\d{0,3}", start) else 1


def _known(roots: list[Element], body: Element) -> _Text:
    """What the styles of a file say, and the numbers of its paragraphs."""
    styles = [style for root in roots for style in root.iter(f"{_STYLE}style")]
    parents = {style.get(f"{_STYLE}name", ""): style.get(f"{_STYLE}parent-style-name", "") for style in styles}
    raised = {
        style.get(f"{_STYLE}name", "")
        for style in styles
        for properties in style.findall(f"{_STYLE}text-properties")
        if re.match(r"super|[1-9]", properties.get(f"{_STYLE}text-position", ""))
    }
    lists = {
        (style.get(f"{_STYLE}name", ""), int(level.get(f"{_TEXT}level"))): _start(level)
        for root in roots
        for style in root.iter(f"{_TEXT}list-style")
        for level in style
        if level.get(f"{_TEXT}level", "") in tuple("123456789")
    }
    apart = (e for e in body.iter("*") if name_of(e) in ("note", "tracked-changes", "annotation"))
    noted = {paragraph for element in apart for paragraph in element.iter()}
    found = (element for element in body.iter(f"{_TEXT}p", f"{_TEXT}h") if element not in noted)
    numbers = {element: number for number, element in enumerate(found, 1)}
    both = any(reference_list.is_heading(tree.text_of(element)) for element in numbers)
    text = _Text(parents, raised, lists, numbers, titled=False, both=both)
    text.titled = any(text.is_styled(element, "Title") for element in numbers)
    return text


def convert(source: bytes, name: str) -> Converted:
    """A text of LibreOffice as Markdown. Raises ArticleError."""
    with archive.opened(source, name) as members:
        paths = [path for path in ("styles.xml", "content.xml") if path in members.namelist()]
        parts = [archive.member(members, path, name) for path in paths]
    tree.check_size(parts, name)
    roots = [tree.xml(part, name) for part in parts]
    body = next((e for root in roots for e in root.iter(_NAMESPACE % "office" + "text")), None)
    if body is None:
        raise ArticleError(name, "is an OpenDocument file without a text; save it again")
    text = _known(roots, body)
    blocks = list(markdown.joined_code(list(_blocks(body, text))))
    return markdown.write(markdown.with_references([*blocks, *_entries(text)]))
