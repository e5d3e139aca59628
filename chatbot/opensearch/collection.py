"""A collection in OpenSearch, as the answering pipeline asks it."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from chatbot.answers.fields import is_asked
from chatbot.answers.ranking import NEAREST, PASSAGES, POOL
from chatbot.answers.selection import MAX_NEAR
from chatbot.answers.structure import structure
from chatbot.documents.model import Kind
from chatbot.index.part import Part
from chatbot.opensearch import bodies, candidates
from chatbot.opensearch.candidates import Best, Place
from chatbot.opensearch.documents import Documents
from chatbot.opensearch.pool import pool

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.answers.structure import Structure
    from chatbot.documents.model import Document
    from chatbot.index.index import Hit, Index
    from chatbot.index.passages import Passage
    from chatbot.opensearch.bodies import Body
    from chatbot.opensearch.candidates import Wanted
    from chatbot.opensearch.store import Snapshot, Store
    from chatbot.questions.query import Query

_log = logging.getLogger(__name__)
_PARTS = 16  # of recent queries; each holds some documents

Hits = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Found:
    """What a query needs: the index of its best units, and what it names."""

    matching: Index
    named: Structure


class OpenSearchCollection:
    """One snapshot of a collection: its statistics, and a store that its documents are loaded from.

    `incomplete` counts the searches that could not show that no other unit is among the best.
    """

    vectors = None  # sentences are found by words

    def __init__(self, store: Store, snapshot: Snapshot) -> None:
        self.store = store
        self._snapshot = snapshot
        self._whole = snapshot.sums.whole
        self._scoring = {
            kind: bodies.Scoring(statistics, store.is_legacy)
            for kind, statistics in zip(snapshot.sums.units, self._units, strict=True)
        }
        self.words: Counter[str] = snapshot.sums.words
        self.sample = snapshot.sample
        self.synonyms = snapshot.synonyms
        self.version = (store.index, snapshot.generation)
        self.has_references = snapshot.sums.cited > 0
        self.incomplete = 0
        self._found = lru_cache(maxsize=_PARTS)(self._find)

    @property
    def _units(self) -> tuple[Any, ...]:
        return self._whole.sentences, self._whole.passages, self._whole.entries

    @cached_property
    def documents(self) -> Documents:
        """The documents, loaded as they are needed."""
        return Documents(self.store, self._snapshot.sums.documents)

    def has(self, stem: str) -> bool:
        """Whether any sentence has a stem."""
        return self._whole.sentences.has(stem)

    def matching(self, query: Query) -> Index:
        """An index with the documents of the best sentences, passages and entries for a query."""
        return self._found(query).matching

    def named(self, query: Query) -> Structure:
        """What the query may ask for by its name."""
        return self._found(query).named

    def search(self, stems: Sequence[str], count: int) -> list[Hit]:
        """The `count` best passages that share a term, best first."""
        wanted = candidates.for_stems(stems, "passage", count, self._scoring["passage"])
        found, _ = self._searched({"near": wanted} if wanted else {}, {})
        return self._part(unit.place for best in found.values() for unit in best.units).search(stems, count)

    def find(self, name: str) -> Document | None:
        """The document with a SHA-256 or a name, the first one of that name; None if there is none."""
        place = self.store.find(name)
        return self.store.load([place])[0].document if place else None

    def passage_id(self, passage: Passage) -> str:
        """The document's SHA-256, and where the passage begins: what stays the same as others come and go."""
        return f"{passage.document.sha256}#{passage.span.start}"

    def passage(self, name: str) -> Passage | None:
        """The passage of this name; None if there is none."""
        sha256, _, start = name.partition("#")
        place = self.store.find(sha256)
        passages = self.store.load([place])[0].passages if place else ()
        return next((passage for passage in passages if str(passage.span.start) == start), None)

    def whole(self) -> Index:
        """The index of all documents. Raises ChatbotError if there are too many for one reply."""
        return Part(self.documents.analysed(), self._whole, self.words)

    def _part(self, places: Iterable[Place], best: Sequence[tuple[Place, int]] | None = None) -> Part:
        """The index of some documents, in the order of the collection, with its best sentences."""
        ordered = sorted(set(places))
        numbers = {place: number for number, place in enumerate(ordered)}
        chosen = None if best is None else [(numbers[place], number) for place, number in best]
        return Part(self.store.load(ordered), self._whole, self.words, chosen)

    def _best_units(self, query: Query) -> dict[str, Wanted]:
        """The units that `ranking.pool` and a refusal take."""
        scoring = self._scoring
        wanted = {
            "sentence": candidates.for_query(query, "sentence", POOL, scoring["sentence"]),
            "passage": candidates.for_query(query, "passage", PASSAGES, scoring["passage"]),
            "near": candidates.for_stems(query.stems, "passage", MAX_NEAR, scoring["passage"]),
        }
        if query.entry_intent > 0:
            wanted["entry"] = candidates.for_query(query, "entry", NEAREST, scoring["entry"])
        return {name: one for name, one in wanted.items() if one}

    def _named_bodies(self, query: Query) -> dict[str, Body]:
        """The searches for what a query may name, by what they find."""
        numbered = bodies.numbered(query)
        found = {
            "faq": bodies.faq(query, self._whole.sentences),
            "section": bodies.sections(query),
            "line": bodies.lines(query),
            **{f"numbered {i}": body for i, body in enumerate(numbered)},
        }
        return {name: body for name, body in found.items() if body}

    def _find(self, query: Query) -> _Found:
        wanted = self._best_units(query)
        found, named = self._searched(wanted, self._named_bodies(query))
        best = self._pool(wanted, found)
        near = [unit.place for name in ("near", "entry") if name in found for unit in found[name].units]
        asked = [place for name, hits in named.items() for place in self._asked(query, name, hits)]
        return _Found(self._part([*(place for place, _ in best), *near], best), structure(self._part(asked)))

    def _pool(self, wanted: dict[str, Wanted], found: dict[str, Best]) -> list[tuple[Place, int]]:
        """The sentences to choose from; none where the words of the query are in no passage, and so in no sentence."""
        if "passage" not in wanted:
            return []
        sentence = wanted.get("sentence") or replace(wanted["passage"], kind="sentence")
        return pool(self.store, sentence, wanted["passage"], found.get("sentence", Best()), found["passage"])

    def _searched(self, wanted: dict[str, Wanted], named: dict[str, Body]) -> tuple[dict[str, Best], dict[str, Hits]]:
        """The best units, and what the other searches found; in one request, where that is enough."""
        first = self.store.searches([*(one.body(one.first) for one in wanted.values()), *named.values()])
        best: dict[str, Best] = {}
        for (name, one), hits in zip(wanted.items(), first, strict=False):
            best[name] = candidates.complete(one, hits, lambda body: self.store.searches([body])[0])
            if not best[name].complete:
                self.incomplete += 1
                _log.info("the best of many equal %ss were taken in the order of the engine", one.kind)
        return best, dict(zip(named, first[len(wanted) :], strict=True))

    def _asked(self, query: Query, name: str, hits: Hits) -> list[Place]:
        """The documents of the hits that can decide a reply."""
        if name == "faq":
            return self._likest(query, hits)
        if name == "line":
            hits = [hit for hit in hits if _is_asked(query, hit["_source"])][:2]  # two are as good as many: no answer
        return [Place.of(hit["_source"]) for hit in hits]

    def _likest(self, query: Query, hits: Hits) -> list[Place]:
        """The document of the heading that asks most alike; of equal ones the first."""
        from chatbot.answers.faq import asked_stems, similarity

        idf, asked = self._whole.sentences.idf, asked_stems(query.text)
        scored = [(similarity(idf, asked, frozenset(hit["_source"]["stems"])), hit) for hit in hits]
        highest = max((score for score, _ in scored), default=0.0)
        places = sorted(Place.of(hit["_source"]) for score, hit in scored if score == highest)
        return places[:1]


def _is_asked(query: Query, source: dict[str, Any]) -> bool:
    return is_asked(query, Kind(source["line_kind"]), source["stems"], source["text"])
