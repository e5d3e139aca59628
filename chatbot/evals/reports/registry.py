"""The report formats: their names, the suffixes of their files, and what renders each."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from chatbot.common.files import write_atomically
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
    """What renders the format of a name. Raises UsageError if the format needs an extra that is not installed."""
    # imported here, because the command line needs the names alone
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
    """What renders the format of a file, by its suffix. Raises UsageError as `renderer`, and for an unknown suffix."""
    if path.suffix not in SUFFIXES:
        raise UsageError(f"{path}: a report ends in one of {', '.join(SUFFIXES)}")
    return renderer(SUFFIXES[path.suffix])


def save(path: Path, report: str) -> None:
    """Write a rendered report to a file. Raises ChatbotError if it cannot be written."""
    try:
        write_atomically(path, f"{report}\n".encode())
    except OSError as error:
        raise ChatbotError(f"{path}: cannot be written: {error.strerror}") from error
