"""The HTML report: one page that needs no network, and no script but to search its turns.

The Jinja2 templates in `assets` draw it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from chatbot.common.wording import counted
from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.metrics.registry import KNOWN, cell, value
from chatbot.evals.metrics.risk_coverage import in_use, steps
from chatbot.evals.reports import svg, text
from chatbot.evals.reports.gold_pieces import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Environment, Template

    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.metrics.registry import Figure
    from chatbot.evals.run.results import Report, View
    from chatbot.evals.run.thresholds import Check

_GLANCE = ("right", "abstained", "first", "citations")  # the figures in the head of the page
_MOST_DOCUMENTS = 5  # that the head names
_ORDER = (  # of turns to look at: what would mislead a reader comes before what is only lacking
    Reason.ERROR,
    Reason.ALTERED,
    Reason.ANSWERED,
    Reason.WRONG_SENTENCE,
    Reason.CITATION,
    Reason.TOO_MANY,
    Reason.MISSED,
    Reason.NOT_RETRIEVED,
)


class Group(NamedTuple):
    """The turns with the same fault, or those that broke since the baseline."""

    title: str
    anchor: str
    outcomes: list[Outcome]


class Cell(NamedTuple):
    """A cell of the two-by-two table: how many turns it counts, of how many of its kind, and those that are shown."""

    name: str
    kind: str
    title: str
    anchor: str
    number: int
    of: int
    outcomes: list[Outcome]

    @property
    def is_good(self) -> bool:
        """Whether these turns were treated as they should be."""
        return self.name in ("answerable_answered", "unanswerable_abstained")


def _is_share(check: Check) -> bool:
    """Whether a bar can show the value of a check."""
    shares = check.metric not in KNOWN or KNOWN[check.metric].share
    return shares and check.value is not None and 0 <= check.value <= 1


def _is_percent(name: str) -> bool:
    return name in KNOWN and KNOWN[name].percent


def _figure(figure: Figure, name: str) -> str:
    """A figure as people read it: shares in per cent."""
    known = value(figure)
    return text.in_percent(known) if known is not None and _is_percent(name) else text.number(figure)


def _bound(bound: float, name: str) -> str:
    return text.in_percent(bound) if _is_percent(name) else f"{bound:g}"


def _interval(estimate: Estimate, name: str) -> str:
    if _is_percent(name):
        return f"{text.in_percent(estimate.low)[:-2]} to {text.in_percent(estimate.high)}"
    return f"{estimate.low:.3f} to {estimate.high:.3f}"


def _tags(outcome: Outcome) -> str:
    """The tags of a turn for the script, as the page shows them."""
    return json.dumps([text.clean(tag) for tag in outcome.case.tags])


def _groups(report: Report) -> Iterator[Group]:
    """The turns to look at: those that broke since the baseline, then by what is wrong; the most confident first."""
    broken = {change.now.query for change in report.changes if change.broken}
    faults = sorted(report.faults, key=lambda outcome: (_ORDER.index(outcome.reason), -outcome.confidence))
    if new := [outcome for outcome in faults if outcome.query in broken]:
        yield Group("broken since the baseline", "reason-broken", new)
    known = (outcome for outcome in faults if outcome.query not in broken)
    for reason, outcomes in groupby(known, key=lambda outcome: outcome.reason):
        yield Group(reason.value, f"reason-{reason.name.lower().replace('_', '-')}", list(outcomes))


def _cells(report: Report, shown: Sequence[Outcome]) -> Iterator[Cell]:
    counts = report.two_by_two._asdict()
    for name, number in counts.items():
        kind, what = name.split("_")
        of = sum(count for other, count in counts.items() if other.startswith(kind))
        turns = [outcome for outcome in shown if cell(outcome) == name]
        yield Cell(name, kind, f"{kind}, {what}", f"cell-{name.replace('_', '-')}", number, of, turns)


def _explained(report: Report) -> dict[str, str]:
    """The anchors of the explanations of all figures that the page names."""
    named = [*text.figures(report), *_GLANCE, *(check.metric for check in report.verdict.checks), "right", "abstained"]
    return {name: f"about-{number}" for number, name in enumerate(KNOWN) if name in named}


def _sections(report: Report, view: View, right: Sequence[Outcome]) -> dict[str, str]:
    """The titles of the page's sections by their anchors, in the order of the page."""
    faults = f": {len(report.faults)}" if report.faults else ""
    sections = (
        ("turns", f"Turns to look at{faults}", not view.brief),
        ("since", "Changes since the baseline", report.comparison),
        ("threshold", "Answers and refusals", True),
        ("bounds", "Bounds", True),
        ("figures", "Figures", True),
        ("tags", "Tags", report.tags),
        ("right", "Right turns", right),
    )
    return {anchor: title for anchor, title, shown in sections if shown}


def _hash(content: str) -> str:
    return b64encode(sha256(content.encode()).digest()).decode()


def _policy(styles: str, script: str) -> str:
    """The content security policy: nothing is fetched or run but the page's own styles and script, by their hashes."""
    own = f"style-src 'sha256-{_hash(styles)}'; script-src 'sha256-{_hash(script)}'"
    return f"default-src 'none'; {own}; img-src data:; base-uri 'none'; form-action 'none'"


def _asset(name: str) -> str:
    return (files("chatbot.evals.reports") / "assets" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("chatbot.evals.reports", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # every text is made harmless here, before it is escaped; markup is the output of our own macros
        finalize=lambda shown: shown if isinstance(shown, Markup) else text.clean(str(shown)),
    )
    environment.filters |= {
        "bar_x": svg.bar_x,
        "bound": _bound,
        "capitalize_first": lambda words: words[:1].upper() + words[1:],
        "cell": cell,
        "change_counts": text.change_counts,
        "counted": counted,
        "figure": _figure,
        "in_percent": text.in_percent,
        "interval": _interval,
        "percent": svg.percent,
        "pieces": pieces,
        "result": text.result,
        "tags": _tags,
    }
    environment.tests |= {"estimate": lambda figure: isinstance(figure, Estimate), "share": _is_share}
    return environment


def _context(report: Report, view: View) -> dict[str, Any]:
    """What the page's template is rendered with."""
    shown = report.shown(view)
    right = [outcome for outcome in shown if outcome.reason is Reason.NONE]
    curve, threshold = report.curve, report.threshold
    styles, script = _asset("report.css"), _asset("report.js")
    missed = [check for check in report.verdict.checks if not check.passed]
    return {
        "report": report,
        "view": view,
        "styles": styles,
        "script": script,
        "policy": _policy(styles, script),
        "state": "Passed" if report.verdict.passed else "Failed",
        "counts": text.counts(report),
        "reasons": [text.check(check, percent=True) for check in missed],
        "glance": _GLANCE,
        "most_documents": _MOST_DOCUMENTS,
        "explained": _explained(report),
        "cells": list(_cells(report, shown)),
        "sections": _sections(report, view, right),
        "anchors": {outcome.query: f"turn-{number}" for number, outcome in enumerate(shown, 1)},
        "figures": text.figures(report),
        "metrics": KNOWN,
        "bounds": {check.metric: check.bound for check in report.verdict.checks},
        "latency": list(text.latency(report)) if view.timings else [],
        "drawing": svg.plot(curve, threshold) if curve else None,
        "points": steps(curve, 20, threshold),
        "used": None if threshold is None else in_use(curve, threshold),
        "groups": list(_groups(report)),
        "right": right,
    }


def render(report: Report, view: View) -> str:
    """The report as a page: the same bytes for the same run at the same date, unless its times are shown."""
    page: Template = _environment().get_template("report.html")
    return page.render(_context(report, view))
