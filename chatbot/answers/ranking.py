"""Candidate sentences for a query, ranked by a linear model over their features."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp
from typing import TYPE_CHECKING

from chatbot.answers.features import FeatureExtractor
from chatbot.documents.model import Kind
from chatbot.index.index import ranked
from chatbot.language.sentence_cues import is_negated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chatbot.answers.features import Features
    from chatbot.index.index import Index
    from chatbot.index.sentence import IndexedSentence
    from chatbot.questions.query import Query

POOL = 64  # best sentences that candidates are chosen from, together with the best passages
CANDIDATES = 16
NEAREST = 8  # further candidates: the sentences with the highest cosine
PASSAGES = 3  # all sentences of the best passages are in the pool, whether they share a term or not
_PASSAGE_SHARE = 0.3  # share of the passage's score that is added to a sentence's own when the pool is cut
_DUPLICATE = 0.8  # two sentences with this overlap of terms are near-duplicates


@dataclass(frozen=True, slots=True)
class Ranker:
    """Two linear models over features, and the thresholds. `evals/fit.py` fits them.

    `rank` orders candidates. `confidence`, with its `bias`, gives the probability that the best one answers; an answer
    is shown if that reaches `threshold`. A further quote must be at least `second` times as likely as the best one.
    """

    rank: Mapping[str, float]
    confidence: Mapping[str, float]
    bias: float
    threshold: float
    second: float

    def score(self, features: Features) -> float:
        """The log-odds of a candidate, comparable between the candidates of one query only."""
        return _dot(self.rank, features)

    def behind(self, features: Features, best: Features) -> tuple[tuple[str, float], ...]:
        """The features in which a candidate is behind the best one, and the log-odds that each costs it, most first."""
        costs = {name: weight * (getattr(best, name) - getattr(features, name)) for name, weight in self.rank.items()}
        return tuple(sorted(((n, cost) for n, cost in costs.items() if cost > 0), key=lambda item: -round(item[1], 9)))

    def probability(self, features: Features) -> float:
        """The probability that the query is answered, in (0, 1)."""
        return 1 / (1 + exp(-(self.bias + _dot(self.confidence, features))))


def _dot(weights: Mapping[str, float], features: Features) -> float:
    value: float = sum(weight * getattr(features, name) for name, weight in weights.items())
    return value


@cache
def load_ranker(mode: str) -> Ranker:
    """The ranker of a mode: `plain`, or `semantic` where the index has vectors."""
    weights = resources.files("chatbot.answers").joinpath("weights.json").read_text(encoding="utf-8")
    return Ranker(**json.loads(weights)[mode])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with its features and its score; `whole` is the list or table shown with it."""

    sentence: IndexedSentence
    features: Features
    score: float
    whole: tuple[IndexedSentence, ...] = ()


def worth(sentence: float, passage: float) -> float:
    """What a sentence is chosen by: its BM25 score, and a share of its passage's."""
    return sentence + _PASSAGE_SHARE * passage


def _best(index: Index, extractor: FeatureExtractor) -> Sequence[int]:
    """The positions of the best sentences by BM25 of sentence and passage."""
    if index.chosen is not None:
        return index.chosen
    scores = extractor.sentence_scores
    passages = (index.passages[i] for i in ranked(extractor.passage_scores, PASSAGES))
    found = {*ranked(scores, POOL), *(position for passage in passages for position in passage.positions)}
    value = {i: worth(float(scores[i]), extractor.passage_score(index[i])) for i in found}
    return sorted(found, key=lambda position: (-round(value[position], 9), position))[:CANDIDATES]


def pool(index: Index, extractor: FeatureExtractor) -> list[IndexedSentence]:
    """The sentences worth a closer look: the best by BM25 of sentence and passage, then the nearest in meaning."""
    best = _best(index, extractor)
    similar = extractor.similarities
    nearest = ranked(similar.sentence[: len(index)].clip(0), NEAREST) if similar else []
    sentences = [index[position] for position in dict.fromkeys([*best, *nearest])]
    return [*sentences, *_entries(index, extractor)] if extractor.wants_entries else sentences


def _entries(index: Index, extractor: FeatureExtractor) -> list[IndexedSentence]:
    """The best entries of the reference lists: by BM25, then the nearest in meaning."""
    similar = extractor.similarities
    scores = [extractor.entry_scores, *([similar.sentence[len(index) :].clip(0)] if similar else [])]
    return [index.entries[i] for i in dict.fromkeys(i for some in scores for i in ranked(some, NEAREST))]


def candidates(index: Index, query: Query, ranker: Ranker) -> list[Candidate]:
    """The candidates for a query, best first; ties in text order."""
    extractor = FeatureExtractor(index, query)
    sentences = pool(index, extractor)
    described = zip(sentences, extractor.extract(sentences), strict=True)
    found = [Candidate(sentence, features, ranker.score(features)) for sentence, features in described]
    return sorted(found, key=lambda candidate: (-round(candidate.score, 9), candidate.sentence.position))


def _are_duplicates(one: IndexedSentence, other: IndexedSentence) -> bool:
    """Whether two sentences share nearly all terms of the shorter one, and all numbers, and agree in negation.

    Equal headings of different chapters, like "Weight", are about different things.
    """
    a, b = set(one.stems), set(other.stems)
    if one.kind is other.kind is Kind.HEADING and one.heading_stems != other.heading_stems:
        return False
    if len(a & b) < _DUPLICATE * max(1, min(len(a), len(b))):
        return False
    return is_negated(one.text) == is_negated(other.text) and not any(stem[0].isdigit() for stem in a ^ b)


def _is_preferred(candidate: Candidate, other: Candidate) -> bool:
    """Of two near-duplicates: a sentence over a heading, then one with a citation, if it covers the query as well."""

    def quality(sentence: IndexedSentence) -> tuple[bool, bool]:
        return sentence.kind is not Kind.HEADING, bool(sentence.sentence.markers)

    better = quality(candidate.sentence) > quality(other.sentence)
    return better and candidate.features.coverage >= other.features.coverage


def distinct(found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without near-duplicates; the preferred one takes the place of the best of them."""
    kept: list[Candidate] = []
    for candidate in found:
        twins = (i for i, other in enumerate(kept) if _are_duplicates(candidate.sentence, other.sentence))
        twin = next(twins, None)
        if twin is None:
            kept.append(candidate)
        elif _is_preferred(candidate, kept[twin]):
            kept[twin] = candidate
    return kept
