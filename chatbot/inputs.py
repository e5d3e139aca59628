"""From the names of documents to files: folders and patterns are expanded, addresses on the web are refused."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from glob import has_magic, iglob
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from chatbot.common.progress import counted_off
from chatbot.common.wording import counted, shorten
from chatbot.errors import ArticleError, UsageError

STDIN = "-"
_URL = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)
_SYNONYMS = ".synonyms.txt"  # files next to documents, and no documents
MOST = 10_000  # files of a folder or a pattern; more than that is the wrong folder, or too much for one process
_NAMED = 5  # unread files that a summary names

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read. `optional`: it was not named, but found in a folder or by a pattern."""

    path: Path
    optional: bool = False


class Unread(NamedTuple):
    """A file that was found but cannot be read, and why, as its ArticleError says."""

    source: str
    reason: str


def is_url(name: str) -> bool:
    """Whether a name is an address on the web."""
    return bool(_URL.match(name))


def _files(folder: Path) -> Iterator[Path]:
    """All files in a folder, sorted, without hidden ones."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def _listed(name: str, files: Iterator[Path], most: int) -> list[Found]:
    """The documents among the files that a name stands for. Raises ArticleError if there are none, or far too many."""
    found: list[Found] = []
    for path in files:
        # not Path.is_file, which raises an error for what may not be looked at
        if os.path.isfile(path) and not path.name.endswith(_SYNONYMS):
            found.append(Found(path, optional=True))
        if len(found) > most:
            raise ArticleError(
                name, f"has more than {most:,} files; name a smaller folder, or index it with `chatbot index`"
            )
    if not found:
        raise ArticleError(name, "has no file, apart from hidden ones; check the path")
    return found


def _expand(name: str, most: int) -> list[Found]:
    if not name:
        raise UsageError("a document has an empty name; name a file, a folder or a pattern")
    path = Path(name)
    if is_url(name):
        fetch = f'curl -L {shlex.quote(name)} | chatbot ask -d - "..."'
        raise UsageError(f"the program has no network; fetch the page and ask it: {fetch}")
    if os.path.isdir(path):
        return _listed(name, _files(path), most)
    if not os.path.lexists(path) and has_magic(name):
        matches = [Path(match) for match in islice(iglob(name, recursive=True), most + 1)]
        return _listed(name, iter(sorted(matches)), most) if matches else [Found(path)]
    return [Found(path)]


def find(names: Sequence[str], most: int | None = None) -> list[Found]:
    """The files that some names stand for, in the order of the names.

    A folder stands for all files in it and in its folders, sorted; a pattern like `docs/**/*.md` for those that match
    it. Hidden files and synonym files are left out.

    Raises:
        ArticleError: a folder or a pattern has no file, or more than `most` (10,000).
        UsageError: a name is an address on the web.
    """
    return [found for name in names for found in _expand(name, most or MOST)]


def _attempt(found: Found, read: Callable[[Path], Read], unread: list[Unread]) -> list[Read]:
    """What `read` gives for a file; nothing, and an entry in `unread`, for an optional one that cannot be read."""
    try:
        return [read(found.path)]
    except ArticleError as error:
        if not found.optional:
            raise
        unread.append(Unread(error.source, error.reason))
        return []


def load(names: Sequence[str], read: Callable[[Path], Read]) -> tuple[list[Read], list[Unread]]:
    """Read the files that some names stand for; those of a folder or a pattern may be unreadable.

    Returns:
        What `read` gave for each file, and the files that were left out.

    Raises:
        ArticleError: a file that was named, or every file, cannot be read.
        UsageError: a name is an address on the web.
    """
    unread: list[Unread] = []
    files = find(names)
    attempts = [_attempt(found, read, unread) for found in counted_off(files, "Reading files ...", len(files))]
    loaded = [value for values in attempts for value in values]
    if not loaded:
        raise ArticleError(", ".join(names), summary(unread))
    return loaded, unread


def summary(unread: Sequence[Unread]) -> str:
    """One line on the files that were left out, with their reasons, but not with what to do about each."""
    named = [f"{shorten(Path(source).name)} {reason.partition(';')[0]}" for source, reason in unread[:_NAMED]]
    rest = [f"{len(unread) - _NAMED:,} more"] if len(unread) > _NAMED else []
    return f"{counted(len(unread), 'file')} not read: {'; '.join([*named, *rest])}"
