"""Retrieval by the field's own figures, as ir_measures (trec_eval's code) computes them.

Of the two libraries that are well kept, ranx compiles itself with numba and brings pandas; ir_measures needs
pytrec_eval alone. It is in the extra `evals`; without it these figures are missing, and a gate on one of them fails.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from chatbot.evals.metrics.confidence import Estimate, rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chatbot.evals.metrics.judge import Outcome

NAMES = ("R@1", "R@5", "RR", "nDCG@10")
DEPTH = 10  # passages of a ranking


class Judged(NamedTuple):
    """A turn's ranking: the passages found, best first, and those that hold gold."""

    query: str
    hits: tuple[str, ...]
    relevant: tuple[str, ...]


def _query(outcome: Outcome) -> str:
    """A turn's name as TREC's files and tools can have it: no white space; pytrec_eval crashes at a lone surrogate."""
    return quote(outcome.query, safe="#", errors="surrogatepass")


def judged(outcomes: Iterable[Outcome]) -> Iterator[Judged]:
    """The rankings of the turns for which any passage is relevant; another turn has nothing to be found."""
    for outcome in outcomes:
        if outcome.relevant:
            yield Judged(_query(outcome), outcome.hits, outcome.relevant)


def scored(hits: Sequence[str]) -> Iterator[tuple[str, float]]:
    """The hits with scores that fall by one, since trec_eval sorts again, ties by name: order and ties are ours."""
    for position, passage in enumerate(hits):
        yield passage, float(len(hits) - position)


def _per_query(rankings: Sequence[Judged]) -> dict[str, dict[str, float]]:
    import ir_measures

    qrels = [ir_measures.Qrel(ranking.query, passage, 1) for ranking in rankings for passage in ranking.relevant]
    run = [ir_measures.ScoredDoc(r.query, passage, score) for r in rankings for passage, score in scored(r.hits)]
    found: dict[str, dict[str, float]] = {name: {} for name in NAMES}
    for metric in ir_measures.iter_calc([ir_measures.parse_measure(name) for name in NAMES], qrels, run):
        found[str(metric.measure)][metric.query_id] = metric.value
    return found


def figures(outcomes: Sequence[Outcome]) -> dict[str, Estimate | None]:
    """The mean of each over the turns with a relevant passage; None without such turns, and without the library."""
    rankings = list(judged(outcomes))
    if not rankings or not find_spec("ir_measures"):
        return dict.fromkeys(NAMES)
    values = _per_query(rankings)
    cases = {_query(outcome): outcome.case.id for outcome in outcomes}
    return {
        name: rate((cases[r.query], values[name].get(r.query, 0.0), 1) for r in rankings)  # found nothing: 0
        for name in NAMES
    }
