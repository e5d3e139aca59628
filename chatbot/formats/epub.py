"""EPUB books: their pages in the order of the spine, read as web pages that may lead to each other's notes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote
from zipfile import ZipFile

from chatbot.documents.model import Place
from chatbot.errors import ArticleError
from chatbot.formats import archive, html, main_content, markdown, notes, tree
from chatbot.formats.converted import Converted
from chatbot.formats.html import Page
from chatbot.formats.markdown import Block
from chatbot.formats.tree import Element, Tree, local, name_of

_CONTAINER = "META-INF/container.xml"


def _children(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter("*") if local(element) == name)


def _spine(package: Element, folder: str) -> Iterator[str]:
    """The paths of the pages that a reader turns, in order; the navigation is none of them."""
    items = {item.get("id"): item for item in _children(package, "item")}
    for reference in _children(package, "itemref"):
        item = items.get(reference.get("idref"))
        if item is not None and "nav" not in item.get("properties", "").split():
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))


def _page(source: bytes, name: str) -> Element:
    """The root of a page, without namespaces; one that is no XML, as many are, is read as HTML."""
    try:
        root = tree.xml(source, name)
    except ArticleError:
        return tree.html(source, name)
    for element in root.iter("*"):
        element.tag = name_of(element).lower()
    return root


def _package(members: ZipFile, name: str) -> tuple[str, Element]:
    """The path and the root of the file that lists a book's pages."""
    container = tree.xml(archive.member(members, _CONTAINER, name), name)
    path = next((file.get("full-path", "") for file in _children(container, "rootfile")), "")
    return path, tree.xml(archive.member(members, path, name), name)


def _title(package: Element, path: str) -> list[Block]:
    titles = [" ".join(tree.text_of(title).split()) for title in _children(package, "title")][:1]
    return [block for title in titles for block in markdown.heading(title, 1, Place(element=f"{path}#/package"))]


def _body(document: Element) -> Element:
    return next(_children(document, "body"), document)


def convert(source: bytes, name: str) -> Converted:
    """A book as Markdown, its title above the headings of its pages. Raises ArticleError."""
    with archive.opened(source, name) as members:
        path, package = _package(members, name)
        files = list(dict.fromkeys(_spine(package, posixpath.dirname(path))))
        tree.check_size((archive.member(members, file, name) for file in files), name)
        pages = [(file, _page(archive.member(members, file, name), name)) for file in files]
    linked = notes.find(pages)
    blocks = _title(package, path)
    shift = len(blocks)
    for file, document in pages:
        known, root = Tree(document), _body(document)
        blocks += html.written(Page(linked, main_content.unseen(root, known, linked), root, known, f"{file}#", shift))
    return markdown.write(blocks)
