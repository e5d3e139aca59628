"""A line of progress on a terminal for work that takes longer than a second: what is done, how fast, and how long yet.

A front end shows the line; a library function that takes long counts its items on the line that is shown, if any.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Event, Thread
from time import perf_counter
from typing import TextIO, TypeVar

Item = TypeVar("Item")

_SECOND = 1.0
_MINUTE, _HOUR = 60, 3_600  # in seconds


def duration(seconds: float) -> str:
    """A time to wait in its largest unit, rounded up: `42 s`, `3 min`, `2 h`."""
    for unit, size in (("h", _HOUR), ("min", _MINUTE)):
        if seconds > size:
            return f"{-(-seconds // size):.0f} {unit}"
    return f"{-(-seconds // 1):.0f} s"


@dataclass(slots=True)
class _Line:
    """The line: a text with the seconds so far or, while items are counted, with their number, rate and time left."""

    text: str
    stream: TextIO
    total: int = 0  # items to count; 0 where none are
    done: int = 0
    began: float = 0.0  # when the counting began
    seconds: int = 0
    width: int = 0

    def state(self, now: float) -> str:
        """How far the work is."""
        if not self.total:
            return f"{self.seconds} s"
        rate = self.done / max(now - self.began, 0.001)
        estimate = f", {rate:,.1f}/s, {duration((self.total - self.done) / rate)} left" if self.done else ""
        return f"{self.done:,}/{self.total:,}{estimate}"

    def _show(self) -> None:
        shown = f"{self.text} {self.state(perf_counter())}"[: shutil.get_terminal_size().columns - 1]
        self.stream.write(f"\r{shown:<{self.width}}")  # over a longer line that was shown before
        self.stream.flush()
        self.width = len(shown)

    def run(self, finished: Event) -> None:
        """Show the line every second until the work is finished, then wipe it."""
        while not finished.wait(_SECOND):
            self.seconds += 1
            self._show()
        if self.seconds:
            self.stream.write(f"\r{' ' * self.width}\r")
            self.stream.flush()


_LINE: ContextVar[_Line | None] = ContextVar("line", default=None)  # the line that is shown


@contextmanager
def progress(text: str, stream: TextIO | None) -> Iterator[None]:
    """Show on `stream` what is going on; nothing if it is no terminal."""
    if stream is None or not stream.isatty():
        yield
        return
    line, finished = _Line(text, stream), Event()
    thread = Thread(target=line.run, args=(finished,), daemon=True)
    before = _LINE.set(line)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()
        _LINE.reset(before)


@dataclass(frozen=True, slots=True)
class Count:
    """How many items are done, of how many, on a line that is shown, if any."""

    _line: _Line | None

    def expect(self, total: int) -> None:
        """Say how many there are; their time is counted from now on."""
        if self._line:
            self._line.began, self._line.total = perf_counter(), total

    def add(self, done: int) -> None:
        """Say that more are done."""
        if self._line:
            self._line.done += done


@contextmanager
def counted_up(text: str, stream: TextIO | None) -> Iterator[Count]:
    """Show on `stream` how many items are done, as the work says; nothing if it is no terminal."""
    with progress(text, stream):
        yield Count(_LINE.get())


def counted_off(items: Iterable[Item], text: str, total: int) -> Iterator[Item]:
    """Pass on `items`; if a line is shown, it says `text` and how many of the `total` are done meanwhile.

    Work inside work that is counted already is not counted.
    """
    line = _LINE.get()
    if line is None or line.total or total < 2:
        yield from items
        return
    before = line.text
    line.text, line.done, line.began, line.total = text, 0, perf_counter(), total
    try:
        for item in items:
            yield item
            line.done += 1
    finally:
        line.text, line.total = before, 0
