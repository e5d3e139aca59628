"""The HTML report: one page that needs no network, no script and no other file. Jinja2 fills `assets/report.html`."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import tostring

from chatbot.common.wording import counted
from chatbot.documents.model import Span
from chatbot.evals.cases.gold_text import folded
from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.metrics.registry import KNOWN, value
from chatbot.evals.metrics.risk_coverage import in_use, steps
from chatbot.evals.reports import svg, text
from chatbot.evals.reports.elements import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Template

    from chatbot.evals.cases.cases import CaseTurn
    from chatbot.evals.metrics.registry import Figure
    from chatbot.evals.run.results import Report, View
    from chatbot.evals.run.thresholds import Check

_GLANCE = ("right", "abstained", "first", "citations")  # shown largest
_POLICY = "default-src 'none'; style-src 'sha256-%s'; img-src data:; base-uri 'none'; form-action 'none'"
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath d='M2 9l4 4 8-10' fill='none' stroke='%23{}' stroke-width='3'/%3E%3C/svg%3E"
)


def _asset(name: str) -> str:
    return (files("chatbot.evals.reports") / "assets" / name).read_text(encoding="utf-8")


def _joined_lines(name: str) -> str:
    """A template without the white space between its lines, which would show between elements."""
    return "".join(line.strip() for line in _asset(name).splitlines())


def _shown(item: Any) -> Any:
    """What an expression of the template shows: nothing for None, and text without characters that nobody sees."""
    if item is None:
        return ""
    return clean(item) if isinstance(item, str) and not hasattr(item, "__html__") else item


@cache
def _template() -> Template:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_joined_lines), autoescape=True, undefined=StrictUndefined, finalize=_shown
    )
    environment.globals |= {
        "bar": bar,
        "came_out": text.came_out,
        "counted": counted,
        "known": KNOWN,
        "marked": _marked_gold,
    }
    return environment.get_template("report.html")


def _markup(html: str, *texts: str) -> Any:
    """Trusted HTML, with texts escaped into its `{}`."""
    from markupsafe import Markup

    return Markup(html).format(*map(clean, texts)) if texts else Markup(html)  # noqa: S704


def _code(name: str) -> Any:
    return _markup("<code>{}</code>", name)


def _metric(name: str) -> Any:
    """The name of a metric, and what it measures."""
    if name not in KNOWN:
        return _markup('<span class="figure"><code>{}</code> </span>', name)
    row = '<span class="figure"><code>{}</code> <span class="note">{}</span></span>'
    return _markup(row, name, KNOWN[name].description)


def bar(share: float, low: float | None = None, high: float | None = None, bound: float | None = None) -> Any:
    """A bar as a part of the page; see `svg.bar`."""
    return _markup(tostring(svg.bar(share, low, high, bound), encoding="unicode", method="html"))


def _matchable(quote: str) -> tuple[str, list[int]]:
    """A text as gold is matched, and the position of each of its characters in the text itself."""
    kept: list[tuple[str, int]] = []
    for position, character in enumerate(quote):
        shown = " " if character.isspace() else folded(character)
        if shown and not (shown == " " and kept and kept[-1][0] == " "):
            kept.append((shown, position))
    return "".join(character for character, _ in kept), [position for _, position in kept]


def _found(quote: str, strings: Sequence[str]) -> Iterator[Span]:
    matchable, positions = _matchable(quote)
    for string in filter(None, map(folded, strings)):
        start = matchable.find(string)
        while start >= 0:
            yield Span(positions[start], positions[start + len(string) - 1] + 1)
            start = matchable.find(string, start + len(string))


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def marked(quote: str, strings: Sequence[str]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether one of the strings is there, by the rules that gold is matched by."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for span in _merged(list(_found(quote, strings))):
        pieces += [(quote[end : span.start], False), (quote[span.start : span.end], True)]
        end = span.end
    return [*pieces, (quote[end:], False)]


def _marked_gold(quote: str, turn: CaseTurn) -> list[tuple[str, bool]]:
    return marked(quote, [*chain.from_iterable(turn.gold), *turn.must_contain])  # not what is only tolerated


def _spread(figure: Figure) -> str:
    return f"{figure.low:.3f} to {figure.high:.3f}" if isinstance(figure, Estimate) else ""


def _bar_of(figure: Figure, *, share: bool, bound: float | None = None) -> Any:
    if isinstance(figure, Estimate):
        return bar(figure.value, figure.low, figure.high, bound)
    shown = value(figure)
    return bar(shown, bound=bound) if shown is not None and share else ""


def _check_row(check: Check) -> list[Any]:
    share = check.value if check.metric not in KNOWN or KNOWN[check.metric].share else None
    sign, kind = ("✓", "kept") if check.passed else ("✗", "missed")
    return [
        _code(check.metric),
        "missing" if check.value is None else text.number(check.value),
        "" if share is None or not 0 <= share <= 1 else bar(share, bound=check.bound),
        f"{'at most' if check.at_most else 'at least'} {check.bound:g}",
        _markup(f'<span class="state {kind}">{{}}</span>', f"{sign} {kind}"),
    ]


def _glance(report: Report) -> Iterator[tuple[str, str, str]]:
    for name in _GLANCE:
        figure = report.figures[name]
        spread = (
            f"{figure.low:.2f} to {figure.high:.2f}, of {figure.of}" if isinstance(figure, Estimate) else "none asked"
        )
        yield name, "–" if value(figure) is None else f"{value(figure):.3f}", spread


def _figure_rows(report: Report) -> Iterator[list[Any]]:
    bound = {check.metric: check.bound for check in report.verdict.checks}
    for name, figure in text.figures(report).items():
        share = name not in KNOWN or KNOWN[name].share
        drawn = _bar_of(figure, share=share, bound=bound.get(name) if share else None)
        of = str(figure.of) if isinstance(figure, Estimate) else ""
        others = (text.number(figures.get(name)) for figures in report.baselines.values())
        yield [_metric(name), text.number(figure), drawn, _spread(figure), of, *others]


def _two_by_two(report: Report) -> Iterator[tuple[str, list[tuple[int, str, str]]]]:
    counts = report.two_by_two
    can = (counts.answerable_answered, counts.answerable_abstained)
    cannot = (counts.unanswerable_answered, counts.unanswerable_abstained)
    for name, row, kinds in (("answerable", can, ("good", "bad")), ("unanswerable", cannot, ("bad", "good"))):
        shares = [svg.percent(count / sum(row)) if sum(row) else "–" for count in row]
        yield name, list(zip(row, shares, kinds, strict=True))


def _point_rows(report: Report) -> Iterator[list[str]]:
    used = None if report.threshold is None else in_use(report.curve, report.threshold)
    for point in steps(report.curve, 20, report.threshold):
        mark = " (in use)" if point == used else ""
        yield [f"{point.threshold:.3f}{mark}", *(f"{share:.3f}" for share in point[1:])]


def _rate(figure: Figure) -> list[Any]:
    if not isinstance(figure, Estimate):
        return ["", "", ""]
    return [f"{figure.value:.2f}", _bar_of(figure, share=True), f"of {figure.of}"]


def _verdict(report: Report) -> str:
    missed = [check for check in report.verdict.checks if not check.passed]
    return "; ".join(map(text.check, missed)) or f"all {len(report.verdict.checks)} bounds are kept"


def _context(report: Report, view: View) -> dict[str, Any]:
    """The values that the template shows."""
    styles = clean(_asset("report.css"))
    digest = b64encode(sha256(styles.encode()).digest()).decode()
    checks = sorted(report.verdict.checks, key=lambda check: check.passed)
    tests = report.comparison.tests if report.comparison else ()
    faults = groupby(report.faults, key=lambda outcome: outcome.reason)
    plot = svg.risk_coverage(report.curve, report.threshold) if report.curve else None
    return {
        "report": report,
        "view": view,
        "anchors": {outcome.query: f"turn-{number}" for number, outcome in enumerate(report.shown(view), 1)},
        "styles": _markup(styles),
        "policy": _markup(_POLICY % digest),
        "icon": _ICON.format("1a7f4b" if report.verdict.passed else "b3261e"),
        "counts": text.heading(report).rpartition(": ")[2],
        "verdict": _verdict(report),
        "glance": list(_glance(report)),
        "check_rows": [_check_row(check) for check in checks],
        "since_text": text.since(report.comparison) if report.comparison else "",
        "changes": () if view.brief else report.changes,
        "test_rows": [[_code(t.metric), f"{t.before:.3f}", f"{t.now:.3f}", str(t.of), f"{t.p:.3f}"] for t in tests],
        "figure_rows": list(_figure_rows(report)),
        "latency": list(text.latency(report)),
        "two_by_two_rows": list(_two_by_two(report)),
        "plot": _markup(tostring(plot, encoding="unicode", method="html")) if plot is not None else "",
        "plot_text": svg.described(report.curve, report.threshold) if report.curve else "",
        "point_rows": list(_point_rows(report)) if report.curve else [],
        "tag_rows": [[tag, *_rate(f["right"]), *_rate(f["abstained"])] for tag, f in report.tags.items()],
        "groups": [(reason, list(outcomes)) for reason, outcomes in faults],
        "right_turns": [outcome for outcome in report.shown(view) if outcome.reason is Reason.NONE],
    }


def render(report: Report, view: View) -> str:
    """The report as a page, the same byte for byte for the same run unless its times are asked for."""
    return _template().render(_context(report, view))
