"""The text of HTML elements, with links to notes as citations, and where a block stands."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.documents.model import Place
from chatbot.formats import markdown
from chatbot.formats.markdown import BREAK
from chatbot.formats.notes import INLINE, Notes
from chatbot.formats.tree import Element, Tree, local

_NESTED = 2_000  # characters of an element whose id still leads to a text in it


@dataclass
class Page:
    """What is needed to write a page: its notes, what to leave out, and what its places start with (an EPUB's file)."""

    notes: Notes
    dropped: set[Element]
    root: Element
    tree: Tree
    prefix: str = ""
    shift: int = 0  # of the levels of headings, below a book's title
    level: int = 0  # of the last heading
    lists: int = 0  # that the text stands in

    def place(self, element: Element) -> Place:
        """Where a block stands: by its id, by that of a small element around it, or else by its XPath."""
        most = min(_NESTED, self.tree.size(self.root) // 2)
        for outer in (element, *element.iterancestors()):
            if outer is self.root or (outer is not element and self.tree.size(outer) > most):
                break
            if identity := outer.get("id"):
                return Place(element=self.prefix + identity)
        return Place(element=self.prefix + self.tree.path(element))


def _mathematics(element: Element) -> str:
    """A formula as it is seen, without the source that is kept beside it."""
    parts = [] if local(element) in ("annotation", "annotation-xml") else [element.text or ""]
    parts += [_mathematics(child) + (child.tail or "") for child in element]
    return markdown.plain("".join("".join(parts).split()))


def child_text(child: Element, page: Page) -> str:
    """The text of an inline element: a citation for a link to a note, nothing for what is left out."""
    tag = local(child)
    if not tag or child in page.dropped or child in page.notes.backlinks:
        return ""
    if label := page.notes.marks.get(child):
        return markdown.cited(label)
    if tag == "math":
        return _mathematics(child)
    return _styled(tag, inline(child, page))


def _styled(tag: str, inner: str) -> str:
    """Text as its element shows it, where that is more than a look."""
    if tag in ("br", "hr"):
        return BREAK
    if tag == "sup":
        return markdown.raised(inner)
    if tag == "q":
        return f"“{inner}”"
    if tag in ("code", "kbd", "samp", "tt") and "<" in inner:
        return markdown.code_span(inner)
    return inner if tag in INLINE else f" {inner} "


def inline(element: Element, page: Page) -> str:
    """The text in an element, not yet tidy."""
    pieces = [markdown.plain(element.text or "")]
    for child in element:
        pieces += [child_text(child, page), markdown.plain(child.tail or "")]
    return "".join(pieces)
