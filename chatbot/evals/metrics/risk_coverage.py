"""What a threshold is worth: how well the confidence tells right answers from wrong ones, and answerable from not."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.evals.metrics.judge import Outcome


def auc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """How often a positive scores above a negative, a tie counting half (Mann and Whitney 1947)."""
    if not positives or not negatives:
        return None
    ordered = sorted(negatives)
    doubled = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in positives)
    return doubled / (2 * len(positives) * len(negatives))


class Point(NamedTuple):
    """What a threshold lets through: the turns whose confidence reaches it. All but the threshold are shares."""

    threshold: float
    coverage: float
    risk: float
    right: float
    abstained: float


def risk_coverage(outcomes: Sequence[Outcome]) -> list[Point]:
    """The risk-coverage curve (El-Yaniv and Wiener 2010) of turns that were answered whatever the confidence.

    One point for each confidence, from the highest; turns of equal confidence pass together.
    """
    counted = sorted((o for o in outcomes if not o.turn.smalltalk), key=lambda o: -o.confidence)
    answerable = sum(o.turn.answerable for o in counted)
    points: dict[float, Point] = {}
    right = wrongly = 0
    for passed, outcome in enumerate(counted, 1):
        right += outcome.turn.answerable and outcome.right
        wrongly += not outcome.turn.answerable
        points[outcome.confidence] = Point(
            outcome.confidence,
            passed / len(counted),
            1 - right / passed,
            right / (answerable or 1),
            1 - wrongly / ((len(counted) - answerable) or 1),
        )
    return list(points.values())


def in_use(points: Sequence[Point], threshold: float) -> Point | None:
    """The point of a curve that a threshold stands at, None where it lets nothing through."""
    return max((point for point in points if point.threshold >= threshold), key=lambda p: p.coverage, default=None)


def steps(points: Sequence[Point], count: int = 20, threshold: float | None = None) -> list[Point]:
    """At most so many points of a curve, evenly spread, from the highest threshold down; with the one in use."""
    if not points:
        return []
    used = None if threshold is None else in_use(points, threshold)
    evenly = {points[-(-len(points) * step // count) - 1] for step in range(1, count + 1)}
    return sorted(evenly | ({used} if used else set()), reverse=True)
