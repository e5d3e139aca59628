"""What takes long to compute is kept in the user's cache folder, under a name that is a hash of all it depends on."""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

_DIGEST = sha256().digest_size


def _folder() -> Path:
    """Where arrays are kept (XDG base directory specification: a relative path counts as unset)."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (given if given.is_absolute() else Path.home() / ".cache") / "chatbot"


def _key(parts: Iterable[str]) -> str:
    digest = sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def packed(array: NDArray[Any]) -> bytes:
    """An array as a .npy file, and its SHA-256, by which a damaged file is known."""
    file = BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue() + sha256(file.getvalue()).digest()


def _read(path: Path) -> NDArray[Any] | None:
    """The array in a file, if it is as it was written."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    file, digest = content[:-_DIGEST], content[-_DIGEST:]
    if sha256(file).digest() != digest:
        return None
    found: NDArray[Any] = np.load(BytesIO(file), allow_pickle=False)
    return found


def _write(path: Path, content: bytes) -> None:
    """Write a file at once or not at all, for this user's eyes only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise


def kept(
    parts: Iterable[str], compute: Callable[[], NDArray[Any]], sound: Callable[[NDArray[Any]], bool]
) -> NDArray[Any]:
    """The array that depends on `parts` alone: a kept one that is `sound`, or else a new one, which is then kept."""
    try:
        path = _folder() / f"{_key(parts)}.npy"
    except RuntimeError:  # there is no home folder
        return compute()
    found = _read(path)
    if found is None or not sound(found):
        found = compute()
        with suppress(OSError):  # a cache that cannot be written costs time and nothing else
            _write(path, packed(found))
    return found
