"""The figures of a run, a row of a table each: what it is called, what it measures, whether more of it is better."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from chatbot.evals.metrics import retrieval
from chatbot.evals.metrics import squad as exact_match
from chatbot.evals.metrics.confidence import Estimate, mean, rate
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.metrics.risk_coverage import auc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chatbot.evals.metrics.judge import Outcome

Figure = Estimate | float | int | None
Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure. `measure` takes the outcomes of a run and gives None where there is nothing to measure."""

    name: str
    measure: Callable[[Sequence[Outcome]], Figure]
    at_most: bool = False
    share: bool = True


def counted(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """All but small talk, which is neither answerable nor not."""
    return [outcome for outcome in outcomes if not outcome.turn.smalltalk]


def answerable(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The turns that the document answers."""
    return [outcome for outcome in counted(outcomes) if outcome.turn.answerable]


def unanswerable(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The turns that it does not answer."""
    return [outcome for outcome in counted(outcomes) if not outcome.turn.answerable]


def estimate(outcomes: Iterable[Outcome], share: Callable[[Outcome], float]) -> Estimate | None:
    """The mean over turns of something between 0 and 1; its interval allows for dialogues."""
    return rate((outcome.case.id, share(outcome), 1) for outcome in outcomes)


def _right(outcomes: Sequence[Outcome]) -> Estimate | None:
    return estimate(answerable(outcomes), lambda outcome: outcome.right)


def _abstained(outcomes: Sequence[Outcome]) -> Estimate | None:
    return estimate(unanswerable(outcomes), lambda outcome: outcome.abstained)


def _balanced(outcomes: Sequence[Outcome]) -> Estimate | None:
    return mean(_right(outcomes), _abstained(outcomes))


def _first(outcomes: Sequence[Outcome]) -> Estimate | None:
    return estimate(answerable(outcomes), lambda outcome: outcome.first_right)


def _citations(outcomes: Sequence[Outcome]) -> Estimate | None:
    return estimate((o for o in answerable(outcomes) if o.right), lambda outcome: outcome.citations_right)


def _cited_rightly(outcome: Outcome) -> int:
    return len(set(outcome.cited) & set(outcome.turn.references))


def _citing(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in answerable(outcomes) if outcome.turn.references]


def _citation_precision(outcomes: Sequence[Outcome]) -> Estimate | None:
    return rate((o.case.id, _cited_rightly(o), len(set(o.cited))) for o in _citing(outcomes))


def _citation_recall(outcomes: Sequence[Outcome]) -> Estimate | None:
    return rate((o.case.id, _cited_rightly(o), len(set(o.turn.references))) for o in _citing(outcomes))


def _auc(outcomes: Sequence[Outcome]) -> float | None:
    return auc([o.confidence for o in answerable(outcomes)], [o.confidence for o in unanswerable(outcomes)])


def _shown(outcomes: Sequence[Outcome]) -> float | None:
    shown = [outcome.shown for outcome in counted(outcomes) if outcome.shown and not outcome.uncapped]
    return sum(shown) / len(shown) if shown else None


def _altered(outcomes: Sequence[Outcome]) -> int:
    return sum(outcome.altered for outcome in outcomes)


def _errors(outcomes: Sequence[Outcome]) -> int:
    return sum(outcome.reason is Reason.ERROR for outcome in outcomes)


# A turn that failed counts like any other. Small talk counts in `altered` and `errors` alone.
METRICS = (
    Metric("right", _right),  # of the answerable turns
    Metric("abstained", _abstained),  # of the unanswerable ones
    Metric("balanced", _balanced),  # the mean of these two
    Metric("first", _first),  # right by the likeliest quote alone, of the answerable turns
    Metric("citations", _citations),  # every number in its place, of the right turns
    Metric("citation_precision", _citation_precision),  # of the numbers shown, those of the case; Gao et al. 2023
    Metric("citation_recall", _citation_recall),  # of the numbers of the case, those shown; both where it has any
    Metric("auc", _auc),  # of the confidence, for answerable or not
    Metric("shown", _shown, at_most=True, share=False),  # sentences a turn that was answered, overviews aside
    Metric("altered", _altered, at_most=True, share=False),  # quotes
    Metric("errors", _errors, at_most=True, share=False),  # turns
)
KNOWN = {metric.name: metric for metric in METRICS} | {
    name: Metric(name, lambda _: None) for name in (*retrieval.NAMES, *exact_match.NAMES)
}


def value(figure: Figure) -> float | None:
    """A figure without its interval."""
    return figure.value if isinstance(figure, Estimate) else figure


def figures(outcomes: Sequence[Outcome], *, squad: bool = False) -> dict[str, Figure]:
    """Every figure of some outcomes by its name; with `squad`, those of SQuAD 2.0 too."""
    return {
        **{metric.name: metric.measure(outcomes) for metric in METRICS},
        **retrieval.figures(answerable(outcomes)),
        **(exact_match.figures(counted(outcomes)) if squad else {}),
    }


def by_tag(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Figure]]:
    """The figures of each tag's turns, tags in alphabetical order; a turn counts under each tag of its case."""
    tagged: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        for tag in dict.fromkeys(outcome.case.tags):
            tagged[tag].append(outcome)
    return {tag: {metric.name: metric.measure(tagged[tag]) for metric in METRICS} for tag in sorted(tagged)}


class TwoByTwo(NamedTuple):
    """How many turns were answered and not, of those that can be and of those that cannot."""

    answerable_answered: int
    answerable_abstained: int
    unanswerable_answered: int
    unanswerable_abstained: int


def two_by_two(outcomes: Sequence[Outcome]) -> TwoByTwo:
    """The counts behind `abstained`; a turn that failed counts as whichever of the two is wrong."""
    can, cannot = answerable(outcomes), unanswerable(outcomes)
    silent = sum(o.abstained or o.reason is Reason.ERROR for o in can)
    rightly = sum(o.abstained for o in cannot)
    return TwoByTwo(len(can) - silent, silent, len(cannot) - rightly, rightly)
