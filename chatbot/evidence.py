"""Why a sentence may answer a question: a few figures that can be explained, all between 0 and 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from chatbot.analysis import Term, fold, terms
from chatbot.document import Kind
from chatbot.english import rarity
from chatbot.passages import sentence_terms
from chatbot.understanding import Asked, Query, negative

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from chatbot.retrieval import Index

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_AMOUNTS = "half|third|quarter|twice|double|dozen|hundred|thousand|million|billion|one|two|three|four|five|six|ten"
_PRESENT: Mapping[Asked, re.Pattern[str]] = {
    Asked.NUMBER: re.compile(rf"\d|\b({_AMOUNTS})\b", re.IGNORECASE),
    Asked.TIME: re.compile(rf"\b[12]\d\d\ds?\b|\b({_MONTHS}|century|centuries|\d+ (bc|ad|bce|ce))\b", re.IGNORECASE),
    Asked.PERSON: re.compile(r"(?<=\w\W)\b[A-Z]\w+"),
    Asked.PLACE: re.compile(r"(?<=\w\W)\b[A-Z]\w+"),
    Asked.REASON: re.compile(
        r"\b(because|since|due to|caus\w+|reasons?|results?|therefore|thus|so that|in order to|(lead|led)s? to)\b",
        re.IGNORECASE,
    ),
}
_NEAR = 2  # two words at most this far apart count as said together


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for (or, where it says so, against) one sentence as the answer.

    A question's information is shared out over its terms: each weighs as much as it is rare, half in the article (idf),
    half in English at large.
    """

    sentence: float  # the sentence's BM25 score as a share of the most that the question could score
    passage: float  # the same for its passage
    coverage: float  # share of the question's information found in the sentence
    context: float  # share found in the sentence, its heading, the title and the sentence before
    exact: float  # share found in the very form that was typed
    together: float  # share of the question's word pairs that stand together in the sentence
    asked: float  # the kind of thing asked for (a number, a time, ...) is there
    lacking: float  # against: the kind of thing asked for is not there
    opening: float  # 1 for a paragraph's first sentence, 1/2 for the second, ...
    length: float  # logarithm of the sentence's length in terms, 1 at about 50
    heading: float  # against: it is a heading
    question: float  # against: it is itself a question
    rarest: float  # against: weight of the weightiest term that the sentence lacks
    elsewhere: float  # against: weight of the weightiest term that sentence, passage, heading and title all lack
    unknown: float  # against: share of the information in words that no document has
    names: float  # against: share of the question's names and numbers that the passage lacks
    denial: float  # against: the question denies something and the sentence does not
    terse: float  # against: few terms in the question, 1 for a single one


class _Weights:
    """How much each term of a question says."""

    def __init__(self, index: Index, query: Query) -> None:
        engine = index.sentence_engine
        most = log(2 * (len(engine) + 1))
        self.of = {term.stem: (engine.idf(term.stem) / most + rarity(term.word)) / 2 for term in query.terms}
        self.total = sum(self.of.values()) or 1.0

    def share(self, stems: Collection[str]) -> float:
        """The part of the question's information that `stems` hold."""
        return sum(weight for stem, weight in self.of.items() if stem in stems) / self.total

    def weightiest(self, present: Collection[str]) -> float:
        """The weight of the weightiest term that is not in `present`."""
        return max((weight for stem, weight in self.of.items() if stem not in present), default=0.0)


def _pairs_together(query: Query, found: tuple[Term, ...]) -> float:
    """The share of the question's neighbouring terms that stand in this order, close to each other, in the sentence."""
    stems = query.stems
    pairs = set(zip(stems, stems[1:], strict=False))
    sequence = [term.stem for term in found]
    near = {
        (first, second) for i, first in enumerate(sequence) for second in sequence[i + 1 : i + 1 + _NEAR]
    }
    return len(pairs & near) / len(pairs) if pairs else 0.0


class Weigher:
    """Weighs sentences of one index as answers to one question."""

    def __init__(self, index: Index, query: Query) -> None:
        self._index = index
        self._query = query
        self._terms: dict[int, tuple[Term, ...]] = {}
        self._weights = _Weights(index, query)
        self._unknown = 1 - self._weights.share({stem for stem in query.stems if index.sentence_engine.has(stem)})
        self.sentence_scores = index.sentence_engine.scores(query.stems)
        self.passage_scores = index.passage_engine.scores(query.stems)
        self._sentence_most = index.sentence_engine.most(query.stems) or 1.0
        self._passage_most = index.passage_engine.most(query.stems) or 1.0

    def passage_score(self, position: int) -> float:
        """The BM25 score of the sentence's passage."""
        passage = self._index.passage(position)
        return float(self.passage_scores[passage.position]) if passage else 0.0

    def terms(self, position: int | None) -> tuple[Term, ...]:
        """The terms of a sentence, analysed once a question."""
        if position is None:
            return ()
        if position not in self._terms:
            found = sentence_terms(self._index.document(position), self._index.sentence(position))
            self._terms[position] = found
        return self._terms[position]

    def _frame(self, position: int) -> set[str]:
        """The stems of the heading and the title above a sentence."""
        document, sentence = self._index.document(position), self._index.sentence(position)
        spans = (document.heading(sentence.section), document.title)
        return {term.stem for span in spans if span for term in terms(document[span])}

    def _near(self, position: int) -> set[str]:
        """The stems of the whole passage around a sentence."""
        passage = self._index.passage(position)
        members = self._index.members(passage) if passage else ()
        return {term.stem for member in members for term in self.terms(member)}

    def _absent_names(self, near: Collection[str]) -> float:
        wanted = {term.stem for term in self._query.terms if term.word in self._query.names | self._query.numbers}
        return len(wanted - set(near)) / len(wanted) if wanted else 0.0

    def weigh(self, position: int) -> Evidence:
        """The evidence for the sentence at `position`."""
        query, weights = self._query, self._weights
        document, sentence = self._index.document(position), self._index.sentence(position)
        text = document[sentence.span]
        found = self.terms(position)
        here = {term.stem for term in found}
        frame = self._frame(position)
        near = here | frame | self._near(position)
        before = {term.stem for term in self.terms(self._index.before(position))}
        forms = {term.word for term in found}
        pattern = _PRESENT.get(query.asked)
        asked = bool(pattern and pattern.search(self._unasked(text)))
        return Evidence(
            sentence=float(self.sentence_scores[position]) / self._sentence_most,
            passage=self.passage_score(position) / self._passage_most,
            coverage=weights.share(here),
            context=weights.share(here | frame | before),
            exact=weights.share({term.stem for term in query.terms if term.word in forms}),
            together=_pairs_together(query, found),
            asked=float(asked),
            lacking=float(pattern is not None and not asked),
            opening=1 / (1 + self._place(position)),
            length=log(1 + len(found)) / 4,
            heading=float(sentence.kind is Kind.HEADING),
            question=float(text.endswith("?")),
            rarest=weights.weightiest(here),
            elsewhere=weights.weightiest(near),
            unknown=self._unknown,
            names=self._absent_names(near),
            denial=float(query.negative and not negative(text)),
            terse=1 / max(1, len(query.terms)),
        )

    def _unasked(self, text: str) -> str:
        """The sentence without the names and numbers that the question brought along."""
        brought = self._query.names | self._query.numbers
        return " ".join(word for word in text.split() if fold(word).strip(".,;:()'\"") not in brought)

    def _place(self, position: int) -> int:
        """How many sentences of its paragraph stand before this one."""
        count = 0
        while (previous := self._index.before(position)) is not None:
            position, count = previous, count + 1
        return count
