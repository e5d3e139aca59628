"""A line on a terminal for work that takes longer than a second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TextIO

_EVERY = 1.0  # seconds


def _tick(done: Event, text: str, stream: TextIO) -> None:
    """Nothing in the first second, then the seconds so far; the line is wiped in the end."""
    seconds = 0
    while not done.wait(_EVERY):
        seconds += 1
        stream.write(f"\r{text} {seconds} s")
        stream.flush()
    if seconds:
        stream.write(f"\r{' ' * (len(text) + 12)}\r")
        stream.flush()


@contextmanager
def progress(text: str, stream: TextIO, *, shown: bool) -> Iterator[None]:
    """Say what is going on and for how long, where `shown`."""
    if not shown:
        yield
        return
    done = Event()
    thread = Thread(target=_tick, args=(done, text, stream), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
