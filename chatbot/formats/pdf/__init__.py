"""PDF with a text layer, by PDFium: words -> lines -> columns -> paragraphs -> Markdown, with the page as the place."""

from __future__ import annotations

from contextlib import closing
from threading import Lock
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from chatbot.errors import ArticleError
from chatbot.formats.converted import Converted
from chatbot.formats.pdf import columns, furniture, lines, markup, paragraphs, streams, style, words
from chatbot.formats.pdf.lines import Line

MAX_PAGES = 10_000
MAX_CHARACTERS = 20_000_000
_READABLE = 0.5  # of the letters; without a table of what its glyphs mean, a font gives signs without a meaning
_FAULTS = {
    pdfium.FPDF_ERR_PASSWORD: "is encrypted; save a copy without a password",
    pdfium.FPDF_ERR_SECURITY: "is encrypted in a way that is not known; save a copy without a password",
}
_DAMAGED = "is damaged; save it again with the program that made it, or print it to a new PDF"
_SCANNED = "has no text layer; run OCR first"
_lock = Lock()  # PDFium may be used by one thread at a time


def _open(source: bytes, name: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        raise ArticleError(name, _FAULTS.get(error.err_code, _DAMAGED)) from error


def _page(document: Any, number: int, name: str, left: int) -> tuple[list[Line], int]:
    """The lines of a page, counted from 1, and the count of its characters, of which no more than `left` may come."""
    try:
        with closing(document[number - 1]) as page, closing(page.get_textpage()) as text:
            count = text.count_chars()
            if count > left:
                raise ArticleError(name, f"has more than {MAX_CHARACTERS:,} characters; split it into several articles")
            return lines.find(words.read(text.raw, count), number), count
    except pypdfium2.PdfiumError as error:
        raise ArticleError(name, f"{_DAMAGED} (page {number})") from error


def _pages(source: bytes, name: str) -> list[list[Line]]:
    with _lock, closing(_open(source, name)) as document:
        if len(document) > MAX_PAGES:
            raise ArticleError(name, f"has {len(document):,} pages; split it into parts of at most {MAX_PAGES:,}")
        pages: list[list[Line]] = []
        left = MAX_CHARACTERS
        for number in range(1, len(document) + 1):
            found, count = _page(document, number, name, left)
            pages.append(found)
            left -= count
        return pages


def _is_readable(pages: list[list[Line]]) -> bool:
    """Whether a document has letters, and not only signs that its fonts do not explain."""
    printed = [char for page in pages for line in page for char in line.text if not char.isspace()]
    return sum(map(str.isalnum, printed)) > _READABLE * len(printed)


def convert(source: bytes, name: str) -> Converted:
    """The text of a PDF as Markdown: in reading order, without running heads, superscripts as raised digits.

    Args:
        source: the file's bytes.
        name: what errors name.

    Raises:
        ArticleError: it is encrypted, damaged, too long, or has no text layer.

    """
    if streams.are_too_large(source):
        raise ArticleError(name, "unpacks to far more than the pages of an article; print it to a new PDF")
    pages = _pages(source, name)
    if not _is_readable(pages):
        raise ArticleError(name, _SCANNED)
    kept = list(furniture.without(pages))
    if not any(kept):  # what stands on every page is all there is
        kept = pages
    usual = style.find(kept)
    found = paragraphs.find((column for page in kept if page for column in columns.find(page)), usual)
    return markup.convert(found, usual)
