"""The JUnit report for CI systems: a test for each case, and one for each bound.

Cases that were wrong in the baseline too are skipped. JUnit's XML has no standard; this follows the schema that Jenkins
and pytest use, which has no place for a file and a line: they are in the text of a failure.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.reports import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.run.results import Report, View
    from chatbot.evals.run.thresholds import Check

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _add(parent: Element, tag: str, content: str = "", **attributes: str) -> Element:
    """Add an element without the characters that XML forbids; ElementTree escapes the others."""
    child = SubElement(parent, tag, {name: text.clean(value) for name, value in attributes.items()})
    child.text = text.clean(content) or None
    return child


def _add_properties(suite: Element, report: Report) -> None:
    properties = _add(suite, "properties")
    _add(properties, "property", name="verdict", value=text.verdict(report.verdict))
    for name, figure in text.figures(report).items():
        _add(properties, "property", name=name, value=text.number(figure))
        if isinstance(figure, Estimate):
            interval = f"[{figure.low:.3f}, {figure.high:.3f}] of {figure.of}"
            _add(properties, "property", name=f"{name}, 95 % interval", value=interval)
    if report.comparison:
        _add(properties, "property", name="baseline", value=text.since(report.comparison))


def _add_fault(test: Element, outcome: Outcome, view: View) -> None:
    reason = outcome.reason.value
    _add(
        test,
        "error" if outcome.reason is Reason.ERROR else "failure",
        "\n".join(text.turn(outcome, explain=view.explain)),
        type=reason,
        message=f"{reason}: {text.line(outcome.turn.question)}",
    )


def _time(outcomes: Sequence[Outcome], view: View) -> str:
    """Seconds; 0 unless they are asked for, because they differ between runs."""
    return f"{sum(outcome.seconds for outcome in outcomes):.3f}" if view.timings else "0"


def _add_case(suite: Element, outcomes: Sequence[Outcome], report: Report, view: View) -> None:
    """A test with its faults; if all of them are in the baseline too, it is skipped and CI need not fail."""
    test = _add(
        suite, "testcase", classname=suite.get("name", ""), name=outcomes[0].case.id, time=_time(outcomes, view)
    )
    faults = [outcome for outcome in outcomes if outcome.reason is not Reason.NONE]
    new = [outcome for outcome in faults if outcome.query not in report.known]
    for outcome in new:
        _add_fault(test, outcome, view)
    if faults and not new:
        message = f"known: {faults[0].reason.value}: {text.line(faults[0].turn.question)}"
        _add(test, "skipped", message=message)


def _add_left_out(suite: Element, fault: str) -> None:
    test = _add(suite, "testcase", classname=suite.get("name", ""), name=f"left out: {fault}", time="0")
    _add(test, "skipped", message=fault)


def _add_bound(suite: Element, check: Check) -> None:
    """A bound as a test, so that CI says why a run failed."""
    sign = "<=" if check.at_most else ">="
    name = f"gate: {check.metric} {sign} {check.bound:g}"
    test = _add(suite, "testcase", classname=f"{suite.get('name')}.gate", name=name, time="0")
    if not check.passed:
        _add(test, "failure", type="gate", message=text.check(check))


def _count(suite: Element) -> None:
    """Set the numbers of tests; one with an error is not a failure too."""
    tests = suite.findall("testcase")
    errors = [test for test in tests if test.find("error") is not None]
    failures = [test for test in tests if test.find("failure") is not None and test.find("error") is None]
    skipped = [test for test in tests if test.find("skipped") is not None]
    for name, counted in {"tests": tests, "failures": failures, "errors": errors, "skipped": skipped}.items():
        suite.set(name, str(len(counted)))


def render(report: Report, view: View) -> str:
    """The report as XML, the same byte for byte for the same run unless its times are shown."""
    root = Element("testsuites")
    suite = _add(root, "testsuite", name=PurePath(report.name).stem)
    _add_properties(suite, report)
    for _, outcomes in groupby(report.shown(view), lambda outcome: outcome.case.id):
        _add_case(suite, list(outcomes), report, view)
    for fault in report.left_out:
        _add_left_out(suite, fault)
    for check in report.verdict.checks:
        _add_bound(suite, check)
    _count(suite)
    suite.set("time", _time(report.shown(view), view))
    indent(root)
    return _HEAD + tostring(root, encoding="unicode")
