"""A cache of arrays in the user's cache folder; a file's name is a hash of all that its array depends on."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from chatbot.common.files import user_cache_folder, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

_DIGEST = sha256().digest_size


def _key(parts: Iterable[str]) -> str:
    digest = sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def packed(array: NDArray[Any]) -> bytes:
    """An array as a .npy file, followed by its SHA-256, which shows damage."""
    file = BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue() + sha256(file.getvalue()).digest()


def _read(path: Path) -> NDArray[Any] | None:
    """The array in a file, if the file is intact."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    file, digest = content[:-_DIGEST], content[-_DIGEST:]
    if sha256(file).digest() != digest:
        return None
    found: NDArray[Any] = np.load(BytesIO(file), allow_pickle=False)
    return found


def cached_array(
    key_parts: Iterable[str], compute: Callable[[], NDArray[Any]], is_valid: Callable[[NDArray[Any]], bool]
) -> NDArray[Any]:
    """An array that depends on `key_parts` alone: from the cache if it is there and valid, else computed and cached."""
    try:
        path = user_cache_folder() / f"{_key(key_parts)}.npy"
    except RuntimeError:  # there is no home folder
        return compute()
    found = _read(path)
    if found is None or not is_valid(found):
        found = compute()
        with suppress(OSError):  # a cache that cannot be written only costs time
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(path, packed(found), private=True)
    return found
