"""BM25 with the statistics of rank-bm25, scored through postings arrays instead of a loop over all units."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from rank_bm25 import BM25Plus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class RankBM25:
    """BM25+ over units of terms (Lv and Zhai 2011), as rank-bm25 0.2.2 computes it.

    rank-bm25 adds the lower bound `delta * idf` to every unit for every query term, matching or not. That constant is
    left out here, so that a unit without a common term scores 0.
    """

    def __init__(self, units: Sequence[Sequence[str]]) -> None:
        """Index `units`. A unit may be empty, and so may the collection."""
        self._size = len(units)
        # rank-bm25 divides by the number of units and by their mean length
        self._model = BM25Plus(units if any(units) else [["\0"]], k1=1.5, b=0.75)
        self._invert()

    def __len__(self) -> int:
        return self._size

    def _invert(self) -> None:
        """Lay out the postings of all terms one after the other: positions in ascending order, and weights.

        A few arrays hold them all, because one array per term would take most of the indexing time.
        """
        model = self._model
        self._number = {term: number for number, term in enumerate(model.idf)}
        smallest = np.min_scalar_type(len(self._number) + 1)
        numbers = np.fromiter(map(self._number.__getitem__, chain.from_iterable(model.doc_freqs)), dtype=smallest)
        counts = np.fromiter(chain.from_iterable(map(dict.values, model.doc_freqs)), dtype=np.float64)
        order = numbers.argsort(kind="stable")  # by term, and of one term by position
        numbers, counts = numbers[order], counts[order]
        self._positions = np.repeat(np.arange(len(model.doc_freqs)), list(map(len, model.doc_freqs)))[order]
        norms = model.k1 * (1 - model.b + model.b * np.array(model.doc_len, dtype=np.float64) / model.avgdl)
        idf = np.fromiter(model.idf.values(), dtype=np.float64)
        self._weights = idf[numbers] * (counts * (model.k1 + 1)) / (norms[self._positions] + counts)
        self._ends = np.bincount(numbers + 1).cumsum()  # the postings of number n are those from _ends[n] to _ends[n+1]

    def idf(self, term: str) -> float:
        """The inverse document frequency ln((N + 1) / df); for an unknown term, df is taken as 1/2."""
        known = self._model.idf.get(term)
        return float(np.log(2 * (self._size + 1))) if known is None else float(known)

    def most(self, terms: Sequence[str]) -> float:
        """An upper bound on any unit's score for these terms, known or not."""
        return float(sum(self.idf(term) for term in terms) * (self._model.k1 + 1))

    def has(self, term: str) -> bool:
        """Whether any unit has the term."""
        return self._size > 0 and term in self._number

    def scores(self, terms: Sequence[str]) -> NDArray[np.float64]:
        """One score per unit; 0 for a unit without any of the terms."""
        total = np.zeros(self._size)
        for term in terms:
            if self.has(term):
                number = self._number[term]
                postings = slice(self._ends[number], self._ends[number + 1])
                total[self._positions[postings]] += self._weights[postings]
        return total
