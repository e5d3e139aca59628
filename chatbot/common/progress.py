"""A line of progress for work that takes longer than a second, redrawn on a terminal and repeated in a log."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import TextIO, TypeVar

Item = TypeVar("Item")

_SECOND = 1.0
_LOG_EVERY = 10  # seconds between two lines of a log, which keeps them all


@dataclass(slots=True)
class _Line:
    """The line: a text, the number of items done where there is a total, and the seconds so far."""

    text: str
    stream: TextIO
    total: int | None = None
    done: int = 0
    seconds: int = 0
    width: int = 0

    def _show(self) -> None:
        count = "" if self.total is None else f" {self.done:,}/{self.total:,}"
        shown = f"{self.text}{count} {self.seconds} s"
        self.width = len(shown)
        self.stream.write(f"\r{shown}" if self.stream.isatty() else f"{shown}\n")
        self.stream.flush()

    def _end(self) -> None:
        """Wipe the line from a terminal; leave the final state in a log."""
        if self.stream.isatty():
            self.stream.write(f"\r{' ' * self.width}\r")
            self.stream.flush()
        else:
            self._show()

    def run(self, finished: Event) -> None:
        """Show the line every second, or less often in a log, until the work is finished."""
        every = 1 if self.stream.isatty() else _LOG_EVERY
        while not finished.wait(_SECOND):
            self.seconds += 1
            if self.seconds % every == 0:
                self._show()
        if self.seconds:
            self._end()


@contextmanager
def _shown(line: _Line) -> Iterator[None]:
    finished = Event()
    thread = Thread(target=line.run, args=(finished,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()


@contextmanager
def progress(text: str, stream: TextIO | None) -> Iterator[None]:
    """Show on `stream` what is going on and for how long; nothing if it is None."""
    if stream is None:
        yield
    else:
        with _shown(_Line(text, stream)):
            yield


@dataclass(slots=True)
class Count:
    """How many items are done, of how many."""

    _line: _Line

    def expect(self, total: int) -> None:
        """Say how many there are."""
        self._line.total = total

    def add(self, done: int) -> None:
        """Say that more are done."""
        self._line.done += done


@contextmanager
def counted_up(text: str, stream: TextIO | None) -> Iterator[Count]:
    """Show on `stream` how many items are done, as the work says; nothing if it is None."""
    line = _Line(text, stream or sys.stderr)
    if stream is None:
        yield Count(line)
        return
    with _shown(line):
        yield Count(line)


def counting(items: Iterable[Item], text: str, total: int, stream: TextIO | None) -> Iterator[Item]:
    """Pass on `items` and show on `stream` how many of the `total` are done; nothing if it is None."""
    if stream is None:
        yield from items
        return
    line = _Line(text, stream, total)
    with _shown(line):
        for item in items:
            line.done += 1
            yield item
