"""Zip archives, as DOCX, ODT and EPUB are: opened only if what is in them has bounded size."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from chatbot.errors import ArticleError

MAX_MEMBERS = 10_000
MAX_BYTES = 256 * 1024 * 1024  # of all members, unpacked
_ENCRYPTED = 1  # bit of a member's flags


def opened(source: bytes, name: str) -> ZipFile:
    """An archive whose members say that they are small enough; more than they say is never unpacked.

    Raises ArticleError if it is none, too large, or encrypted.
    """
    try:
        archive = ZipFile(BytesIO(source))
    except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise ArticleError(name, "is a damaged archive; save or download it again") from error
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_BYTES:
        raise ArticleError(name, f"unpacks to more than {MAX_BYTES >> 20} MB or {MAX_MEMBERS:,} files; split it")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise ArticleError(name, "is protected by a password; save it without one")
    return archive


def member(archive: ZipFile, path: str, name: str) -> bytes:
    """The bytes of a member. Raises ArticleError if it is missing or damaged."""
    try:
        return archive.read(path)
    except KeyError as error:
        raise ArticleError(name, f"is incomplete (it has no {path}); save or download it again") from error
    except (BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise ArticleError(name, f"is a damaged archive ({path}); save or download it again") from error
