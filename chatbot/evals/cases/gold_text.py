"""Texts as gold is matched: folded, and looked for in the documents that quotes are cut from."""

from __future__ import annotations

import errno
import unicodedata
from functools import lru_cache
from pathlib import Path

from chatbot.documents.parser import LIMIT

# Typography that differs between a source and what a person types. White space of every kind is left to `split`.
_FOLDED = (
    dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
    | dict.fromkeys(map(ord, "‘’‚‛′`´＇"), "'")
    | dict.fromkeys(map(ord, "“”„‟″«»＂"), '"')
    | dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))  # spaces without width: taken away
)


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A text as it is matched; case is kept.

    White space, no-break spaces, dashes, quotation marks, and the two encodings of an accented letter are made alike.
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_FOLDED).split())


def _bytes(path: Path) -> bytes:
    """What a document holds. It is read again when it is asked, so it has to be a file that stays and has an end."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is a pipe or a device", str(path))
    with path.open("rb") as file:
        if len(source := file.read(LIMIT + 1)) > LIMIT:
            raise OSError(errno.EFBIG, f"it is larger than {LIMIT >> 20} MB", str(path))
        return source


@lru_cache(maxsize=64)
def source(path: Path) -> tuple[int, str]:
    """The length of a document's text in code points, and the text as it is matched."""
    text = _bytes(path).decode("utf-8", errors="replace")
    return len(text), folded.__wrapped__(text)  # too long to be kept twice


@lru_cache(maxsize=1 << 17)
def has(path: Path, string: str) -> bool:
    """Whether a document has a folded string; in a collection of entries many cases have the same ones."""
    return string in source(path)[1]
