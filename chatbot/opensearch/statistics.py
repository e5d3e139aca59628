"""The statistics of a collection: sums over its documents, so that one document more or less is a sum or a difference.

They are kept with the index in a few compressed records, and each server holds them in memory: idf, the vocabulary
that spelling is corrected by, and a sample of sentences that tells the language.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chatbot.index.part import Statistics, WholeStatistics
from chatbot.opensearch.schema import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.index.part import Stems


@dataclass(slots=True)
class UnitSums:
    """The sums over units of one kind: how many, those with terms, all terms, and the units of each term."""

    size: int = 0
    filled: int = 0
    length: int = 0
    frequencies: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, units: Iterable[Stems]) -> UnitSums:
        """The sums over some units."""
        sums = cls()
        for stems in units:
            sums.size += 1
            sums.filled += bool(stems)
            sums.length += len(stems)
            sums.frequencies.update(set(stems))
        return sums

    def add(self, other: UnitSums, sign: int = 1) -> None:
        """Add other sums, or take them away with `sign` -1."""
        self.size += sign * other.size
        self.filled += sign * other.filled
        self.length += sign * other.length
        _add(self.frequencies, other.frequencies, sign)

    def value(self) -> list[Any]:
        """The sums as a JSON value."""
        return [self.size, self.filled, self.length, _sorted(self.frequencies)]

    @classmethod
    def from_value(cls, value: Sequence[Any]) -> UnitSums:
        """The sums from what `value` gave."""
        size, filled, length, frequencies = value
        return cls(size, filled, length, Counter(frequencies))

    @property
    def statistics(self) -> Statistics:
        """What BM25 needs."""
        return Statistics(self.size, self.filled, self.length, dict(self.frequencies))


def _add(counts: Counter[str], others: Counter[str], sign: int) -> None:
    (counts.update if sign > 0 else counts.subtract)(others)


def _sorted(counts: Counter[str]) -> dict[str, int]:
    """The counts in one order, without those that additions and subtractions have brought to 0."""
    return {term: count for term, count in sorted(counts.items()) if count}


@dataclass(slots=True)
class Sums:
    """The sums over some documents: of their units by kind, and of their words."""

    units: dict[str, UnitSums] = field(default_factory=lambda: {kind: UnitSums() for kind in UNITS})
    words: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    cited: int = 0  # documents with a reference list or notes

    def add(self, other: Sums, sign: int = 1) -> None:
        """Add the sums over other documents, or take them away with `sign` -1."""
        for kind in UNITS:
            self.units[kind].add(other.units[kind], sign)
        _add(self.words, other.words, sign)
        self.documents += sign * other.documents
        self.cited += sign * other.cited

    def value(self) -> dict[str, Any]:
        """The sums as a JSON value: the same for the same documents, in whatever order they were added."""
        return {
            "units": {kind: self.units[kind].value() for kind in UNITS},
            "words": _sorted(self.words),
            "documents": self.documents,
            "cited": self.cited,
        }

    @classmethod
    def from_value(cls, value: dict[str, Any]) -> Sums:
        """The sums from what `value` gave."""
        units = {kind: UnitSums.from_value(value["units"][kind]) for kind in UNITS}
        return cls(units, Counter(value["words"]), value["documents"], value["cited"])

    @property
    def whole(self) -> WholeStatistics:
        """The statistics that a part of the collection is scored with."""
        return WholeStatistics(*(self.units[kind].statistics for kind in UNITS))
