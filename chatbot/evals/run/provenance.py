"""Where a run comes from: when it was made, by which versions, over which documents, and how they were read.

The date is that of SOURCE_DATE_EPOCH if that is set (reproducible-builds.org), so that a report can be made again with
the same bytes.
"""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib import metadata
from time import time
from typing import TYPE_CHECKING

from chatbot import __version__
from chatbot.errors import UsageError
from chatbot.semantic.extra import reader_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chatbot.bot import Chatbot
    from chatbot.evals.cases.cases import Case

_DATE = "SOURCE_DATE_EPOCH"
_PACKAGES = ("rank-bm25", "onnxruntime")  # what scores: the engine and, with the extra `semantic`, the models' runtime


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a run comes from. `versions` has names and versions, `documents` the names of files, each once."""

    date: datetime
    versions: tuple[tuple[str, str], ...]
    documents: tuple[str, ...]
    mode: str


def now() -> datetime:
    """The time in UTC, or that of SOURCE_DATE_EPOCH. Raises UsageError if that is no number of seconds."""
    given = os.environ.get(_DATE)
    try:
        return datetime.fromtimestamp(int(given) if given else time(), timezone.utc)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"{_DATE} must be the seconds since 1970, not {given!r}") from error


def _versions(*, semantic: bool) -> Iterator[tuple[str, str]]:
    yield "chatbot", __version__
    yield "Python", platform.python_version()
    for name in _PACKAGES if semantic else _PACKAGES[:1]:
        with suppress(metadata.PackageNotFoundError):  # a package of another name may provide it
            yield name, metadata.version(name)


def provenance(bot: Chatbot, cases: Iterable[Case]) -> Provenance:
    """Where the run of some cases by a bot, or bots like it, comes from."""
    semantic = bot.semantic
    documents = dict.fromkeys(path.name for case in cases for path in case.documents)
    return Provenance(now(), tuple(_versions(semantic=semantic)), tuple(documents), reader_name(semantic=semantic))
