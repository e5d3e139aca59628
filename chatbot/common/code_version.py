"""What changes when the code that computes something is edited or installed again."""

from __future__ import annotations

import os
import sys
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def _states(folder: Path) -> Iterator[tuple[str, int, int]]:
    """The size and the time of each file in a folder of modules."""
    for item in os.scandir(folder):
        if item.is_dir():
            yield from _states(Path(item.path)) if item.name != "__pycache__" else ()
        else:
            yield item.path, item.stat().st_size, item.stat().st_mtime_ns


@cache
def code_version(packages: tuple[str, ...], libraries: tuple[str, ...]) -> str:
    """What changes when code is edited or installed again: sizes and times of modules, as Python knows its own .pyc by.

    `packages` are those of `chatbot` that compute what is kept, `libraries` those of others; they may be missing.
    """
    root = Path(__file__).parent.parent
    found = [state for package in packages for state in _states(root / package)]
    for specification in map(find_spec, libraries):
        if specification and specification.origin:
            status = Path(specification.origin).stat()
            found.append((specification.origin, status.st_size, status.st_mtime_ns))
    return sha256(repr((sys.version, sorted(found))).encode()).hexdigest()
