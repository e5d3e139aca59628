"""EPUB books, and the archives that they are."""

import pytest
from support.files import BOOK, archive

from chatbot import formats
from chatbot.documents.model import Place
from chatbot.errors import ArticleError
from chatbot.formats import archive as archives
from chatbot.formats.epub import convert

READ = """\
# Fish

## Perch

A perch is small.[1]

## Carp

A carp is\xa0big.

## Notes

### References

1. Smith A. 1990.
"""


def test_a_book():
    """Pages are read in the order of the spine; notes may stand in another page; the navigation is left out."""
    assert convert(archive(BOOK), "x.epub").text == READ


def test_places_name_the_page():
    """A place is a file of the book and an id or XPath in it."""
    document = formats.document(archive(BOOK), "x.epub")
    places = [(document.place(s.span.start) or Place()).element for s in document.sentences]
    assert places[1:5] == ["OPS/b.xhtml#/html/body/h1", "OPS/b.xhtml#p1", "OPS/a.xhtml#/html/body/h1", "OPS/a.xhtml#p1"]


def test_a_page_that_is_no_xml():
    """Pages that are not well formed are read as HTML."""
    book = BOOK | {"OPS/a.xhtml": "<html><body><p>One.<p>Two."}
    assert "One.\n\nTwo.\n" in convert(archive(book), "x.epub").text


@pytest.mark.parametrize(
    ("member", "content", "reason"),
    [
        ("OPS/a.xhtml", None, "is incomplete"),
        ("OPS/book.opf", None, "is incomplete"),
        ("META-INF/container.xml", "<", "cannot be understood"),
    ],
)
def test_damaged(member, content, reason):
    """A book without one of its parts is refused."""
    book = {name: text for name, text in BOOK.items() if name != member} | ({member: content} if content else {})
    with pytest.raises(ArticleError, match=rf"^x\.epub: {reason}"):
        convert(archive(book), "x.epub")


def test_archives_that_unpack_to_too_much(monkeypatch):
    """What would unpack to gigabytes, or to very many files, is not unpacked."""
    monkeypatch.setattr(archives, "MAX_BYTES", 1 << 20)
    with pytest.raises(ArticleError, match="unpacks to more than 1 MB"):
        convert(archive(BOOK | {"x": "a" * (1 << 20)}), "x.epub")
    monkeypatch.setattr(archives, "MAX_MEMBERS", 5)
    with pytest.raises(ArticleError, match="or 5 files"):
        convert(archive(BOOK), "x.epub")


def test_an_archive_with_a_password():
    """What is encrypted says so."""
    source = bytearray(archive({"mimetype": BOOK["mimetype"]}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        source[source.index(signature) + flags] |= 1
    with pytest.raises(ArticleError, match="is protected by a password"):
        formats.convert(bytes(source), "x.epub")
