"""The words of reports: checks as people say them."""

import pytest

from chatbot.evals.reports.text import check, in_percent, verdict
from chatbot.evals.run.regression import Comparison
from chatbot.evals.run.thresholds import Check, Verdict, regressions


def since(broken=0, lost=(), tests=(), alpha=None):
    """The checks since a baseline, in words."""

    class Broke:
        broken = True

    return [check(each) for each in regressions(Comparison("b", 9, (Broke,) * broken, (), lost, lost, tests), alpha)]


@pytest.mark.parametrize(
    ("made", "plain", "percent"),
    [
        (Check("right", 0.8564, 0.66), "right is 0.856; at least 0.66 wanted", "right is 85.6 %; at least 66 % wanted"),
        (Check("right", None, 0.5), "right could not be measured; at least 0.5 wanted", None),
        (Check("auc", 0.7, 0.5), "auc is 0.700; at least 0.5 wanted", "auc is 0.700; at least 0.5 wanted"),
        (Check("shown", 1.4, 1.6, at_most=True), "shown is 1.400; at most 1.6 allowed", None),
        (Check("altered", 1, 0, at_most=True), "1 altered quote; 0 allowed", "1 altered quote; 0 allowed"),
        (Check("errors", 2, 1, at_most=True), "2 errors; at most 1 allowed", None),
    ],
)
def test_a_check(made, plain, percent):
    """A figure with what is wanted or allowed; shares in per cent where a person reads, as they are typed elsewhere."""
    assert check(made) == plain
    if percent:
        assert check(made, percent=True).replace("\N{NO-BREAK SPACE}", " ") == percent


def test_what_broke():
    """What a baseline forbids is said in whole phrases."""
    assert since(11, ("a#1",)) == [
        "no turn is in the baseline too; at least 1 wanted",
        "1 right turn is gone since the baseline; 0 allowed",
        "11 turns broke since the baseline; 0 allowed",
    ]
    assert since(1)[1:] == [
        "0 right turns are gone since the baseline; 0 allowed",
        "1 turn broke since the baseline; 0 allowed",
    ]


def test_the_verdict():
    """It is a list, with what failed first."""
    made = Verdict((Check("right", 0.9, 0.5), Check("errors", 1, 0, at_most=True)))
    assert verdict(made) == "FAILED\n  ✗ 1 error; 0 allowed\n  ✓ right is 0.900; at least 0.5 wanted"
    assert verdict(Verdict(())) == "PASSED"


@pytest.mark.parametrize(
    ("share", "expected"), [(0.8564, "85.6"), (0.5, "50"), (1.0, "100"), (0.0, "0"), (0.0004, "0")]
)
def test_in_percent(share, expected):
    """Without decimals that are zeros, and never torn from its sign at a line's end."""
    assert in_percent(share) == f"{expected}\N{NO-BREAK SPACE}%"
