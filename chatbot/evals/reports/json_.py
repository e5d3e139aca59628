"""The JSON reports: one object, which `assets/report.schema.json` describes, or one line per turn."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.metrics.registry import value
from chatbot.evals.metrics.risk_coverage import steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.metrics.registry import Figures
    from chatbot.evals.run.regression import Comparison, Result
    from chatbot.evals.run.results import Report, View

SCHEMA = 2  # the version of the object
_CURVE_POINTS = 100  # of the risk-coverage curve: one per percent


def _rounded(number: float | None) -> float | None:
    return number if number is None or isinstance(number, int) else round(number, 4)


def _figures(figures: Figures) -> dict[str, Any]:
    intervals = {
        name: {"low": _rounded(figure.low), "high": _rounded(figure.high), "of": figure.of}
        for name, figure in figures.items()
        if isinstance(figure, Estimate)
    }
    return {"values": {name: _rounded(value(figure)) for name, figure in figures.items()}, "intervals": intervals}


def _turn(outcome: Outcome, view: View) -> dict[str, Any]:
    """The outcome of a turn; its seconds only on request, because they differ between runs."""
    turn = {
        "id": outcome.case.id,
        "turn": outcome.turn.number,
        "place": outcome.case.place,
        "tags": list(outcome.case.tags),
        "question": outcome.turn.question,
        "answerable": outcome.turn.answerable,
        "smalltalk": outcome.turn.smalltalk,
        "gold": [list(group) for group in outcome.turn.gold],
        "must_contain": list(outcome.turn.must_contain),
        "references": list(outcome.turn.references),
        "right": outcome.right,
        "first_right": outcome.first_right,
        "abstained": outcome.abstained,
        "citations_right": outcome.citations_right,
        "cited": list(outcome.cited),
        "altered": outcome.altered,
        "shown": outcome.shown,
        "quotes": list(outcome.quotes),
        "confidence": round(outcome.confidence, 4),
        "reason": outcome.reason.value,
        "error": outcome.error,
    }
    if view.explain:
        evidence = {name: round(weight, 4) for name, weight in outcome.evidence}
        turn |= {"understood": outcome.understood, "evidence": evidence}
    return turn | ({"seconds": outcome.seconds} if view.timings else {})


def _turns(report: Report, view: View) -> list[dict[str, Any]]:
    turns = (_turn(outcome, view) for outcome in report.shown(view))
    return sorted(turns, key=lambda turn: (turn["id"], turn["turn"]))


def _result(result: Result) -> dict[str, Any]:
    return {"right": result.right, "cited": result.cited, "reason": result.reason.value}


def _comparison(comparison: Comparison, *, brief: bool) -> dict[str, Any]:
    changes = [] if brief else comparison.changes
    return {
        "baseline": comparison.name,
        "paired": comparison.paired,
        "broken": sum(change.broken for change in comparison.changes),
        "mended": sum(change.mended for change in comparison.changes),
        "added": list(comparison.added),
        "gone": list(comparison.gone),
        "lost": list(comparison.lost),
        "changes": [
            {
                "id": change.now.case.id,
                "turn": change.now.turn.number,
                "before": _result(change.before),
                "now": _result(change.after),
                "broken": change.broken,
            }
            for change in changes
        ],
        "tests": {
            test.metric: {
                "before": _rounded(test.before),
                "now": _rounded(test.now),
                "of": test.of,
                "p": _rounded(test.p),
                "p_worse": _rounded(test.p_worse),
            }
            for test in comparison.tests
        },
    }


def _verdict(report: Report) -> dict[str, Any]:
    checks = {
        check.metric: {
            "value": _rounded(check.value),
            "bound": check.bound,
            "at_most": check.at_most,
            "passed": check.passed,
        }
        for check in report.verdict.checks
    }
    return {"passed": report.verdict.passed, "exit_code": report.verdict.exit_code, "checks": checks}


def _curve(report: Report) -> list[dict[str, Any]]:
    points = steps(report.curve, _CURVE_POINTS, report.threshold)
    return [{name: _rounded(share) for name, share in point._asdict().items()} for point in points]


def _columns(columns: Mapping[str, Figures]) -> dict[str, Any]:
    return {name: _figures(figures) for name, figures in columns.items()}


def render(report: Report, view: View) -> str:
    """The report as one JSON object in ASCII: keys sorted, turns sorted by id, the same bytes for the same run."""
    result = {
        "schema": SCHEMA,
        "cases": report.name,
        "totals": _figures(report.figures),
        "tags": _columns(report.tags),
        "controls": _columns(report.baselines),
        "two_by_two": report.two_by_two._asdict(),
        "threshold": _rounded(report.threshold),
        "risk_coverage": _curve(report),
        "comparison": _comparison(report.comparison, brief=view.brief) if report.comparison else None,
        "verdict": _verdict(report),
        "left_out": list(report.left_out),
        "turns": _turns(report, view),
    }
    if view.timings and report.latency:
        result["latency"] = {"p50": report.latency.p50, "p95": report.latency.p95}
    return json.dumps(result, indent=2, sort_keys=True)


def lines(report: Report, view: View) -> str:
    """One line per turn, in the order of the cases."""
    return "\n".join(json.dumps(_turn(outcome, view), sort_keys=True) for outcome in report.shown(view))
