"""What counts as growing too fast (`evals/growth.py`), and that each shape can be measured."""

from math import log

import pytest


@pytest.mark.parametrize(
    ("power", "flagged"),
    [(lambda n: n, False), (lambda n: n * log(n), False), (lambda n: n**1.5, True), (lambda n: n * n, True)],
)
def test_growth(script, power, flagged):
    """What is n log n at most is not flagged, and what is more is."""
    growth = script("growth")
    times = [power(1000 * factor) / power(1000) * 0.1 for factor in (1, 2, 4)]
    assert (growth.grows(times, 1000) > growth._ROOM) is flagged
    assert growth.grows([time / 1000 for time in times], 1000) == 0.0  # too short to tell


def test_the_shapes(script):
    """There are many of them, each with a name of its own, and each does its work."""
    shapes = script("growth").shapes()
    assert len({shape.name for shape in shapes}) == len(shapes) > 40
    for shape in shapes:
        shape.work(60)()
