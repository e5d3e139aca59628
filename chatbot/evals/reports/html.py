"""The HTML report: one page without scripts that needs no network. The Jinja2 templates in `assets` draw it."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from chatbot.common.wording import counted
from chatbot.documents.model import Span
from chatbot.evals.cases.gold_text import folded
from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.metrics.registry import KNOWN
from chatbot.evals.metrics.risk_coverage import in_use, steps
from chatbot.evals.reports import svg, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Environment, Template

    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.run.results import Report, View
    from chatbot.evals.run.thresholds import Check


class Piece(NamedTuple):
    """A part of a quote: gold or not."""

    text: str
    is_gold: bool


class Group(NamedTuple):
    """The turns that are wrong for the same reason."""

    reason: str
    anchor: str
    outcomes: list[Outcome]


def _matchable(quote: str) -> tuple[str, list[int]]:
    """A text as gold is compared with it, and the position of each of its characters in the original."""
    kept: list[tuple[str, int]] = []
    for position, character in enumerate(quote):
        shown = " " if character.isspace() else folded(character)
        if shown and not (shown == " " and kept and kept[-1][0] == " "):
            kept.append((shown, position))
    return "".join(character for character, _ in kept), [position for _, position in kept]


def _occurrences(quote: str, strings: Sequence[str]) -> Iterator[Span]:
    matchable, positions = _matchable(quote)
    for string in filter(None, map(folded, strings)):
        start = matchable.find(string)
        while start >= 0:
            yield Span(positions[start], positions[start + len(string) - 1] + 1)
            start = matchable.find(string, start + len(string))


def _merge(spans: Iterator[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def split_at_gold(quote: str, strings: Sequence[str]) -> list[Piece]:
    """A quote in pieces, gold wherever one of the strings occurs, compared as the judge compares them."""
    pieces: list[Piece] = []
    end = 0
    for span in _merge(_occurrences(quote, strings)):
        pieces += [Piece(quote[end : span.start], False), Piece(quote[span.start : span.end], True)]
        end = span.end
    return [*pieces, Piece(quote[end:], False)]


def _pieces(outcome: Outcome, quote: str) -> list[Piece]:
    return split_at_gold(quote, [*chain.from_iterable(outcome.turn.gold), *outcome.turn.must_contain])


def _is_share(check: Check) -> bool:
    """Whether a bar can show the value of a check."""
    shares = check.metric not in KNOWN or KNOWN[check.metric].share
    return shares and check.value is not None and 0 <= check.value <= 1


def _interval(estimate: Estimate, decimals: int = 3) -> str:
    return f"{estimate.low:.{decimals}f} to {estimate.high:.{decimals}f}"


def _groups(report: Report) -> Iterator[Group]:
    for reason, outcomes in groupby(report.faults, key=lambda outcome: outcome.reason):
        yield Group(reason.value, f"reason-{reason.name.lower().replace('_', '-')}", list(outcomes))


def _verdict_reasons(report: Report) -> str:
    """The bounds that were missed, or that there are none."""
    checks = report.verdict.checks
    missed = [text.check(check) for check in checks if not check.passed]
    return "; ".join(missed) or f"all {len(checks)} bounds are kept"


def _sections(report: Report, view: View, right: Sequence[Outcome]) -> dict[str, str]:
    """The titles of the page's sections by their anchors, in the order of the page."""
    faults = f": {len(report.faults)}" if report.faults else ""
    sections = (
        ("bounds", "Bounds", True),
        ("since", "Changes since the baseline", report.comparison),
        ("figures", "Figures", True),
        ("threshold", "Answers and refusals", True),
        ("tags", "Tags", report.tags),
        ("turns", f"Turns with faults{faults}", not view.brief),
        ("right", "Right turns", right),
    )
    return {anchor: title for anchor, title, shown in sections if shown}


def _policy(styles: str) -> str:
    """The content security policy: nothing is fetched or run but the page's own styles, by their hash, and its icon."""
    hashed = b64encode(sha256(styles.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{hashed}'; img-src data:; base-uri 'none'; form-action 'none'"


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
        "change_counts": text.change_counts,
        "counted": counted,
        "interval": _interval,
        "number": text.number,
        "percent": svg.percent,
        "pieces": _pieces,
        "result": text.result,
    }
    environment.tests |= {"estimate": lambda figure: isinstance(figure, Estimate), "share": _is_share}
    return environment


def _context(report: Report, view: View) -> dict[str, Any]:
    """What the page's template is rendered with."""
    shown = report.shown(view)
    right = [outcome for outcome in shown if outcome.reason is Reason.NONE]
    curve, threshold = report.curve, report.threshold
    styles = (files("chatbot.evals.reports") / "assets" / "report.css").read_text(encoding="utf-8")
    return {
        "report": report,
        "view": view,
        "styles": styles,
        "policy": _policy(styles),
        "state": "Passed" if report.verdict.passed else "Failed",
        "counts": text.counts(report),
        "reasons": _verdict_reasons(report),
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
    """The report as a page, the same byte for byte for the same run unless its times are shown."""
    page: Template = _environment().get_template("report.html")
    return page.render(_context(report, view))
