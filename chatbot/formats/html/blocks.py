"""The blocks of a web page: headings, paragraphs, lists, tables, code, entries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.formats import markdown, notes
from chatbot.formats.html.text import Page, child_text, inline
from chatbot.formats.markdown import Block
from chatbot.formats.notes import INLINE
from chatbot.formats.tree import Element, local, text_of

_HEADING = re.compile(r"h([1-6])$")
_EMPTY_LABEL = re.compile(r"^(?:\[\s*\]|\(\s*\)|[\s^↑.:,;])+")
_WORDS = frozenset(("", "br", "math", "button"))  # never on lines of their own, whatever is in them
_BOLD = frozenset(("b", "strong"))
_MAX_HEADING = 200
_DEEPEST = 9  # levels of lists
_SPAN = 40  # columns that a cell may take


def _is_block(child: Element, page: Page) -> bool:
    """Whether a child stands on lines of its own; an inline element with a block in it counts."""
    tag = local(child)
    if tag in _WORDS or child in page.dropped:
        return False
    return tag not in INLINE or any(_is_block(inner, page) for inner in child)


def _is_bold(element: Element) -> bool:
    """Whether all text of a paragraph is in one bold element, so that it is a heading for the eye."""
    bold = [child for child in element if local(child) in _BOLD]
    text = text_of(element)
    return len(bold) == 1 and text == text_of(bold[0]) and len(text) < _MAX_HEADING and text[-1:] not in ".!,;:"


def _paragraph(text: str, element: Element, page: Page) -> Iterator[Block]:
    tidy = markdown.tidy(text)
    if not tidy:
        return
    if local(element) == "p" and _is_bold(element) and "\n" not in tidy:
        tidy = f"**{tidy}**"
    yield from markdown.paragraphs(tidy, page.place(element))


def heading(element: Element, level: int, page: Page) -> Iterator[Block]:
    """A heading of some level, from which those below it count."""
    page.level = level
    yield from markdown.heading(markdown.tidy(inline(element, page)), level + page.shift, page.place(element))


def _entry(element: Element, page: Page) -> Iterator[Block]:
    """A reference or note: under its number, or behind its label where that is no number."""
    label = page.notes.entries[element]
    text = _EMPTY_LABEL.sub("", " ".join(markdown.tidy(inline(element, page)).split()))
    printed = re.escape(label.removeprefix(notes.NOTE))
    text = re.sub(rf"^[\[(]?{printed}(?:[\]).:]+\s*|\s+)(?=\S)", "", text)
    place = page.place(element)
    if not text:
        return
    number = re.match(r"\d+", label)
    if number:
        yield Block(text, place, tight=True, number=int(number[0]))
    else:
        yield Block(f"[{label}]{':' if label.startswith(notes.NOTE) else ''} {text}", place)


def _bullets(element: Element) -> Iterator[tuple[Element, str]]:
    """The items of a list with their bullets or numbers."""
    start = element.get("start", "1")
    number = int(start) if re.fullmatch(r"\d{1,4}", start) else 1
    for child in element:
        if local(child) != "li":
            yield child, ""
            continue
        value = child.get("value", "")
        number = int(value) if re.fullmatch(r"\d{1,4}", value) else number
        yield child, f"{number}." if local(element) == "ol" else "-"
        number += 1


def _list(element: Element, page: Page) -> Iterator[Block]:
    if page.lists == _DEEPEST:  # no reader can tell more levels; their text is that of the last one
        yield from _paragraph(inline(element, page), element, page)
        return
    page.lists += 1
    yield from _items(element, page)
    page.lists -= 1


def _items(element: Element, page: Page) -> Iterator[Block]:
    for child, bullet in _bullets(element):
        if child in page.dropped or not local(child):
            continue
        if child in page.notes.entries or not bullet:
            yield from _element(child, page)
        else:
            yield from markdown.listed(list(blocks(child, page)), bullet)


def _definitions(element: Element, page: Page) -> Iterator[Block]:
    """A list of terms or questions: each is the heading of what it introduces."""
    level = page.level
    for child in element:
        if child in page.dropped or not local(child):
            continue
        question = local(child) == "dt" and child not in page.notes.entries
        yield from heading(child, min(level + 1, 6), page) if question else _element(child, page)
    page.level = level


def _is_layout(element: Element) -> bool:
    """Whether a table only arranges blocks: it says so, has whole texts in it, or has one column."""
    if element.get("role") in ("presentation", "none"):
        return True
    if any(True for _ in element.iterdescendants("table", "pre", "h1", "h2", "h3", "h4", "h5", "h6")):
        return True
    if any(len(cell.findall("p")) > 1 for cell in element.iter("td")):
        return True
    return max((len(_cells(row)) for row in element.iter("tr")), default=0) < 2


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if local(cell) in ("td", "th")]


def _row(row: Element, page: Page) -> list[str]:
    cells: list[str] = []
    for cell in _cells(row):
        span = cell.get("colspan", "1")
        wide = int(span) if re.fullmatch(r"\d{1,2}", span) else 1
        cells += [markdown.tidy(inline(cell, page)), *[""] * (min(wide, _SPAN) - 1)]
    return cells


def _table(element: Element, page: Page) -> Iterator[Block]:
    if _is_layout(element):
        yield from blocks(element, page)
        return
    rows = [row for row in element.iter("tr") if row not in page.dropped]
    for caption in element.iter("caption"):
        yield from blocks(caption, page)
    notes_in_rows = [row for row in rows if row in page.notes.entries]
    shown = [_row(row, page) for row in rows if row not in page.notes.entries]
    yield from markdown.table(shown, page.place(element))
    for row in notes_in_rows:
        yield from _entry(row, page)


def _code(element: Element, page: Page) -> str:
    """Preformatted text as it is, without the buttons on it."""
    pieces = [element.text or ""]
    for child in element:
        if local(child) == "br":
            pieces.append("\n")
        elif local(child) != "button" and child not in page.dropped:
            pieces.append(_code(child, page))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _level(element: Element, page: Page) -> int:
    """The level of a heading; 0 if an element is none."""
    if found := _HEADING.match(local(element)):
        return int(found[1])
    if element.get("role") == "heading":
        printed = element.get("aria-level", "")
        return int(printed) if printed in tuple("123456") else 2
    return page.level + 1 if local(element) == "summary" else 0


def _element(element: Element, page: Page) -> Iterator[Block]:
    """The blocks of an element that stands on lines of its own."""
    tag = local(element)
    if element in page.notes.entries:
        return _entry(element, page)
    if level := _level(element, page):
        return heading(element, level, page)
    if tag == "pre":
        return markdown.code(_code(element, page), page.place(element))
    readers = {"ul": _list, "ol": _list, "menu": _list, "dl": _definitions, "table": _table}
    return readers.get(tag, blocks)(element, page)


def _details(element: Element, page: Page) -> Iterator[Block]:
    level = page.level
    yield from _children(element, page)
    page.level = level


def _children(element: Element, page: Page) -> Iterator[Block]:
    """The blocks in an element; text between them makes paragraphs."""
    pieces = [markdown.plain(element.text or "")]
    for child in element:
        if _is_block(child, page):
            yield from _paragraph("".join(pieces), element, page)
            pieces = []
            yield from _element(child, page)
        elif local(child) != "button":
            pieces.append(child_text(child, page))
        pieces.append(markdown.plain(child.tail or ""))
    yield from _paragraph("".join(pieces), element, page)


def blocks(element: Element, page: Page) -> Iterator[Block]:
    """The blocks in an element, in order."""
    return _details(element, page) if local(element) == "details" else _children(element, page)
