"""How well confidence predicts right answers: the risk-coverage curve of all thresholds, and the AUC."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.evals.metrics.judge import Outcome


def auc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Probability that a positive scores above a negative, ties counting half (Mann and Whitney 1947)."""
    if not positives or not negatives:
        return None
    ordered = sorted(negatives)
    doubled = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in positives)
    return doubled / (2 * len(positives) * len(negatives))


class Point(NamedTuple):
    """What happens at a threshold, if the turns whose confidence reaches it are answered.

    `coverage` is the share of turns answered, `risk` the share of these that are wrong; `right` and `abstained` are the
    metrics of these names.
    """

    threshold: float
    coverage: float
    risk: float
    right: float
    abstained: float


def risk_coverage(outcomes: Sequence[Outcome]) -> list[Point]:
    """The risk-coverage curve (El-Yaniv and Wiener 2010).

    Args:
        outcomes: Turns answered without a threshold; small talk is left out.

    Returns:
        One point for each confidence that occurs, from the highest down.
    """
    ranked = sorted((o for o in outcomes if not o.turn.smalltalk), key=lambda o: -o.confidence)
    answerable = sum(o.turn.answerable for o in ranked)
    points: dict[float, Point] = {}
    right = unanswerable = 0
    for passed, outcome in enumerate(ranked, 1):
        right += outcome.turn.answerable and outcome.right
        unanswerable += not outcome.turn.answerable
        points[outcome.confidence] = Point(
            outcome.confidence,
            passed / len(ranked),
            1 - right / passed,
            right / (answerable or 1),
            1 - unanswerable / ((len(ranked) - answerable) or 1),
        )
    return list(points.values())


def in_use(points: Sequence[Point], threshold: float) -> Point | None:
    """The point of a curve at a threshold; None if no turn reaches it."""
    return max((point for point in points if point.threshold >= threshold), key=lambda p: p.coverage, default=None)


def steps(points: Sequence[Point], count: int = 20, threshold: float | None = None) -> list[Point]:
    """Points of a curve, evenly spaced, from the highest threshold down.

    Args:
        points: The whole curve.
        count: Maximum number of points.
        threshold: The threshold in use, whose point is always included.
    """
    if not points:
        return []
    used = None if threshold is None else in_use(points, threshold)
    spaced = {points[-(-len(points) * step // count) - 1] for step in range(1, count + 1)}
    return sorted(spaced | ({used} if used else set()), reverse=True)
