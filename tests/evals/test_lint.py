"""`chatbot eval lint CASES`: what is wrong with a question set, where, and with which exit code."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.eval_fakes import record, write_set
from support.other_formats import RISES, beir, squad, write

from chatbot.cli.main import cli
from chatbot.common.wording import shorten
from chatbot.errors import UsageError
from chatbot.evals.cases.findings import Findings, Kind
from chatbot.evals.lint import lint

NO: dict[str, Any] = {
    "id": "no",
    "document": "bread.md",
    "turns": [{"question": "Who baked first?", "answerable": False}],
}
ONLY_YES = "no turn is unanswerable: answers where there should be none go unnoticed"


def messages(path):
    """The findings, each as its line and message."""
    return [(finding.place.removeprefix(str(path)).lstrip(":"), finding.message) for finding in lint(path).found]


def test_a_good_set_has_no_findings(tmp_path):
    """Answerable and unanswerable turns, no thresholds."""
    found = lint(write_set(tmp_path, record(), NO))
    assert found == Findings((), cases=2, turns=2)
    assert found.text == "2 cases, 2 turns: 0 errors, 0 warnings"
    assert found.exit_code(strict=True) == 0


def test_duplicates(tmp_path):
    """Case, punctuation and spaces make no other question; another history or document does."""
    (tmp_path / "other.md").write_text("Bread rises because yeast makes gas.")
    twice = {"id": "d", "document": "bread.md", "turns": [{"question": "So?", "answerable": False}] * 2}
    path = write_set(
        tmp_path,
        record(),
        record("b", question="why does  BREAD rise"),
        record("c", question="Why does bread rise?!", gold=[]),
        record("d", question="Why does bread rise?") | {"document": "other.md"},
        twice | {"id": "e"},
    )
    assert messages(path) == [
        ("2", f"b: asks the same as a-1 ({path}:1)"),
        ("3", f"c: asks the same as a-1 ({path}:1), with other gold"),
    ]


def test_tags(tmp_path):
    """A tag of one case alone has no figure worth its name; likely slips are named."""
    tags = [["direct"], ["direct"], ["Direct", "odd"]]
    records = [record(str(i), question=str(i)) | {"tags": tag} for i, tag in enumerate(tags)]
    assert messages(write_set(tmp_path, *records, NO)) == [
        ("3", '2: no other case has the tag "Direct"; is "direct" meant?'),
        ("3", '2: no other case has the tag "odd"'),
    ]


def test_one_sided_sets(tmp_path):
    """Without unanswerable turns, or without answerable ones, half goes unseen; small talk is neither."""
    path = write_set(tmp_path, record(), NO | {"turns": [NO["turns"][0] | {"smalltalk": True}]})
    assert messages(path) == [("", ONLY_YES)]
    none = write_set(tmp_path, NO)
    assert messages(none) == [("", "no turn is answerable: a program that says nothing would be perfect")]


def test_sets_that_are_too_small_for_their_thresholds(tmp_path):
    """What so few turns cannot tell is said, with how many could; a bound over no turns cannot be held."""
    write(
        tmp_path / "thresholds.toml",
        "[cases]\nright = 0.8\nbalanced = 0.8\nabstained = 0.5\naltered = 0\nshown = 1.6\n",
    )
    records = [record(str(i), question=f"Question {i}?") for i in range(12)]
    assert messages(write_set(tmp_path, *records)) == [
        ("", ONLY_YES),
        ("", "the threshold right = 0.8 over 12 answerable turns has a margin of ±0.28; 81 would make it ±0.1"),
        ("", "the threshold balanced = 0.8 cannot be checked: there are 12 answerable turns and 0 unanswerable turns"),
        ("", "the threshold abstained = 0.5 cannot be checked: there are 0 unanswerable turns"),
    ]


def test_a_set_that_is_large_enough(tmp_path):
    """Nothing is said of it."""
    write(tmp_path / "thresholds.toml", "[cases]\nright = 0.8\nbalanced = 0.8\n")
    yes = [record(f"y{i}", question=f"Question {i}?") for i in range(81)]
    no = [record(f"n{i}", question=f"Nothing {i}?", gold=[]) for i in range(81)]
    assert messages(write_set(tmp_path, *yes, *no)) == []


def test_thresholds_that_make_no_sense(tmp_path):
    """They are refused as `eval` refuses them."""
    write(tmp_path / "thresholds.toml", "[cases]\nbetter = 1\n")
    with pytest.raises(UsageError):
        lint(write_set(tmp_path, record(), NO))


def test_findings_stand_in_the_order_of_the_file(tmp_path):
    """Whatever kind they are of; what is said of the whole comes last."""
    path = write_set(
        tmp_path, record("a", references=[9]), record("b"), record("c", question="Salt?", gold=[["steam"]])
    )
    assert [place for place, _ in messages(path)] == ["1", "2", "3", ""]


def test_a_set_that_cannot_be_read_has_one_finding(tmp_path):
    """Which is an error."""
    found = lint(write_set(tmp_path, record(), "{"))
    assert [finding.text.removeprefix(str(tmp_path)) for finding in found.found] == [
        "/cases.jsonl:2: error: is not JSON: Expecting property name enclosed in double quotes (column 2)"
    ]
    assert found.exit_code(strict=False) == 4


def test_other_formats(tmp_path):
    """Their places are those of the original file; queries that are left out are counted."""
    wrong = RISES | {"id": "w", "answers": [{"text": "yeast", "answer_start": 3}]}
    path = write(tmp_path / "a.json", squad(RISES, wrong))
    assert [message for _, message in messages(path)] == [
        'w: the answer "yeast" is not at its answer_start, 3',
        ONLY_YES,
    ]
    first, *_ = lint(beir(tmp_path / "beir")).found
    assert first.place.endswith("queries.jsonl:3")
    assert first.message.endswith("which does not say that none answers (2 queries in all)")


@pytest.mark.parametrize(
    ("records", "words", "code"),
    [
        ([record(), NO], ["--strict"], 0),
        ([record()], [], 0),
        ([record()], ["--strict"], 1),
        ([record(gold=[["steam"]])], [], 4),
        ([record(gold=[["steam"]])], ["--strict"], 4),
    ],
)
def test_the_exit_code(tmp_path, records, words, code):
    """4 with an error, 1 with a warning and `--strict`, else 0."""
    path = write_set(tmp_path, *records)
    assert CliRunner().invoke(cli, ["eval", "lint", str(path), *words]).exit_code == code


def test_the_command(tmp_path):
    """A line a finding, as compilers do, then the summary; or one JSON object."""
    path = write_set(tmp_path, record())
    assert CliRunner().invoke(cli, ["eval", "lint", str(path)]).stdout == (
        f"{path}: warning: {ONLY_YES}\n1 case, 1 turn: 0 errors, 1 warning\n"
    )
    assert json.loads(CliRunner().invoke(cli, ["eval", "lint", "--json", str(path)]).stdout) == {
        "schema": 1,
        "cases": 1,
        "turns": 1,
        "errors": 0,
        "warnings": 1,
        "findings": [{"place": str(path), "severity": "warning", "kind": "one-sided", "message": ONLY_YES}],
    }


def test_documents_by_option(tmp_path):
    """A set without documents is held against those that are given."""
    write_set(tmp_path)
    path = write(tmp_path / "a.csv", "question,answer\nWhy does bread rise?,yeast makes gas\nWho?,\n")
    assert CliRunner().invoke(cli, ["eval", "lint", str(path), "-d", str(tmp_path / "bread.md")]).exit_code == 0
    assert CliRunner().invoke(cli, ["eval", "lint", str(path)]).exit_code == 4


def test_our_own_questions_have_no_errors():
    """Warnings are for the author of the set to judge."""
    assert lint(Path(__file__).parents[2] / "evals" / "leaky_gut" / "dev.jsonl").exit_code(strict=False) == 0


def test_long_texts_are_told_by_their_beginning():
    """On one line."""
    assert shorten("a\n b") == "a b"
    assert shorten("word " * 30) == " ".join(["word"] * 12)[:59].rstrip() + "…"


def test_every_line_that_is_no_case_is_told(tmp_path):
    """Who mends a set wants to hear of them all at once."""
    path = write_set(tmp_path, '{"id": "a"}', record(), '{"id":', name="x.jsonl")
    found = lint(path)
    assert [(finding.place, finding.kind) for finding in found.found] == [
        (f"{path}:1", Kind.FORM),
        (f"{path}:3", Kind.FORM),
    ]
    assert found.exit_code(strict=False) == 4


def test_an_id_twice_is_told_by_itself(tmp_path):
    """No line is wrong by itself."""
    (finding,) = lint(write_set(tmp_path, record(), record(), name="x.jsonl")).found
    assert 'has the id "a-1"' in finding.message
