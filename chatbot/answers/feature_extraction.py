"""Weighing the sentences of an index as answers to a question: where the evidence comes from."""

from __future__ import annotations

from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

import numpy as np

from chatbot.answers.features import Evidence, names_asked
from chatbot.documents.model import Kind
from chatbot.index.passages import unmarked
from chatbot.index.vectors import Similar
from chatbot.language.word_frequencies import rarity
from chatbot.questions.query import negative, opens_backwards

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import NDArray

    from chatbot.index.index import Engine, Index
    from chatbot.language.terms import Term
    from chatbot.questions.query import Need, Query

_CLOSE = 2  # words at most this far apart count as said together


def _said(need: Need, has: Callable[[str], bool]) -> float:
    """How far a need is met by the stems there are: 1 for any way of saying it, less for a word that is only akin."""
    if any(all(map(has, phrase)) for phrase in need.phrases):
        return 1.0
    return max((near for stem, near in need.kin if has(stem)), default=0.0)


def held(need: Need, stems: Collection[str]) -> float:
    """How far a need is met by `stems`, from 0 to 1."""
    return _said(need, stems.__contains__)


def _scores(engine: Engine, query: Query) -> NDArray[np.float64]:
    """BM25 over what the question needs; of several ways to say a thing the best one counts."""
    total = engine.scores(())
    for need in query.needs:
        ways = [engine.scores(phrase) for phrase in need.phrases]
        akin = [near * engine.scores((stem,)) for stem, near in need.kin]
        total += need.weight * np.maximum.reduce([*ways, *akin])
    return total


def _most(engine: Engine, query: Query) -> float:
    """The score that no unit can exceed."""
    return sum(need.weight * max(map(engine.most, need.phrases)) for need in query.needs) or 1.0


class _Weights:
    """How much each need of a question says: its rarity in English and, where the article has it, its idf."""

    def __init__(self, engine: Engine, query: Query) -> None:
        self._engine = engine
        self._rarest = log(2 * (len(engine) + 1))
        # what an earlier turn or an aside said matters only as far as the article knows of it
        distinct = {need.phrases[0]: need for need in query.needs if not need.background or self._somewhere(need)}
        self._of = [(need, need.weight * self._weight(need)) for need in distinct.values()]
        self._total = sum(weight for _, weight in self._of) or 1.0

    def _weight(self, need: Need) -> float:
        at_large = sum(rarity(term.word) for term in need.terms)
        if not self._somewhere(need):
            return at_large  # how rare a word is where it never occurs says nothing of it
        here = min(sum(self._engine.idf(stem) for stem in phrase) for phrase in need.phrases) / self._rarest
        return (here + at_large) / 2

    def share(self, stems: Collection[str]) -> float:
        """The part of the question's information that `stems` hold."""
        return sum(weight * held(need, stems) for need, weight in self._of) / self._total

    def unknown(self) -> float:
        """The part of the question's information in words that no document has."""
        return sum(weight * (1 - self._somewhere(need)) for need, weight in self._of) / self._total

    def _somewhere(self, need: Need) -> float:
        return _said(need, self._engine.has)

    def weightiest(self, stems: Collection[str]) -> float:
        """The weight of the weightiest need that is not in `stems`, at most 1."""
        return min(1.0, max((weight * (1 - held(need, stems)) for need, weight in self._of), default=0.0))


def _together(query: Query, found: tuple[Term, ...]) -> float:
    """The share of the question's neighbouring terms that stand in this order, close to each other, in the sentence."""
    stems = [term.stem for term in query.terms]
    pairs = set(pairwise(stems))
    sequence = [term.stem for term in found]
    near = {(first, second) for i, first in enumerate(sequence) for second in sequence[i + 1 : i + 1 + _CLOSE]}
    return len(pairs & near) / len(pairs) if pairs else 0.0


