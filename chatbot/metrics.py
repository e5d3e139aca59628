"""The figures of a run: rates with their intervals, and how well the confidence tells answerable from not.

Turns of one dialogue are not independent. Of the two usual answers, a bootstrap over cases and an interval for
clustered proportions, this is the second: Wilson's interval with the number of turns divided by the design effect of
the cases. It needs no seed and no resampling, is Wilson's own where every case has one turn, and, unlike the
bootstrap, it does not shrink to nothing at 0 and 1, where the citations and the controls are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from chatbot.scoring import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from chatbot.scoring import Outcome

Z = 1.959963984540054  # of the normal distribution, for 95 %


class Estimate(NamedTuple):
    """A rate in [0, 1] with its 95 % interval; `of` is the number of turns it is taken over."""

    value: float
    low: float
    high: float
    of: int


def wilson(hits: float, of: float) -> tuple[float, float]:
    """The 95 % score interval of a proportion (Wilson 1927), `of` above 0."""
    rate, square = hits / of, Z * Z
    middle = rate + square / (2 * of)
    half = Z * sqrt(rate * (1 - rate) / of + square / (4 * of * of))
    scale = 1 + square / of
    # the bounds hold the rate, by rounding not always
    return max(0.0, min(rate, (middle - half) / scale)), min(1.0, max(rate, (middle + half) / scale))


def design_effect(clusters: Iterable[tuple[int, int]]) -> float:
    """How much wider the variance of a rate is because its turns come in clusters (Kish 1965), at least 1.

    `clusters` are (hits, turns) pairs; the variance is that of a ratio estimator, over the binomial one.
    """
    pairs = list(clusters)
    of = sum(turns for _, turns in pairs)
    rate = sum(hits for hits, _ in pairs) / of
    binomial = of * rate * (1 - rate)
    between = sum((hits - rate * turns) ** 2 for hits, turns in pairs)
    return max(1.0, between / binomial) if binomial else 1.0


def estimate(outcomes: Sequence[Outcome], hit: Callable[[Outcome], bool]) -> Estimate | None:
    """The rate of turns that are a hit, None over no turns; its interval allows for dialogues."""
    if not outcomes:
        return None
    clusters: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        clusters[outcome.case.place].append(hit(outcome))
    of, hits = len(outcomes), sum(map(sum, clusters.values()))
    effect = design_effect((sum(hits), len(hits)) for hits in clusters.values())
    return Estimate(hits / of, *wilson(hits / effect, of / effect), of)


def mean(first: Estimate | None, second: Estimate | None) -> Estimate | None:
    """The mean of two rates, with Newcombe's interval for a sum of two proportions (1998, MOVER)."""
    if not first or not second:
        return None
    value = (first.value + second.value) / 2
    below = sqrt((first.value - first.low) ** 2 + (second.value - second.low) ** 2) / 2
    above = sqrt((first.high - first.value) ** 2 + (second.high - second.value) ** 2) / 2
    return Estimate(value, value - below, value + above, first.of + second.of)


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


@dataclass(frozen=True, slots=True)
class Totals:
    """The design's figures; None where there is nothing to take them over.

    `right`, `first` (right by the first quote alone) and `citations` (of the right turns) are over answerable turns,
    `abstained` over unanswerable ones, `balanced` is the mean of right and abstained. `shown` are sentences a turn
    that was answered, overviews aside. `auc` is that of the confidence for answerable or not. `altered` counts quotes
    and `errors` turns; both take in small talk, which is left out of all else.
    """

    right: Estimate | None
    abstained: Estimate | None
    balanced: Estimate | None
    first: Estimate | None
    citations: Estimate | None
    auc: float | None
    shown: float | None
    altered: int
    errors: int

    @property
    def values(self) -> dict[str, float | None]:
        """Each figure by its name, without its interval."""
        figures: Mapping[str, Estimate | float | None] = {name: getattr(self, name) for name in self.__slots__}
        return {name: figure.value if isinstance(figure, Estimate) else figure for name, figure in figures.items()}


def _shown(outcomes: Iterable[Outcome]) -> float | None:
    shown = [outcome.shown for outcome in outcomes if outcome.shown and not outcome.uncapped]
    return sum(shown) / len(shown) if shown else None


def totals(outcomes: Sequence[Outcome]) -> Totals:
    """The figures of some outcomes; a turn that failed counts like any other."""
    counted = [outcome for outcome in outcomes if not outcome.turn.smalltalk]
    answerable = [outcome for outcome in counted if outcome.turn.answerable]
    unanswerable = [outcome for outcome in counted if not outcome.turn.answerable]
    right = estimate(answerable, lambda outcome: outcome.right)
    abstained = estimate(unanswerable, lambda outcome: outcome.abstained)
    return Totals(
        right=right,
        abstained=abstained,
        balanced=mean(right, abstained),
        first=estimate(answerable, lambda outcome: outcome.first_right),
        citations=estimate([o for o in answerable if o.right], lambda outcome: outcome.citations_right),
        auc=auc([o.confidence for o in answerable], [o.confidence for o in unanswerable]),
        shown=_shown(counted),
        altered=sum(outcome.altered for outcome in outcomes),
        errors=sum(outcome.reason is Reason.ERROR for outcome in outcomes),
    )


def by_tag(outcomes: Sequence[Outcome]) -> dict[str, Totals]:
    """The figures of each tag's turns, tags in alphabetical order; a turn counts under each tag of its case."""
    tagged: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        for tag in outcome.case.tags:
            tagged[tag].append(outcome)
    return {tag: totals(tagged[tag]) for tag in sorted(tagged)}
