"""The choice of one document among several, by its title, its file's name or its number in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.common.wording import shorten
from chatbot.errors import ChatbotError
from chatbot.terminal.text import Block, Page, joined, names, note, paragraph

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.documents.model import Document

_MAX_NAMED = 3  # documents in an error


def _listed(bot: Chatbot) -> bool:
    """Whether the documents are in memory, so that they can be listed."""
    return isinstance(bot.documents, tuple)


def listing(whole: Chatbot, bot: Chatbot, page: Page) -> Block:
    """All documents, numbered; those that are not asked now are not marked.

    Raises ChatbotError if an engine holds them: they may be many.
    """
    if not _listed(whole):
        raise ChatbotError("an engine holds the documents; /document and the name of a file asks only that one")
    titles = names(whole.documents)
    width = len(str(len(titles))) + 2

    def row(number: int, document: Document) -> Block:
        mark = "•" if document in bot.documents else " "
        first = (("number", f"{mark} {number:>{width - 2}}  "),)
        return paragraph([("", titles[number - 1])], page.width, first, (("", " " * (width + 2)),))

    rows = joined(row(number, document) for number, document in enumerate(whole.documents, 1))
    return [*rows, *note("A dot marks what is asked. /document NAME asks only one.", page)] if len(titles) > 1 else rows


def _found(whole: Chatbot, name: str) -> Document:
    """The document of an engine with a file's name. Raises ChatbotError if there is none."""
    if found := whole.find(name):
        return found
    raise ChatbotError(f"no document is called {shorten(name)}; type the name of its file")


def chosen(whole: Chatbot, name: str) -> Document:
    """The document with this number, or with `name` as its title or file name, or as a part of them.

    Raises ChatbotError, which says what there is, if there is none or more than one.
    """
    if not _listed(whole):
        return _found(whole, name)
    documents, titles = whole.documents, names(whole.documents)
    if name.isdecimal() and 0 < int(name[:9]) <= len(documents):
        return documents[int(name[:9]) - 1]
    wanted = " ".join(name.casefold().split())
    keys = [(title.casefold(), document.name.casefold()) for title, document in zip(titles, documents, strict=True)]
    same = [i for i, some in enumerate(keys) if wanted in some]
    found = same or [i for i, some in enumerate(keys) if any(wanted in key for key in some)]
    if len(found) == 1:
        return documents[found[0]]
    if not found:
        raise ChatbotError(f"no document is called {shorten(name)}; /document lists them")
    named = ", ".join(f"{i + 1} {shorten(titles[i])}" for i in found[:_MAX_NAMED])
    more = ", ..." if len(found) > _MAX_NAMED else ""
    raise ChatbotError(f"{len(found)} documents are called so: {named}{more}; type /document and a number")
