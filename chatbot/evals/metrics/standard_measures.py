"""Measures that are defined elsewhere: of rankings as in trec_eval, and of answers as in SQuAD 2.0.

Rankings are measured by ir_measures, which runs trec_eval's own code. Of the two maintained libraries it is the one
that needs neither numba nor pandas. It comes with the extra `evals`; without it these figures are missing, and a bound
on one of them fails.

SQuAD compares the whole text that is shown with a short answer, so a program that quotes sentences can hardly reach an
exact match.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from importlib.util import find_spec
from itertools import islice, product
from typing import TYPE_CHECKING
from urllib.parse import quote

from chatbot.evals.metrics.confidence import Estimate, rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from chatbot.evals.cases.cases import CaseTurn
    from chatbot.evals.metrics.judge import Outcome

DEPTH = 10  # passages of a ranking
_MAX_ANSWERS = 256  # gold answers that are tried, where several groups of gold have several strings each
_ARTICLE = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = dict.fromkeys(map(ord, string.punctuation))


def query_id(outcome: Outcome) -> str:
    """The turn's name without white space, which TREC files split at, and lone surrogates, which crash pytrec_eval."""
    return quote(outcome.query, safe="#", errors="surrogatepass")


def with_relevant(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The turns that have a relevant passage; the ranking of another turn cannot be measured."""
    return [outcome for outcome in outcomes if outcome.relevant]


def scored(hits: Sequence[str]) -> Iterator[tuple[str, float]]:
    """The hits with scores that fall by one: trec_eval sorts again, with ties by name, and must keep our order."""
    for position, passage in enumerate(hits):
        yield passage, float(len(hits) - position)


def retrieval(measure: str, outcomes: Sequence[Outcome]) -> Estimate | None:
    """The mean of an ir_measures measure over the turns that have a relevant passage.

    Args:
        measure: Its name in ir_measures, like `nDCG@10`.
        outcomes: The turns of a run; a turn that found nothing counts as 0.

    Returns:
        None if no turn has a relevant passage, or if ir_measures is not installed.
    """
    judged = with_relevant(outcomes)
    if not judged or not find_spec("ir_measures"):
        return None
    import ir_measures

    qrels = [ir_measures.Qrel(query_id(turn), passage, 1) for turn in judged for passage in turn.relevant]
    run = [ir_measures.ScoredDoc(query_id(turn), *hit) for turn in judged for hit in scored(turn.hits)]
    metrics = ir_measures.iter_calc([ir_measures.parse_measure(measure)], qrels, run)
    values = {metric.query_id: metric.value for metric in metrics}
    return rate((turn.case.id, values.get(query_id(turn), 0.0), 1) for turn in judged)


def tokens(text: str) -> list[str]:
    """A text's words as SQuAD compares them: lower case, without punctuation and articles."""
    return _ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def exact_match(answer: str, gold: str) -> float:
    """1.0 if two texts have the same words in the same order, else 0.0."""
    return float(tokens(answer) == tokens(gold))


def f1(answer: str, gold: str) -> float:
    """The harmonic mean of the precision and recall of words; 1.0 if both texts have none."""
    one, other = tokens(answer), tokens(gold)
    if not one or not other:
        return float(one == other)
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other))


def gold_answers(turn: CaseTurn) -> Iterator[str]:
    """The texts that answer a turn: what it must contain, or one string of each group of gold; "" for a refusal."""
    if not turn.answerable:
        yield ""
        return
    if turn.must_contain:
        yield " ".join(turn.must_contain)
    if turn.gold:
        yield from map(" ".join, islice(product(*turn.gold), _MAX_ANSWERS))


def squad(compare: Callable[[str, str], float], outcomes: Iterable[Outcome]) -> Estimate | None:
    """The mean over turns of `compare` between all that was quoted and the gold answer that fits it best.

    A turn that raised counts as 0: it is neither an answer nor a refusal.
    """

    def best(outcome: Outcome) -> float:
        answer = " ".join(outcome.quotes)
        return max((compare(answer, gold) for gold in gold_answers(outcome.turn)), default=0.0)

    return rate((outcome.case.id, 0.0 if outcome.error else best(outcome), 1) for outcome in outcomes)
