"""Sets written in our own form: read again they are the same."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from support.eval_fakes import TEXT, record, write_set
from support.other_formats import BAKES, KEEPS, NEVER, RISES, beir, squad, trec, write, write_lines

from chatbot.cli.main import cli
from chatbot.documents.model import Span
from chatbot.errors import CaseError, UsageError
from chatbot.evals.cases import cases
from chatbot.evals.cases.cases import Case, CaseTurn
from chatbot.evals.formats import detect
from chatbot.evals.formats.convert import convert
from chatbot.evals.formats.convert import record as as_record

ASKED = {"question": "Why?", "answerable": False}
DIALOGUE = {
    "id": "d",
    "tags": ["x"],
    "turns": [
        ASKED,
        ASKED | {"history": [["user", "So?"], ["agent", "Hm."]]},
        {"question": "Hi", **ASKED, "smalltalk": True},
    ],
}
SETS = {
    "ours": lambda folder: write_set(folder, record(references=[1], tolerated=["Salt"]), DIALOGUE),
    "squad": lambda folder: write(folder / "a.json", squad(RISES, BAKES, NEVER, rye=[KEEPS])),
    "csv": lambda folder: write(folder / "a.csv", "question,answer,references,tags\nWhy?,yeast makes gas,1,x\nWho?,\n"),
    "drqa": lambda folder: write_lines(folder / "a.jsonl", {"question": "Salt\u2028?", "answer": ["Salt", "yeast"]}),
    "beir": lambda folder: beir(folder / "beir"),
    "trec": lambda folder: trec(folder / "trec"),
}


def alike(case):
    """A case without where it was read, its documents as texts."""
    return replace(case, place="", documents=()), [path.read_bytes() for path in case.documents]


@pytest.mark.parametrize("made", SETS.values(), ids=SETS)
def test_the_same_cases_come_back(tmp_path, made):
    """With documents of the same bytes, from any folder."""
    bread = write(tmp_path / "bread.md", TEXT)
    path, target = made(tmp_path), tmp_path / "out" / "set.jsonl"
    target.parent.mkdir()
    done = convert(path, target, [bread])
    with detect.opened(path, [bread]) as found:
        assert list(map(alike, cases.load(target, [bread]))) == list(map(alike, found.cases))
        assert (done.cases, list(map(str, done.left_out))) == (len(found.cases), list(map(str, found.left_out)))


def test_what_is_written(tmp_path):
    """One record a line, keys in the design's order, documents in a folder next to it."""
    convert(write(tmp_path / "a.json", squad(BAKES)), tmp_path / "set.jsonl")
    assert (tmp_path / "set.jsonl").read_text() == (
        '{"id": "q2", "document": "set_documents/Rye_and_other_bread.md", "turns": [{"question": "How long does a loaf '
        'bake?", "answerable": true, "gold": [["10 minutes"]], "accept_spans": [[77, 79]]}]}\n'
    )
    assert [path.name for path in (tmp_path / "set_documents").iterdir()] == ["Rye_and_other_bread.md"]


def test_nothing_is_overwritten(tmp_path):
    """Neither the set nor its documents."""
    path = write(tmp_path / "a.json", squad(BAKES))
    there = write(tmp_path / "set.jsonl", "mine")
    with pytest.raises(UsageError, match=r"set\.jsonl already exists; name another file"):
        convert(path, there)
    (tmp_path / "other_documents").mkdir()
    with pytest.raises(UsageError, match="other_documents already exists"):
        convert(path, tmp_path / "other.jsonl")
    assert there.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("set.csv", "name a file that ends in .jsonl"), ("no/set.jsonl", "cannot be written: No such file or directory")],
)
def test_a_target_that_cannot_be(tmp_path, name, reason):
    """It is the caller's mistake."""
    with pytest.raises(UsageError, match=reason):
        convert(write(tmp_path / "a.csv", "Why?,\n"), tmp_path / name)


