"""The cache: whole or not at all, bounded, safe for several processes, and harmless whatever is in its folder."""

import json
import os
import signal
import subprocess
import sys
import time
from hashlib import sha256
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.platforms import posix

from chatbot.common import cache as caches
from chatbot.common.cache import Cache, kept, packed, user_cache
from chatbot.common.files import write_atomically

PARTS = ("document", "1", "bees.md")
DTYPES = ("bool", "uint8", "uint16", "uint32", "int8", "int32", "int64", "float32", "float64")


def arrays(size=100):
    """Some arrays; their values depend on their size."""
    return {"numbers": np.arange(size, dtype=np.int32), "rows": np.full((size, 3), 1 / (size + 1)), "none": np.zeros(0)}


def same(found, wanted):
    """Whether two sets of arrays are equal to the byte."""
    return {n: (a.dtype, a.shape, a.tobytes()) for n, a in found.items()} == {
        n: (a.dtype, a.shape, a.tobytes()) for n, a in wanted.items()
    }


@pytest.fixture
def cache(tmp_path):
    """A cache in a folder that is not there yet."""
    return Cache(tmp_path / "cache")


def only(cache):
    """The one file of a cache."""
    (found,) = cache.folder.iterdir()
    return found


@given(
    st.dictionaries(st.text(max_size=8), st.tuples(st.sampled_from(DTYPES), st.lists(st.integers(0, 1), max_size=9)))
)
def test_what_is_stored_is_loaded(tmp_path_factory, given_arrays):
    """Any arrays of numbers, under any names, empty ones too."""
    cache = Cache(tmp_path_factory.mktemp("cache"))
    wanted = {name: np.array(values, dtype=dtype) for name, (dtype, values) in given_arrays.items()}
    cache.store(PARTS, wanted)
    assert same(cache.load(PARTS), wanted)


def test_an_array_is_mapped_and_cannot_be_changed(cache):
    """Two who load it share its memory."""
    cache.store(PARTS, arrays())
    with pytest.raises(ValueError, match="read-only"):
        cache.load(PARTS)["numbers"][0] = 7


def test_nothing_is_found_for_other_parts(cache):
    """All parts count, and where one ends."""
    cache.store(("ab", "c"), arrays())
    assert cache.load(("a", "bc")) is cache.load(("ab",)) is cache.load(("ab", "c", "")) is None


def sealed(content, name):
    """Content with the digest that makes it look intact."""
    return content + sha256(name.encode() + content).digest()


def described(**header):
    """What damages a file by the description of an array, with a digest that is right."""
    return lambda _, name: sealed(json.dumps(header).encode() + b"\n" + bytes(64), name)


@pytest.mark.parametrize(
    "damage",
    [
        lambda _, __: b"",
        lambda content, _: content[:-1],
        lambda content, _: content[: len(content) // 2],
        lambda content, _: content + b"\0",
        lambda content, _: content[:300] + bytes([content[300] ^ 1]) + content[301:],
        lambda _, name: b"".join(packed(arrays(), name + "x")),  # that of other parts, renamed
        lambda _, name: sealed(b"", name),
        lambda _, name: sealed(b"no line", name),
        lambda _, name: sealed(b"[1, 2]\n", name),
        lambda _, name: sealed(b"[" * 100_000 + b"\n", name),
        described(numbers=["object", [1], 0]),
        described(numbers=["O", [8], 0]),
        described(numbers=["float64", [1 << 60], 0]),
        described(numbers=["float64", [-1], 0]),
        described(numbers=["float64", [4], 1 << 40]),
        described(numbers=["float64", [4]]),
        described(numbers=7),
    ],
)
def test_a_poisoned_file_is_no_file(cache, damage):
    """Whatever is wrong with it, down to one bit, it is missing; what is stored next takes its place."""
    cache.store(PARTS, arrays())
    only(cache).write_bytes(damage(only(cache).read_bytes(), only(cache).name))
    assert cache.load(PARTS) is None
    cache.store(PARTS, arrays())
    assert same(cache.load(PARTS), arrays())


def test_what_cannot_be_used_is_computed_anew(cache):
    """A sound file with other arrays than its reader needs."""
    cache.store(PARTS, {"other": np.zeros(3)})
    found = kept(cache, PARTS, arrays, lambda found: found["numbers"].sum())
    assert found == arrays()["numbers"].sum()
    assert same(cache.load(PARTS), arrays())


def test_computed_once(cache):
    """With a cache the second time it is read; without one nothing is kept."""
    computed = []
    for place in (cache, cache, None):
        kept(place, PARTS, lambda: computed.append(1) or arrays(), len)
    assert len(computed) == 2


def test_the_longest_unused_make_room(tmp_path):
    """Entries that were loaded lately stay, whatever their age; the size stays below the limit."""
    size = sum(array.nbytes for array in arrays().values())
    cache = Cache(tmp_path, limit=8 * size)
    for number in range(5):
        cache.store((str(number),), arrays())
        os.utime(max(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime), (number, number))
    assert cache.load(("0",)) is not None
    for number in range(5, 9):
        cache.store((str(number),), arrays())
    assert sum(entry.size for entry in cache.entries()) <= cache.limit
    assert [number for number in range(9) if cache.load((str(number),)) is not None] == [0, 4, 5, 6, 7, 8]


def test_an_entry_that_is_too_large_is_not_kept(tmp_path):
    """It would drive all others out."""
    cache = Cache(tmp_path, limit=1000)
    cache.store(PARTS, arrays())
    assert cache.entries() == []


def test_clear(cache):
    """It removes what is ours: entries, those of earlier versions, and what was never written to its end."""
    cache.store(PARTS, arrays())
    for name in ("old.npy", ".x.part", "notes.txt"):
        (cache.folder / name).write_bytes(b"1")
    assert cache.clear() == 2
    assert only(cache).name == "notes.txt"
    assert Cache(cache.folder / "nowhere").clear() == 0


def test_what_was_abandoned_is_removed(cache):
    """A process that was killed leaves its file; the next one that looks at the size removes it, but no new one."""
    cache.folder.mkdir()
    old, new = cache.folder / ".old.part", cache.folder / ".new.part"
    for path, age in ((old, 7200), (new, 10)):
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age,) * 2)
    cache.store(PARTS, arrays())
    assert (old.exists(), new.exists()) == (False, True)


