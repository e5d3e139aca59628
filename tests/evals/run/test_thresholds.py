"""Bounds, and the verdict that is printed and exited with."""

import re

import pytest
from support.eval_fakes import RISES, SALT, case, reply, turn
from support.platforms import posix

from chatbot.errors import UsageError
from chatbot.evals.metrics.judge import judge
from chatbot.evals.metrics.registry import figures
from chatbot.evals.run.regression import Comparison, Paired
from chatbot.evals.run.thresholds import ALWAYS, Verdict, checks, from_options, load, regressions

GAS = turn("yeast makes gas")
HALF = figures([judge(case(GAS, name=text), GAS, reply(text)) for text in (RISES, SALT)])  # one of two right

CHECKS = {
    "a floor that is reached": ({"right": 0.5}, True),
    "a floor that is not": ({"right": 0.51}, False),
    "a cap that is not exceeded": ({"shown": 1.0}, True),
    "a cap that is exceeded": ({"shown": 0.9}, False),
    "a figure that is missing": ({"abstained": 0.0}, False),
    "one of two": ({"right": 0.5, "first": 0.6}, False),
    "no bound at all": ({}, True),
    "a figure that was not asked for": ({"EM": 0.0}, False),
}


@pytest.mark.parametrize(("bounds", "passed"), CHECKS.values(), ids=CHECKS)
def test_every_bound_is_kept_or_the_verdict_is_a_failure(bounds, passed):
    """The run passes if it keeps every bound, and the exit code says so."""
    verdict = Verdict(tuple(checks(HALF, bounds)))
    assert verdict.passed is passed
    assert verdict.exit_code == (0 if passed else 1)
    assert [check.metric for check in verdict.checks] == list(bounds)


def test_altered_quotes_and_errors_are_never_waived(tmp_path):
    """Without any file their bound is 0, and no caller can change it."""
    bounds = load(tmp_path / "cases.jsonl")
    assert bounds == ALWAYS == {"altered": 0.0, "errors": 0.0}
    bounds["altered"] = 5.0
    assert load(tmp_path / "cases.jsonl")["altered"] == 0.0


def test_bounds_are_in_the_table_named_like_the_set(tmp_path):
    """They are read from the file in the folder of the set; without a table of that name the run stops."""
    (tmp_path / "thresholds.toml").write_text("[dev]\nright = 0.5\nshown = 2\n")
    assert load(tmp_path / "dev.jsonl") == {**ALWAYS, "right": 0.5, "shown": 2.0}
    with pytest.raises(UsageError, match=r"has no table \[test\]; add it, with the bounds of test.jsonl or empty"):
        load(tmp_path / "test.jsonl")  # a slip in the name must not let everything pass


def test_a_given_file_is_used_instead(tmp_path):
    """A given file replaces the one in the folder of the set."""
    (tmp_path / "thresholds.toml").write_text("[dev]\nright = 0.5\n")
    given = tmp_path / "strict.toml"
    given.write_text("[dev]\nright = 0.9\n")
    assert load(tmp_path / "dev.jsonl", given)["right"] == 0.9


@pytest.mark.parametrize("name", ALWAYS)
def test_no_file_can_waive_what_always_holds(tmp_path, name):
    """Only an option on the command line can allow altered quotes or errors."""
    (tmp_path / "thresholds.toml").write_text(f"[dev]\n{name} = 5\n")
    with pytest.raises(UsageError, match=f"no set may have {name} above 0; --fail-over {name}=N allows it for a run"):
        load(tmp_path / "dev.jsonl")
    assert from_options([], [f"{name}=5"]) == {name: 5.0}


@posix
def test_a_broken_link_is_not_a_missing_file(tmp_path):
    """Otherwise its bounds would be ignored silently."""
    (tmp_path / "thresholds.toml").symlink_to("gone.toml")
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        load(tmp_path / "dev.jsonl")


FAULTS = {
    "no TOML": ("right 0.5", "is not TOML: "),
    "no UTF-8": (b"\xff", "1: is not UTF-8"),
    "no table": ("[test]\nright = 0.5", "has no table [dev]"),
    "no table, but a value": ("dev = 1", "has no table [dev]"),
    "an unknown metric": ("[dev]\nrigth = 0.5", 'unknown metric "rigth" (known: right, abstained, balanced,'),
    "a bound that is no number": ("[dev]\nright = '0.5'", "right must be a number"),
    "a bound that is a flag": ("[dev]\nright = true", "right must be a number"),
    "a bound that nothing reaches": ("[dev]\nright = nan", "right must be a number"),
    "a bound beyond all numbers": (f"[dev]\nright = {'9' * 400}", "right must be a number"),
    "a number without end": (f"[dev]\nright = {'9' * 5000}", "is not TOML: "),
    "nested too deeply": ("dev = " + "[" * 100_000, "is not TOML: "),
    "a share in per cent": ("[dev]\nright = 80", "right is a share between 0 and 1, not 80"),
}


