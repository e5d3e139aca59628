"""What writes each form of a report, by the form's name and by the suffix of the file it is written to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chatbot import html_report, json_report, junit_report, markdown_report, text_report, trec_report
from chatbot.errors import ChatbotError, UsageError
from chatbot.forms import SUFFIXES

if TYPE_CHECKING:
    from pathlib import Path

    from chatbot.report import Report, View

Render = Callable[["Report", "View"], str]

FORMATS: dict[str, Render] = {
    "text": text_report.render,
    "json": json_report.render,
    "jsonl": json_report.lines,
    "markdown": markdown_report.render,
    "junit": junit_report.render,
    "html": html_report.render,
    "run": trec_report.run,
    "qrels": trec_report.qrels,
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
