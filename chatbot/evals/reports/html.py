"""A run as one page that needs nothing else: no network, no script, and a style sheet that alone is let in."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING
from xml.etree.ElementTree import tostring

from chatbot.evals.reports import html_figures, html_turns, text
from chatbot.evals.reports.elements import clean, element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

    from chatbot.evals.run.results import Report, View

_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath d='M2 9l4 4 8-10' fill='none' stroke='%23{}' stroke-width='3'/%3E%3C/svg%3E"
)


def _styles() -> str:
    return clean((files("chatbot.evals.reports") / "assets" / "report.css").read_text(encoding="utf-8"))


def _policy(styles: str) -> str:
    """Nothing is fetched or run: our own styles, by their hash, and the icon."""
    hashed = b64encode(sha256(styles.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{hashed}'; img-src data:; base-uri 'none'; form-action 'none'"


def _state(report: Report) -> str:
    return "Passed" if report.verdict.passed else "Failed"


def _head(report: Report) -> Element:
    styles = _styles()
    icon = _ICON.format("1a7f4b" if report.verdict.passed else "b3261e")
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(styles)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{_state(report)}: {report.name}"),
        element("link", rel="icon", href=icon),
        element("style", styles),
    )


def _verdict(report: Report) -> Element:
    checks = report.verdict.checks
    missed = [check for check in checks if not check.passed]
    kept = f"all {len(checks)} bounds are kept"
    why = "; ".join(map(text.check, missed)) if missed else kept
    sign, kind = ("✗", "failed") if missed else ("✓", "passed")
    told = element("strong", f"{sign} {_state(report)}")
    return element("p", told, " ", element("span", why), class_=f"verdict {kind}")


def _left_out(report: Report) -> Element | None:
    faults = [element("li", fault) for fault in report.left_out]
    summary = element("summary", f"{len(faults)} cases were left out")
    return element("details", summary, element("ul", *faults)) if faults else None


def _banner(report: Report) -> Element:
    counted = text.heading(report).rpartition(": ")[2]
    return element(
        "header",
        element("p", "Answers to the question set", class_="eyebrow"),
        element("h1", report.name, dir="auto"),
        element("p", counted, class_="note"),
        _verdict(report),
        html_figures.glance(report),
        _left_out(report),
    )


def _contents(sections: Sequence[Element]) -> Iterator[Element]:
    for section in sections:
        title = section[0]
        yield element("li", element("a", title.text, href=f"#{title.get('id')}"))


def _body(report: Report, view: View) -> Element:
    names = html_turns.anchors(report, view)
    parts = (
        html_figures.bounds(report),
        html_figures.since(report, names, brief=view.brief),
        html_figures.figures(report, view),
        html_figures.threshold(report),
        html_figures.tags(report),
        html_turns.failing(report, view, names),
        html_turns.right(report, view, names),
    )
    sections = [part for part in parts if part is not None]
    contents = element("nav", element("ul", *_contents(sections)), aria_label="Contents")
    return element("body", _banner(report), contents, element("main", *sections))


def render(report: Report, view: View) -> str:
    """The report as a page, the same byte for byte for the same run unless its times are asked for."""
    root = element("html", _head(report), _body(report, view), lang="en")
    return f"<!doctype html>\n{tostring(root, encoding='unicode', method='html')}"
