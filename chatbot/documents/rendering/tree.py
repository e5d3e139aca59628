"""The whole tree: the blocks of a document, its reference lists as lists, and nothing left out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from chatbot.documents import markdown as markdown_reader
from chatbot.documents.lines import scan
from chatbot.documents.model import Span
from chatbot.documents.rendering import inline, markdown, plain
from chatbot.documents.rendering.nodes import Element, Leaf, Node, extent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.documents.model import Document

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_KEPT = 8  # documents; several people read the same ones


def _is_markdown(document: Document) -> bool:
    """Whether a document is Markdown: by its name or its marks, or because that is what other formats are read as."""
    return bool(document.places) or markdown_reader.is_markdown(document.name, document.text, scan(document.text))


def _overlapping(spans: Sequence[Span], place: Span) -> Sequence[Span]:
    """Those of some ordered spans that a place overlaps."""
    first = bisect_right(spans, place.start, key=lambda span: span.end)
    return spans[first : bisect_left(spans, place.end, key=lambda span: span.start)]


def _is_list_of_entries(block: Node, entries: Sequence[Span]) -> bool:
    """Whether the text of a block is mostly that of entries."""
    place = extent(block)
    if place is None or (isinstance(block, Element) and block.tag in _HEADINGS):
        return False
    inside = (min(place.end, end) - max(place.start, start) for start, end in _overlapping(entries, place))
    return sum(inside) * 2 > place.end - place.start


def _label(document: Document, after: int, entry: Span) -> Span:
    """The printed number or mark of an entry: what stands before it on its line."""
    line = max(after, document.text.rfind("\n", 0, entry.start) + 1)
    piece = document.text[line : entry.start]
    return Span(line + len(piece) - len(piece.lstrip(" >*-\t")), line + len(piece.rstrip()))


def _list(document: Document, entries: Sequence[Span]) -> Element:
    """Some entries of a reference list, each under its printed number."""
    items: list[Node] = []
    after = 0
    for entry in entries:
        label = _label(document, after, entry)
        shown: list[Node] = []
        if label.start < label.end:
            shown = [Element("span", [Leaf(*label)], {"class": "label"})]
        text = inline.with_links(document.text, inline.read(document.text, *entry))
        items.append(Element("li", [*shown, *text]))
        after = entry.end
    return Element("ol", items, {"class": "entries"})


def _with_lists(document: Document, blocks: Sequence[Node]) -> list[Node]:
    """The blocks, with the entries of reference lists and the notes as lists in their places."""
    spans = (*(entry.span for entry in document.references), *(note.span for note in document.notes))
    entries = sorted(set(spans))
    kept = [block for block in blocks if not _is_list_of_entries(block, entries)]
    places = [place for block in kept if (place := extent(block))]
    apart = [entry for entry in entries if not _overlapping(places, entry)]
    starts = [place.start for place in places]
    runs = groupby(apart, key=lambda entry: bisect_left(starts, entry.start))  # of entries with no block between them
    return _ordered([*kept, *(_list(document, list(run)) for _, run in runs)])


def _ordered(blocks: Sequence[Node]) -> list[Node]:
    """Blocks in text order; one without text, like a line across the page, stays behind the one before it."""
    keys: list[int] = []
    for block in blocks:
        place = extent(block)
        keys.append(place.start if place else keys[-1] if keys else 0)
    return [block for _, block in sorted(zip(keys, blocks, strict=True), key=lambda pair: pair[0])]


def _is_repeated(document: Document, block: Node, before: Node | None) -> bool:
    """Whether a block is the heading right before it once more, like a title that is printed twice."""
    if not (
        isinstance(block, Element)
        and isinstance(before, Element)
        and block.tag == before.tag
        and before.tag in _HEADINGS
    ):
        return False
    one, other = extent(before), extent(block)
    return one is not None and other is not None and document[one].split() == document[other].split()


def _once(document: Document, blocks: Sequence[Node]) -> Iterator[Node]:
    """The blocks without headings that are repeated."""
    before: Node | None = None
    for block in blocks:
        if not _is_repeated(document, block, before):
            yield block
        before = block


def _completed(document: Document, blocks: Sequence[Node]) -> list[Node]:
    """The blocks of a plain text, and its lines that no block has."""
    covered = [place for block in blocks if (place := extent(block))]
    rest: list[Node] = [Element("p", [Leaf(*line)]) for line in plain.uncovered(document, covered)]
    return _ordered([*blocks, *rest])


@lru_cache(maxsize=_KEPT)
def rendered(document: Document) -> tuple[Node, ...]:
    """The blocks of a document, in text order.

    Headings, paragraphs, lists, tables, quotations and code of Markdown; of a plain text what its parser made out. The
    entries of reference lists are the items of lists with the class `entries`.
    """
    if _is_markdown(document):
        found = _with_lists(document, markdown.read(document.text))
    else:
        found = _completed(document, _with_lists(document, plain.read(document)))
    return tuple(_once(document, found))
