"""Files: reading UTF-8 with located errors, writing whole or not at all, and the user's own folders."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from platformdirs import PlatformDirs

_NAME = "chatbot"
_BOM = b"\xef\xbb\xbf"


class UnreadableFileError(ValueError):
    """What is wrong with a file: `place` is the file, or `file:line`; `reason` says what."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


def decode_utf8(content: bytes, name: str) -> str:
    """Decode UTF-8 without its byte order mark. Raises UnreadableFileError with the line of the first wrong byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start + len(_BOM) * content.startswith(_BOM)
        line = content.count(b"\n", 0, offset) + 1
        raise UnreadableFileError(
            f"{name}:{line}", f"is not UTF-8 (byte {offset + 1} of the file); save it as UTF-8"
        ) from error


def read_bytes(path: Path) -> bytes:
    """Read a file. Raises UnreadableFileError if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(str(path), f"cannot be read: {error.strerror}") from error


def read_utf8(path: Path) -> str:
    """Read a UTF-8 file without its byte order mark. Raises UnreadableFileError if it cannot be read or decoded."""
    return decode_utf8(read_bytes(path), str(path))


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting, as a pipe would for its other end."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_regular(path: Path, limit: int) -> bytes:
    """Read a file of at most `limit` bytes; of a larger one, one byte more.

    Raises OSError if it cannot be read, and UnreadableFileError, at once, if it is a pipe or a device: there reading
    could wait for ever.
    """
    with open(path, "rb", opener=_open_at_once) as file:  # Path.open takes no opener
        if not S_ISREG(os.fstat(file.fileno()).st_mode):
            raise UnreadableFileError(str(path), "is no regular file; put a file in its place")
        return file.read(limit + 1)


def read_toml(path: Path) -> Mapping[str, Any]:
    """Read a TOML file in UTF-8. Raises UnreadableFileError if it cannot be read or is not TOML."""
    if sys.version_info >= (3, 11):  # here, since few commands read TOML
        import tomllib
    else:
        import tomli as tomllib
    text = read_utf8(path)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(str(path), f"is not TOML: {error}") from error


def write_atomically(path: Path, content: bytes | Iterable[bytes | memoryview], *, private: bool = False) -> None:
    """Write a file whole or not at all: neither a reader nor a crash ever sees half of it. Raises OSError.

    `content` may come in pieces. A link stays a link; a device or a pipe is written to directly. A `private` file is
    for its user only.
    """
    pieces = [content] if isinstance(content, bytes) else content
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        target.write_bytes(b"".join(pieces))
        return
    from tempfile import mkstemp  # here, since it would slow every start

    handle, temporary = mkstemp(dir=target.parent, prefix=f".{target.name[:80]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
        if not private:
            Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _folders() -> PlatformDirs:
    from platformdirs import PlatformDirs  # here, since it would slow every start

    return PlatformDirs(_NAME, appauthor=False)


def _absolute(folder: Path, fallback: str) -> Path:
    """A folder of platformdirs; a relative path in an XDG variable counts as unset, as that standard says."""
    return folder if folder.is_absolute() else Path.home() / fallback / _NAME


def user_cache_folder() -> Path:
    """The user's folder for what can be computed again. Raises RuntimeError if there is no home folder."""
    return _absolute(_folders().user_cache_path, ".cache")


def user_state_folder() -> Path:
    """The user's folder for what should survive, like earlier questions. Raises RuntimeError without a home folder."""
    return _absolute(_folders().user_state_path, ".local/state")
