"""The verdict: each figure held against its bound; what is printed and the exit code come from this one value."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatbot.errors import UsageError
from chatbot.metrics import Totals

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "thresholds.toml"
AT_MOST = frozenset({"altered", "errors", "shown"})  # every other figure is better when it is higher
ALWAYS = {"altered": 0.0, "errors": 0.0}  # what no question set can waive


@dataclass(frozen=True, slots=True)
class Check:
    """One figure against its bound. A figure that is missing (None) fails."""

    metric: str
    value: float | None
    bound: float

    @property
    def at_most(self) -> bool:
        """Whether the bound is an upper one."""
        return self.metric in AT_MOST

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


def _table(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as fault:  # also what both TOML and UTF-8 raise
        raise UsageError(f"{path}: is not TOML: {fault}") from fault


def _bound(path: Path, metric: str, value: Any) -> float:
    if metric not in Totals.__slots__:
        raise UsageError(f'{path}: unknown metric "{metric}" (known: {", ".join(Totals.__slots__)})')
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(f"{path}: {metric} must be a number")
    return float(value)


def thresholds(cases: Path, given: Path | None = None) -> dict[str, float]:
    """The bounds for a question set: the table that bears the file's stem, in `given` or in `FILE` beside the cases.

    Without either, only what always holds. Raises UsageError for a file that makes no sense.
    """
    path = given or cases.parent / FILE
    if not given and not path.exists():
        return ALWAYS
    table = _table(path).get(cases.stem)
    if table is None and not given:
        return ALWAYS
    if not isinstance(table, dict):
        raise UsageError(f"{path}: has no table [{cases.stem}]")
    return ALWAYS | {metric: _bound(path, metric, value) for metric, value in table.items()}


def verdict(totals: Totals, bounds: Mapping[str, float]) -> Verdict:
    """The figures held against their bounds, in the order of `Totals`."""
    values = totals.values
    return Verdict(tuple(Check(metric, value, bounds[metric]) for metric, value in values.items() if metric in bounds))
