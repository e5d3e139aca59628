"""The verdict: each figure held against its bound; what is printed and the exit code come from this one value."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from chatbot.common.files import UnreadableFileError, read_utf8
from chatbot.errors import UsageError
from chatbot.evals.metrics.registry import KNOWN, value

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from chatbot.evals.metrics.registry import Figures
    from chatbot.evals.run.regression import Comparison

FILE = "thresholds.toml"
ALWAYS = {"altered": 0.0, "errors": 0.0}  # what no question set can waive


@dataclass(frozen=True, slots=True)
class Check:
    """One figure against its bound. A figure that is missing (None) fails."""

    metric: str
    value: float | None
    bound: float
    at_most: bool = False

    @property
    def passed(self) -> bool:
        """Whether the bound is kept."""
        if self.value is None:
            return False
        return self.value <= self.bound if self.at_most else self.value >= self.bound


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks of a run."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def exit_code(self) -> int:
        """0 passed, 1 not."""
        return 0 if self.passed else 1

    @property
    def failed_first(self) -> tuple[Check, ...]:
        """The checks, those first that failed."""
        return tuple(sorted(self.checks, key=lambda check: check.passed))


def _table(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(read_utf8(path))
    except UnreadableFileError as fault:
        raise UsageError(str(fault)) from fault
    except (ValueError, RecursionError) as fault:
        raise UsageError(f"{path}: is not TOML: {fault}") from fault


def _is_finite(given: float) -> bool:
    try:
        return isfinite(given)
    except OverflowError:  # an integer that no float can be
        return False


def _bound(place: str, name: str, given: Any) -> float:
    if name not in KNOWN:
        raise UsageError(f'{place}: unknown metric "{name}" (known: {", ".join(KNOWN)})')
    if isinstance(given, bool) or not isinstance(given, int | float) or not _is_finite(given):
        raise UsageError(f"{place}: {name} must be a number")
    if KNOWN[name].share and not 0 <= given <= 1:
        raise UsageError(f"{place}: {name} is a share, from 0 to 1, and never {given:g}")
    return float(given)


def _said(option: str, text: str, *, at_most: bool) -> tuple[str, float]:
    name, _, given = text.partition("=")
    try:
        bound = _bound(option, name.strip(), float(given))
    except ValueError:
        raise UsageError(f"{option} {text}: write it as {option} NAME=NUMBER, like right=0.8") from None
    if KNOWN[name.strip()].at_most is not at_most:
        other = "--fail-under" if at_most else "--fail-over"
        raise UsageError(f"{option} {text}: {name} is better when it is {'higher' if at_most else 'lower'}: {other}")
    return name.strip(), bound


def options(floors: Iterable[str] = (), caps: Iterable[str] = ()) -> dict[str, float]:
    """The bounds of `--fail-under NAME=X` and `--fail-over NAME=X`. Raises UsageError for what makes no sense."""
    least = dict(_said("--fail-under", floor, at_most=False) for floor in floors)
    return least | dict(_said("--fail-over", cap, at_most=True) for cap in caps)


def thresholds(cases: Path, given: Path | None = None) -> dict[str, float]:
    """The bounds for a question set: the table that bears the file's stem, in `given` or in `FILE` beside the cases.

    Without either, only what always holds. Raises UsageError for a file that makes no sense.
    """
    path = given or cases.parent / FILE
    if not given and not os.path.lexists(path):  # a link that leads nowhere is no file that was left out
        return ALWAYS
    table = _table(path).get(cases.stem)
    if not isinstance(table, dict):  # a slip in the name must not let everything pass
        raise UsageError(f"{path}: has no table [{cases.stem}]; add it, with the bounds of {cases.name} or with none")
    bounds = {name: _bound(str(path), name, bound) for name, bound in table.items()}
    for name, most in ALWAYS.items():
        if bounds.get(name, most) > most:
            raise UsageError(f"{path}: no set may have {name} above {most:g}; --fail-over {name}=N allows it for a run")
    return ALWAYS | bounds


def checks(figures: Figures, bounds: Mapping[str, float]) -> Iterator[Check]:
    """The figures against their bounds, in the order of the figures; a bound without a figure fails."""
    for name in KNOWN:
        if name in bounds:
            yield Check(name, value(figures.get(name)), bounds[name], KNOWN[name].at_most)


def regressions(comparison: Comparison, alpha: float | None = None) -> Iterator[Check]:
    """What must not have become worse since a baseline; with nothing in common nothing is known, which fails.

    No turn may be broken, and none that was right may be gone. With `alpha` turns may break, as long as chance would
    bring the loss that they are, less what was mended, at least that often.
    """
    since = "since the baseline"
    if not comparison.tests:
        yield Check("turns in common with the baseline", 0, 1)
    yield Check(f"right turns gone {since}", len(comparison.lost), 0, at_most=True)
    if alpha is None:
        yield Check(f"turns broken {since}", sum(change.broken for change in comparison.changes), 0, at_most=True)
        return
    for test in comparison.tests:
        yield Check(f"chance of such a loss in {test.metric} {since}", test.p_worse, alpha)
