"""Rates with their 95 % confidence intervals, and an exact test of changes.

The turns of one dialogue are not independent. The usual remedies are a bootstrap over cases and an interval for
clustered proportions; this is the latter: Wilson's interval, with the number of turns divided by the design effect of
the cases. It needs no seed and no resampling, equals Wilson's interval if every case has one turn, and, unlike the
bootstrap, does not shrink to nothing at 0 and 1, where citations and baselines often are. For means of values between
0 and 1 that are not proportions, like reciprocal ranks, it is conservative: they never vary more than proportions do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from math import log, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

Z = 1.959963984540054  # the two-sided 95 % quantile of the normal distribution


class Estimate(NamedTuple):
    """A rate in [0, 1] with its 95 % interval; `of` is the number of observations, usually turns."""

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
    # rounding may put a bound on the wrong side of the rate
    return max(0.0, min(rate, (middle - half) / scale)), min(1.0, max(rate, (middle + half) / scale))


def design_effect(clusters: Iterable[tuple[float, int]]) -> float:
    """The factor by which clustering increases the variance of a rate (Kish 1965), at least 1.

    It is the variance of the ratio estimator over the binomial variance. `clusters` are pairs (hits, turns).
    """
    pairs = list(clusters)
    of = sum(turns for _, turns in pairs)
    rate = sum(hits for hits, _ in pairs) / of
    binomial = of * rate * (1 - rate)
    between = sum((hits - rate * turns) ** 2 for hits, turns in pairs)
    return max(1.0, between / binomial) if binomial else 1.0


def rate(counts: Iterable[tuple[str, float, int]]) -> Estimate | None:
    """The rate of hits over counts, which are triples (cluster, hits, observations); None if there are none."""
    clusters: dict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
    for cluster, hits, of in counts:
        clusters[cluster] = (clusters[cluster][0] + hits, clusters[cluster][1] + of)
    hits, of = (sum(column) for column in zip(*clusters.values(), strict=True)) if clusters else (0.0, 0)
    if not of:
        return None
    effect = design_effect(clusters.values())
    return Estimate(hits / of, *wilson(hits / effect, of / effect), int(of))


def mean(first: Estimate | None, second: Estimate | None) -> Estimate | None:
    """The mean of two rates, with Newcombe's interval for a sum of two proportions (1998, MOVER)."""
    if not first or not second:
        return None
    value = (first.value + second.value) / 2
    below = sqrt((first.value - first.low) ** 2 + (second.value - second.low) ** 2) / 2
    above = sqrt((first.high - first.value) ** 2 + (second.high - second.value) ** 2) / 2
    return Estimate(value, value - below, value + above, first.of + second.of)


def _binomial(count: int) -> NDArray[np.float64]:
    """The probabilities of 0 to `count` heads in as many throws of a coin."""
    logs = np.cumsum(np.log(np.arange(count, 0, -1)) - np.log(np.arange(1, count + 1)))
    return np.exp(np.concatenate([[0.0], logs]) - count * log(2))


def sign_flip_test(changes: Sequence[int]) -> tuple[float, float]:
    """The exact test that changes are as likely positive as negative.

    It uses the distribution of the sum if every change may have had the other sign. With changes of one, this is
    McNemar's exact test.

    Args:
        changes: The change of each case; one case is one independent observation, however many turns it has.

    Returns:
        The two-sided p, and the probability of a sum as low as this one or lower.
    """
    distribution = np.ones(1)  # of the sum, from its lowest value to its highest
    for size, count in sorted(Counter(map(abs, filter(None, changes))).items()):
        before, distribution = distribution, np.zeros(len(distribution) + 2 * size * count)
        for positive, share in enumerate(_binomial(count)):
            start = 2 * size * positive
            distribution[start : start + len(before)] += share * before
    sums = np.arange(len(distribution)) - len(distribution) // 2
    observed = sum(changes)
    two_sided = distribution[abs(sums) >= abs(observed)].sum()
    return min(1.0, float(two_sided)), min(1.0, float(distribution[sums <= observed].sum()))
