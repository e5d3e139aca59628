"""Bounds, and the verdict that is printed and exited with."""

import re

import pytest
from eval_fakes import RISES, SALT, case, reply, turn

from chatbot.errors import UsageError
from chatbot.gates import ALWAYS, thresholds, verdict
from chatbot.metrics import totals
from chatbot.scoring import judge

GAS = turn("yeast makes gas")
HALF = totals([judge(case(GAS, name=text), GAS, reply(text)) for text in (RISES, SALT)])  # one of two right

CHECKS = {
    "a floor that is reached": ({"right": 0.5}, True),
    "a floor that is not": ({"right": 0.51}, False),
    "a cap that is kept": ({"shown": 1.0}, True),
    "a cap that is not": ({"shown": 0.9}, False),
    "a figure that is missing": ({"abstained": 0.0}, False),
    "one of two": ({"right": 0.5, "first": 0.6}, False),
    "no bound at all": ({}, True),
}


@pytest.mark.parametrize(("bounds", "passed"), CHECKS.values(), ids=CHECKS)
def test_every_bound_is_kept_or_the_verdict_is_a_failure(bounds, passed):
    """Verdict and exit code come from one value."""
    held = verdict(HALF, bounds)
    assert held.passed is passed
    assert held.exit_code == (0 if passed else 1)
    assert [check.metric for check in held.checks] == list(bounds)


def test_altered_quotes_and_errors_are_never_waived(tmp_path):
    """They are held against 0 without any file."""
    assert thresholds(tmp_path / "cases.jsonl") == ALWAYS == {"altered": 0.0, "errors": 0.0}


def test_bounds_are_found_beside_the_cases_under_the_files_stem(tmp_path):
    """Another set's table is not ours."""
    (tmp_path / "thresholds.toml").write_text("[dev]\nright = 0.5\nshown = 2\n")
    assert thresholds(tmp_path / "dev.jsonl") == ALWAYS | {"right": 0.5, "shown": 2.0}
    assert thresholds(tmp_path / "test.jsonl") == ALWAYS


def test_a_given_file_is_used_instead(tmp_path):
    """It may lie anywhere."""
    (tmp_path / "thresholds.toml").write_text("[dev]\nright = 0.5\n")
    given = tmp_path / "strict.toml"
    given.write_text("[dev]\nright = 0.9\n")
    assert thresholds(tmp_path / "dev.jsonl", given)["right"] == 0.9


FAULTS = {
    "no TOML": ("right 0.5", "is not TOML: "),
    "no UTF-8": (b"\xff", "is not TOML: 'utf-8' codec"),
    "no table": ("[test]\nright = 0.5", "has no table [dev]"),
    "no table, but a value": ("dev = 1", "has no table [dev]"),
    "an unknown metric": ("[dev]\nrigth = 0.5", 'unknown metric "rigth" (known: right, abstained, balanced,'),
    "a bound that is no number": ("[dev]\nright = '0.5'", "right must be a number"),
    "a bound that is a flag": ("[dev]\nright = true", "right must be a number"),
}


@pytest.mark.parametrize(("content", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_file_that_makes_no_sense_is_a_usage_error(tmp_path, content, reason):
    """It is named, with what is wrong; nothing passes by mistake."""
    given = tmp_path / "x.toml"
    given.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError, match=re.escape(f"{given}: {reason}")) as raised:
        thresholds(tmp_path / "dev.jsonl", given)
    assert raised.value.exit_code == 2


def test_a_given_file_that_is_not_there_is_a_usage_error(tmp_path):
    """Only the one beside the cases may be missing."""
    with pytest.raises(UsageError, match=r"nowhere\.toml: cannot be read: No such file or directory"):
        thresholds(tmp_path / "dev.jsonl", tmp_path / "nowhere.toml")
