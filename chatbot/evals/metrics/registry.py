"""All metrics of a run: what each is called, what it measures, where it comes from, and how it is computed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from chatbot.evals.metrics.confidence import Estimate, mean, rate
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.metrics.risk_coverage import auc
from chatbot.evals.metrics.standard_measures import exact_match, f1, retrieval, squad

if TYPE_CHECKING:
    from chatbot.evals.metrics.judge import Outcome

    Outcomes = Sequence[Outcome]

Figure = Estimate | float | int | None
Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: how it is called in reports, thresholds and options, what it measures, and how."""

    name: str
    description: str
    measure: Callable[[Outcomes], Figure]  # gives None if there is nothing to measure
    source: str = ""  # who defines it, if it is not our own
    at_most: bool = False  # whether lower is better
    share: bool = True  # whether it lies between 0 and 1
    percent: bool = True  # whether people read it in per cent; an area or a mean of ranks they do not
    noun: str = ""  # what is counted, if it is a number of things


def counted(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """All turns but small talk, which is neither answerable nor unanswerable."""
    return [outcome for outcome in outcomes if not outcome.turn.smalltalk]


def answerable(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The turns that the document answers."""
    return [outcome for outcome in counted(outcomes) if outcome.turn.answerable]


def unanswerable(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The turns that the document does not answer."""
    return [outcome for outcome in counted(outcomes) if not outcome.turn.answerable]


def estimate(outcomes: Iterable[Outcome], share: Callable[[Outcome], float]) -> Estimate | None:
    """The mean of a share over turns; its interval allows for the turns of a dialogue depending on each other."""
    return rate((outcome.case.id, share(outcome), 1) for outcome in outcomes)


def _right(outcomes: Outcomes) -> Estimate | None:
    return estimate(answerable(outcomes), lambda outcome: outcome.right)


def _abstained(outcomes: Outcomes) -> Estimate | None:
    return estimate(unanswerable(outcomes), lambda outcome: outcome.abstained)


def _first(outcomes: Outcomes) -> Estimate | None:
    return estimate(answerable(outcomes), lambda outcome: outcome.first_right)


def _citations(outcomes: Outcomes) -> Estimate | None:
    return estimate((o for o in answerable(outcomes) if o.right), lambda outcome: outcome.citations_right)


def _correct_citations(outcome: Outcome) -> int:
    return len(set(outcome.cited) & set(outcome.turn.references))


def _with_references(outcomes: Outcomes) -> list[Outcome]:
    return [outcome for outcome in answerable(outcomes) if outcome.turn.references]


def _citation_precision(outcomes: Outcomes) -> Estimate | None:
    return rate((o.case.id, _correct_citations(o), len(set(o.cited))) for o in _with_references(outcomes))


def _citation_recall(outcomes: Outcomes) -> Estimate | None:
    return rate((o.case.id, _correct_citations(o), len(set(o.turn.references))) for o in _with_references(outcomes))


def _auc(outcomes: Outcomes) -> float | None:
    return auc([o.confidence for o in answerable(outcomes)], [o.confidence for o in unanswerable(outcomes)])


def _shown(outcomes: Outcomes) -> float | None:
    shown = [outcome.shown for outcome in counted(outcomes) if outcome.shown and not outcome.uncapped]
    return sum(shown) / len(shown) if shown else None


def _altered(outcomes: Outcomes) -> int:
    return sum(outcome.altered for outcome in outcomes)


def _errors(outcomes: Outcomes) -> int:
    return sum(outcome.reason is Reason.ERROR for outcome in outcomes)


# A turn that raised counts like any other. Small talk counts in `altered` and `errors` only.
METRICS = (
    Metric("right", "share of the answerable turns answered correctly", _right),
    Metric("abstained", "share of the unanswerable turns refused", _abstained),
    Metric("balanced", "mean of right and abstained", lambda outcomes: mean(_right(outcomes), _abstained(outcomes))),
    Metric("first", "share of the answerable turns answered by the most confident quote", _first),
    Metric("citations", "share of the right turns whose citation numbers are all correct", _citations),
    Metric(
        "citation_precision", "share of the references shown that are expected", _citation_precision, "Gao et al. 2023"
    ),
    Metric("citation_recall", "share of the expected references that are shown", _citation_recall, "Gao et al. 2023"),
    Metric(
        "auc",
        "how well confidence separates answerable from unanswerable turns",
        _auc,
        "Mann and Whitney 1947",
        percent=False,
    ),
    Metric("shown", "sentences per answered turn, without overviews", _shown, at_most=True, share=False, percent=False),
    Metric(
        "altered",
        "quotes that are not the article’s own text",
        _altered,
        at_most=True,
        share=False,
        percent=False,
        noun="altered quote",
    ),
    Metric("errors", "turns that raised an exception", _errors, at_most=True, share=False, percent=False, noun="error"),
)


def _of_ranking(name: str, description: str, *, percent: bool = True) -> Metric:
    return Metric(
        name, description, lambda outcomes: retrieval(name, answerable(outcomes)), "trec_eval", percent=percent
    )


RETRIEVAL = (
    _of_ranking("R@1", "share of the relevant passages found at rank 1"),
    _of_ranking("R@5", "share of the relevant passages found in the first five"),
    _of_ranking("RR", "one over the rank of the first relevant passage", percent=False),
    _of_ranking("nDCG@10", "how high the relevant passages rank among the first ten", percent=False),
)


def _of_squad(
    name: str, description: str, turns: Callable[[Outcomes], list[Outcome]], compare: Callable[[str, str], float]
) -> Metric:
    return Metric(name, description, lambda outcomes: squad(compare, turns(outcomes)), "Rajpurkar, Jia and Liang 2018")


SQUAD = (
    _of_squad("EM", "SQuAD’s exact match", counted, exact_match),
    _of_squad("F1", "SQuAD’s F1", counted, f1),
    _of_squad("HasAns_EM", "exact match over the answerable turns", answerable, exact_match),
    _of_squad("HasAns_F1", "F1 over the answerable turns", answerable, f1),
    _of_squad("NoAns_EM", "exact match over the unanswerable turns", unanswerable, exact_match),
    _of_squad("NoAns_F1", "F1 over the unanswerable turns", unanswerable, f1),
)
KNOWN = {metric.name: metric for metric in (*METRICS, *RETRIEVAL, *SQUAD)}


def value(figure: Figure) -> float | None:
    """A figure without its interval."""
    return figure.value if isinstance(figure, Estimate) else figure


def figures(outcomes: Outcomes, *, squad: bool = False) -> dict[str, Figure]:
    """Every figure of some outcomes by name; those of SQuAD 2.0 only if `squad` is set."""
    return {metric.name: metric.measure(outcomes) for metric in (*METRICS, *RETRIEVAL, *(SQUAD if squad else ()))}


def by_tag(outcomes: Outcomes) -> dict[str, dict[str, Figure]]:
    """The figures of each tag, tags in alphabetical order; a turn counts under every tag of its case."""
    tagged: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        for tag in dict.fromkeys(outcome.case.tags):
            tagged[tag].append(outcome)
    return {tag: {metric.name: metric.measure(tagged[tag]) for metric in METRICS} for tag in sorted(tagged)}


class TwoByTwo(NamedTuple):
    """The number of turns that were answered and not, of the answerable and of the unanswerable ones."""

    answerable_answered: int
    answerable_abstained: int
    unanswerable_answered: int
    unanswerable_abstained: int


def cell(outcome: Outcome) -> str:
    """The field of `TwoByTwo` that counts a turn, empty for small talk; a turn that raised counts where it is wrong."""
    if outcome.turn.smalltalk:
        return ""
    if outcome.turn.answerable:
        refused = outcome.abstained or outcome.reason is Reason.ERROR
        return "answerable_abstained" if refused else "answerable_answered"
    return "unanswerable_abstained" if outcome.abstained else "unanswerable_answered"


def two_by_two(outcomes: Outcomes) -> TwoByTwo:
    """The counts behind `abstained`."""
    counts = Counter(map(cell, outcomes))
    return TwoByTwo(*(counts[name] for name in TwoByTwo._fields))
