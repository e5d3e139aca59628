"""The nodes of a rendered document. No node has text of its own: what is shown is cut out of the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from chatbot.documents.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Leaf(NamedTuple):
    """A place in the text, in code points; `shown` if its markup stands for another character, like `&amp;`."""

    start: int
    end: int
    shown: str | None = None


@dataclass(slots=True)
class Element:
    """An HTML element.

    Attributes:
        tag: one of the names that the page knows; `h1` to `h6` are the document's own levels.
        children: in text order.
        attributes: `href` of a link, `start` of a list, `align` of a cell, `class`.
    """

    tag: str
    children: list[Node] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)


Node: TypeAlias = Leaf | Element


def leaves(nodes: Iterable[Node]) -> Iterator[Leaf]:
    """The leaves below some nodes, in order."""
    for node in nodes:
        if isinstance(node, Leaf):
            yield node
        else:
            yield from leaves(node.children)


def extent(node: Node) -> Span | None:
    """The place of the text below a node; None if there is none."""
    found = list(leaves([node]))
    return Span(found[0].start, max(leaf.end for leaf in found)) if found else None


def as_lists(nodes: Sequence[Node]) -> list[Any]:
    """Nodes as JSON: a leaf as `[start, end]` or `[start, end, shown]`, an element as an object."""
    return [_leaf(node) if isinstance(node, Leaf) else _element(node) for node in nodes]


def _leaf(leaf: Leaf) -> list[Any]:
    return [leaf.start, leaf.end] if leaf.shown is None else [*leaf]


def _element(element: Element) -> dict[str, Any]:
    return {"tag": element.tag, **element.attributes, "children": as_lists(element.children)}
