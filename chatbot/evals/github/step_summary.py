"""The summary of a step of GitHub Actions: a run is appended to it, where there is one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.cli.exit_codes import warn
from chatbot.evals.reports.markdown import LIMIT, code, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chatbot.errors import CaseError
    from chatbot.evals.run.results import Report, View

VARIABLE = "GITHUB_STEP_SUMMARY"


def _append(told: Callable[[int], str], environ: Mapping[str, str]) -> None:
    """Append a text that is made for so many bytes; that it cannot be written is a warning and no failure."""
    if not environ.get(VARIABLE):
        return
    try:
        with Path(environ[VARIABLE]).open("a", encoding="utf-8", newline="\n") as file:
            room = LIMIT - file.tell() - 2  # what other commands of the step have put there counts
            file.write(f"{told(room)}\n\n")
    except OSError as error:
        warn(f"{VARIABLE}: {environ[VARIABLE]}: cannot be written: {error.strerror or error}")


def append(report: Report, view: View, environ: Mapping[str, str] = os.environ) -> None:
    """Append the report to the file that GitHub names."""
    _append(lambda room: summary(report, view, room), environ)


def invalid(name: str, fault: CaseError, environ: Mapping[str, str] = os.environ) -> None:
    """Say there that a set cannot be run."""
    _append(lambda _: f"## ❌ Invalid: {code(name)}\n\n{code(str(fault))}", environ)
