"""The best units of a collection: candidates from the engine, scored again with our own formula and statistics.

The engine's score of a unit is never below ours (`bodies.Scoring`), so that the candidates are complete once the last
of them scores below the worst that is wanted. Otherwise more are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from chatbot.answers.features import bm25
from chatbot.index.index import ranked
from chatbot.index.part import PartEngine, Units
from chatbot.opensearch import bodies
from chatbot.opensearch.schema import token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from chatbot.index.part import Statistics
    from chatbot.opensearch.bodies import Body, Scoring
    from chatbot.questions.query import Query

_LEAST = 20  # candidates of a first search; twice as many as are wanted, if that is more
_MOST = 10_000  # what the engine gives at most
_ROUNDING = 1e-5  # relative; the engine's scores are single floats


class Place(NamedTuple):
    """A document of the collection, in a version, as a key that sorts it and its name."""

    order: str
    document: str
    version: str

    @classmethod
    def of(cls, source: dict[str, Any]) -> Place:
        """The document of a record."""
        return cls(source["order"], source["document"], source["version"])


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many best units of a kind: what the engine is asked for, and how its candidates are scored again."""

    kind: str
    count: int
    query: Body
    scores: Callable[[PartEngine], NDArray[np.float64]]
    statistics: Statistics

    @property
    def first(self) -> int:
        """The candidates of a first search."""
        return max(_LEAST, 2 * self.count)

    def body(self, size: int) -> Body:
        """The search."""
        return bodies.units(self.query, self.kind, size)


def for_query(query: Query, kind: str, count: int, scoring: Scoring) -> Wanted | None:
    """The best units for a query; None if it has no known term."""
    body = bodies.best_for_query(query, scoring, kind)
    return Wanted(kind, count, body, lambda engine: bm25(engine, query), scoring.statistics) if body else None


def for_stems(stems: Sequence[str], kind: str, count: int, scoring: Scoring) -> Wanted | None:
    """The best units for some stems; None if none is known."""
    body = bodies.best_for_stems(stems, scoring, kind)
    return Wanted(kind, count, body, lambda engine: engine.scores(stems), scoring.statistics) if body else None


class Unit(NamedTuple):
    """A unit of the collection: its document, its number there, its fields, and our score of it."""

    place: Place
    number: int
    source: dict[str, Any]
    score: float


@dataclass(frozen=True, slots=True)
class Best:
    """The best units, best first, and whether no other unit can be among them."""

    units: tuple[Unit, ...] = ()
    complete: bool = True


def scored(wanted: Wanted, sources: Sequence[dict[str, Any]]) -> list[Unit]:
    """Units by their records, scored, in the order of the collection."""
    ordered = sorted(sources, key=lambda source: (source["order"], source["number"]))
    units = Units([tuple(source[wanted.kind].split()) for source in ordered], token)
    scores = wanted.scores(PartEngine(wanted.statistics, [units]))
    found = zip(ordered, scores, strict=True)
    return [Unit(Place.of(source), source["number"], source, float(score)) for source, score in found]


def best(wanted: Wanted, hits: Sequence[dict[str, Any]], size: int) -> Best:
    """The best of the candidates that a search of some size gave."""
    import numpy as np

    units = scored(wanted, [hit["_source"] for hit in hits])
    chosen = tuple(units[i] for i in ranked(np.array([unit.score for unit in units]), wanted.count))
    if len(hits) < size:
        return Best(chosen)
    worst = chosen[-1].score if len(chosen) == wanted.count else 0.0
    theirs = {(hit["_source"]["order"], hit["_source"]["number"]): hit["_score"] for hit in hits}
    # deleted records still count in the engine's idf, which then is lower than ours: allow for twice what is seen
    lag = max(unit.score / theirs[unit.place.order, unit.number] for unit in units)
    bound = min(theirs.values()) * max(1.0, lag) ** 2
    return Best(chosen, complete=bound <= worst * (1 + _ROUNDING))


def complete(wanted: Wanted, first: Sequence[dict[str, Any]], search: Callable[[Body], list[dict[str, Any]]]) -> Best:
    """The best units, with further searches as long as others can be among them."""
    found, size = best(wanted, first, wanted.first), wanted.first
    while not found.complete and size < _MOST:
        size = min(_MOST, size * 5)
        found = best(wanted, search(wanted.body(size)), size)
    return found
