"""What GitHub Actions shows of a run: annotations at the lines of a question set, and the step summary.

A case is annotated with an error if one of its turns broke since the baseline, or is wrong and the run failed; with a
warning if it is wrong otherwise, or if only its citations are. GitHub shows ten of each kind per step, so broken cases
come first. Annotations go to stderr, which the runner reads too: stdout belongs to the report.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbot.evals.metrics.judge import Reason
from chatbot.evals.reports import markdown, text
from chatbot.terminal.text import sanitised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chatbot.errors import CaseError
    from chatbot.evals.cases.findings import Findings
    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.run.results import Report, View

    Warn = Callable[[str], object]

SUMMARY_FILE = "GITHUB_STEP_SUMMARY"  # the environment variable that names the file of the step summary
_SHOWN = 10  # annotations of each kind that GitHub shows per step

_COMMAND = re.compile(r"^\s*:(?=:)|##(?=\[)", re.MULTILINE)
# As in actions/toolkit (packages/core/src/command.ts): the characters that would end a command or a property.
_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_DATA = str.maketrans(_ESCAPES)
_PROPERTY = str.maketrans({**_ESCAPES, ":": "%3A", ",": "%2C"})


def command(name: str, message: str, **properties: str) -> str:
    """A workflow command, always on one line; empty properties are left out."""
    pairs = ",".join(f"{key}={value.translate(_PROPERTY)}" for key, value in properties.items() if value)
    return f"::{name}{' ' if pairs else ''}{pairs}::{message.translate(_DATA)}"


def _location(place: str) -> dict[str, str]:
    file, _, line = place.rpartition(":")
    return {"file": sanitised(file), "line": line} if line.isdecimal() else {"file": sanitised(place)}


def _faults_by_case(report: Report) -> list[list[Outcome]]:
    """The faulty turns of each case: cases that broke since the baseline first, then by reason."""
    cases: dict[str, list[Outcome]] = {change.now.case.id: [] for change in report.changes if change.broken}
    for outcome in report.faults:
        cases.setdefault(outcome.case.id, []).append(outcome)
    return [sorted(turns, key=lambda outcome: outcome.turn.number) for turns in cases.values() if turns]


def _annotation(turns: Sequence[Outcome], broken: set[str], *, failed: bool) -> tuple[str, str]:
    """The kind of a case's annotation, and its command."""
    shown = next((outcome for outcome in turns if outcome.reason is not Reason.CITATION), turns[0])
    broke = any(outcome.query in broken for outcome in turns)
    kind = "error" if broke or (failed and shown.reason is not Reason.CITATION) else "warning"
    was = "was right, now " if broke else ""
    title = f"{was}{shown.reason.value}: {text.line(shown.case.id)}"
    message = "\n".join(line for outcome in turns for line in text.turn(outcome))
    return kind, command(kind, message, **_location(shown.case.place), title=title)


def _missed_bounds(report: Report) -> str:
    missed = [text.check(check) for check in report.verdict.checks if not check.passed]
    return command("error", "\n".join(missed), title=f"{text.line(report.name)}: FAILED")


def case_annotations(report: Report, view: View) -> Iterator[str]:
    """The workflow commands of a run: missed bounds, then cases up to GitHub's limit, then the number left out.

    A brief view gives the missed bounds only, so that a question set can stay unseen.
    """
    room = {"error": _SHOWN, "warning": _SHOWN}
    if not report.verdict.passed:
        room["error"] -= 1
        yield _missed_bounds(report)
    broken = {change.now.query for change in report.changes if change.broken}
    cases = [] if view.brief else _faults_by_case(report)
    for kind, annotation in (_annotation(turns, broken, failed=not report.verdict.passed) for turns in cases):
        room[kind] -= 1
        if room[kind] >= 0:
            yield annotation
    if more := sum(-min(left, 0) for left in room.values()):
        yield command("notice", f"{more} more cases to look at; the report has them all", title=text.line(report.name))


def inert(text: str) -> str:
    """A report in which the runner finds no command, if GitHub Actions runs this: questions may be a stranger's.

    It reads standard output too: `::` at the beginning of a line, and `##[` anywhere.
    """
    return _COMMAND.sub(lambda found: f"{found[0]}\u2060", text) if _in_actions() else text


def _in_actions() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def _append_summary(render: Callable[[int], str], warn: Warn) -> None:
    """Append to the step summary what `render` gives for a number of bytes; a file error is only a warning."""
    if not (path := os.environ.get(SUMMARY_FILE)):
        return
    try:
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            room = markdown.LIMIT - file.tell() - 2  # other commands of the step may have written there
            file.write(f"{render(room)}\n\n")
    except OSError as error:
        warn(f"{SUMMARY_FILE}: {path}: cannot be written: {error.strerror or error}")


def publish_report(report: Report, view: View, warn: Warn) -> None:
    """Append a run to the step summary and annotate its cases, if GitHub Actions runs this."""
    _append_summary(lambda room: markdown.summary(report, view, room), warn)
    for annotation in case_annotations(report, view) if _in_actions() else ():
        click.echo(annotation, err=True)


def publish_invalid(name: str, fault: CaseError, warn: Warn) -> None:
    """Report a question set that cannot be run, if GitHub Actions runs this."""
    if _in_actions():
        click.echo(command("error", fault.reason, **_location(fault.place), title="invalid question set"), err=True)
    _append_summary(lambda _: f"## ❌ Invalid: {markdown.code(name)}\n\n{markdown.code(str(fault))}", warn)


def publish_findings(findings: Findings) -> None:
    """Annotate the findings of a check, if GitHub Actions runs this."""
    for finding in findings.found if _in_actions() else ():
        click.echo(command(finding.severity.value, finding.message, **_location(finding.place)), err=True)
