"""What is wrong as GitHub shows it beside the lines of a question set, by the workflow commands of its Actions.

An error for each case with a turn that broke since the baseline or, where the gate failed, is wrong; a warning for
others, and where only citations are at fault. GitHub shows ten of either of a step, so what broke comes first. They
go to stderr, where the runner reads them too: stdout is the report's.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from chatbot.evals.metrics.judge import Reason
from chatbot.evals.reports import text
from chatbot.terminal.text import sanitised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chatbot.errors import CaseError
    from chatbot.evals.cases.findings import Findings
    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.run.results import Report, View

_MOST = 10  # of a kind and a step that GitHub shows

# As actions/toolkit does it (packages/core/src/command.ts): what would end a command or one of its properties.
_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_DATA = str.maketrans(_ESCAPES)
_PROPERTY = str.maketrans({**_ESCAPES, ":": "%3A", ",": "%2C"})


def command(name: str, message: str, **properties: str) -> str:
    """A workflow command, on one line whatever the message and the properties hold."""
    told = ",".join(f"{key}={value.translate(_PROPERTY)}" for key, value in properties.items() if value)
    return f"::{name}{' ' if told else ''}{told}::{message.translate(_DATA)}"


def _place(place: str) -> dict[str, str]:
    file, _, line = place.rpartition(":")
    return {"file": sanitised(file), "line": line} if line.isdecimal() else {"file": sanitised(place)}


def _wanted(environ: Mapping[str, str]) -> bool:
    return environ.get("GITHUB_ACTIONS") == "true"


def _by_case(report: Report) -> list[list[Outcome]]:
    """The turns to look at of each case, those first that broke since the baseline, then by reason."""
    cases: dict[str, list[Outcome]] = {change.now.case.id: [] for change in report.changes if change.broken}
    for outcome in report.faults:
        cases.setdefault(outcome.case.id, []).append(outcome)
    return [sorted(turns, key=lambda outcome: outcome.turn.number) for turns in cases.values() if turns]


def _case(turns: Sequence[Outcome], broken: set[str], *, failed: bool) -> tuple[str, str]:
    """The kind of a case's annotation, and the annotation."""
    shown = next((outcome for outcome in turns if outcome.reason is not Reason.CITATION), turns[0])
    broke = any(outcome.query in broken for outcome in turns)
    kind = "error" if broke or (failed and shown.reason is not Reason.CITATION) else "warning"
    was = "was right, now " if broke else ""
    title = f"{was}{shown.reason.value}: {text.line(shown.case.id)}"
    message = "\n".join(line for outcome in turns for line in text.failing(outcome))
    return kind, command(kind, message, **_place(shown.case.place), title=title)


def _gate(report: Report) -> str:
    failed = [text.check(check) for check in report.verdict.checks if not check.passed]
    return command("error", "\n".join(failed), title=f"{text.line(report.name)}: FAILED")


def commands(report: Report, view: View) -> Iterator[str]:
    """The commands: the verdict if it is bad, then as many cases as GitHub shows, then how many more there are.

    Of a brief view the verdict alone, so that a set can be kept unseen.
    """
    room = {"error": _MOST, "warning": _MOST}
    if not report.verdict.passed:
        room["error"] -= 1
        yield _gate(report)
    broken = {change.now.query for change in report.changes if change.broken}
    cases = [] if view.brief else [_case(turns, broken, failed=not report.verdict.passed) for turns in _by_case(report)]
    for kind, annotation in cases:
        room[kind] -= 1
        if room[kind] >= 0:
            yield annotation
    if more := sum(-min(left, 0) for left in room.values()):
        yield command("notice", f"{more} more cases to look at; the report has them all", title=text.line(report.name))


def annotate(report: Report, view: View, environ: Mapping[str, str] = os.environ) -> None:
    """Annotate the run on stderr, if GitHub's Actions are what runs it."""
    for annotation in commands(report, view) if _wanted(environ) else ():
        click.echo(annotation, err=True)


def invalid(fault: CaseError, environ: Mapping[str, str] = os.environ) -> None:
    """Annotate a set that cannot be run, where it cannot."""
    if _wanted(environ):
        click.echo(command("error", fault.reason, **_place(fault.place), title="invalid question set"), err=True)


def found(findings: Findings, environ: Mapping[str, str] = os.environ) -> None:
    """Annotate what a check of a set finds."""
    for finding in findings.found if _wanted(environ) else ():
        click.echo(command(finding.severity.value, finding.message, **_place(finding.place)), err=True)
