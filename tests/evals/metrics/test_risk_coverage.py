"""The risk-coverage curve and the AUC, against their definitions."""

from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.evals.metrics.risk_coverage import Point, auc, in_use, risk_coverage, steps

scores = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), max_size=12)


@given(scores, scores)
def test_auc_is_the_share_of_pairs_in_order(positives, negatives):
    """It equals a count over all pairs, with a tie as half."""
    pairs = list(product(positives, negatives))
    won = sum((positive > negative) + (positive == negative) / 2 for positive, negative in pairs)
    assert auc(positives, negatives) == (pytest.approx(won / len(pairs)) if pairs else None)


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from([0.0, 0.25, 0.5, 1.0])), min_size=1, max_size=12)
)
def test_risk_coverage_follows_its_definition(drawn):
    """Each point equals a count over the turns at or above its threshold; the last point has all turns."""
    outcomes: list[Any] = [
        SimpleNamespace(
            turn=SimpleNamespace(answerable=answerable, smalltalk=False), right=right, confidence=confidence
        )
        for answerable, right, confidence in drawn
    ]
    points = risk_coverage(outcomes)
    assert [point.threshold for point in points] == sorted({confidence for *_, confidence in drawn}, reverse=True)
    assert points[-1].coverage == 1
    asked = sum(answerable for answerable, *_ in drawn)
    for point in points:
        passed = [(answerable, right) for answerable, right, confidence in drawn if confidence >= point.threshold]
        good = sum(answerable and right for answerable, right in passed)
        assert point.coverage == pytest.approx(len(passed) / len(drawn))
        assert point.risk == pytest.approx(1 - good / len(passed))
        assert point.right == pytest.approx(good / asked if asked else 0)
        wrongly = sum(not answerable for answerable, _ in passed)
        assert point.abstained == pytest.approx(1 - wrongly / (len(drawn) - asked) if asked < len(drawn) else 1)


def test_the_curve_leaves_small_talk_out():
    """A turn of small talk is not part of the curve."""
    talk: Any = SimpleNamespace(turn=SimpleNamespace(answerable=True, smalltalk=True), right=True, confidence=1.0)
    assert risk_coverage([talk]) == []


def points(*thresholds):
    """A curve with a point per threshold, evenly spaced in coverage."""
    return [Point(t, i / len(thresholds), 0.0, 0.0, 0.0) for i, t in enumerate(thresholds, 1)]


@pytest.mark.parametrize(("threshold", "point"), [(0.0, 0.1), (0.1, 0.1), (0.3, 0.5), (0.9, 0.9), (0.95, None)])
def test_a_threshold_is_at_the_lowest_confidence_that_reaches_it(threshold, point):
    """A threshold above all confidences has no point."""
    found = in_use(points(0.9, 0.5, 0.1), threshold)
    assert (found.threshold if found else None) == point


def test_a_long_curve_is_reduced_to_evenly_spaced_points():
    """A short curve keeps all its points."""
    curve = points(*(1 - i / 100 for i in range(100)))
    assert [point.coverage for point in steps(curve, 4)] == [0.25, 0.5, 0.75, 1.0]
    assert steps(points(0.9, 0.5), 20) == points(0.9, 0.5)
    assert steps([]) == []


def test_the_threshold_in_use_is_always_among_the_steps():
    """Its point is added to the evenly spaced ones."""
    curve = points(*(1 - i / 100 for i in range(100)))
    assert [point.coverage for point in steps(curve, 2, threshold=0.7)] == [0.31, 0.5, 1.0]
