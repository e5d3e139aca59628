"""The question sets that are measured, and the variants of them (`evals/question_sets.py`)."""

import json

import click
import pytest

from chatbot.formats import read

TEXT = "# Honey\n\nBees make honey from nectar. It keeps for many years.\n"
CASES = [
    {"id": f"c-{i}", "document": "honey.md", "turns": [{"question": "q", "answerable": True, "gold": [[gold]]}]}
    for i, gold in enumerate(["from nectar", "for many years", "not in it", "honey"])
]


@pytest.fixture
def shared(tmp_path):
    """A folder like ../shared, with two sets, one of which weights are fitted on."""
    for name in ("tiny", "squad2-train"):
        folder = tmp_path / "shared" / "evals" / name
        folder.mkdir(parents=True)
        (folder / "honey.md").write_text(TEXT)
        (folder / "cases.jsonl").write_text("\n".join(map(json.dumps, CASES)))
    return tmp_path / "shared"


@pytest.fixture
def library(script, shared, tmp_path):
    """A function that makes the library of sets."""
    (tmp_path / "work").mkdir()
    return lambda limit=None, folder=shared: script("question_sets").Library(folder, tmp_path / "work", limit)


@pytest.mark.parametrize("part", ["", "evals"])
def test_the_sets_are_our_own_and_those_of_the_folder(library, shared, part):
    """Without the set that weights are fitted on; the folder `evals` itself may be given, too."""
    found = library(folder=shared / part)
    assert found.names == ["dev", "test", "articles", "written", "tiny", "tiny+list"]
    assert found.unchanged == ["dev", "test", "articles", "written", "tiny"]


def test_invalid_cases_are_counted(library):
    """A case whose gold is not in its document is left out."""
    tiny = library()["tiny"]
    assert ([case.id for case in tiny.cases], tiny.left_out) == (["c-0", "c-1", "c-3"], 1)


def test_a_sample_is_spread_evenly_and_the_same_in_a_variant(library):
    """So that a variant can be compared with its set."""
    sets = library(limit=2)
    assert [case.id for case in sets["tiny"].cases] == ["c-0", "c-3"]
    assert [case.id for case in sets["tiny+list"].cases] == ["c-0", "c-3"]


def test_a_copy_has_three_entries_more(library):
    """The text before them is as it was, so that gold is where it was."""
    path = library()["tiny+list"].cases[0].documents[0]
    document = read(path)
    assert document.text.startswith(TEXT.rstrip())
    assert [entry.number for entry in document.references] == [1, 2, 3]
    assert "A short history of Honey." in document.text


def test_an_unknown_set_is_refused_with_the_known_ones(library):
    """A name in --set that no set has."""
    known = r"dev, test, articles, written, tiny, tiny\+list"
    with pytest.raises(click.UsageError, match=rf"no set large \(there are {known}\)"):
        library().chosen(["tiny", "large"])
    with pytest.raises(KeyError):
        library()["large"]
