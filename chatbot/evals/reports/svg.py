"""Small drawings as SVG: the risk-coverage curve, and bars that show where a figure lies between 0 and 1.

They bear classes and no colours, which are the style sheet's.
"""

from __future__ import annotations

from itertools import chain
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from chatbot.evals.metrics.risk_coverage import in_use, steps
from chatbot.evals.reports.elements import element

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

    from chatbot.evals.metrics.risk_coverage import Point

_DRAWN = 240  # points of a curve, more than can be told apart
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)  # between the ticks of the risk
_TICKS = 5  # at most
_LENGTH, _HEIGHT, _EDGE = 150, 16, 5  # of a bar


def percent(share: float) -> str:
    """A share in words."""
    return f"{share * 100:.0f} %"


class _Frame(NamedTuple):
    """The field of a plot, in the units of its drawing, and the risk at its upper edge."""

    top_risk: float
    left: float = 66
    right: float = 456
    top: float = 14
    bottom: float = 262

    def x(self, coverage: float) -> float:
        """Where a coverage lies."""
        return self.left + (self.right - self.left) * coverage

    def y(self, risk: float) -> float:
        """Where a risk lies."""
        return self.bottom - (self.bottom - self.top) * min(1.0, risk / self.top_risk)


def _line(name: str, x1: float, y1: float, x2: float, y2: float) -> Element:
    return element("line", class_=name, x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}")


def _text(name: str, x: float, y: float, text: str) -> Element:
    return element("text", text, class_=name, x=f"{x:.1f}", y=f"{y:.1f}")


def _step(top: float) -> float:
    return next((step for step in _STEPS if top <= step * _TICKS), _STEPS[-1])


def _frame(points: Sequence[Point]) -> _Frame:
    most = max(point.risk for point in points)
    step = _step(most)
    return _Frame(max(1, ceil(round(most / step, 6))) * step)


def _axes(frame: _Frame) -> Iterator[Element]:
    step = _step(frame.top_risk)
    for risk in (step * number for number in range(round(frame.top_risk / step) + 1)):
        yield _line("grid", frame.left, frame.y(risk), frame.right, frame.y(risk))
        yield _text("tick risk", frame.left - 8, frame.y(risk) + 4, percent(risk))
    for coverage in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield _line("axis", frame.x(coverage), frame.bottom, frame.x(coverage), frame.bottom + 5)
        yield _text("tick", frame.x(coverage), frame.bottom + 20, percent(coverage))
    yield _line("axis", frame.left, frame.bottom, frame.right, frame.bottom)
    yield _text("name", (frame.left + frame.right) / 2, frame.bottom + 42, "coverage: turns that are answered")
    middle = (frame.top + frame.bottom) / 2
    name = _text("name", 0, 0, "risk: of these, wrong")
    name.set("transform", f"translate(14 {middle:.1f}) rotate(-90)")
    yield name


def _curve(frame: _Frame, points: Sequence[Point], threshold: float | None) -> Iterator[Element]:
    drawn = [(frame.x(point.coverage), frame.y(point.risk)) for point in steps(points, _DRAWN, threshold)]
    path = " L".join(f"{x:.1f} {y:.1f}" for x, y in drawn)
    yield element(
        "path", class_="area", d=f"M{drawn[0][0]:.1f} {frame.bottom} L{path} L{drawn[-1][0]:.1f} {frame.bottom} Z"
    )
    yield element("path", class_="curve", d=f"M{path}")


def _used(frame: _Frame, point: Point, threshold: float) -> Iterator[Element]:
    """The threshold in use: where it stands, and what comes of it. Left of it, above the curve, there is room."""
    x, y = frame.x(point.coverage), frame.y(point.risk)
    yield _line("guide", x, y, x, frame.bottom)
    yield _line("guide", frame.left, y, x, y)
    yield element("circle", class_="used", cx=f"{x:.1f}", cy=f"{y:.1f}", r="5.5")
    side, shift = ("label end", -11.0) if point.coverage > 0.5 else ("label", 11.0)
    above = max(frame.top + 14, y - 28)
    yield _text(side, x + shift, above, f"threshold {threshold:.2f}")
    yield _text(side, x + shift, above + 17, f"{percent(point.coverage)} answered, {percent(point.risk)} wrong")


def described(points: Sequence[Point], threshold: float | None) -> str:
    """What the curve shows, in words."""
    last = points[-1]
    whole = f"If every turn is answered, {percent(last.risk)} of the answers are wrong."
    used = None if threshold is None else in_use(points, threshold)
    if not used:
        return whole
    now = f"At the threshold in use, {threshold:.2f}, {percent(used.coverage)} of the turns are answered"
    return f"{now} and {percent(used.risk)} of these answers are wrong. {whole}"


def risk_coverage(points: Sequence[Point], threshold: float | None) -> Element:
    """The curve, with the threshold in use marked. `points` is not empty, coverage rising."""
    frame = _frame(points)
    used = None if threshold is None else in_use(points, threshold)
    mark = _used(frame, used, threshold) if used and threshold is not None else ()
    return element(
        "svg",
        element("title", "Risk by coverage", id="plot-title"),
        element("desc", described(points, threshold), id="plot-described"),
        *chain(_axes(frame), _curve(frame, points, threshold), mark),
        class_="plot",
        viewBox="0 0 480 312",
        role="img",
        aria_labelledby="plot-title plot-described",
    )


def _along(value: float) -> float:
    return _EDGE + (_LENGTH - 2 * _EDGE) * min(1.0, max(0.0, value))


def bar(value: float, low: float | None = None, high: float | None = None, bound: float | None = None) -> Element:
    """Where a share lies between 0 and 1, with its interval and its bound; the numbers have to stand beside it."""
    middle = _HEIGHT / 2
    spread = low is not None and high is not None
    return element(
        "svg",
        _line("track", _along(0), middle, _along(1), middle),
        _line("spread", _along(low or 0.0), middle, _along(high or 0.0), middle) if spread else None,
        None if bound is None else _line("bound", _along(bound), 1, _along(bound), _HEIGHT - 1),
        element("circle", class_="value", cx=f"{_along(value):.1f}", cy=f"{middle:.1f}", r="4"),
        class_="bar",
        width=str(_LENGTH),
        height=str(_HEIGHT),
        viewBox=f"0 0 {_LENGTH} {_HEIGHT}",
        aria_hidden="true",
    )
