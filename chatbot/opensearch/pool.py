"""The sentences to choose from, as `ranking.pool` takes them of an index of all documents: by sentence and passage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chatbot.answers.ranking import CANDIDATES, worth
from chatbot.errors import EngineError
from chatbot.opensearch.candidates import scored
from chatbot.opensearch.records import record_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.opensearch.candidates import Best, Place, Unit, Wanted
    from chatbot.opensearch.store import Store

Key = tuple["Place", int]  # a document, and the number of a sentence or a passage in it


def _names(kind: str, keys: Iterable[Key]) -> list[str]:
    return [record_id(place.document, place.version, kind, number) for place, number in keys]


def _passage(unit: Unit) -> Key | None:
    """The passage that a sentence is in, if it is in any."""
    within = unit.source.get("within")
    return None if within is None else (unit.place, within)


def _sources(store: Store, kind: str, keys: Sequence[Key]) -> list[dict[str, Any]]:
    found = store.records(_names(kind, keys), "document", "version", "order", "number", "within", kind)
    if any(source is None for source in found):
        raise EngineError(f"{store.client.address}: a document was replaced in this moment; ask again")
    return [source for source in found if source]


def pool(store: Store, sentence: Wanted, passage: Wanted, sentences: Best, passages: Best) -> list[Key]:
    """The best sentences, best first.

    Args:
        store: has the sentences of the best passages, and the passages of the best sentences.
        sentence: how sentences are scored.
        passage: how passages are scored.
        sentences: the best ones of the collection.
        passages: the best ones, whose sentences are in the pool whether they share a term or not.

    """
    found = {(unit.place, unit.number): unit for unit in sentences.units}
    members = [(unit.place, number) for unit in passages.units for number in range(*unit.source["members"])]
    added = scored(sentence, _sources(store, "sentence", [key for key in members if key not in found]))
    found |= {(unit.place, unit.number): unit for unit in added}
    within = dict.fromkeys(key for unit in found.values() if (key := _passage(unit)))
    scores = {(u.place, u.number): u.score for u in scored(passage, _sources(store, "passage", list(within)))}

    def value(unit: Unit) -> float:
        around = _passage(unit)
        return worth(unit.score, scores[around] if around else 0.0)

    ordered = sorted(found.values(), key=lambda unit: (-round(value(unit), 9), unit.place, unit.number))
    return [(unit.place, unit.number) for unit in ordered[:CANDIDATES]]
