"""The text of JATS elements, with citations by `xref`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from chatbot.documents.model import Place
from chatbot.formats import markdown
from chatbot.formats.markdown import BREAK
from chatbot.formats.tree import Element, Tree, local

# what is no text of the article, or is read with the block that it belongs to
_SKIPPED = frozenset(
    """alternatives-of alt-text annotation fn graphic inline-graphic label long-desc media object-id permissions
    supplementary-material tex-math title""".split()  # noqa: SIM905 - easier to read
)
_AROUND = frozenset(("sec", "body", "abstract", "back", "app", "front"))  # a place is never as large
DIGITS = re.compile(r"\D{0,2}(\d{1,4})\D{0,2}")
_WORD = re.compile(r"[^\W\d_]{4}")
NOTE = "^note{}"  # the number of a note, told from that of a reference
_LONGEST_LABEL = 12


@dataclass(frozen=True)
class Article:
    """What is needed to write an article, and the level of its next heading."""

    tree: Tree
    labels: dict[str, str]  # of what can be cited, by id
    entries: dict[Element, str]  # the same, by element
    level: int = 2

    @property
    def below(self) -> Article:
        """The same, one level further down."""
        return replace(self, level=self.level + 1)

    def place(self, element: Element) -> Place:
        """Where a block stands: by its id or that of a small element around it, else by its XPath."""
        for outer in (element, *element.iterancestors()):
            if outer is not element and local(outer) in _AROUND:
                break
            if identity := outer.get("id"):
                return Place(element=identity)
        return Place(element=self.tree.path(element))


def find(element: Element, *names: str) -> Iterator[Element]:
    """The elements of some names, in order; those of the namespaces of archives too."""
    return (child for child in element.iter("*") if local(child) in names)


def first_child(element: Element, name: str) -> Element | None:
    """The first child of some name, if there is one."""
    return next((child for child in element if local(child) == name), None)


def _xref(element: Element, article: Article) -> str:
    """A citation as it is printed; one that prints nothing gets the label of its entry."""
    text = inline(element, article)
    if element.get("rid", "").split(" ")[0] not in article.labels:
        number = DIGITS.fullmatch(text.strip()) if element.get("ref-type") == "fn" else None
        return markdown.cited(NOTE.format(number[1])) if number else text
    printed = " ".join(text.split()) or article.labels[element.get("rid").split(" ")[0]].rstrip(".")
    # "Smith et al., 2001" says itself what it cites
    return text if len(printed) > _LONGEST_LABEL or _WORD.search(printed) else markdown.cited(printed)


def piece(child: Element, article: Article) -> str:
    """The text of an inline element: a citation for an `xref`."""
    tag = local(child)
    if not tag or tag in _SKIPPED:
        return ""
    if tag == "xref":
        return _xref(child, article)
    if tag == "break":
        return BREAK
    text = inline(child, article)
    return markdown.raised(text) if tag == "sup" else text


def inline(element: Element, article: Article) -> str:
    """The text in an element, not yet tidy."""
    pieces = [markdown.plain(element.text or "")]
    for child in element:
        pieces += [piece(child, article), markdown.plain(child.tail or "")]
    return "".join(pieces)


def line(element: Element | None, article: Article) -> str:
    """The text in an element as one line; empty without an element."""
    return "" if element is None else " ".join(markdown.tidy(inline(element, article)).split())


def titled(element: Element, article: Article) -> str:
    """The label and the title of an element, as one line."""
    caption = first_child(element, "caption")
    titles = [first_child(element, "label"), first_child(element, "title")]
    if caption is not None:
        titles.append(first_child(caption, "title"))
    return " ".join(filter(None, (line(title, article) for title in titles)))
