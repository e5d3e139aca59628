"""A part of a collection as an index of its own, which scores with the statistics of the whole collection.

Every score equals that of the index of the whole collection, bit for bit: the same formula over the same numbers in
the same order. Only the positions are other ones: they count over the part.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import accumulate, chain
from math import log
from typing import TYPE_CHECKING

import numpy as np

from chatbot.common.lazy import LazySequence
from chatbot.index.analysis import entry_spans
from chatbot.index.index import CACHED_SENTENCES, Index
from chatbot.index.passages import sentence_terms, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from chatbot.documents.model import Document, Kind
    from chatbot.index.passages import Passage
    from chatbot.language.terms import Term

    Stems = tuple[str, ...]

K1, B = 1.5, 0.75  # as in `RankBM25`


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 needs to know of all units of a collection.

    Attributes:
        size: the number of units.
        filled: those that have any term.
        length: the number of all their terms.
        frequencies: the number of units that have each term.
    """

    size: int = 0
    filled: int = 0
    length: int = 0
    frequencies: Mapping[str, int] = field(default_factory=dict)

    @property
    def mean_length(self) -> float:
        """Terms per unit; 1 where there are none, since it is a divisor."""
        return self.length / self.size if self.length else 1.0

    def has(self, term: str) -> bool:
        """Whether any unit has the term."""
        return term in self.frequencies

    def idf(self, term: str) -> float:
        """The inverse document frequency, as rank-bm25 has it; for an unknown term, the frequency is taken as 1/2."""
        known = self.frequencies.get(term)
        return float(np.log(2 * (self.size + 1))) if known is None else log((self.size + 1) / known)


class Units:
    """The units of a document, or some candidates. A term is counted when it is asked for: few of all terms ever are.

    `written` gives a term as the units have it.
    """

    def __init__(self, units: Sequence[Stems], written: Callable[[str], str] = str) -> None:
        self.lengths: NDArray[np.float64] = np.array([len(unit) for unit in units], dtype=np.float64)
        self._units, self._written = units, written
        self._known = frozenset(chain.from_iterable(units))

    def get(self, term: str) -> tuple[NDArray[np.intp], NDArray[np.float64]] | None:
        """The positions that have a term, and its counts there; None if there are none."""
        searched = self._written(term)
        if searched not in self._known:
            return None
        counts = np.array([unit.count(searched) for unit in self._units], dtype=np.float64)
        (positions,) = counts.nonzero()
        return positions, counts[positions]


class PartEngine:
    """BM25 over the units of some documents. Its length and its idf are those of the whole collection."""

    def __init__(self, statistics: Statistics, documents: Sequence[Units]) -> None:
        self._statistics = statistics
        self._documents = documents
        self._starts = list(accumulate((len(units.lengths) for units in documents), initial=0))

    def __len__(self) -> int:
        return self._statistics.size

    def idf(self, term: str) -> float:
        """The inverse document frequency in the collection."""
        return self._statistics.idf(term)

    def has(self, term: str) -> bool:
        """Whether any unit of the collection has the term."""
        return self._statistics.has(term)

    def most(self, terms: Sequence[str]) -> float:
        """An upper bound on any unit's score for these terms."""
        return float(sum(self.idf(term) for term in terms) * (K1 + 1))

    def scores(self, terms: Sequence[str]) -> NDArray[np.float64]:
        """One score per unit of the part; 0 for a unit without any of the terms."""
        total = np.zeros(self._starts[-1])
        for term in filter(self.has, terms):
            idf = self.idf(term)
            for start, units in zip(self._starts, self._documents, strict=False):
                if found := units.get(term):
                    positions, counts = found
                    lengths = units.lengths[positions]
                    norms = K1 * (1 - B + B * lengths / self._statistics.mean_length)
                    total[start + positions] += idf * (counts * (K1 + 1) / (norms + counts))
        return total


@dataclass(frozen=True)
class AnalysedDocument:
    """A document with the stems of its sentences and of its entries (those of the index, in the same order)."""

    document: Document
    sentences: Sequence[Stems]
    entries: Sequence[Stems]

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Its passages, counted from 0."""
        return split([self.document])

    @cached_property
    def sentence_units(self) -> Units:
        """Its sentences, to be scored."""
        return Units(self.sentences)

    @cached_property
    def passage_units(self) -> Units:
        """Its passages, to be scored."""
        return Units([passage_stems(self.document, passage, self.sentences) for passage in self.passages])

    @cached_property
    def entry_units(self) -> Units:
        """Its entries, to be scored."""
        return Units(self.entries)


def passage_stems(document: Document, passage: Passage, sentences: Sequence[Stems]) -> Stems:
    """The stems of the headings of a passage, then those of its sentences, by their numbers in the document."""
    from chatbot.language.terms import terms

    headings = (term.stem for heading in passage.headings for term in terms(document[heading]))
    return (*headings, *(stem for number in passage.sentences for stem in sentences[number]))


@dataclass(frozen=True, slots=True)
class WholeStatistics:
    """The statistics of a collection: of its sentences, its passages and its entries."""

    sentences: Statistics
    passages: Statistics
    entries: Statistics


class Part(Index):
    """The index of some analysed documents, which are in the order of their collection. It has no vectors.

    `best` are the sentences to choose from, best first, as pairs: the number of a document and that of its sentence.
    """

    def __init__(
        self,
        documents: Sequence[AnalysedDocument],
        whole: WholeStatistics,
        words: Mapping[str, int],
        best: Sequence[tuple[int, int]] | None = None,
    ) -> None:
        self._analysed = documents
        self._whole = whole
        self.documents = tuple(analysed.document for analysed in documents)
        self._starts = tuple(accumulate((len(a.sentences) for a in documents), initial=0))
        self.chosen = None if best is None else [self._starts[document] + number for document, number in best]
        self.words = words
        self.passages = tuple(self._counted())
        self._around = {position: passage for passage in self.passages for position in passage.positions}
        self._sentence = lru_cache(maxsize=CACHED_SENTENCES)(self._make_sentence)
        listed = [(number, span) for number, document in enumerate(self.documents) for span in entry_spans(document)]
        self.entries = LazySequence(len(listed), lambda i: self._make_entry(i, *listed[i]))
        self.sentence_engine = PartEngine(whole.sentences, [a.sentence_units for a in documents])
        self.passage_engine = PartEngine(whole.passages, [a.passage_units for a in documents])
        self.vectors = None

    def _counted(self) -> Iterator[Passage]:
        """The passages of all documents, with positions that count over the part."""
        passages = ((start, p) for start, a in zip(self._starts, self._analysed, strict=False) for p in a.passages)
        for position, (start, passage) in enumerate(passages):
            numbers = passage.sentences
            yield replace(passage, position=position, positions=range(start + numbers.start, start + numbers.stop))

    @cached_property
    def entry_engine(self) -> PartEngine:  # type: ignore[override]
        """The engine of the entries."""
        return PartEngine(self._whole.entries, [a.entry_units for a in self._analysed])

    def of_kind(self, kind: Kind) -> list[int]:
        """The positions of the sentences of a kind, in order."""
        sentences = chain.from_iterable(document.sentences for document in self.documents)
        return [position for position, sentence in enumerate(sentences) if sentence.kind is kind]

    def terms_of(self, position: int) -> tuple[Term, ...]:
        """The terms of a sentence or an entry, without those of its citation markers."""
        found = self[position] if position < len(self) else self.entries[position - len(self)]
        return sentence_terms(found.document, found.sentence)

    def passage_of(self, position: int) -> Passage | None:
        """The passage that a sentence is in; None for a heading or an entry."""
        return self._around.get(position)
