"""BM25 with the statistics of rank-bm25, scored through postings arrays instead of a loop over all units."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from chatbot.common.lazy import Strings, string_arrays, strings_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chatbot.common.lazy import Arrays

_K1, _B = 1.5, 0.75


class Postings(NamedTuple):
    """Which units have each term, one term after the other, and rank-bm25's statistics.

    Attributes:
        ends: the postings of term n are those from `ends[n]` to `ends[n + 1]`.
        positions: the units that have the term, ascending.
        counts: how often.
        lengths: the number of terms of each unit.
        idf: of each term; 0 if no unit has it.

    """

    ends: NDArray[Any]
    positions: NDArray[Any]
    counts: NDArray[Any]
    lengths: NDArray[Any]
    idf: NDArray[np.float64]

    def arrays(self, name: str) -> Arrays:
        """These arrays under a common name."""
        return {f"{name}_{part}": array for part, array in self._asdict().items()}

    @classmethod
    def read(cls, name: str, arrays: Arrays) -> Postings:
        """The postings that `arrays` gave these arrays for. Raises KeyError without them."""
        return cls(*(arrays[f"{name}_{part}"] for part in cls._fields))


def smallest(array: NDArray[Any]) -> NDArray[Any]:
    """Numbers that are not negative, in the smallest type that has room for them."""
    most = int(array.max(initial=0))
    return array.astype(next(kind for kind in (np.uint8, np.uint16, np.uint32, np.int64) if most <= np.iinfo(kind).max))


def _idf(units_with: NDArray[Any], lengths: NDArray[Any]) -> NDArray[np.float64]:
    """The idf of each term as rank-bm25 computes it, from the number of units that have it."""
    from rank_bm25 import BM25Plus  # here, since it is not needed for postings that were kept

    class Statistics(BM25Plus):  # type: ignore[misc]
        """rank-bm25, which counts terms in one dict per unit: most of the memory of a large collection."""

        def _initialize(self, corpus: NDArray[Any]) -> dict[int, int]:
            self.corpus_size, self.avgdl = len(corpus), int(corpus.sum()) / len(corpus)
            (known,) = units_with.nonzero()
            return dict(zip(known.tolist(), units_with[known].tolist(), strict=True))

    found = np.zeros(len(units_with))
    if units_with.any():  # rank-bm25 divides by the number of units
        idf = Statistics(lengths, k1=_K1, b=_B).idf
        found[list(idf)] = list(idf.values())
    return found


def invert(terms: NDArray[Any], units: NDArray[Any], size: int, vocabulary: int) -> Postings:
    """The postings of some occurrences.

    Args:
        terms: the number of each occurrence's term.
        units: the unit that it is in.
        size: how many units there are.
        vocabulary: how many terms there are.

    """
    keys = terms.astype(np.uint32 if size * vocabulary < 1 << 32 else np.int64)  # half the memory, where it is enough
    keys *= max(size, 1)
    keys += units.astype(keys.dtype)
    keys.sort()  # by term, and of one term by unit
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)]).astype(np.uint32)
    counts = smallest(np.diff(first, append=np.uint32(len(keys))))
    keys = keys[first]  # each pair once
    del first
    positions = (keys % max(size, 1)).astype(np.uint32)
    keys //= max(size, 1)
    units_with = np.bincount(keys, minlength=vocabulary)
    del keys
    lengths = smallest(np.bincount(units, minlength=size))
    ends = smallest(np.concatenate([[0], units_with.cumsum()]))
    return Postings(ends, smallest(positions), counts, lengths, _idf(units_with, lengths))


class RankBM25:
    """BM25+ over units of terms (Lv and Zhai 2011), as rank-bm25 0.2.2 computes it.

    rank-bm25 adds the lower bound `delta * idf` to every unit for every query term, matching or not. That constant is
    left out here, so that a unit without a common term scores 0: the scores are exactly those of `BM25Plus` with
    `delta=0`.
    """

    def __init__(self, terms: Strings, postings: Postings) -> None:
        """`postings` are those of `terms`."""
        self._terms = terms
        self._postings = postings
        self._size = len(postings.lengths)

    @classmethod
    def of(cls, units: Sequence[Sequence[str]]) -> RankBM25:
        """Index `units`. A unit may be empty, and so may the collection."""
        known = sorted(set(chain.from_iterable(units)))
        numbers = {term: number for number, term in enumerate(known)}
        terms = np.fromiter((numbers[term] for term in chain.from_iterable(units)), dtype=np.int64)
        occurrences = np.repeat(np.arange(len(units)), [len(unit) for unit in units]) if units else terms
        strings = strings_from("terms", string_arrays("terms", known))
        return cls(strings, invert(terms, occurrences, len(units), len(known)))

    def __len__(self) -> int:
        return self._size

    @cached_property
    def _norms(self) -> NDArray[np.float64]:
        """What the length of each unit adds to the denominator."""
        lengths = self._postings.lengths.astype(np.float64)
        mean = int(lengths.sum()) / self._size if lengths.any() else 1.0
        return np.asarray(_K1 * (1 - _B + _B * lengths / mean))

    def _number(self, term: str) -> int | None:
        """The number of a term that any unit has."""
        number = self._terms.find(term)
        return number if number is not None and self._postings.idf[number] else None

    def idf(self, term: str) -> float:
        """The inverse document frequency ln((N + 1) / df); for an unknown term, df is taken as 1/2."""
        number = self._number(term)
        return float(np.log(2 * (self._size + 1))) if number is None else float(self._postings.idf[number])

    def most(self, terms: Sequence[str]) -> float:
        """An upper bound on any unit's score for these terms, known or not."""
        return float(sum(self.idf(term) for term in terms) * (_K1 + 1))

    def has(self, term: str) -> bool:
        """Whether any unit has the term."""
        return self._number(term) is not None

    def scores(self, terms: Sequence[str]) -> NDArray[np.float64]:
        """One score per unit; 0 for a unit without any of the terms."""
        total = np.zeros(self._size)
        for term in terms:
            if (number := self._number(term)) is not None:
                own = slice(int(self._postings.ends[number]), int(self._postings.ends[number + 1]))
                positions, counts = self._postings.positions[own], self._postings.counts[own].astype(np.float64)
                share = counts * (_K1 + 1) / (self._norms[positions] + counts)
                total[positions] += self._postings.idf[number] * share
        return total
