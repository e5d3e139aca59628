"""SQuAD's own figures: exact match and F1, over all turns, those with an answer and those without.

After Rajpurkar, Jia and Liang, "Know What You Don't Know: Unanswerable Questions for SQuAD" (2018). They compare the
whole text that was shown with a short answer; who quotes sentences can hardly match one exactly.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from itertools import islice, product
from typing import TYPE_CHECKING

from chatbot.evals.metrics.confidence import Estimate, rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chatbot.evals.cases.cases import CaseTurn
    from chatbot.evals.metrics.judge import Outcome

NAMES = ("EM", "F1", "HasAns_EM", "HasAns_F1", "NoAns_EM", "NoAns_F1")
_MOST = 256  # answers that are tried, where several groups of gold have several strings each
_ARTICLE = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = dict.fromkeys(map(ord, string.punctuation))


def tokens(text: str) -> list[str]:
    """A text's words as SQuAD compares them: lower case, without punctuation and articles."""
    return _ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def exact(given: str, answer: str) -> float:
    """1.0 where two texts have the same words in the same order, else 0.0."""
    return float(tokens(given) == tokens(answer))


def f1(given: str, answer: str) -> float:
    """The harmonic mean of precision and recall of the words; of nothing and nothing, 1.0."""
    one, other = tokens(given), tokens(answer)
    if not one or not other:
        return float(one == other)
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other))


def answers(turn: CaseTurn) -> Iterator[str]:
    """The texts that would answer a turn: what it must contain, and one string of each group of gold."""
    if not turn.answerable:
        yield ""
        return
    if turn.must_contain:
        yield " ".join(turn.must_contain)
    if turn.gold:
        yield from map(" ".join, islice(product(*turn.gold), _MOST))


def _best(measure: Callable[[str, str], float], outcome: Outcome) -> float:
    given = " ".join(outcome.quotes)
    failed = bool(outcome.error)  # a crash is no answer, and no refusal either
    return 0.0 if failed else max((measure(given, answer) for answer in answers(outcome.turn)), default=0.0)


def figures(outcomes: Sequence[Outcome]) -> dict[str, Estimate | None]:
    """The six figures, by their names in SQuAD's evaluation."""
    parts = {
        "": list(outcomes),
        "HasAns_": [outcome for outcome in outcomes if outcome.turn.answerable],
        "NoAns_": [outcome for outcome in outcomes if not outcome.turn.answerable],
    }
    return {
        f"{part}{name}": rate((outcome.case.id, _best(measure, outcome), 1) for outcome in some)
        for part, some in parts.items()
        for name, measure in (("EM", exact), ("F1", f1))
    }
