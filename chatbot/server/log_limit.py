"""A limit on what other people's libraries log: what every client can provoke must not fill a disk."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_OURS = "chatbot"
_MOST = 10  # records of a logger in a minute
_MINUTE = 60.0  # seconds


class LogLimit(logging.Filter):
    """Lets through a few records of each logger a minute, all of our own, and says how many were left out."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: dict[str, tuple[float, int]] = {}  # when the minute began, and the records since then

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log a record."""
        if record.name.partition(".")[0] == _OURS:
            return True
        now = self._clock()
        since, count = self._seen.get(record.name, (now, 0))
        if now - since < _MINUTE:
            self._seen[record.name] = (since, count + 1)
            return count < _MOST
        self._seen[record.name] = (now, 1)
        if count > _MOST:
            record.msg = f"{record.getMessage()} ({count - _MOST:,} more since the minute before were left out)"
            record.args = None
        return True
