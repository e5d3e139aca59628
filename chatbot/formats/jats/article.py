"""A JATS article: its front, its body and its back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chatbot.errors import ArticleError
from chatbot.formats import markdown, tree
from chatbot.formats.converted import Converted
from chatbot.formats.jats.blocks import children, section
from chatbot.formats.jats.text import Article, find, first_child, line
from chatbot.formats.markdown import Block
from chatbot.formats.tree import Element, Tree, local


def _printed(root: Element) -> dict[Element, str]:
    """The printed numbers of the references; of the notes where there are no references."""
    entries = list(find(root, "ref")) or list(find(root, "fn"))
    labels = (first_child(entry, "label") for entry in entries)
    printed = ("" if label is None else "".join(label.itertext()).strip() for label in labels)
    return {
        entry: label or str(position) for position, (entry, label) in enumerate(zip(entries, printed, strict=True), 1)
    }


def _author(name: Element) -> str:
    """An author as journals print them above an article: "Jane Roe"."""
    parts = (first_child(name, part) for part in ("given-names", "surname"))
    return " ".join("".join(part.itertext()).strip() for part in parts if part is not None) or tree.text_of(name)


def _front(meta: Element, article: Article) -> Iterator[Block]:
    for title in list(find(meta, "article-title"))[:1]:
        yield from markdown.heading(line(title, article), 1, article.place(title))
    for group in list(find(meta, "contrib-group"))[:1]:
        people = ", ".join(map(_author, find(group, "name", "collab", "string-name")))
        yield from markdown.paragraphs(people, article.place(group))
    for abstract in find(meta, "abstract"):
        yield from section(abstract, article, "Abstract")


def _parts(root: Element, article: Article) -> Iterator[Block]:
    for part in root:
        if local(part) == "front":
            yield from _front(part, article)
        elif local(part) in ("body", "back"):
            yield from children(part, article)


def _article(root: Element) -> Element | None:
    """The article; archives put it into an envelope."""
    return root if local(root) == "article" else next(find(root, "article"), None)


def _written(root: Element) -> Iterable[Block]:
    entries = _printed(root)
    labels = {entry.get("id"): label for entry, label in entries.items() if entry.get("id")}
    return markdown.with_references(list(_parts(root, Article(Tree(root), labels, entries))))


def convert(source: bytes, name: str) -> Converted:
    """A JATS article as Markdown. Raises ArticleError."""
    article = _article(tree.xml(source, name))
    if article is None:
        raise ArticleError(name, "is XML, but no JATS article; save it as HTML or as text")
    return markdown.write(_written(article))
