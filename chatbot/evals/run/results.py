"""A finished run: all that any form of report is made of, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatbot.evals.metrics.judge import Reason
from chatbot.evals.metrics.registry import TwoByTwo, by_tag, two_by_two

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.metrics.registry import Figure, Figures
    from chatbot.evals.metrics.risk_coverage import Point
    from chatbot.evals.run.regression import Change, Comparison
    from chatbot.evals.run.thresholds import Verdict


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds that a question took: half of them at most the median, all but one in twenty at most the other."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class View:
    """What of a run is shown.

    `brief`: the figures alone, so that a set can be kept unseen. `every`: right turns too, in the terminal.
    """

    brief: bool = False
    every: bool = False
    only_failing: bool = False
    explain: bool = False
    timings: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A run of the question set `name`: the outcome of every turn in the order of the cases, and their figures.

    `curve` is the risk-coverage curve, `threshold` the confidence in use, None where no document could be opened.
    `left_out` says which cases could not be asked, and why. `latency` is there on request: it differs between runs.
    """

    name: str
    outcomes: tuple[Outcome, ...]
    figures: Figures
    controls: Mapping[str, Figures]
    curve: tuple[Point, ...]
    threshold: float | None
    verdict: Verdict
    comparison: Comparison | None = None
    left_out: tuple[str, ...] = ()
    latency: Latency | None = None

    @property
    def faults(self) -> tuple[Outcome, ...]:
        """The turns to look at, by reason, in the order of the cases."""
        order = list(Reason)
        found = (outcome for outcome in self.outcomes if outcome.reason is not Reason.NONE)
        return tuple(sorted(found, key=lambda outcome: order.index(outcome.reason)))

    @property
    def tags(self) -> dict[str, dict[str, Figure]]:
        """The figures of each tag."""
        return by_tag(self.outcomes)

    @property
    def two_by_two(self) -> TwoByTwo:
        """Answered or not, of those that can be and of those that cannot."""
        return two_by_two(self.outcomes)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The turns that came out otherwise than in the baseline, what broke first."""
        return self.comparison.changes if self.comparison else ()

    @property
    def known(self) -> frozenset[str]:
        """The names of the turns that are wrong and were so in the baseline."""
        if not self.comparison:
            return frozenset()
        new = {*self.comparison.added, *(change.now.query for change in self.changes if change.broken)}
        return frozenset(outcome.query for outcome in self.faults if outcome.query not in new)

    def shown(self, view: View) -> tuple[Outcome, ...]:
        """The turns that a report lists, in the order of the cases."""
        if view.brief:
            return ()
        return tuple(o for o in self.outcomes if not view.only_failing or o.reason is not Reason.NONE)


def latency(outcomes: Sequence[Outcome]) -> Latency | None:
    """The median and the 95th percentile of the turns' times, by nearest rank; None of no turns, failed ones aside."""
    seconds = sorted(outcome.seconds for outcome in outcomes if not outcome.error)
    if not seconds:
        return None
    return Latency(*(seconds[-(-len(seconds) * percent // 100) - 1] for percent in (50, 95)))
