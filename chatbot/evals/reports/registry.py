"""What writes each form of a report, by the form's name and by the suffix of the file it is written to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chatbot.errors import ChatbotError, UsageError
from chatbot.evals.reports import html, json_, junit, markdown, trec
from chatbot.evals.reports import text as text_report
from chatbot.evals.reports.forms import SUFFIXES

if TYPE_CHECKING:
    from pathlib import Path

    from chatbot.evals.run.results import Report, View

Render = Callable[["Report", "View"], str]

FORMATS: dict[str, Render] = {
    "text": text_report.render,
    "json": json_.render,
    "jsonl": json_.lines,
    "markdown": markdown.render,
    "junit": junit.render,
    "html": html.render,
    "run": trec.run,
    "qrels": trec.qrels,
}


def of_suffix(path: Path) -> Render:
    """The form that a file's suffix stands for. Raises UsageError for another one."""
    if path.suffix not in SUFFIXES:
        raise UsageError(f"{path}: a report ends in one of {', '.join(SUFFIXES)}")
    return FORMATS[SUFFIXES[path.suffix]]


def save(path: Path, text: str) -> None:
    """Write a report. Raises ChatbotError where it cannot be written."""
    try:
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise ChatbotError(f"{path}: cannot be written: {error.strerror}") from error
