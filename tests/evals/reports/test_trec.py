"""The files of TREC: other programs compute the figures of the report from them."""

import pytest
from support.report_fakes import EVERYTHING, HOSTILE, outcome, report

from chatbot.evals.metrics.judge import Reason
from chatbot.evals.metrics.registry import RETRIEVAL
from chatbot.evals.reports import trec
from chatbot.evals.run.results import View

RANKED = (
    *EVERYTHING,
    outcome("none", Reason.NOT_RETRIEVED, hits=(), relevant=("bread.md:0-5",)),
    outcome("third", hits=("b:1-2", "b:2-3", "b:3-4"), relevant=("b:3-4", "b:9-10")),
    outcome(HOSTILE, hits=("b:3-4",), relevant=("b:3-4",)),
)
MEASURES = [metric.name for metric in RETRIEVAL]


def test_a_run_has_a_line_for_each_passage_found():
    """The best passage comes first, and scores fall."""
    lines = trec.run(report(), View()).splitlines()
    assert lines[:2] == [
        "right-1#1 Q0 bread.md:0-5 1 2 chatbot",
        "right-1#1 Q0 bread.md:7-47 2 1 chatbot",
    ]


def test_qrels_have_a_line_for_each_relevant_passage():
    """Relevant passages that were not found are there too."""
    lines = trec.qrels(report(), View()).splitlines()
    assert lines == ["right-1#1 0 bread.md:7-47 1", "right-2#1 0 bread.md:7-47 1", "right-2#1 0 bread.md:0-5 1"]


@pytest.mark.parametrize("view", [View(), View(only_failing=True)], ids=str)
def test_ir_measures_finds_the_figures_of_the_report(tmp_path, view):
    """The files alone give the same figures, whatever the names of the cases."""
    ir_measures = pytest.importorskip("ir_measures")
    run, qrels = tmp_path / "a.run", tmp_path / "a.qrels"
    run.write_text(trec.run(report(RANKED), view) + "\n", encoding="utf-8")
    qrels.write_text(trec.qrels(report(RANKED), view) + "\n", encoding="utf-8")
    found = ir_measures.calc_aggregate(
        [ir_measures.parse_measure(name) for name in MEASURES],
        ir_measures.read_trec_qrels(str(qrels)),
        ir_measures.read_trec_run(str(run)),
    )
    assert {str(measure): value for measure, value in found.items()} == pytest.approx(
        {name: report(RANKED).figures[name].value for name in MEASURES}
    )


def test_names_have_no_white_space_and_stay_different():
    """Names with spaces do not collide with names that look like their escaped form."""
    lines = trec.qrels(report([outcome(n, relevant=("p",)) for n in ("a b", "a%20b", "a\ud800b")]), View())
    assert [line.split() for line in lines.splitlines()] == [
        ["a%20b#1", "0", "p", "1"],
        ["a%2520b#1", "0", "p", "1"],
        ["a%ED%A0%80b#1", "0", "p", "1"],
    ]


@pytest.mark.parametrize("write", [trec.run, trec.qrels])
def test_a_brief_view_names_no_turn(write):
    """The question set can stay unseen."""
    assert write(report(), View(brief=True)) == ""
