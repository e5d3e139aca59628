"""Progress: nothing at first, then a line that is redrawn on a terminal and repeated in a log."""

import io
import time

import pytest

from chatbot.common import progress as module
from chatbot.common.progress import counting, progress


class Screen(io.StringIO):
    """A terminal that remembers what it was sent."""

    def isatty(self):
        """As terminals say."""
        return True


@pytest.fixture
def _fast(monkeypatch):
    monkeypatch.setattr(module, "_SECOND", 0.001)


def wait_for(stream, text):
    """Wait until a text has been written to the stream."""
    for _ in range(10_000):
        if text in stream.getvalue():
            return
        time.sleep(0.001)
    pytest.fail(f"{text!r} is not in {stream.getvalue()!r}")


@pytest.mark.usefixtures("_fast")
def test_a_line_on_a_terminal():
    """The line is redrawn every second and wiped at the end."""
    screen = Screen()
    with progress("Reading ...", screen):
        wait_for(screen, "Reading ... 2 s")
    assert screen.getvalue().startswith("\rReading ... 1 s\rReading ... 2 s")
    last = screen.getvalue().split("\r")[-2]
    assert last.isspace()
    assert len(last) >= len("Reading ... 2 s")


@pytest.mark.usefixtures("_fast")
def test_lines_in_a_log():
    """A log gets a line every ten seconds and one for the final state."""
    log = io.StringIO()
    with progress("Reading ...", log):
        wait_for(log, "Reading ... 10 s\n")
    assert log.getvalue().startswith("Reading ... 10 s\n")
    assert "\r" not in log.getvalue()
    assert log.getvalue().count("\n") >= 2


@pytest.mark.usefixtures("_fast")
def test_counting():
    """Items are passed on in order, and the line says how many are done."""
    screen = Screen()
    seen = []
    for item in counting("abc", "Asking ...", 1000, screen):
        seen.append(item)
        wait_for(screen, f"Asking ... {len(seen)}/1,000 ")
    assert seen == ["a", "b", "c"]


@pytest.mark.parametrize("stream", [Screen(), io.StringIO(), None])
def test_quick_work_shows_nothing(stream):
    """Work of less than a second shows nothing; nothing is ever shown without a stream."""
    with progress("Reading ...", stream):
        pass
    assert list(counting([1, 2], "Asking ...", 2, stream)) == [1, 2]
    assert not stream or stream.getvalue() == ""


@pytest.mark.usefixtures("_fast")
def test_an_error_ends_the_line():
    """An error passes through, and the line is wiped."""
    screen = Screen()

    def work():
        with progress("Reading ...", screen):
            wait_for(screen, "1 s")
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert screen.getvalue().endswith("\r")