@pytest.mark.parametrize(("content", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_file_that_makes_no_sense_is_a_usage_error(tmp_path, content, reason):
    """The error names the file and what is wrong."""
    given = tmp_path / "x.toml"
    given.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError, match=f"{re.escape(str(given))}: ?{re.escape(reason)}") as raised:
        load(tmp_path / "dev.jsonl", given)
    assert raised.value.exit_code == 2


def test_a_given_file_that_is_not_there_is_a_usage_error(tmp_path):
    """Only the default file may be missing."""
    with pytest.raises(UsageError, match=r"nowhere\.toml: cannot be read: No such file or directory"):
        load(tmp_path / "dev.jsonl", tmp_path / "nowhere.toml")


def test_bounds_are_given_as_options():
    """The last bound of a metric counts."""
    assert from_options(["right=0.8", "R@5 = 0.9", "right=0.7"], ["shown=1.6"]) == {
        "right": 0.7,
        "R@5": 0.9,
        "shown": 1.6,
    }


OPTIONS = {
    "no number": (["right"], [], "--fail-under right: write it as --fail-under NAME=NUMBER, like right=0.8"),
    "another number": (["right=0,8"], [], "--fail-under right=0,8: write it as"),
    "an unknown figure": (["rigth=0.8"], [], '--fail-under: unknown metric "rigth" (known: right, '),
    "a figure that is to be low": (["shown=2"], [], "shown is better when it is lower; use --fail-over"),
    "a figure that is to be high": ([], ["right=0.8"], "right is better when it is higher; use --fail-under"),
    "not a number": (["right=nan"], [], "--fail-under: right must be a number"),
    "a share in per cent": (["right=80"], [], "--fail-under: right is a share between 0 and 1, not 80"),
}


@pytest.mark.parametrize(("floors", "caps", "reason"), OPTIONS.values(), ids=OPTIONS)
def test_an_option_that_makes_no_sense_is_a_usage_error(floors, caps, reason):
    """The error says how to write it."""
    with pytest.raises(UsageError, match=re.escape(reason)):
        from_options(floors, caps)


class Broken:
    """A change of a turn that broke."""

    broken = True


class Mended:
    """A change of a turn that did not."""

    broken = False


def compared(*tests, changes=(), lost=()):
    """A comparison with some tests and changes."""
    return Comparison("before.jsonl", 10, changes, (), lost, lost, tests)


LOST, WON = Paired("right", 0.7, 0.6, 10, 0.4, 0.2), Paired("abstained", 0.5, 0.6, 10, 0.4, 0.9)
REGRESSIONS = {
    "nothing changed": (compared(LOST, WON), None, True),
    "a turn broke": (compared(WON, changes=(Mended, Broken, Mended)), None, False),
    "others were mended": (compared(WON, changes=(Mended, Mended)), None, True),
    "a right turn is gone": (compared(WON, lost=("a#1",)), None, False),
    "a right turn is gone, and chance is allowed for": (compared(WON, lost=("a#1",)), 0.05, False),
    "a turn broke, as chance may bring it": (compared(LOST, WON, changes=(Broken,)), 0.05, True),
    "more broke than chance brings": (compared(LOST, WON, changes=(Broken,)), 0.25, False),
    "nothing in common": (compared(), None, False),
    "nothing in common, and chance is allowed for": (compared(), 0.05, False),
}


@pytest.mark.parametrize(("comparison", "alpha", "passed"), REGRESSIONS.values(), ids=REGRESSIONS)
def test_what_broke_since_the_baseline_fails(comparison, alpha, passed):
    """Any broken turn fails; with an alpha, only losses that are significant."""
    assert Verdict(tuple(regressions(comparison, alpha))).passed is passed


def test_failed_checks_come_first():
    """The others keep their order."""
    verdict = Verdict(tuple(checks(HALF, {"right": 0.5, "first": 0.9, "shown": 9.0})))
    assert [check.metric for check in verdict.failed_first] == ["first", "right", "shown"]
