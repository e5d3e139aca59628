"""The geometry of drawings: what they show is where it belongs."""

import pytest

from chatbot.evals.metrics.risk_coverage import Point
from chatbot.evals.reports.svg import bar_x, describe, plot

CURVE = (
    Point(0.9, 0.25, 0.0, 0.3, 1.0),
    Point(0.6, 0.5, 0.1, 0.6, 0.9),
    Point(0.4, 0.75, 0.2, 0.8, 0.5),
    Point(0.1, 1.0, 0.4, 0.9, 0.0),
)


def test_the_threshold_in_use_is_marked_on_the_curve():
    """Half-way along the coverage and a quarter of the way up, with its effect in words."""
    mark = plot(CURVE, 0.5).mark
    assert mark
    assert mark.x == (66 + 456) / 2
    assert mark.y == 262 - (262 - 14) / 4
    assert mark.lines == ("threshold 50 %", "50 % answered, 10 % wrong")


@pytest.mark.parametrize(("threshold", "ends"), [(0.5, False), (0.2, True)])
def test_the_label_of_the_mark_is_where_there_is_room(threshold, ends):
    """Right of the mark in the left half, left of it in the right half."""
    mark = plot(CURVE, threshold).mark
    assert mark
    assert mark.text_ends is ends
    assert (mark.text_x < mark.x) is ends


@pytest.mark.parametrize("threshold", [None, 0.95])
def test_a_threshold_that_no_turn_reaches_is_not_marked(threshold):
    """Nor is an unknown one."""
    drawing = plot(CURVE, threshold)
    assert drawing.mark is None
    assert drawing.description == describe(CURVE, threshold)
    assert drawing.description == "If every turn is answered, 40 % of the answers are wrong."


def test_the_axes_reach_as_far_as_the_curve():
    """Coverage up to all turns, risk up to the next round number."""
    drawing = plot(CURVE, None)
    assert [tick.label for tick in drawing.risks] == ["0 %", "10 %", "20 %", "30 %", "40 %"]
    assert [tick.label for tick in drawing.coverages] == ["0 %", "25 %", "50 %", "75 %", "100 %"]
    assert (drawing.coverages[0].at, drawing.coverages[-1].at) == (drawing.left, drawing.right)
    assert (drawing.risks[0].at, drawing.risks[-1].at) == (drawing.bottom, drawing.top)


@pytest.mark.parametrize("risk", [0.0, 0.004, 0.05, 0.3, 0.333, 1.0])
def test_no_part_of_a_curve_leaves_the_drawing(risk):
    """Whatever the risks are, and even if there is only one point."""
    drawing = plot((Point(0.5, 1.0, risk, 1.0, 1.0),), 0.5)
    assert drawing.mark
    assert drawing.mark.x == 456
    assert 14 <= drawing.mark.y <= 262
    assert len(drawing.risks) <= 6


def test_a_curve_of_very_many_points_is_thinned():
    """Points that could not be distinguished are not drawn."""
    many = [Point(1 - i / 9999, i / 9999, 0.1, 1.0, 1.0) for i in range(1, 10_000)]
    assert 200 < plot(many, None).curve.count(" L") < 240


def test_the_description_says_what_the_curve_shows():
    """For readers who do not see it."""
    assert plot(CURVE, 0.5).description == (
        "At the threshold in use, 50 %, 50 % of the turns are answered and 10 % of these answers are wrong. "
        "If every turn is answered, 40 % of the answers are wrong."
    )


def test_a_bar_runs_from_0_to_1():
    """Shares outside are moved to its ends."""
    assert [bar_x(share) for share in (-1, 0, 0.25, 1, 1.5)] == [5, 5, 40, 145, 145]
