"""From a file to a `Document`: each format has a module that turns its bytes into Markdown with places in the source.

A module's `convert(source, name)` gives `Converted`; `name` is what its ArticleErrors name. It is imported when a file
needs it, since all but plain text need the extra `formats`. What was read once is kept, and nothing is parsed for it
again.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.common.cache import kept
from chatbot.common.code_version import code_version
from chatbot.common.lazy import string_arrays, strings_from
from chatbot.common.wording import pip_install
from chatbot.documents.stored import packed, unpacked
from chatbot.errors import ArticleError
from chatbot.formats.source import decode, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chatbot.common.cache import Cache
    from chatbot.common.lazy import Arrays
    from chatbot.documents.model import Document
    from chatbot.formats.converted import Converted

# What a document depends on besides its bytes and its name
_PACKAGES = ("common", "documents", "formats")
_LIBRARIES = ("nltk", "markdown_it", "mdit_py_plugins", "lxml", "pypdfium2", "docx")
_BOM = b"\xef\xbb\xbf"
FAILED = "cannot be read: the program failed on it"  # how the reason of a bug begins


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
    from chatbot.formats.converted import Converted
    from chatbot.formats.detect import kind

    module = kind(source, name)
    return _reader(module, name)(source, name) if module else Converted(decode(source, name))


@contextmanager
def _failing_as_article_error(place: str) -> Iterator[None]:
    """Make a bug an error of the file: one that is read wrongly must not stop a program that reads many."""
    try:
        yield
    except ArticleError:
        raise
    except Exception as error:
        reason = f"{FAILED} ({type(error).__name__}); please report this, with the file if you may share it"
        raise ArticleError(place, reason) from error


def _document(source: bytes, name: str, place: str) -> Document:
    from chatbot.documents.parser import parse
    from chatbot.formats.detect import kind

    converted = convert(source, place)
    is_markdown = True if kind(source, place) else None  # a text shows by itself whether it is Markdown
    read = parse(converted.text, name, hashlib.sha256(source).hexdigest(), is_markdown=is_markdown)
    return replace(read, places=converted.places)


def _parsed(source: bytes, name: str, place: str) -> Document:
    with _failing_as_article_error(place):
        read = _document(source, name, place)
    if not read.sentences:
        raise ArticleError(place, "has no sentence to quote; give an article with text")
    return read


def _arrays(document: Document, source: bytes) -> Arrays:
    """What is kept of a document: of its text only what a reader made, since the file itself has the other."""
    is_source = source.removeprefix(_BOM) == document.text.encode("utf-8", "surrogatepass")
    return packed(document) | string_arrays("text", [] if is_source else [document.text])


def _revived(arrays: Arrays, source: bytes, name: str, sha256: str) -> Document:
    text = strings_from("text", arrays)
    return unpacked(arrays, name, text[0] if text else decode(source, name), sha256)


def document(source: bytes, name: str, shown: str | None = None, cache: Cache | None = None) -> Document:
    """The document that some bytes are.

    Args:
        source: the bytes of an article in any format.
        name: the file name: the document's name, whose suffix helps to tell the format.
        shown: how errors name the source; by default `name`.
        cache: where what is found in a document is kept; nowhere by default.

    Raises:
        ArticleError: the bytes are no article that can be read.

    """
    place, sha256 = shown or name, hashlib.sha256(source).hexdigest()
    try:
        return kept(
            cache,
            ("document", code_version(_PACKAGES, _LIBRARIES), name, sha256),
            lambda: _arrays(_parsed(source, name, place), source),
            lambda arrays: _revived(arrays, source, name, sha256),
        )
    except OverflowError:  # a number is too large for an array
        return _parsed(source, name, place)


def read(path: Path, cache: Cache | None = None, *, regular: bool = False) -> Document:
    """Read an article from a file; with `regular`, from no pipe or device. Raises ArticleError.

    What is found in it is kept in `cache`.
    """
    return document(load(path, regular=regular), path.name, str(path), cache)
