"""From a file to a `Document`: each format has a module that turns its bytes into Markdown with places in the source.

A module's `convert(source, name)` gives `Converted`; `name` is what its ArticleErrors name. It is imported when a file
needs it, since all but plain text need the extra `formats`.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.common.wording import pip_install
from chatbot.documents.model import Document
from chatbot.documents.parser import parse
from chatbot.errors import ArticleError
from chatbot.formats.converted import Converted
from chatbot.formats.detect import kind
from chatbot.formats.source import decode, load

if TYPE_CHECKING:
    from collections.abc import Callable


def _reader(module: str, name: str) -> Callable[[bytes, str], Converted]:
    """What reads a format. Raises ArticleError if the extra that it needs is not installed."""
    try:
        reader: Callable[[bytes, str], Converted] = import_module(f"chatbot.formats.{module}").convert
    except ImportError as error:
        reason = f"cannot be read without the extra for {module.upper()}: {pip_install('formats')}"
        raise ArticleError(name, reason) from error
    return reader


def convert(source: bytes, name: str) -> Converted:
    """An article's bytes as Markdown, by the format that they are in. Raises ArticleError, which names it `name`."""
    module = kind(source, name)
    return _reader(module, name)(source, name) if module else Converted(decode(source, name))


def document(source: bytes, name: str, shown: str | None = None) -> Document:
    """The document that some bytes are.

    Args:
        source: the bytes of an article in any format.
        name: the file name: the document's name, whose suffix helps to tell the format.
        shown: how errors name the source; by default `name`.

    Raises:
        ArticleError: the bytes are no article that can be read.

    """
    place = shown or name
    converted = convert(source, place)
    is_markdown = True if kind(source, place) else None  # a text shows by itself whether it is Markdown
    read = parse(converted.text, name, hashlib.sha256(source).hexdigest(), is_markdown=is_markdown)
    if not read.sentences:
        raise ArticleError(place, "has no sentence to quote; give an article with text")
    return replace(read, places=converted.places)


def read(path: Path, *, regular: bool = False) -> Document:
    """Read an article from a file; with `regular`, from no pipe or device. Raises ArticleError."""
    return document(load(path, regular=regular), path.name, str(path))
