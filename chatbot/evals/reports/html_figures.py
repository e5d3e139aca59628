"""The figures of a run as tables of a page: bounds, changes, rates with their intervals, thresholds, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.metrics.registry import KNOWN, value
from chatbot.evals.metrics.risk_coverage import in_use, steps
from chatbot.evals.reports import text
from chatbot.evals.reports.elements import element
from chatbot.evals.reports.svg import bar, described, percent, risk_coverage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from chatbot.evals.metrics.registry import Figure
    from chatbot.evals.reports.elements import Content
    from chatbot.evals.run.regression import Change, Comparison
    from chatbot.evals.run.results import Report, View
    from chatbot.evals.run.thresholds import Check

_GLANCE = ("right", "abstained", "first", "citations")  # what is told above all


def table(name: str, head: Sequence[str], rows: Sequence[Sequence[Content]], kind: str = "") -> Element:
    """A table whose first column names the rows; one too wide for its place can be scrolled."""
    lines = [
        element("tr", element("th", row[0], scope="row"), *(element("td", cell) for cell in row[1:])) for row in rows
    ]
    heads = element("tr", *(element("th", cell, scope="col") if cell else element("td") for cell in head))
    whole = element(
        "table",
        element("caption", name, class_="unseen"),
        element("thead", heads),
        element("tbody", *lines),
        class_=kind,
    )
    return element("div", whole, class_="scroll", role="group", aria_label=name, tabindex="0")


def section(anchor: str, title: str, *content: Content) -> Element:
    """A part of the page that its contents lead to."""
    return element("section", element("h2", title, id=anchor), *content, aria_labelledby=anchor)


def _spread(figure: Figure) -> str:
    return f"{figure.low:.3f} to {figure.high:.3f}" if isinstance(figure, Estimate) else ""


def _bar(figure: Figure, *, share: bool, bound: float | None = None) -> Element | None:
    if isinstance(figure, Estimate):
        return bar(figure.value, figure.low, figure.high, bound)
    shown = value(figure)
    return bar(shown, bound=bound) if shown is not None and share else None


def _named(name: str) -> Element:
    meaning = element("span", KNOWN[name].description, class_="note") if name in KNOWN else None
    return element("span", element("code", name), " ", meaning, class_="figure")


def glance(report: Report) -> Element:
    """The few figures that are told above all."""
    tiles = []
    for name in _GLANCE:
        figure = report.figures[name]
        spread = (
            f"{figure.low:.2f} to {figure.high:.2f}, of {figure.of}" if isinstance(figure, Estimate) else "none asked"
        )
        shown = "–" if value(figure) is None else f"{value(figure):.3f}"
        told = element("dd", element("strong", shown), element("span", spread, class_="note"))
        tiles.append(element("div", element("dt", name), told, element("dd", KNOWN[name].description, class_="note")))
    return element("dl", *tiles, class_="glance")


def _check(check: Check) -> list[Content]:
    shown = "missing" if check.value is None else text.number(check.value)
    state = ("kept", "✓ kept") if check.passed else ("missed", "✗ missed")
    share = check.value if check.metric not in KNOWN or KNOWN[check.metric].share else None
    drawn = None if share is None or not 0 <= share <= 1 else bar(share, bound=check.bound)
    return [
        element("code", check.metric),
        shown,
        drawn,
        f"{'at most' if check.at_most else 'at least'} {check.bound:g}",
        element("span", state[1], class_=f"state {state[0]}"),
    ]


def bounds(report: Report) -> Element:
    """The verdict: every figure that has a bound."""
    rows = [_check(check) for check in sorted(report.verdict.checks, key=lambda check: check.passed)]
    return section("bounds", "Bounds", table("Bounds", ["figure", "value", "", "bound", ""], rows, "bounds"))


def _change(change: Change, anchors: Mapping[str, str]) -> Element:
    kind, state = (
        ("missed", "✗ broken") if change.broken else ("kept", "✓ mended") if change.mended else ("", "≈ other")
    )
    query = change.now.query
    where = element("a", query, href=f"#{anchors[query]}") if query in anchors else element("span", query)
    was, now = (text.came_out(turn) for turn in (change.before, change.after))
    return element(
        "li",
        element("span", state, class_=f"state {kind}"),
        where,
        element("span", f"{was} → {now}", class_="note"),
        element("span", change.now.turn.question, class_="asked", dir="auto"),
    )


def _tests(comparison: Comparison) -> Element | None:
    rows: list[list[Content]] = [
        [element("code", t.metric), f"{t.before:.3f}", f"{t.now:.3f}", str(t.of), f"{t.p:.3f}"]
        for t in comparison.tests
    ]
    head = ["", "before", "now", "of turns", "p, two-sided"]
    return table("Rates before and now", head, rows, "numbers tests") if rows else None


def since(report: Report, anchors: Mapping[str, str], *, brief: bool) -> Element | None:
    """What has changed since the baseline, what broke first."""
    if not report.comparison:
        return None
    items = [] if brief else [_change(change, anchors) for change in report.changes]
    changes = element("ul", *items, class_="changes") if items else None
    told = element("p", f"S{text.since(report.comparison)[1:]}.")
    return section("since", "Since the baseline", told, changes, _tests(report.comparison))


def _figure_rows(report: Report) -> Iterator[list[Content]]:
    bound = {check.metric: check.bound for check in report.verdict.checks}
    for name, figure in text.figures(report).items():
        share = name not in KNOWN or KNOWN[name].share
        of = str(figure.of) if isinstance(figure, Estimate) else ""
        others = (text.number(figures.get(name)) for figures in report.baselines.values())
        drawn = _bar(figure, share=share, bound=bound.get(name) if share else None)
        yield [_named(name), text.number(figure), drawn, _spread(figure), of, *others]


def figures(report: Report, view: View) -> Element:
    """Every figure, with how sure it is and what other programs reach."""
    head = ["", "program", "from 0 to 1", "95 % interval", "of", *report.baselines]
    legend = "Dot: the figure; band: its 95 % interval; upright: its bound. The columns on the right are baselines."
    return section(
        "figures",
        "Figures",
        element("p", legend, class_="note"),
        table("Figures", head, list(_figure_rows(report)), "numbers"),
        *(element("p", told, class_="note") for told in text.latency(report) if view.timings),
    )


def _counted(count: int, of: int, kind: str) -> Element:
    share = percent(count / of) if of else "–"
    return element("td", element("strong", str(count)), " ", element("span", share, class_="note"), class_=kind)


def _two_by_two(report: Report) -> Element:
    counts = report.two_by_two
    can = counts.answerable_answered, counts.answerable_abstained
    cannot = counts.unanswerable_answered, counts.unanswerable_abstained
    rows = [
        element(
            "tr",
            element("th", name, scope="row"),
            *(_counted(n, sum(row), kind) for n, kind in zip(row, kinds, strict=True)),
        )
        for name, row, kinds in (("answerable", can, ("good", "bad")), ("unanswerable", cannot, ("bad", "good")))
    ]
    head = element("tr", element("td"), element("th", "answered", scope="col"), element("th", "abstained", scope="col"))
    caption = element("caption", "Answered or not, of the turns that can be and of those that cannot")
    return element("table", caption, element("thead", head), element("tbody", *rows), class_="two-by-two")


def _points(report: Report) -> Element:
    used = None if report.threshold is None else in_use(report.curve, report.threshold)
    rows: list[list[Content]] = [
        [f"{point.threshold:.3f}{' (in use)' if point == used else ''}", *(f"{share:.3f}" for share in point[1:])]
        for point in steps(report.curve, 20, report.threshold)
    ]
    name = "The same in numbers"
    head = ["threshold", "coverage", "risk", "right", "abstained"]
    return element("details", element("summary", name), table(name, head, rows, "numbers points"))


def threshold(report: Report) -> Element:
    """What the confidence is worth: answered or not, and what another threshold would do."""
    if not report.curve:
        return section("threshold", "Answered or not", _two_by_two(report))
    plot = element("figure", risk_coverage(report.curve, report.threshold), _points(report))
    told = element("p", described(report.curve, report.threshold))
    beside = element("div", told, _two_by_two(report))
    return section("threshold", "Answered or not", element("div", plot, beside, class_="beside"))


def _rate(figure: Figure) -> list[Content]:
    if not isinstance(figure, Estimate):
        return ["", "", ""]
    return [f"{figure.value:.2f}", _bar(figure, share=True), f"of {figure.of}"]


def tags(report: Report) -> Element | None:
    """Right and abstained of each tag's turns."""
    rows: list[list[Content]] = [
        [tag, *_rate(found["right"]), *_rate(found["abstained"])] for tag, found in report.tags.items()
    ]
    head = ["tag", "right", "", "", "abstained", "", ""]
    return section("tags", "Tags", table("Tags", head, rows, "tags")) if rows else None
