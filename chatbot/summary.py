"""The summary of a step of GitHub Actions: a run is appended to it, where there is one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.exits import warn
from chatbot.markdown_report import LIMIT, summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chatbot.report import Report, View

VARIABLE = "GITHUB_STEP_SUMMARY"


def _append(path: Path, report: Report, view: View) -> None:
    with path.open("a", encoding="utf-8", newline="\n") as file:
        text = summary(report, view, LIMIT - file.tell() - 2)  # what other commands of the step have put there counts
        file.write(f"{text}\n\n")


def append(report: Report, view: View, environ: Mapping[str, str] = os.environ) -> None:
    """Append the report to the file that GitHub names; that it cannot be written is a warning and no failure."""
    if not environ.get(VARIABLE):
        return
    try:
        _append(Path(environ[VARIABLE]), report, view)
    except OSError as error:
        warn(f"{VARIABLE}: {environ[VARIABLE]}: cannot be written: {error.strerror or error}")
