"""Progress: nothing at first, then a line that is redrawn on a terminal; elsewhere nothing."""

import io
import time

import pytest

from chatbot.common import progress as module
from chatbot.common.progress import counted_off, counted_up, duration, progress


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
@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_nothing_but_a_terminal_gets_progress(stream):
    """A log keeps every line: it gets none; a program may have no standard error at all."""
    with progress("Reading ...", stream):
        assert list(counted_off("abc", "Counting ...", 3)) == ["a", "b", "c"]
        time.sleep(0.02)
    assert stream is None or stream.getvalue() == ""


@pytest.mark.usefixtures("_fast")
def test_counted_items():
    """Items are passed on in order; the line says how many are done, how fast, and how long it will take."""
    screen = Screen()
    seen = []
    with progress("Reading ...", screen):
        for item in counted_off("abc", "Asking ...", 1000):
            seen.append(item)
            wait_for(screen, f"Asking ... {len(seen) - 1}/1,000")
        wait_for(screen, "/s, ")
        wait_for(screen, " left")
        wait_for(screen, "Reading ... ")
    assert seen == ["a", "b", "c"]
    assert "Reading" in screen.getvalue().rpartition("Asking")[2]


def test_the_rate_and_the_estimate():
    """The rate is that since the counting began, and the time left what the others take at this rate."""
    line = module._Line("Asking ...", Screen(), total=1200, done=200, began=5.0)
    assert line.state(15.0) == "200/1,200, 20.0/s, 50 s left"
    line.done = 0
    assert line.state(15.0) == "0/1,200"


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.2, "1 s"), (60, "60 s"), (61, "2 min"), (3600, "60 min"), (3601, "2 h")]
)
def test_durations(seconds, expected):
    """A time to wait is rounded up to its unit."""
    assert duration(seconds) == expected


@pytest.mark.usefixtures("_fast")
def test_a_narrow_terminal(monkeypatch):
    """A line that is wider than the terminal is cut: wrapped, it could not be redrawn."""
    monkeypatch.setenv("COLUMNS", "12")
    screen = Screen()
    with progress("Reading and indexing ...", screen):
        wait_for(screen, "\rReading and")
    assert max(map(len, screen.getvalue().split("\r"))) == 11


@pytest.mark.usefixtures("_fast")
def test_work_inside_counted_work():
    """Only the outer items are counted."""
    screen = Screen()
    with progress("Reading ...", screen):
        for _ in counted_off("ab", "Outer ...", 2):
            for _ in counted_off("cd", "Inner ...", 2):
                wait_for(screen, "Outer ...")
    assert "Inner" not in screen.getvalue()


@pytest.mark.parametrize("stream", [Screen(), None])
def test_quick_work_shows_nothing(stream):
    """Work of less than a second shows nothing."""
    with progress("Reading ...", stream):
        assert list(counted_off([1, 2], "Asking ...", 2)) == [1, 2]
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


@pytest.mark.usefixtures("_fast")
def test_items_counted_by_the_work():
    """Work that has no sequence of items says itself how many there are and how many are done."""
    screen = Screen()
    with counted_up("Indexing ...", screen) as count:
        wait_for(screen, "Indexing ... 1 s")
        count.expect(2000)
        count.add(1500)
        wait_for(screen, "Indexing ... 1,500/2,000, ")


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_what_the_work_counts_is_shown_on_terminals_only(stream):
    """Elsewhere the counting does nothing."""
    with counted_up("Indexing ...", stream) as count:
        count.expect(2)
        count.add(1)
    assert stream is None or stream.getvalue() == ""