class Weigher:
    """Weighs sentences of one index as answers to one question."""

    def __init__(self, index: Index, query: Query) -> None:
        """Score everything once; `weigh` then looks closer at single sentences."""
        self._index = index
        self._query = query
        self._weights = _Weights(index.sentence_engine, query)
        self.sentence_scores = _scores(index.sentence_engine, query)
        self.passage_scores = _scores(index.passage_engine, query)
        self._sentence_most = _most(index.sentence_engine, query)
        self._passage_most = _most(index.passage_engine, query)
        self._texts = self._wordings()
        self.similar = self._similar()

    def _wordings(self) -> list[str]:
        """The question in its own words, and in those that synonyms lead to, if they do."""
        engine = self._index.sentence_engine
        reworded = self._query.reworded(lambda phrase: all(map(engine.has, phrase)))
        return [self._query.meant, *([reworded] if reworded else [])]

    def _similar(self) -> Similar | None:
        """How near everything is to the question, in any of its wordings."""
        if self._index.meaning is None:
            return None
        found = [self._index.meaning.similar(text) for text in self._texts]
        return Similar(*(np.maximum.reduce(rows) for rows in zip(*found, strict=True)))

    def passage_score(self, position: int) -> float:
        """The BM25 score of the sentence's passage."""
        passage = self._index.passage(position)
        return float(self.passage_scores[passage.position]) if passage else 0.0

    def terms(self, position: int | None) -> tuple[Term, ...]:
        """The terms of a sentence; of none, none."""
        return () if position is None else self._index.terms(position)

    def near(self, position: int) -> set[str]:
        """The stems of a sentence, its passage, its heading and the title."""
        passage = self._index.passage(position)
        members = self._index.members(passage) if passage else (position,)
        return {term.stem for member in members for term in self.terms(member)} | self._index.frame(position)

    def _absent_names(self, near: Collection[str]) -> float:
        names = self._query.names | self._query.numbers
        wanted = [need for need in self._query.needs if any(term.word in names for term in need.terms)]
        return sum(1 - held(need, near) for need in wanted) / len(wanted) if wanted else 0.0

    def _place(self, position: int) -> int:
        """How many sentences of its paragraph stand before this one."""
        count = 0
        while (previous := self._index.before(position)) is not None:
            position, count = previous, count + 1
        return count

    def weigh(self, position: int) -> Evidence:
        """The evidence for the sentence at `position`."""
        query, weights, found = self._query, self._weights, self.terms(position)
        text, near = self._index.text(position), self.near(position)
        before = {term.stem for term in self.terms(self._index.before(position))}
        # "It is ..." says something of what the sentence before is about, and is quoted together with it
        here = {term.stem for term in found} | (before if opens_backwards(text) else set())
        forms = {term.word for term in found}
        asked = names_asked(query, unmarked(self._index.document(position), self._index.sentence(position)))
        return Evidence(
            sentence=float(self.sentence_scores[position]) / self._sentence_most,
            passage=self.passage_score(position) / self._passage_most,
            coverage=weights.share(here),
            context=weights.share(here | self._index.frame(position) | before),
            exact=weights.share({term.stem for term in query.terms if term.word in forms}),
            together=_together(query, found),
            asked=float(asked is True),
            lacking=float(asked is False),
            opening=1 / (1 + self._place(position)),
            length=log(1 + len(found)) / 4,
            heading=float(self._index.sentence(position).kind is Kind.HEADING),
            question=float(text.endswith("?")),
            rarest=weights.weightiest(here),
            elsewhere=weights.weightiest(near),
            unsaid=weights.weightiest(near) if query.yes_or_no else 0.0,
            unknown=weights.unknown(),
            names=self._absent_names(near),
            denial=float(query.negative and not negative(text)),
            terse=1 / max(1, len(query.terms)),
            **self._meaning(position),
        )

    def _meaning(self, position: int) -> dict[str, float]:
        meaning = self._index.meaning
        if meaning is None or self.similar is None:
            return {}
        cosine = float(self.similar.sentence[position])
        return {
            "meaning": cosine,
            "headed": float(self.similar.headed[position]),
            "around": float(self.similar.passage[position]),
            "ahead": cosine - float(np.median(self.similar.sentence)),
            "reading": max(meaning.reading(text, position) for text in self._texts),
        }
