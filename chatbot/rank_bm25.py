"""BM25 from rank-bm25's own statistics, scored through postings arrays instead of its loop over every unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rank_bm25 import BM25Plus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class RankBM25:
    """An index of units (each a sequence of terms), after Lv and Zhai 2011 as rank-bm25 0.2.2 computes it.

    rank-bm25 gives its lower bound `delta * idf` to every unit for every term of the question, matching or not; here
    that constant is left out, so that a unit without a common term scores 0: `scores(q) == get_scores(q) - floor(q)`.
    """

    def __init__(self, units: Sequence[Sequence[str]]) -> None:
        """Index `units`; empty ones, and no units at all, are fine."""
        self._size = len(units)
        # rank-bm25 divides by the number of units and by their mean length
        self._model = BM25Plus(units if any(units) else [["\0"]], k1=1.5, b=0.75)
        self._postings = self._invert()

    def __len__(self) -> int:
        return self._size

    def _invert(self) -> dict[str, tuple[NDArray[np.intp], NDArray[np.float64]]]:
        """Per term the positions that have it, ascending, and what it adds to the score of each."""
        model = self._model
        lengths = np.array(model.doc_len, dtype=np.float64)
        norms = model.k1 * (1 - model.b + model.b * lengths / model.avgdl)
        gathered: dict[str, tuple[list[int], list[int]]] = {term: ([], []) for term in model.idf}
        for position, frequencies in enumerate(model.doc_freqs):
            for term, frequency in frequencies.items():
                positions, counts = gathered[term]
                positions.append(position)
                counts.append(frequency)
        return {
            term: self._weighted(model.idf[term], np.array(positions, dtype=np.intp), np.array(counts), norms)
            for term, (positions, counts) in gathered.items()
        }

    def _weighted(
        self, idf: float, positions: NDArray[np.intp], counts: NDArray[np.int_], norms: NDArray[np.float64]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        return positions, idf * (counts * (self._model.k1 + 1)) / (norms[positions] + counts)

    def idf(self, term: str) -> float:
        """The inverse document frequency of a term, ln((N + 1) / df); of one that is nowhere, that of df = 1/2."""
        known = self._model.idf.get(term)
        return float(np.log(2 * (self._size + 1))) if known is None else float(known)

    def floor(self, terms: Sequence[str]) -> float:
        """The constant that rank-bm25 adds to every unit for these terms."""
        return float(sum(self._model.idf.get(term, 0.0) for term in terms) * self._model.delta)

    def most(self, terms: Sequence[str]) -> float:
        """The score that no unit can exceed for these terms, known or not."""
        return float(sum(self.idf(term) for term in terms) * (self._model.k1 + 1))

    def has(self, term: str) -> bool:
        """Whether any unit has the term."""
        return self._size > 0 and term in self._postings

    def scores(self, terms: Sequence[str]) -> NDArray[np.float64]:
        """One score a unit, 0 for those without any of the terms."""
        total = np.zeros(self._size)
        for term in terms:
            if self.has(term):
                positions, weights = self._postings[term]
                total[positions] += weights
        return total
