"""Which sentences could answer a question, best first, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatbot.answers.feature_extraction import Weigher, held
from chatbot.documents.model import Kind
from chatbot.index.index import ranked
from chatbot.questions.query import addresses_reader, negative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.answers.features import Evidence
    from chatbot.answers.ranker import Model
    from chatbot.index.index import Index
    from chatbot.questions.query import Query

_WEIGHED = 16  # sentences weighed for a question
_POOL = 64  # sentences they are chosen from, beside those of the best passages
_NEAREST = 8  # sentences nearest in meaning
_PASSAGES = 3  # all sentences of the best passages are in the pool, whether they share a term or not
_PASSAGE_SHARE = 0.3  # what its passage's score adds to a sentence's own when the pool is cut
_SAME = 0.8  # from this overlap of terms on, two sentences say the same


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, by its position in the index, with its evidence and what the ranking model makes of it."""

    position: int
    evidence: Evidence
    score: float


def _nearest(weigher: Weigher) -> list[int]:
    """The sentences nearest in meaning, if that is known."""
    return ranked(weigher.similar.sentence.clip(0), _NEAREST) if weigher.similar else []


def pool(index: Index, weigher: Weigher) -> list[int]:
    """The positions worth weighing: the best by their own and their passage's score, and the best passages whole.

    The nearest in meaning come on top.
    """
    scores = weigher.sentence_scores
    whole = (index.passages[i] for i in ranked(weigher.passage_scores, _PASSAGES))
    found = {*ranked(scores, _POOL), *(position for passage in whole for position in index.members(passage))}
    value = {position: float(scores[position]) + _PASSAGE_SHARE * weigher.passage_score(position) for position in found}
    by_words = sorted(found, key=lambda position: (-round(value[position], 9), position))[:_WEIGHED]
    return list(dict.fromkeys([*by_words, *_nearest(weigher)]))


def _possible(index: Index, weigher: Weigher, query: Query, position: int) -> bool:
    """Whether a sentence can answer at all: it has the focus, and speaks to its reader where the asker is meant."""
    if query.personal and not addresses_reader(index.text(position)):
        return False
    return all(held(need, weigher.near(position)) for need in query.focus)


def weighed(index: Index, query: Query, model: Model) -> list[Candidate]:
    """The candidates for a question, best first; ties in text order."""
    weigher = Weigher(index, query)
    possible = (position for position in pool(index, weigher) if _possible(index, weigher, query, position))
    evidence = ((position, weigher.weigh(position)) for position in possible)
    found = [Candidate(position, weight, model.score(weight)) for position, weight in evidence]
    return sorted(found, key=lambda candidate: (-round(candidate.score, 9), candidate.position))


def _say_the_same(index: Index, one: int, other: int) -> bool:
    """Whether two sentences are near-duplicates: nearly all terms of the shorter, and the same numbers and denials."""
    first, second = (index.document(i)[index.sentence(i).span] for i in (one, other))
    a, b = (set(index.stems(i)) for i in (one, other))
    overlap = len(a & b) / max(1, min(len(a), len(b)))
    return overlap >= _SAME and negative(first) == negative(second) and not any(stem[0].isdigit() for stem in a ^ b)


def _preferred(index: Index, candidate: Candidate, other: Candidate) -> bool:
    """Of two that say the same: one that prints a reference over one that does not, a sentence over a heading."""
    one, two = index.sentence(candidate.position), index.sentence(other.position)
    return (one.kind is not Kind.HEADING, bool(one.markers)) > (two.kind is not Kind.HEADING, bool(two.markers))


def _holds_as_much(candidate: Candidate, other: Candidate) -> bool:
    """Whether it has as much of the question: in a short sentence one word may be all the difference."""
    return candidate.evidence.coverage >= other.evidence.coverage


def distinct(index: Index, found: Sequence[Candidate]) -> list[Candidate]:
    """Without near-duplicates: the preferred one stands where the best of them stood."""
    kept: list[Candidate] = []
    for candidate in found:
        twins = (i for i, other in enumerate(kept) if _say_the_same(index, candidate.position, other.position))
        twin = next(twins, None)
        if twin is None:
            kept.append(candidate)
        elif _preferred(index, candidate, kept[twin]) and _holds_as_much(candidate, kept[twin]):
            kept[twin] = candidate
    return kept