def test_an_invalid_set_writes_nothing(tmp_path):
    """Unless its invalid cases are to be left out."""
    path = write_lines(
        tmp_path / "a.jsonl", {"question": "Why?", "answer": ["zzz"]}, {"question": "Who?", "answer": []}
    )
    with pytest.raises(CaseError):
        convert(path, tmp_path / "set.jsonl")
    assert not (tmp_path / "set.jsonl").exists()
    assert convert(path, tmp_path / "set.jsonl", skip_invalid=True).cases == 1


def test_half_a_surrogate_pair_can_be_written(tmp_path):
    """JSON has an escape for it."""
    path = write(tmp_path / "a.jsonl", '{"question": "\\ud800?", "answer": []}\n')
    convert(path, tmp_path / "set.jsonl")
    assert cases.load(tmp_path / "set.jsonl")[0].turns[0].question == "\ud800?"


def test_the_command(tmp_path):
    """`eval convert` says what it wrote, and runs nothing."""
    folder, target = beir(tmp_path / "beir"), str(tmp_path / "set.jsonl")
    result = CliRunner().invoke(cli, ["eval", "convert", str(folder), target])
    first, second = result.stdout.splitlines()
    assert (result.exit_code, result.stderr, first) == (0, "", f"{target}: 2 cases written")
    assert second.startswith(f"2 left out; the first: {folder / 'queries.jsonl'}:3: ")
    again = CliRunner().invoke(cli, ["eval", "convert", str(folder), target])
    assert (again.exit_code, again.stdout) == (2, "")


def test_the_old_spelling(tmp_path):
    """`eval --convert` does the same and says what to type instead, with `--quiet` too: it is on standard error."""
    folder, old, new, quiet = beir(tmp_path / "beir"), *(str(tmp_path / f"{name}.jsonl") for name in "abc")
    result = CliRunner().invoke(cli, ["eval", str(folder), "--convert", old])
    assert (result.exit_code, result.stderr) == (
        0,
        f"chatbot: instead of --convert type: chatbot eval convert {folder} {old}\n",
    )
    assert result.stdout == CliRunner().invoke(cli, ["eval", "convert", str(folder), new]).stdout.replace(new, old)
    said = CliRunner().invoke(cli, ["eval", str(folder), "--quiet", "--convert", quiet]).stderr
    assert said == result.stderr.replace(old, quiet)
    part = CliRunner().invoke(cli, ["eval", str(folder), "--convert", f"{old}l.jsonl", "--tag", "x"])
    assert (part.exit_code, part.stderr) == (2, "chatbot: --convert writes the whole set; leave --id and --tag out\n")


TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map("x{}".format)
GOLD = st.lists(st.lists(TEXTS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)
SPANS = st.tuples(st.integers(0, 99), st.integers(1, 99)).map(lambda pair: Span(pair[0], sum(pair)))
TURNS = st.builds(
    CaseTurn,
    question=TEXTS,
    answerable=st.just(value=True),
    gold=GOLD,
    references=st.lists(st.integers(0, 999), max_size=3).map(tuple),
    must_contain=st.lists(TEXTS, max_size=3).map(tuple),
    tolerated=st.lists(TEXTS, max_size=3).map(tuple),
    accept_spans=st.lists(SPANS, max_size=3).map(tuple),
    smalltalk=st.booleans(),
    history=st.lists(TEXTS, max_size=3).map(tuple),
)


def numbered(turns):
    """Turns as a case has them."""
    return tuple(replace(turn, number=number) for number, turn in enumerate(turns, 1))


@given(
    st.builds(
        Case,
        TEXTS,
        st.just("p:1"),
        st.just((Path("a.md"),)),
        st.lists(TURNS, min_size=1, max_size=3).map(numbered),
        st.lists(TEXTS, max_size=3).map(tuple),
    )
)
def test_every_case_survives(case):
    """What is written of a case is read as the same case."""
    line = json.dumps(as_record(case, "a.md"))
    assert cases.read(json.loads(line), "p:1", Path(), ()) == case
