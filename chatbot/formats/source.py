"""The bytes of an article's file, and plain text from them, with errors that name the file and say what to do."""

from __future__ import annotations

import os
from pathlib import Path

from chatbot.common.files import UnreadableFileError, decode_utf8
from chatbot.documents.model import LIMIT
from chatbot.errors import ArticleError


def load(path: Path) -> bytes:
    """The bytes of a file of at most `LIMIT` bytes. Raises ArticleError."""
    try:
        with path.open("rb") as file:
            # the size of some files, like pipes, is unknown
            if os.fstat(file.fileno()).st_size > LIMIT or len(source := file.read(LIMIT + 1)) > LIMIT:
                raise ArticleError(str(path), f"is larger than {LIMIT >> 20} MB; split it into several articles")
            return source
    except FileNotFoundError as error:
        raise ArticleError(str(path), "there is no such file; check the path") from error
    except (IsADirectoryError, PermissionError) as error:
        if path.is_dir():  # on Windows a folder cannot be opened
            raise ArticleError(str(path), "is a folder; name a text or Markdown file in it") from error
        raise ArticleError(str(path), "may not be read; change its permissions or copy it") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise ArticleError(str(path), f"cannot be read ({error}); check the path") from error


def decode(source: bytes, name: str) -> str:
    """UTF-8 text, with or without a byte order mark. Raises ArticleError, with the line where it knows it."""
    if b"\0" in source:
        raise ArticleError(name, "is not text (it has NUL bytes); give plain text or Markdown in UTF-8")
    try:
        return decode_utf8(source, name)
    except UnreadableFileError as fault:
        raise ArticleError(fault.place, fault.reason) from fault