def test_a_folder_that_cannot_be_written(tmp_path, caplog):
    """One line in the log, however often it happens, and everything works on."""
    (tmp_path / "file").write_bytes(b"")
    cache = Cache(tmp_path / "file" / "cache")
    assert [kept(cache, PARTS, arrays, len) for _ in range(3)] == [3, 3, 3]
    assert cache.load(PARTS) is None
    assert not cache.is_writable
    (line,) = caplog.messages
    assert "cannot be written (Not a directory); everything works on without it" in line


def test_a_full_disk(cache, monkeypatch, caplog):
    """Nothing half written stays, and it is said once."""

    def full(path, pieces, **_):
        write_atomically(path, full_after(pieces))

    def full_after(pieces):
        yield next(iter(pieces))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caches, "write_atomically", full)
    for number in "123":
        cache.store((number,), arrays())
    assert list(cache.folder.iterdir()) == []
    assert [message.partition(" (")[2] for message in caplog.messages] == [
        "No space left on device); everything works on without it"
    ]


@posix
def test_only_for_the_user(cache):
    """What is kept tells of the documents: nobody else may read it."""
    cache.store(PARTS, arrays())
    assert (only(cache).stat().st_mode & 0o777, cache.folder.stat().st_mode & 0o777) == (0o600, 0o700)


WRITER = """
import sys
from pathlib import Path
import numpy as np
from chatbot.common.cache import Cache
cache, seen = Cache(Path(sys.argv[1]), limit=40_000_000), 0
for number in range(int(sys.argv[2])):
    value = number % 3
    wanted = np.full(300_000, value, dtype=np.int64)
    cache.store((str(value),), {"numbers": wanted})
    found = cache.load((str(value),))
    assert found is None or (found["numbers"] == wanted).all()
    seen += found is not None
    print("written", flush=True)
assert seen
"""


def writer(folder, count):
    """A process that stores and loads the same entries again and again."""
    command = [sys.executable, "-c", WRITER, str(folder), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603 - our own script


def test_several_processes_at_once(tmp_path):
    """They write and read the same entries: each gets what was stored, or nothing."""
    running = [writer(tmp_path, 30) for _ in range(3)]
    errors = [process.communicate()[1] for process in running]
    assert [(process.returncode, error) for process, error in zip(running, errors, strict=True)] == [(0, b"")] * 3
    assert {path.suffix for path in tmp_path.iterdir()} == {".arrays"}


@posix
def test_killed_while_it_writes(tmp_path):
    """At any moment, `kill -9` leaves every entry whole or missing."""
    cache = Cache(tmp_path)
    for delay in accumulate([0.003] * 8):
        process = writer(tmp_path, 10_000)
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for value in range(3):
            found = cache.load((str(value),))
            assert found is None or (found["numbers"] == value).all()
    assert any(cache.load((str(value),)) for value in range(3))


def test_without_a_home_folder(monkeypatch):
    """There is no cache, and no error."""

    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(caches, "user_cache_folder", homeless)
    assert user_cache() is None
