"""Folded text, in which gold is matched, and the folded texts of documents."""

from __future__ import annotations

import errno
import unicodedata
from functools import lru_cache
from pathlib import Path

from chatbot.documents.model import LIMIT

# typography that differs between a source and what people type; white space is handled by `split`
_FOLDED = (
    dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
    | dict.fromkeys(map(ord, "‘’‚‛′`´＇"), "'")
    | dict.fromkeys(map(ord, "“”„‟″«»＂"), '"')
    | dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))  # zero-width spaces are removed
)


def fold(text: str) -> str:
    """The form in which texts are compared; case is kept.

    White space, no-break spaces, dashes, quotation marks, and the two encodings of accented letters are unified.
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_FOLDED).split())


folded = lru_cache(maxsize=4096)(fold)


def _bytes(path: Path) -> bytes:
    """The content of a document, which must be a regular file, since it is read again when it is asked."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is a pipe or a device", str(path))
    with path.open("rb") as file:
        if len(source := file.read(LIMIT + 1)) > LIMIT:
            raise OSError(errno.EFBIG, f"it is larger than {LIMIT >> 20} MB", str(path))
        return source


@lru_cache(maxsize=64)
def source(path: Path) -> tuple[int, str]:
    """The length of a document's text in code points, and the folded text."""
    text = _bytes(path).decode("utf-8", errors="replace")
    return len(text), fold(text)


@lru_cache(maxsize=1 << 17)
def has(path: Path, string: str) -> bool:
    """Whether a document has a folded string; cached, because cases of a collection share many strings."""
    return string in source(path)[1]
