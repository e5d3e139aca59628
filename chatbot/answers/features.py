"""The features of a sentence as an answer to a query: each can be explained, and nearly all are between 0 and 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

import numpy as np

from chatbot.documents.model import Kind
from chatbot.index.passages import unmarked
from chatbot.index.vectors import Similarities
from chatbot.language.sentence_cues import addresses_reader, is_negated, refers_back
from chatbot.language.terms import fold
from chatbot.language.word_frequencies import rarity
from chatbot.questions.query import AnswerType

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from chatbot.index.index import Engine, Index
    from chatbot.index.sentence import IndexedSentence
    from chatbot.language.terms import Term
    from chatbot.questions.query import Query, QueryTerm

_WINDOW = 2  # words; terms at most this far apart count as a bigram
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_AMOUNTS = "half|third|quarter|twice|double|dozen|hundred|thousand|million|billion|one|two|three|four|five|six|ten"
_ANSWERS: Mapping[AnswerType, re.Pattern[str]] = {
    AnswerType.NUMBER: re.compile(rf"\d|\b({_AMOUNTS})\b", re.IGNORECASE),
    AnswerType.TIME: re.compile(
        rf"\b[12]\d\d\ds?\b|\b({_MONTHS}|century|centuries|\d+ (bc|ad|bce|ce))\b", re.IGNORECASE
    ),
    AnswerType.PERSON: re.compile(r"(?<=\w\W)\b[A-Z]\w+"),
    AnswerType.PLACE: re.compile(r"(?<=\w\W)\b[A-Z]\w+"),
    AnswerType.REASON: re.compile(
        r"\b(because|since|due to|caus\w+|reasons?|results?|therefore|thus|so that|in order to|(lead|led)s? to)\b",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for one sentence as the answer, or against it where the comment says so.

    A query's information is shared out over its terms. A term weighs as much as it is rare: half by its idf in the
    documents, half by its rarity in English; a term that no document has, by English alone.
    """

    sentence_bm25: float  # the sentence's BM25 score as a share of the query's upper bound
    passage_bm25: float  # the same for its passage
    coverage: float  # share of the query's information found in the sentence
    context_coverage: float  # share found in the sentence, its heading, the title and the sentence before
    exact_coverage: float  # share found in the very form that was typed
    bigram_overlap: float  # share of the query's pairs of terms that are close together in the sentence
    answer_type_present: float  # a thing of the type asked for (a number, a time, ...) is there
    answer_type_absent: float  # against: it is not there
    paragraph_opening: float  # 1 for a paragraph's first sentence, 1/2 for the second, ...
    length: float  # logarithm of the sentence's length in terms, 1 at about 50
    is_heading: float  # against
    is_question: float  # against
    is_entry: float  # an entry of the reference list; there are none unless the question may ask for sources
    entry_intent: float  # the probability that it does, if this is an entry
    missing_from_sentence: float  # against: weight of the weightiest term that the sentence lacks
    missing_from_context: float  # against: the same for sentence, passage, heading and title together
    out_of_vocabulary: float  # against: share of the information in terms that no document has
    missing_names: float  # against: share of the query's names and numbers that the passage lacks
    negation_mismatch: float  # against: the question is negated and the sentence is not
    claim_gap: float  # against: `missing_from_context` of a yes-or-no question
    advice_gap: float  # against: advice is asked for, and the sentence does not address its reader
    query_brevity: float  # against: 1 for a query of a single term, 1/2 for two, ...
    cosine: float = 0.0  # of question and sentence; 0 without the extra `semantic`
    cosine_with_heading: float = 0.0  # of question and sentence with its heading
    passage_cosine: float = 0.0  # of question and passage
    reader_score: float = 0.0  # the reader's log-odds that the sentence answers; no bounds


def has_answer_type(query: Query, text: str) -> bool | None:
    """Whether a text has a thing of the type asked for, apart from the names and numbers of the query itself.

    None if the query asks for no particular type.
    """
    pattern = _ANSWERS.get(query.answer_type)
    if pattern is None:
        return None
    asked = query.names | query.numbers
    rest = " ".join(word for word in text.split() if fold(word).strip(".,;:()'\"") not in asked)
    return bool(pattern.search(rest))


def _match(term: QueryTerm, has: Callable[[str], bool]) -> float:
    """1 for an exact or synonym match, the similarity for a related word, else 0."""
    if any(all(map(has, phrase)) for phrase in term.phrases):
        return 1.0
    return max((similarity for stem, similarity in term.related if has(stem)), default=0.0)


