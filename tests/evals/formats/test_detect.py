"""Formats: which is which, how long unpacked documents live, and what is left out."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.eval_fakes import record, write_set
from support.other_formats import RISES, beir, squad, trec, write, write_lines
from support.platforms import posix

from chatbot.errors import CaseError
from chatbot.evals.cases.cases import load
from chatbot.evals.formats import detect

DRQA = {"question": "Why?", "answer": []}


def test_ours_is_read_as_ever(tmp_path):
    """The same cases as `cases.load` gives."""
    path = write_set(tmp_path, record(), record("a-2"))
    with detect.opened(path) as found:
        assert (found.cases, found.left_out, found.unpacked) == (load(path), (), None)


def test_documents_live_as_long_as_the_set_is_open(tmp_path):
    """Also where what is done with it fails."""
    seen: list[Any] = []

    def use():
        with detect.opened(write(tmp_path / "a.json", squad(RISES))) as found:
            seen.extend(found.cases[0].documents)
            assert seen[0].exists()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        use()
    assert not seen[0].parent.exists()


def test_invalid_cases_of_ours_can_be_left_out(tmp_path):
    """Cases that are left out are reported; a set without any other is an error."""
    path = write_set(tmp_path, record(), record("a-2", gold=[["steam"]]))
    with detect.opened(path, skip_invalid=True) as found:
        assert [case.id for case in found.cases] == ["a-1"]
        assert [str(fault) for fault in found.left_out] == [f'{path}:2: turn 1: not in bread.md: "steam"']
    none = write_set(tmp_path, record(gold=[["steam"]]))
    with pytest.raises(CaseError, match=r"all 1 cases are left out; the first: .*steam"):
        detect.opened(none, skip_invalid=True).__enter__()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.md", "# Bread", "is not a known question set; give .jsonl, .json (SQuAD), .csv, .tsv or a folder"),
        ("a.jsonl", "", "has no cases"),
        ("a.json", "", "is not JSON"),
        ("a.jsonl", "[1, 2", ":1: is not JSON"),
        ("a.jsonl", "[" * 100_000, ":1: is nested too deeply"),
        ("a.json", '{"id": "x"}', 'has no "data"'),
    ],
)
def test_what_is_no_set_is_refused(tmp_path, name, content, reason):
    """In one line."""
    path = write(tmp_path / name, content)
    with pytest.raises(CaseError) as raised, detect.opened(path):
        pass
    assert reason in str(raised.value)


def test_a_folder_that_is_no_set_is_refused(tmp_path):
    """It says what is looked for."""
    with pytest.raises(CaseError, match=r"is a folder with neither corpus\.jsonl"), detect.opened(tmp_path):
        pass


def test_what_is_missing_is_refused(tmp_path):
    """Like a missing file of ours."""
    with pytest.raises(CaseError, match=r"a\.csv: cannot be read: No such file"), detect.opened(tmp_path / "a.csv"):
        pass


def test_a_name_that_is_too_long_is_refused(tmp_path):
    """Before anything is read."""
    with pytest.raises(CaseError, match="cannot be read: File name too long"), detect.opened(tmp_path / ("n" * 5000)):
        pass


def test_a_pipe_is_read_once(tmp_path):
    """Cases may come from another program."""
    path = write_set(tmp_path, record() | {"document": str(tmp_path / "bread.md")})
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    if os.fork() == 0:
        fifo.write_bytes(path.read_bytes())
        os._exit(0)
    with detect.opened(fifo) as found:
        assert len(found.cases) == 1
    os.wait()


@posix
def test_a_pipe_is_not_looked_into(tmp_path):
    """`chatbot eval lint` of one would miss what was read to tell its form."""
    os.mkfifo(tmp_path / "pipe")
    assert not detect.recognised(tmp_path / "pipe")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (lambda folder: write_set(folder, record()), True),
        (lambda folder: write(folder / "a.json", squad(RISES)), True),
        (lambda folder: write(folder / "a.CSV", "Why?,"), True),
        (lambda folder: write_lines(folder / "a.txt", DRQA), True),
        (beir, True),
        (trec, True),
        (lambda folder: write(folder / "a.txt", "Bread rises."), False),
        (lambda folder: write(folder / "a.md", '{"a": 1}'), False),
        (lambda folder: write(folder / "a.txt", b"\xff\xfe"), False),
        (lambda folder: folder, False),
        (lambda folder: folder / "none.md", False),
        (lambda folder: folder / ("n" * 5000), False),
        (lambda _: "a\0b", False),
    ],
)
def test_sets_and_articles_are_told_apart(tmp_path, made, expected):
    """By name and content."""
    assert detect.recognised(Path(made(tmp_path))) is expected


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "paragraphs", "qas", "context", "question", "answer", "turns", "id"]), inner
        )
    ),
    max_leaves=12,
)


@given(
    st.binary(max_size=80) | st.text(max_size=80).map(str.encode) | JSONISH.map(json.dumps).map(str.encode),
    st.sampled_from([".json", ".jsonl", ".csv", ".tsv", ".txt"]),
)
def test_whatever_a_file_holds_is_a_set_or_a_fault(tmp_path_factory, content, suffix):
    """Nothing else is raised."""
    path = write(tmp_path_factory.mktemp("any") / f"a{suffix}", content)
    detect.recognised(path)
    with suppress(CaseError), detect.opened(path, skip_invalid=True) as found:
        assert found.cases
