"""A file's bytes become a document, unaltered; a file that is no article gives one line that says what to do."""

from pathlib import Path

import pytest

from chatbot.documents.parser import parse
from chatbot.errors import ArticleError
from chatbot.formats import read, source


def write(folder, content):
    """A file with this content."""
    path = folder / "article.txt"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfA b.\r\nC d.\r\n", "Ünï\xa0cöde 😀. E\u0301nd.\r".encode(), b"A  b.\n\n\n\tC d."]
)
def test_the_text_is_unaltered(tmp_path, content):
    """Only a byte order mark is left out: line ends, no-break spaces and combining characters stay."""
    document = read(write(tmp_path, content))
    assert document.text.encode() == content.removeprefix(b"\xef\xbb\xbf")
    assert document.name == "article.txt"


def test_the_hash_is_that_of_the_bytes(tmp_path):
    """A file's hash is that of its bytes; a text's that of its UTF-8."""
    assert read(write(tmp_path, b"A b.")).sha256 == parse("A b.", "x").sha256
    assert read(write(tmp_path, b"\xef\xbb\xbfA b.")).sha256 != parse("A b.", "x").sha256
    assert parse("A b.", "x", "abc").sha256 == "abc"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", ": has no sentence to quote; give an article with text"),
        (b" \n\n---\n", ": has no sentence to quote; give an article with text"),
        (b"A\0b.", ": is not text (it has NUL bytes); give plain text or Markdown in UTF-8"),
        (b"A b.\nC \xe9 d.", ":2: is not UTF-8 (byte 8 of the file); save it as UTF-8"),
        (b"\xef\xbb\xbfA \xe9.", ":1: is not UTF-8 (byte 6 of the file); save it as UTF-8"),
    ],
)
def test_unreadable_content(tmp_path, content, reason):
    """A file that is no article is refused with one line that names it and says what to do."""
    path = write(tmp_path, content)
    with pytest.raises(ArticleError) as caught:
        read(path)
    assert str(caught.value) == f"{path}{reason}"


def test_a_missing_file(tmp_path):
    """A file that is not there is named."""
    with pytest.raises(ArticleError, match=r"no\.md: there is no such file; check the path$"):
        read(tmp_path / "no.md")


def test_a_folder(tmp_path):
    """A folder is no article."""
    with pytest.raises(ArticleError, match=r"is a folder; name a text or Markdown file in it$"):
        read(tmp_path)


def test_no_permission(tmp_path, monkeypatch):
    """A file that may not be read is named, whoever runs the tests."""

    def refuse(*_, **__):
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ArticleError, match=r"may not be read; change its permissions or copy it$"):
        read(tmp_path / "x.md")


def test_a_path_that_cannot_be():
    """A path that no system takes is an error like the others."""
    with pytest.raises(ArticleError, match="cannot be read"):
        read(Path("a\0b"))


def test_too_large(tmp_path, monkeypatch):
    """A file above the limit is refused before it is parsed."""
    monkeypatch.setattr(source, "LIMIT", 1 << 20)
    with pytest.raises(ArticleError, match=r"is larger than 1 MB; split it into several articles$"):
        read(write(tmp_path, b"a. " * (1 << 19)))