def match_score(term: QueryTerm, stems: Collection[str]) -> float:
    """How well `stems` match a query term, in [0, 1]."""
    return _match(term, stems.__contains__)


def bm25(engine: Engine, query: Query) -> NDArray[np.float64]:
    """BM25 over the query's terms; of a term's synonyms the best one counts."""
    total = engine.scores(())
    for term in query.query_terms:
        phrases = [engine.scores(phrase) for phrase in term.phrases]
        related = [similarity * engine.scores((stem,)) for stem, similarity in term.related]
        total += term.weight * np.maximum.reduce([*phrases, *related])
    return total


def _upper_bound(engine: Engine, query: Query) -> float:
    return sum(term.weight * max(map(engine.most, term.phrases)) for term in query.query_terms) or 1.0


class _TermWeights:
    """The weight of each query term: its rarity in English and, if the documents have it, its idf."""

    def __init__(self, engine: Engine, query: Query, has: Callable[[str], bool]) -> None:
        self._engine, self._has = engine, has
        self._max_idf = log(2 * (len(engine) + 1))
        # a term from the context counts only if the documents have it
        distinct = {term.phrases[0]: term for term in query.query_terms if not term.from_context or self._known(term)}
        self._weights = [(term, term.weight * self._weight(term)) for term in distinct.values()]
        self._total = sum(weight for _, weight in self._weights) or 1.0

    def _known(self, term: QueryTerm) -> float:
        return _match(term, self._has)

    def _weight(self, term: QueryTerm) -> float:
        in_english = sum(rarity(word.word) for word in term.terms)
        if not self._known(term):
            return in_english  # the idf of a term that never occurs says nothing
        idf = min(sum(self._engine.idf(stem) for stem in phrase) for phrase in term.phrases) / self._max_idf
        return (idf + in_english) / 2

    def share(self, stems: Collection[str]) -> float:
        """The share of the query's information that `stems` have."""
        return sum(weight * match_score(term, stems) for term, weight in self._weights) / self._total

    def out_of_vocabulary(self) -> float:
        """The share of the query's information in terms that no document has."""
        return sum(weight * (1 - self._known(term)) for term, weight in self._weights) / self._total

    def weightiest_missing(self, stems: Collection[str]) -> float:
        """The weight of the weightiest term that is not in `stems`, at most 1."""
        missing = (weight * (1 - match_score(term, stems)) for term, weight in self._weights)
        return min(1.0, max(missing, default=0.0))


def _bigram_overlap(query: Query, found: tuple[Term, ...]) -> float:
    """The share of the query's neighbouring terms that stand in this order, close together, in the sentence."""
    pairs = set(pairwise(term.stem for term in query.terms))
    stems = [term.stem for term in found]
    close = {(first, second) for i, first in enumerate(stems) for second in stems[i + 1 : i + 1 + _WINDOW]}
    return len(pairs & close) / len(pairs) if pairs else 0.0


def _sentences_before(sentence: IndexedSentence) -> int:
    """How many sentences of its paragraph stand before a sentence."""
    count = 0
    while (before := sentence.before) is not None:
        sentence, count = before, count + 1
    return count


