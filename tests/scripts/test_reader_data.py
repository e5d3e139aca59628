"""The rows and questions that the reader is trained on (`evals/reader/reader_data.py`)."""

import sys
from pathlib import Path

import pytest

ROWS = [{"t": text} for text in ("Bees make honey.", "They sleep in winter.", "Honey keeps for years.")]


@pytest.fixture
def reader_data(monkeypatch):
    """The script as a module."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "evals" / "reader"))
    sys.modules.pop("reader_data", None)
    import reader_data

    return reader_data


def test_a_row_knows_the_sentence_before_it_in_its_section(reader_data):
    """The first sentence of a section has none."""
    rows = reader_data.rows_of([("Bees", "One."), ("Bees", "Two."), ("Wasps", "Three.")])
    assert [row["p"] for row in rows] == ["", "One.", ""]
    assert [row["h"] for row in rows] == ["Bees", "Bees", "Wasps"]


@pytest.mark.parametrize(
    ("gold", "rows"),
    [
        ("They sleep in winter.", {1}),
        ("they  SLEEP", {1}),  # neither case nor spaces matter
        ("Bees make honey. They sleep in winter.", {0, 1}),
        ("Bees make honey. They", {0}),  # a word of a second sentence is too little
        ("Wasps sting.", set()),
    ],
)
def test_gold_is_found_in_its_rows(reader_data, gold, rows):
    """Also where it runs over several sentences."""
    assert reader_data.located(ROWS, gold) == rows


def test_questions_know_the_earlier_ones_latest_first(reader_data):
    """Two at most; a turn without known gold is no question, but is an earlier one."""
    case = {"id": "bees", "kind": "dialogue", "turns": [{"question": question} for question in "abcd"]}
    found = list(reader_data.turns(case, [([0], []), None, ([1], []), ([], [2])]))
    assert [(q["q"], q["c"], q["gold"], q["also"]) for q in found] == [
        ("a", [], [0], []),
        ("c", ["b", "a"], [1], []),
        ("d", ["c", "b"], [], [2]),
    ]


def test_the_same_share_of_each_source_is_held_back(reader_data):
    """Whatever order the documents come in."""
    documents = [{"document": f"{source}-{i}", "source": source} for source in ("a", "b") for i in range(50)]
    held = reader_data.held_back(documents)
    assert held == reader_data.held_back(documents[::-1])
    assert [sum(name.startswith(source) for name in held) for source in ("a", "b")] == [6, 6]


def test_held_back_documents_are_halved_by_name(reader_data):
    """A document stays in its half whatever others there are."""
    names = [f"document-{i}" for i in range(400)]
    half = reader_data.tested(names)
    assert 160 < len(half) < 240
    assert reader_data.tested(names[:50]) == half & set(names[:50])
