"""The geometry of the HTML report's drawings; the templates turn it into SVG, the style sheet adds the colours."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from chatbot.evals.metrics.risk_coverage import in_use, steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.evals.metrics.risk_coverage import Point

_MAX_POINTS = 240  # of a curve; more could not be distinguished
_MAX_RISK_STEPS = 5  # between the ticks of the risk
_RISK_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)


class Tick(NamedTuple):
    """A tick of an axis."""

    at: float
    label: str


class Mark(NamedTuple):
    """The threshold in use on the curve. Its lines of text end at `text_x` if `text_ends`; else they start there."""

    x: float
    y: float
    text_x: float
    text_y: float
    text_ends: bool
    lines: tuple[str, str]


@dataclass(frozen=True)
class Plot:
    """The risk-coverage curve as a drawing: coverage from left to right, risk from bottom to top."""

    left: ClassVar[float] = 66.0
    right: ClassVar[float] = 456.0
    top: ClassVar[float] = 14.0
    bottom: ClassVar[float] = 262.0

    risks: list[Tick]
    coverages: list[Tick]
    curve: str  # a path
    area: str  # below the curve
    mark: Mark | None
    description: str


def percent(share: float) -> str:
    """A share as a percentage without decimals."""
    return f"{share * 100:.0f} %"


def describe(points: Sequence[Point], threshold: float | None) -> str:
    """What a risk-coverage curve shows, in words."""
    everything = f"If every turn is answered, {percent(points[-1].risk)} of the answers are wrong."
    used = None if threshold is None else in_use(points, threshold)
    if not used or threshold is None:
        return everything
    now = f"At the threshold in use, {percent(threshold)}, {percent(used.coverage)} of the turns are answered"
    return f"{now} and {percent(used.risk)} of these answers are wrong. {everything}"


def bar_x(share: float) -> float:
    """The position of a share between 0 and 1 on a bar that is 150 units long; values outside are moved to its ends."""
    return round(5 + 140 * min(1.0, max(0.0, share)), 1)


def _x(coverage: float) -> float:
    return round(Plot.left + (Plot.right - Plot.left) * coverage, 1)


def _y(risk: float, top_risk: float) -> float:
    return round(Plot.bottom - (Plot.bottom - Plot.top) * min(1.0, risk / top_risk), 1)


def _risk_ticks(points: Sequence[Point]) -> list[float]:
    """Round numbers from 0 to just above the highest risk."""
    highest = max(point.risk for point in points)
    step = next((step for step in _RISK_STEPS if highest <= step * _MAX_RISK_STEPS), _RISK_STEPS[-1])
    count = max(1, ceil(round(highest / step, 6)))
    return [step * number for number in range(count + 1)]


def _mark(used: Point, threshold: float, top_risk: float) -> Mark:
    x, y = _x(used.coverage), _y(used.risk, top_risk)
    ends = used.coverage > 0.5  # left of the curve there is room
    effect = f"{percent(used.coverage)} answered, {percent(used.risk)} wrong"
    text_x, text_y = round(x - 11 if ends else x + 11, 1), round(max(Plot.top + 14, y - 28), 1)
    return Mark(x, y, text_x, text_y, ends, (f"threshold {percent(threshold)}", effect))


def plot(points: Sequence[Point], threshold: float | None) -> Plot:
    """The drawing of a risk-coverage curve that is not empty, with the threshold in use marked."""
    risks = _risk_ticks(points)
    drawn = [(_x(point.coverage), _y(point.risk, risks[-1])) for point in steps(points, _MAX_POINTS, threshold)]
    path = " L".join(f"{x} {y}" for x, y in drawn)
    used = None if threshold is None else in_use(points, threshold)
    return Plot(
        risks=[Tick(_y(risk, risks[-1]), percent(risk)) for risk in risks],
        coverages=[Tick(_x(coverage), percent(coverage)) for coverage in (0.0, 0.25, 0.5, 0.75, 1.0)],
        curve=f"M{path}",
        area=f"M{drawn[0][0]} {Plot.bottom} L{path} L{drawn[-1][0]} {Plot.bottom} Z",
        mark=_mark(used, threshold, risks[-1]) if used and threshold is not None else None,
        description=describe(points, threshold),
    )
