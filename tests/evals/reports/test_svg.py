"""Drawings: what they show is where it belongs."""

import pytest

from chatbot.evals.metrics.risk_coverage import Point
from chatbot.evals.reports.svg import bar, described, risk_coverage

CURVE = (
    Point(0.9, 0.25, 0.0, 0.3, 1.0),
    Point(0.6, 0.5, 0.1, 0.6, 0.9),
    Point(0.4, 0.75, 0.2, 0.8, 0.5),
    Point(0.1, 1.0, 0.4, 0.9, 0.0),
)


def texts(drawing, kind):
    """The texts of a kind."""
    return [text.text for text in drawing.iter("text") if text.get("class").split()[0] == kind]


def circle(drawing):
    """Where the dot is."""
    found = drawing.find("circle")
    return None if found is None else (float(found.get("cx")), float(found.get("cy")))


def test_the_threshold_in_use_is_marked_where_it_stands():
    """Half-way along the coverage, a quarter of the way up; and told in words."""
    drawing = risk_coverage(CURVE, 0.5)
    x, y = circle(drawing)
    assert x == pytest.approx((66 + 456) / 2, abs=0.1)
    assert y == pytest.approx(262 - (262 - 14) / 4, abs=0.1)
    assert texts(drawing, "label") == ["threshold 0.50", "50 % answered, 10 % wrong"]


@pytest.mark.parametrize("threshold", [None, 0.95])
def test_a_threshold_that_lets_nothing_through_is_not_marked(threshold):
    """Nor is one that is not known."""
    drawing = risk_coverage(CURVE, threshold)
    assert circle(drawing) is None
    assert texts(drawing, "label") == []
    assert described(CURVE, threshold) == "If every turn is answered, 40 % of the answers are wrong."


def test_the_axes_reach_as_far_as_the_curve():
    """Coverage up to everything, risk up to the next round number."""
    drawing = risk_coverage(CURVE, None)
    assert texts(drawing, "tick")[:5] == ["0 %", "10 %", "20 %", "30 %", "40 %"]
    assert texts(drawing, "tick")[5:] == ["0 %", "25 %", "50 %", "75 %", "100 %"]


@pytest.mark.parametrize("risk", [0.0, 0.004, 0.05, 0.3, 0.333, 1.0])
def test_no_part_of_a_curve_leaves_the_field(risk):
    """Whatever the risks are; of one point too."""
    drawing = risk_coverage((Point(0.5, 1.0, risk, 1.0, 1.0),), 0.5)
    x, y = circle(drawing)
    assert x == 456
    assert 14 <= y <= 262
    assert len(texts(drawing, "tick")) <= 11


def test_a_curve_of_very_many_points_is_thinned():
    """More than can be told apart are not drawn."""
    many = [Point(1 - i / 9999, i / 9999, 0.1, 1.0, 1.0) for i in range(1, 10_000)]
    path = next(path for path in risk_coverage(many, None).iter("path") if path.get("class") == "curve")
    assert path.get("d").count(" L") < 240


def test_it_has_words_for_those_who_do_not_see_it():
    """A title and a description that say what it shows."""
    drawing = risk_coverage(CURVE, 0.5)
    assert drawing.get("role") == "img"
    assert drawing.get("aria-labelledby").split() == [part.get("id") for part in drawing[:2]]
    assert drawing[1].text == (
        "At the threshold in use, 0.50, 50 % of the turns are answered and 10 % of these answers are wrong. "
        "If every turn is answered, 40 % of the answers are wrong."
    )


def test_a_bar_shows_value_interval_and_bound():
    """As far as there are any; it says nothing that does not stand beside it."""
    whole = bar(0.5, 0.0, 1.0, 0.25)
    lines = {line.get("class"): (line.get("x1"), line.get("x2")) for line in whole.iter("line")}
    assert lines == {"track": ("5.0", "145.0"), "spread": ("5.0", "145.0"), "bound": ("40.0", "40.0")}
    assert circle(whole)[0] == 75
    assert [line.get("class") for line in bar(1.5).iter("line")] == ["track"]
    assert circle(bar(1.5))[0] == 145
    assert whole.get("aria-hidden") == "true"
