"""The bytes of an article's file, and plain text from them, with errors that name the file and say what to do."""

from __future__ import annotations

from pathlib import Path

from chatbot.common.files import UnreadableFileError, decode_utf8, read_regular
from chatbot.documents.model import LIMIT
from chatbot.errors import ArticleError


def _read(path: Path) -> bytes:
    """At most `LIMIT` bytes of a file, and one more of a larger one; the size of some files, like pipes, is unknown."""
    with path.open("rb") as file:
        return file.read(LIMIT + 1)


def load(path: Path, *, regular: bool = False) -> bytes:
    """The bytes of a file of at most `LIMIT` bytes. Raises ArticleError.

    With `regular`, pipes and devices are refused: a server must not wait for them.
    """
    try:
        source = read_regular(path, LIMIT) if regular else _read(path)
    except UnreadableFileError as error:
        raise ArticleError(error.place, error.reason) from error
    except FileNotFoundError as error:
        raise ArticleError(str(path), "there is no such file; check the path") from error
    except (IsADirectoryError, PermissionError) as error:
        if path.is_dir():  # on Windows a folder cannot be opened
            raise ArticleError(str(path), "is a folder; name a text or Markdown file in it") from error
        raise ArticleError(str(path), "may not be read; change its permissions or copy it") from error
    except OSError as error:
        raise ArticleError(str(path), f"cannot be read ({error.strerror}); check the path") from error
    except ValueError as error:  # a NUL in the path
        raise ArticleError(str(path), f"cannot be read ({error}); check the path") from error
    if len(source) > LIMIT:
        raise ArticleError(str(path), f"is larger than {LIMIT >> 20} MB; split it into several articles")
    return source


def decode(source: bytes, name: str) -> str:
    """UTF-8 text, with or without a byte order mark. Raises ArticleError, with the line where it knows it."""
    if b"\0" in source:
        raise ArticleError(name, "is not text (it has NUL bytes); give plain text or Markdown in UTF-8")
    try:
        return decode_utf8(source, name)
    except UnreadableFileError as fault:
        raise ArticleError(fault.place, fault.reason) from fault
