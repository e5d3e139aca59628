"""The bounds of a question set, and the verdict: whether a run keeps them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from chatbot.common.files import UnreadableFileError, read_toml
from chatbot.common.wording import counted
from chatbot.errors import UsageError
from chatbot.evals.metrics.registry import KNOWN, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from chatbot.evals.metrics.registry import Figures
    from chatbot.evals.run.regression import Comparison

FILE = "thresholds.toml"
ALWAYS = MappingProxyType({"altered": 0.0, "errors": 0.0})  # the bounds that no question set can waive


@dataclass(frozen=True, slots=True)
class Check:
    """A figure and its bound, a maximum if `at_most` is set. A missing figure (None) fails.

    `said` is the figure in words, where "NAME is VALUE" would not be what people say.
    """

    metric: str
    value: float | None
    bound: float
    at_most: bool = False
    said: str = ""

    @property
    def passed(self) -> bool:
        """Whether the figure keeps the bound."""
        if self.value is None:
            return False
        return self.value <= self.bound if self.at_most else self.value >= self.bound


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks of a run; what is printed and the exit code both come from here."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def exit_code(self) -> int:
        """0 if every check passed, else 1."""
        return 0 if self.passed else 1

    @property
    def failed_first(self) -> tuple[Check, ...]:
        """The checks, failed ones first."""
        return tuple(sorted(self.checks, key=lambda check: check.passed))


def _tables(path: Path) -> Mapping[str, Any]:
    try:
        return read_toml(path)
    except UnreadableFileError as fault:
        raise UsageError(str(fault)) from fault


def _is_number(value: Any) -> bool:
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    except OverflowError:  # an integer too large for a float
        return False


def _bound(place: str, name: str, bound: Any) -> float:
    """A checked bound; `place` says in an error where it stands."""
    if name not in KNOWN:
        raise UsageError(f'{place}: unknown metric "{name}" (known: {", ".join(KNOWN)})')
    if not _is_number(bound):
        raise UsageError(f"{place}: {name} must be a number")
    if KNOWN[name].share and not 0 <= bound <= 1:
        raise UsageError(f"{place}: {name} is a share between 0 and 1, not {bound:g}")
    return float(bound)


def _option(option: str, text: str, *, at_most: bool) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        bound = _bound(option, name.strip(), float(number))
    except ValueError:
        raise UsageError(f"{option} {text}: write it as {option} NAME=NUMBER, like right=0.8") from None
    if KNOWN[name.strip()].at_most is not at_most:
        direction, other = ("higher", "--fail-under") if at_most else ("lower", "--fail-over")
        raise UsageError(f"{option} {text}: {name} is better when it is {direction}; use {other}")
    return name.strip(), bound


def from_options(floors: Iterable[str], caps: Iterable[str]) -> dict[str, float]:
    """The bounds in the values of `--fail-under` and `--fail-over`. Raises UsageError for an invalid one."""
    minima = dict(_option("--fail-under", floor, at_most=False) for floor in floors)
    return minima | dict(_option("--fail-over", cap, at_most=True) for cap in caps)


def load(cases: Path, file: Path | None = None) -> dict[str, float]:
    """The bounds of a question set: those of `ALWAYS`, and a table of a TOML file.

    Args:
        cases: The question set; the table has the name of its file without the suffix.
        file: The TOML file; by default `FILE` in the same folder, which may be missing.

    Raises:
        UsageError: The file or its table is missing or invalid.
    """
    path = file or cases.parent / FILE
    if not file and not os.path.lexists(path):  # a broken link is not a missing file
        return dict(ALWAYS)
    table = _tables(path).get(cases.stem)
    if not isinstance(table, dict):  # a misspelt name must not let everything pass
        raise UsageError(f"{path}: has no table [{cases.stem}]; add it, with the bounds of {cases.name} or empty")
    bounds = {name: _bound(str(path), name, bound) for name, bound in table.items()}
    for name, maximum in ALWAYS.items():
        if bounds.get(name, maximum) > maximum:
            raise UsageError(
                f"{path}: no set may have {name} above {maximum:g}; --fail-over {name}=N allows it for a run"
            )
    return {**ALWAYS, **bounds}


def checks(figures: Figures, bounds: Mapping[str, float]) -> Iterator[Check]:
    """The checks of figures against their bounds, in the order of `KNOWN`; a bound without a figure fails."""
    for name in KNOWN:
        if name in bounds:
            yield Check(name, value(figures.get(name)), bounds[name], KNOWN[name].at_most)


def regressions(comparison: Comparison, alpha: float | None = None) -> Iterator[Check]:
    """The checks that nothing has become worse since an earlier run; they fail if the runs have no turn in common.

    Args:
        comparison: With the earlier run.
        alpha: None to allow no broken turn. A number tolerates losses that are not significant at this level, by the
            exact paired test. Right turns that are gone always fail.
    """
    since = "since the baseline"
    if not comparison.tests:
        yield Check("turns in common with the baseline", 0, 1, said="no turn is in the baseline too")
    lost, broken = len(comparison.lost), sum(change.broken for change in comparison.changes)
    gone = f"{counted(lost, 'right turn')} {'is' if lost == 1 else 'are'} gone {since}"
    yield Check(f"right turns gone {since}", lost, 0, at_most=True, said=gone)
    if alpha is None:
        said = f"{counted(broken, 'turn')} broke {since}"
        yield Check(f"turns broken {since}", broken, 0, at_most=True, said=said)
        return
    for test in comparison.tests:
        said = f"the chance of such a loss in {test.metric} {since} is {test.p_worse:.3f}"
        yield Check(f"chance of such a loss in {test.metric} {since}", test.p_worse, alpha, said=said)
