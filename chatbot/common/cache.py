"""What can be computed again is kept in the user's cache folder: sets of arrays, each found by all that it depends on.

A file is a line of JSON that says where each array is, the arrays, and a SHA-256 of its name and content. Arrays are
mapped into memory, not read. A file that is damaged, or no file of ours, counts as missing; nothing in it is executed.
"""

from __future__ import annotations

import json
import logging
import mmap
import os
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TypeVar

import numpy as np

from chatbot.common.files import user_cache_folder, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from chatbot.common.lazy import Arrays

Kept = TypeVar("Kept")

LIMIT = 1 << 30  # bytes of all entries together; one may have half of it
_SUFFIXES = (".arrays", ".npy")  # .npy: of earlier versions
_DTYPES = frozenset({"bool", "uint8", "uint16", "uint32", "int8", "int32", "int64", "float32", "float64"})
_CHECKS = 16  # the size is looked at after each 16th of the limit, of which as much is left free
_ALIGNED = 64  # bytes; each array begins at a multiple
_CHUNK = 1 << 20
_DIGEST = sha256().digest_size
_ABANDONED = 3600  # seconds after which a file that is still being written never will be complete
_log = logging.getLogger(__name__)


class Entry(NamedTuple):
    """A file of the cache: its size in bytes, and when it was last used, in seconds."""

    path: Path
    size: int
    used: float


def _name(parts: Iterable[str]) -> str:
    digest = sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return f"{digest.hexdigest()}.arrays"


def _padding(size: int) -> int:
    return -size % _ALIGNED


def _pieces(arrays: Arrays) -> Iterator[bytes | memoryview]:
    """The content of a file without its SHA-256."""
    described, offset = {}, 0
    for name, array in arrays.items():
        described[name] = (array.dtype.name, array.shape, offset)
        offset += array.nbytes + _padding(array.nbytes)
    header = json.dumps(described).encode()
    yield header + b" " * _padding(len(header) + 1) + b"\n"
    for array in arrays.values():
        yield np.ascontiguousarray(array).data.cast("B") if array.size else b""
        yield bytes(_padding(array.nbytes))


def packed(arrays: Arrays, name: str) -> Iterator[bytes | memoryview]:
    """The content of the file with this name, piece by piece."""
    digest = sha256(name.encode())
    for piece in _pieces(arrays):
        digest.update(piece)
        yield piece
    yield digest.digest()


def _is_intact(file: BinaryIO, name: str) -> bool:
    """Whether a file ends with its SHA-256. It is read for that, since pages that are mapped would stay in memory."""
    digest, left = sha256(name.encode()), os.fstat(file.fileno()).st_size - _DIGEST
    while left > 0 and (chunk := file.read(min(_CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return left == 0 and file.read() == digest.digest()


def _mapped(content: mmap.mmap) -> Arrays:
    """The arrays in a file. Raises ValueError or another error of the kind if the file is none of ours."""
    start = content.find(b"\n") + 1
    arrays: Arrays = {}
    for name, (dtype, shape, offset) in json.loads(content[:start]).items():
        if dtype not in _DTYPES or any(size < 0 for size in shape):
            raise ValueError(f"an array of {dtype}, {shape}")
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(content, dtype, count, start + offset if count else 0).reshape(shape)
    return arrays


@cache
def _warn(folder: Path, reason: str) -> None:
    """Log once in a process that the cache cannot be used."""
    _log.warning("the cache in %s cannot be written (%s); everything works on without it", folder, reason)


class Cache:
    """A folder of entries, of which the longest unused make room for new ones. Safe for several processes at once."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        """`limit`: bytes of all entries together. The folder is made when something is kept."""
        self.folder = folder
        self.limit = limit
        self._stored = limit  # bytes since the last look at the size of all entries; the first store looks

    @property
    def is_writable(self) -> bool:
        """Whether entries can be stored, as far as permissions tell."""
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.access(self.folder, os.W_OK)
        return False

    def load(self, parts: Iterable[str]) -> Arrays | None:
        """The arrays that were stored for what they depend on; None if there are none, or if their file is damaged."""
        path = self.folder / _name(parts)
        try:
            with path.open("rb") as file:
                if not _is_intact(file, path.name):
                    return None
                arrays = _mapped(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return None
        with suppress(OSError):
            os.utime(path)
        return arrays

    def store(self, parts: Iterable[str], arrays: Arrays) -> None:
        """Keep arrays for what they depend on; a cache that cannot be written only costs time."""
        size = sum(array.nbytes for array in arrays.values())
        if size > self.limit // 2:
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            name = _name(parts)
            write_atomically(self.folder / name, packed(arrays, name), private=True)
            self._stored += size
            if self._stored > self.limit // _CHECKS:  # not each time, since a folder may have thousands of entries
                self._stored = 0
                self._make_room()
        except OSError as error:
            _warn(self.folder, error.strerror or str(error))

    def entries(self) -> list[Entry]:
        """The entries, the longest unused first."""
        found: list[Entry] = []
        for path in self._files():
            if path.suffix in _SUFFIXES:
                with suppress(OSError):  # another process has just removed it
                    status = path.stat()
                    found.append(Entry(path, status.st_size, status.st_mtime))
        return sorted(found, key=lambda entry: (entry.used, entry.path))

    def clear(self) -> int:
        """Remove every entry, and what was never written to its end. Gives the number of entries; raises OSError."""
        entries = self.entries()
        for path in [*(entry.path for entry in entries), *self._unfinished()]:
            path.unlink(missing_ok=True)
        return len(entries)

    def _files(self) -> Sequence[Path]:
        try:
            return sorted(self.folder.iterdir())
        except OSError:
            return ()

    def _unfinished(self) -> list[Path]:
        return [path for path in self._files() if path.suffix == ".part"]

    def _make_room(self) -> None:
        """Remove the longest unused entries beyond the limit, and what a process that was killed has left."""
        entries = self.entries()
        over = sum(entry.size for entry in entries) - (self.limit - self.limit // _CHECKS)
        newest = entries[-1].used if entries else 0.0
        for entry in entries:
            if over <= 0:
                break
            over -= entry.size
            with suppress(OSError):
                entry.path.unlink()
        for path in self._unfinished():
            with suppress(OSError):
                if path.stat().st_mtime < newest - _ABANDONED:
                    path.unlink()


def kept(
    cache: Cache | None, parts: Sequence[str], compute: Callable[[], Arrays], revive: Callable[[Arrays], Kept]
) -> Kept:
    """What `revive` makes of the arrays that depend on `parts` alone: from the cache if they are there, else computed.

    Arrays in the cache that `revive` cannot use are computed anew. Without a cache nothing is kept.
    """
    if cache and (found := cache.load(parts)) is not None:
        with suppress(LookupError, ValueError, TypeError):
            return revive(found)
    arrays = compute()
    if cache:
        cache.store(parts, arrays)
    return revive(arrays)


@cache
def _cache_in(folder: Path) -> Cache:
    return Cache(folder)


def user_cache() -> Cache | None:
    """The cache in the user's folder; None if there is no home folder."""
    try:
        return _cache_in(user_cache_folder())
    except RuntimeError:
        return None
