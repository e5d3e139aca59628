"""A whole web page: its title and its main content."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.formats import main_content, markdown, notes, tree
from chatbot.formats.converted import Converted
from chatbot.formats.html.blocks import blocks, heading
from chatbot.formats.html.text import Page
from chatbot.formats.markdown import Block
from chatbot.formats.tree import Element, Tree, local, text_of


def _title(document: Element, root: Element, page: Page) -> Iterator[Block]:
    """The page's heading where the content has none of the first level: one outside of it, or the window's title."""
    if any(local(element) == "h1" and element not in page.dropped for element in root.iter()):
        return
    found = [element for element in document.iter("h1") if text_of(element)] or list(document.iter("title"))[:1]
    for element in found[:1]:
        yield from heading(element, 1, page)


def written(page: Page) -> list[Block]:
    """The blocks of a page."""
    return markdown.with_references(list(blocks(page.root, page)), 2 + page.shift)


def convert(source: bytes, name: str) -> Converted:
    """A web page as Markdown. Raises ArticleError."""
    document = tree.html(source, name)
    linked, known = notes.find([("", document)]), Tree(document)
    root = main_content.root_of(known)
    page = Page(linked, main_content.dropped(root, known, linked), root, known)
    title = list(_title(document, root, page))
    return markdown.write([*title, *written(page)])
