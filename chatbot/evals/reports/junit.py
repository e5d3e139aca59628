"""A run as JUnit's XML, which CI systems show: a test for each case, and one for each bound.

What was wrong in the baseline too is skipped. There is no standard; this keeps to the schema that Jenkins checks by and
that pytest's own reports keep to, which has no place for a file and a line: they stand in the text of a failure.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, indent, tostring

from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.reports import text
from chatbot.evals.reports.elements import element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.run.results import Report, View
    from chatbot.evals.run.thresholds import Check

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _properties(report: Report) -> Iterator[Element]:
    yield element("property", name="verdict", value=text.verdict(report.verdict))
    for name, figure in text.figures(report).items():
        yield element("property", name=name, value=text.number(figure))
        if isinstance(figure, Estimate):
            spread = f"[{figure.low:.3f}, {figure.high:.3f}] of {figure.of}"
            yield element("property", name=f"{name}, 95 % interval", value=spread)
    if report.comparison:
        yield element("property", name="baseline", value=text.since(report.comparison))


def _fault(outcome: Outcome, view: View) -> Element:
    """What is wrong with a turn."""
    reason = outcome.reason.value
    return element(
        "error" if outcome.reason is Reason.ERROR else "failure",
        "\n".join(text.failing(outcome, explain=view.explain)),
        type=reason,
        message=f"{reason}: {text.line(outcome.turn.question)}",
    )


def _known(outcome: Outcome) -> Element:
    """A turn that was wrong in the baseline too: CI is to show it, and not to fail because of it."""
    return element("skipped", message=f"known: {outcome.reason.value}: {text.line(outcome.turn.question)}")


def _time(outcomes: Sequence[Outcome], view: View) -> str:
    """The seconds that turns took: 0 unless they are asked for, because no two runs take the same."""
    return f"{sum(outcome.seconds for outcome in outcomes):.3f}" if view.timings else "0"


def _cases(report: Report, view: View) -> Iterator[Element]:
    for _, turns in groupby(report.shown(view), lambda outcome: outcome.case.id):
        outcomes = list(turns)
        wrong = [outcome for outcome in outcomes if outcome.reason is not Reason.NONE]
        news = [outcome for outcome in wrong if outcome.query not in report.known]
        faults = [_fault(outcome, view) for outcome in news] or [_known(outcome) for outcome in wrong[:1]]
        name, time = outcomes[0].case.id, _time(outcomes, view)
        yield element("testcase", *faults, classname=PurePath(report.name).stem, name=name, time=time)


def _left_out(report: Report) -> Iterator[Element]:
    for fault in report.left_out:
        skipped = element("skipped", message=fault)
        yield element("testcase", skipped, classname=PurePath(report.name).stem, name=f"left out: {fault}", time="0")


def _gate(report: Report, check: Check) -> Element:
    """A bound as a test, so that CI says why a run failed."""
    failure = element("failure", type="gate", message=text.check(check))
    sign = "<=" if check.at_most else ">="
    return element(
        "testcase",
        None if check.passed else failure,
        classname=f"{PurePath(report.name).stem}.gate",
        name=f"gate: {check.metric} {sign} {check.bound:g}",
        time="0",
    )


def _suite(report: Report, view: View) -> Element:
    tests = [*_cases(report, view), *_left_out(report), *(_gate(report, check) for check in report.verdict.checks)]
    errors = sum(test.find("error") is not None for test in tests)
    failed = sum(test.find("failure") is not None and test.find("error") is None for test in tests)
    return element(
        "testsuite",
        element("properties", *_properties(report)),
        *tests,
        name=PurePath(report.name).stem,
        tests=str(len(tests)),
        failures=str(failed),
        errors=str(errors),
        skipped=str(sum(test.find("skipped") is not None for test in tests)),
        time=_time(report.shown(view), view),
    )


def render(report: Report, view: View) -> str:
    """The report as XML, the same byte for byte for the same run unless its times are asked for."""
    root = element("testsuites", _suite(report, view))
    indent(root)
    return _HEAD + tostring(root, encoding="unicode")
