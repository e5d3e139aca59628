"""The report formats: their names, the suffixes of their files, and what renders each."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from chatbot.common.wording import pip_install
from chatbot.errors import ChatbotError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from chatbot.evals.run.results import Report, View

Render = Callable[["Report", "View"], str]

SUFFIXES = {
    ".txt": "text",
    ".json": "json",
    ".jsonl": "jsonl",
    ".md": "markdown",
    ".xml": "junit",
    ".html": "html",
    ".run": "run",
    ".qrels": "qrels",
}
NAMES = tuple(SUFFIXES.values())


def renderer(name: str) -> Render:
    """What renders the format of that name. Raises UsageError for HTML without the extra `evals`."""
    from chatbot.evals.reports import html, json_, junit, markdown, text, trec

    if name == "html" and not find_spec("jinja2"):
        raise UsageError(f"the HTML report is not installed: {pip_install('evals')}")
    renderers: dict[str, Render] = {
        "text": text.render,
        "json": json_.render,
        "jsonl": json_.lines,
        "markdown": markdown.render,
        "junit": junit.render,
        "html": html.render,
        "run": trec.run,
        "qrels": trec.qrels,
    }
    return renderers[name]


def of_suffix(path: Path) -> Render:
    """What renders the format of a file's suffix. Raises UsageError for an unknown suffix."""
    if path.suffix not in SUFFIXES:
        raise UsageError(f"{path}: a report ends in one of {', '.join(SUFFIXES)}")
    return renderer(SUFFIXES[path.suffix])


def save(path: Path, text: str) -> None:
    """Write a report. Raises ChatbotError if it cannot be written."""
    try:
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise ChatbotError(f"{path}: cannot be written: {error.strerror}") from error