class FeatureExtractor:
    """Extracts the features of the sentences of one index for one query.

    `sentence_scores` and `passage_scores` are BM25 scores by position; `similarities` is None without vectors.
    """

    def __init__(self, index: Index, query: Query) -> None:
        """Score everything once; `extract` then looks closer at single sentences."""
        self._index = index
        self._query = query
        self.wants_entries = query.entry_intent > 0
        self._weights = _TermWeights(index.sentence_engine, query, self._has)
        self.sentence_scores = bm25(index.sentence_engine, query)
        self.entry_scores = bm25(index.entry_engine, query) if self.wants_entries else np.zeros(0)
        self.passage_scores = bm25(index.passage_engine, query)
        self._sentence_bound = _upper_bound(index.sentence_engine, query)
        self._entry_bound = _upper_bound(index.entry_engine, query)
        self._passage_bound = _upper_bound(index.passage_engine, query)
        # in the words of the documents, if synonyms lead to them
        reworded = query.reworded(lambda phrase: all(map(index.sentence_engine.has, phrase)))
        self._reworded = [reworded] if reworded else []
        self.similarities = self._all_similarities()

    def _all_similarities(self) -> Similarities | None:
        """The highest cosines over all wordings of the question."""
        if self._index.vectors is None:
            return None
        found = [self._index.vectors.similarities(text) for text in (self._query.with_context, *self._reworded)]
        return Similarities(*(np.maximum.reduce(rows) for rows in zip(*found, strict=True)))

    def _has(self, stem: str) -> bool:
        """Whether any text that can be quoted has a stem."""
        index = self._index
        return index.sentence_engine.has(stem) or (self.wants_entries and index.entry_engine.has(stem))

    def _bm25_share(self, sentence: IndexedSentence) -> float:
        """The BM25 score as a share of the query's upper bound."""
        if sentence.kind is Kind.ENTRY:
            return float(self.entry_scores[sentence.position - len(self._index)]) / self._entry_bound
        return float(self.sentence_scores[sentence.position]) / self._sentence_bound

    def passage_score(self, sentence: IndexedSentence) -> float:
        """The BM25 score of the sentence's passage."""
        return float(self.passage_scores[sentence.passage.position]) if sentence.passage else 0.0

    def nearby_stems(self, sentence: IndexedSentence) -> set[str]:
        """The stems of a sentence, its passage, its heading and the title."""
        members = self._index.members(sentence.passage) if sentence.passage else (sentence,)
        return {term.stem for member in members for term in member.terms} | sentence.heading_stems

    def _missing_names(self, stems: Collection[str]) -> float:
        names = self._query.names | self._query.numbers
        wanted = [term for term in self._query.query_terms if any(word.word in names for word in term.terms)]
        return sum(1 - match_score(term, stems) for term in wanted) / len(wanted) if wanted else 0.0

    def extract(self, sentences: Sequence[IndexedSentence]) -> list[Features]:
        """The features of some sentences."""
        read = self._reader_scores(sentences)
        return [self._features(sentence, score) for sentence, score in zip(sentences, read, strict=True)]

    def _reader_scores(self, sentences: Sequence[IndexedSentence]) -> list[float]:
        """The reader's best scores over all wordings of the question; 0 without vectors."""
        if self._index.vectors is None:
            return [0.0] * len(sentences)
        places, read = [sentence.place for sentence in sentences], self._index.vectors.read
        scores = [read(text, self._query.earlier, places) for text in (self._query.text, *self._reworded)]
        return [max(some) for some in zip(*scores, strict=True)]

    def _features(self, sentence: IndexedSentence, reader_score: float) -> Features:
        query, weights, nearby = self._query, self._weights, self.nearby_stems(sentence)
        before = {term.stem for term in sentence.before.terms} if sentence.before else set()
        # "It is ..." says something about the topic of the sentence before, and is quoted together with it
        stems = {term.stem for term in sentence.terms} | (before if refers_back(sentence.text) else set())
        forms = {term.word for term in sentence.terms}
        answer_type = has_answer_type(query, unmarked(sentence.document, sentence.sentence))
        missing_from_context = weights.weightiest_missing(nearby)
        return Features(
            sentence_bm25=self._bm25_share(sentence),
            passage_bm25=self.passage_score(sentence) / self._passage_bound,
            coverage=weights.share(stems),
            context_coverage=weights.share(stems | sentence.heading_stems | before),
            exact_coverage=weights.share({term.stem for term in query.terms if term.word in forms}),
            bigram_overlap=_bigram_overlap(query, sentence.terms),
            answer_type_present=float(answer_type is True),
            answer_type_absent=float(answer_type is False),
            paragraph_opening=1 / (1 + _sentences_before(sentence)),
            length=log(1 + len(sentence.terms)) / 4,
            is_heading=float(sentence.kind is Kind.HEADING),
            is_question=float(sentence.text.endswith("?")),
            is_entry=float(sentence.kind is Kind.ENTRY),
            entry_intent=query.entry_intent if sentence.kind is Kind.ENTRY else 0.0,
            missing_from_sentence=weights.weightiest_missing(stems),
            missing_from_context=missing_from_context,
            out_of_vocabulary=weights.out_of_vocabulary(),
            missing_names=self._missing_names(nearby),
            negation_mismatch=float(query.negated and not is_negated(sentence.text)),
            claim_gap=missing_from_context if query.yes_or_no else 0.0,
            advice_gap=float(query.asks_advice and not addresses_reader(sentence.text)),
            query_brevity=1 / max(1, len(query.terms)),
            reader_score=reader_score,
            **self._semantic_features(sentence.position),
        )

    def _semantic_features(self, position: int) -> dict[str, float]:
        if self.similarities is None:
            return {}
        return {
            "cosine": float(self.similarities.sentence[position]),
            "cosine_with_heading": float(self.similarities.with_heading[position]),
            "passage_cosine": float(self.similarities.passage[position]),
        }
