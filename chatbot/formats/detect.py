"""The format of an article, told by its first bytes and then by its name."""

from __future__ import annotations

import re
from pathlib import PurePath

from chatbot.errors import ArticleError
from chatbot.formats import archive

_XML = rb"(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*"
# by the start of a file, in lower case, without white space and byte order mark
_STARTS = (
    (re.compile(rb"pk\x03\x04"), "zip"),
    (re.compile(rb"%pdf-"), "pdf"),
    (re.compile(_XML + rb"(?:<!doctype html\b|<html[\s>])", re.DOTALL), "html"),
    (re.compile(rb"<\?xml|<!doctype article\b|<article\s[^>]{0,500}(?:article-type|dtd-version)"), "jats"),
)
# files of which people may think that they can be read, with what to save them as
_OTHER = (
    (re.compile(rb"\xd0\xcf\x11\xe0"), "is an old Word file; save it as .docx"),
    (re.compile(rb"\{\\rtf"), "is RTF; save it as .docx"),
)
_SUFFIXES = {".html": "html", ".htm": "html", ".xhtml": "html", ".xml": "jats", ".nxml": "jats"}
_MIMETYPES = {b"application/epub+zip": "epub", b"application/vnd.oasis.opendocument.text": "odt"}
_HEAD = 4096  # bytes that are looked at


def _archived(source: bytes, name: str) -> str:
    """The format of a zip archive. Raises ArticleError if it is none of ours."""
    with archive.opened(source, name) as members:
        names = set(members.namelist())
        mimetype = archive.member(members, "mimetype", name).strip() if "mimetype" in names else b""
    if found := _MIMETYPES.get(mimetype):
        return found
    if "[Content_Types].xml" in names and any(path.startswith("word/") for path in names):
        return "docx"
    if "META-INF/container.xml" in names:
        return "epub"
    raise ArticleError(name, "is an archive, and no Word file or EPUB; unpack it and name a document in it")


def kind(source: bytes, name: str) -> str:
    """The name of the format's module; empty for plain text and Markdown. Raises ArticleError for other formats."""
    head = source[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for pattern, reason in _OTHER:
        if pattern.match(head):
            raise ArticleError(name, reason)
    found = next((kind for pattern, kind in _STARTS if pattern.match(head)), "")
    if found == "zip":
        return _archived(source, name)
    return found or _SUFFIXES.get(PurePath(name).suffix.lower(), "")
