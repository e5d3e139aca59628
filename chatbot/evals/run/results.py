"""A finished run as one value, which every report format is made from."""

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
    from chatbot.evals.run.provenance import Provenance
    from chatbot.evals.run.regression import Change, Comparison
    from chatbot.evals.run.thresholds import Verdict


@dataclass(frozen=True, slots=True)
class Latency:
    """Latency per question in seconds: median and 95th percentile."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class View:
    """What a report shows of a run."""

    brief: bool = False  # only the figures, so that a question set can stay unseen
    every: bool = False  # right turns too, in the terminal report
    only_failing: bool = False  # neither right turns nor the tables of tags and thresholds
    explain: bool = False  # how each question was understood, and what its confidence is made of
    timings: bool = False  # the latency, which differs between runs


@dataclass(frozen=True, slots=True)
class Report:
    """The results of the question set `name`."""

    name: str
    outcomes: tuple[Outcome, ...]  # of every turn, in the order of the cases
    figures: Figures
    baselines: Mapping[str, Figures]  # the same figures of each baseline program
    curve: tuple[Point, ...]  # risk and coverage at every threshold
    threshold: float | None  # the confidence from which the program answers, if known
    verdict: Verdict
    comparison: Comparison | None = None  # with an earlier run
    left_out: tuple[str, ...] = ()  # the cases that could not be run, and why
    latency: Latency | None = None
    made: Provenance | None = None

    @property
    def faults(self) -> tuple[Outcome, ...]:
        """The turns with something wrong, by reason, then in the order of the cases."""
        order = list(Reason)
        found = (outcome for outcome in self.outcomes if outcome.reason is not Reason.NONE)
        return tuple(sorted(found, key=lambda outcome: order.index(outcome.reason)))

    @property
    def tags(self) -> dict[str, dict[str, Figure]]:
        """The figures of the turns of each tag."""
        return by_tag(self.outcomes)

    @property
    def two_by_two(self) -> TwoByTwo:
        """The counts of answered and unanswered turns."""
        return two_by_two(self.outcomes)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The turns whose result differs from the earlier run, broken ones first."""
        return self.comparison.changes if self.comparison else ()

    @property
    def known(self) -> frozenset[str]:
        """The names of the turns that are wrong, and were wrong in the earlier run."""
        if not self.comparison:
            return frozenset()
        new = {*self.comparison.added, *(change.now.query for change in self.changes if change.broken)}
        return frozenset(outcome.query for outcome in self.faults if outcome.query not in new)

    def shown(self, view: View) -> tuple[Outcome, ...]:
        """The turns that a report lists under a view, in the order of the cases."""
        if view.brief:
            return ()
        return tuple(o for o in self.outcomes if not view.only_failing or o.reason is not Reason.NONE)


def latency(outcomes: Sequence[Outcome]) -> Latency | None:
    """The latency of all turns that did not raise, by nearest rank; None if there are none."""
    seconds = sorted(outcome.seconds for outcome in outcomes if not outcome.error)
    if not seconds:
        return None
    return Latency(*(seconds[-(-len(seconds) * percent // 100) - 1] for percent in (50, 95)))
