"""The format of a file is told by its content, and then by its name; each is read without being named."""

import importlib
import sys

import pytest
from support.files import BOOK, JATS, PAGE, TEXT, archive, odt, saved, word

from chatbot import formats
from chatbot.errors import ArticleError
from chatbot.formats.detect import kind

FILES = {"html": PAGE.encode(), "jats": JATS.encode(), "docx": saved(word()), "epub": archive(BOOK), "odt": odt(TEXT)}


@pytest.mark.parametrize("name", ["x", "x.txt", "x.md", "x.html", "x.bin"])
@pytest.mark.parametrize("known", FILES)
def test_the_content_counts(known, name):
    """A file that has the wrong name is read as what it is."""
    assert kind(FILES[known], name) == known


@pytest.mark.parametrize(
    ("source", "name", "found"),
    [
        (b"# A\n\n<html> is a tag.", "x.md", ""),
        (b"<div align=center>\n\n# A", "x.md", ""),
        (b"Title\n=====\n\n.. note:: so", "x.rst", ""),
        (b"= Title\n\nText.", "x.adoc", ""),
        (b"<p>a", "x.htm", "html"),
        (b"\xef\xbb\xbf\n<!-- saved -->\n<!DOCTYPE html><p>a", "x", "html"),
        (b"<article><body><p>a</p></body></article>", "x.nxml", "jats"),
        (b"<?xml version='1.0'?><html xmlns='x'><p>a</p></html>", "x", "html"),
    ],
)
def test_kinds(source, name, found):
    """Text stays text; a suffix decides where the content could be several things."""
    assert kind(source, name) == found


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Word file; save it as .docx"),
        (b"{\\rtf1 so}", "is RTF; save it as .docx"),
        (archive({"a.txt": "A."}), "is an archive, and no Word file or EPUB; unpack it and name a document in it"),
        (b"PK\x03\x04", "is a damaged archive; save or download it again"),
    ],
)
def test_other_formats(source, reason):
    """What cannot be read says what to do."""
    with pytest.raises(ArticleError) as caught:
        formats.document(source, "x", "folder/x")
    assert str(caught.value) == f"folder/x: {reason}"


def test_without_the_extra(monkeypatch, tmp_path):
    """Without the extra, one line says how to install it; plain text needs none."""
    for name in [name for name in sys.modules if name.startswith("chatbot.formats.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "lxml", None)
    path = tmp_path / "report.html"
    path.write_bytes(PAGE.encode())
    with pytest.raises(ArticleError) as caught:
        formats.read(path)
    assert str(caught.value) == (
        f'{path}: cannot be read without the extra for HTML: pip install "verbatim-chatbot[formats]"'
    )
    assert importlib.import_module("chatbot.formats").document(b"A b.", "x").text == "A b."


@pytest.mark.parametrize("known", FILES)
def test_quotes_are_cut_out_of_the_text(known):
    """Every sentence is a part of the document's text, at a place that its source has."""
    document = formats.document(FILES[known], f"x.{known}")
    for sentence in document.sentences:
        assert document.text[sentence.span.start : sentence.span.end].strip()
        assert any(document.place(sentence.span.start) or ())
