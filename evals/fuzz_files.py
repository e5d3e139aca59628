"""Small files of every format that is read, damaged by chance: cut, repeated, changed, with odd pieces put in."""

from __future__ import annotations

import sys
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

sys.path.append(str(Path(__file__).parent.parent / "tests"))  # where small files of every format are made

from support.files import BOOK, JATS, PAGE, TEXT, archive, odt, saved, word
from support.pdf_writer import column, pdf

if TYPE_CHECKING:
    from random import Random

PIECES = (b"<", b">", b"&", b'"', b"\0", b"]]>", b"<!--", b"</p>", b"<table>", b'<ol start="9">', b'="999999999999"',
          b"endobj", b"stream\n", b"/Kids [1 0 R]", b"<< /Length 99999999 >>", b"-1", b"\xff" * 9)  # fmt: skip
_PACKED = ("docx", "epub", "odt")


@cache
def files() -> dict[str, bytes]:
    """A whole file of each format, by its suffix."""
    text = ("A perch is 30 cm long [1].", "It lives in lakes [1].", "References", "[1] Smith A. Size. J Fish. 1990.")
    return {
        "docx": saved(word()),
        "epub": archive(BOOK),
        "html": PAGE.encode(),
        "md": b"# Perch\n\nA perch is 30 cm long [1].\n\n## References\n\n1. Smith A. Size. J Fish. 1990.\n",
        "odt": odt(TEXT),
        "pdf": pdf(column(72, 72, *text), column(72, 72, *text)),
        "xml": JATS.encode(),
    }


def damaged(chance: Random, content: bytes) -> bytes:
    """Some bytes, a few of them changed, removed, repeated or added, or cut at a place."""
    found = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(found) + 1)
        how = chance.choice(("change", "remove", "repeat", "end", "add"))
        if how == "change":
            found[start : start + 1] = bytes([chance.randrange(256)])
        elif how == "remove":
            del found[start : start + chance.randint(1, 200)]
        elif how == "repeat":
            found[start:start] = found[chance.randrange(len(found) + 1) :][:300]
        elif how == "end":
            del found[start:]
        else:
            found[start:start] = chance.choice(PIECES)
    return bytes(found)


def damaged_inside(chance: Random, content: bytes) -> bytes:
    """An archive of which one member is damaged or missing."""
    with ZipFile(BytesIO(content)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    name = chance.choice(sorted(members))
    members[name] = damaged(chance, members[name])
    if chance.random() < 0.2:
        del members[name]
    packed: bytes = archive(members)
    return packed


def damaged_file(chance: Random) -> tuple[str, bytes]:
    """A name and the content of a damaged file."""
    suffix = chance.choice(sorted(files()))
    how = damaged_inside if suffix in _PACKED and chance.random() < 0.7 else damaged
    return f"x.{suffix}", how(chance, files()[suffix])
