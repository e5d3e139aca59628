"""The bodies of searches: for the best units, whose BM25 is mirrored in the engine's own, and for what has a name."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any

from chatbot.answers.faq import SIMILAR, asked_stems
from chatbot.answers.fields import UNSAID
from chatbot.answers.sections import MAX_SECTIONS, asked_name, asked_numbers
from chatbot.index.part import K1
from chatbot.language.sentence_cues import is_negated
from chatbot.opensearch.records import named_number
from chatbot.opensearch.schema import token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.answers.sections import Number
    from chatbot.index.part import Statistics
    from chatbot.questions.query import Query, QueryTerm

Body = dict[str, Any]
_IN_ORDER = [{"order": "asc"}, {"number": "asc"}]
_CLAUSES = 1000  # Lucene allows 1,024 in one query
_MOST_FAQ = 500  # headings that may ask the same; of more of them, the likest by common stems
_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a term is boosted so that the engine's score of a unit is ours.

    Lucene's idf is divided out of the boost and ours multiplied in. Its lengths are rounded down where they are above
    40, so that its score of a unit is never below ours: what it does not list among the best cannot be among ours.
    `legacy`: this version multiplies by k1 + 1 itself.
    """

    statistics: Statistics
    legacy: bool

    def boost(self, stem: str) -> float:
        """What Lucene's score of a known term is multiplied by."""
        known, size = self.statistics.frequencies[stem], self.statistics.filled
        lucene = log(1 + (size - known + 0.5) / (known + 0.5))
        return self.statistics.idf(stem) / lucene * (1 if self.legacy else K1 + 1)


def _term(field: str, stem: str, boost: float) -> Body:
    return {"term": {field: {"value": token(stem), "boost": boost}}}


def _sum(clauses: Sequence[Body]) -> Body:
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": list(clauses)}}


def _any_of(term: QueryTerm, scoring: Scoring, field: str) -> Body | None:
    """A query term as a clause: the best of its phrases and of its related words; None if none is known."""
    known = scoring.statistics.has
    choices = [
        _sum([_term(field, stem, term.weight * scoring.boost(stem)) for stem in filter(known, phrase)])
        for phrase in term.phrases
        if any(map(known, phrase))
    ]
    choices += [
        _term(field, stem, term.weight * similarity * scoring.boost(stem))
        for stem, similarity in term.related
        if known(stem)
    ]
    if not choices:
        return None
    return choices[0] if len(choices) == 1 else {"dis_max": {"queries": choices}}


def best_for_query(query: Query, scoring: Scoring, field: str) -> Body | None:
    """The units that are best for a query, as `features.bm25` scores them; None if it has no known term."""
    clauses = [clause for term in query.query_terms if (clause := _any_of(term, scoring, field))]
    return _sum(clauses[:_CLAUSES]) if clauses else None


def best_for_stems(stems: Iterable[str], scoring: Scoring, field: str) -> Body | None:
    """The units that are best for some stems, repeats counting twice; None if none is known."""
    known = [stem for stem in stems if scoring.statistics.has(stem)]
    counted = dict.fromkeys(known)
    clauses = [_term(field, stem, known.count(stem) * scoring.boost(stem)) for stem in list(counted)[:_CLAUSES]]
    return _sum(clauses) if clauses else None


def units(query: Body, kind: str, size: int) -> Body:
    """A search for the best units of a kind; of equal scores the earlier one comes first."""
    return {
        "query": query,
        "size": size,
        "sort": ["_score", *_IN_ORDER],
        "_source": ["document", "version", "order", "number", "within", "members", kind],
        "track_total_hits": False,
    }


def _all(kind: str, clauses: Sequence[Body], size: int, **more: Any) -> Body:
    wanted = {"bool": {"filter": [{"term": {"kind": kind}}, *clauses], **more.pop("bool", {})}}
    source = ["document", "version", "order", "number", *more.pop("source", ())]
    return {"query": wanted, "size": size, "_source": source, "sort": _IN_ORDER, "track_total_hits": False, **more}


def _constant(field: str, value: str, boost: float = 1.0) -> Body:
    return {"constant_score": {"filter": {"term": {field: value}}, "boost": boost}}


def faq(query: Query, statistics: Statistics) -> Body | None:
    """The headings that may ask the same: with enough of the question's stems, by their weight."""
    weights = {stem: statistics.idf(stem) for stem in sorted(asked_stems(query.text))}
    if not 0 < len(weights) <= _CLAUSES:
        return None
    shared = [_constant("stems", token(stem), weight) for stem, weight in weights.items()]
    least = SIMILAR * sum(weights.values()) * (1 - 1e-5)  # the common stems of a similar pair weigh at least that
    wanted = {"should": shared, "minimum_should_match": 1}
    body = _all("faq", [{"term": {"negated": is_negated(query.text)}}], _MOST_FAQ, bool=wanted, source=["stems"])
    return {**body, "min_score": least, "sort": ["_score", *_IN_ORDER]}


def sections(query: Query) -> Body | None:
    """The sections that a question names: their own stems are all in the question, its stems nearly all in the path."""
    asked = asked_name(query.text)
    stems = sorted(map(token, asked.stems))
    if not 0 < len(stems) <= _CLAUSES:
        return None
    own = {"terms_set": {"stems": {"terms": stems, "minimum_should_match_field": "stem_count"}}}
    path = {
        "bool": {
            "should": [{"term": {"path_stems": stem}} for stem in stems],
            "minimum_should_match": max(0, len(stems) - asked.spare),
        }
    }
    shared = [_constant("words", token(word)) for word in sorted(asked.words)[:_CLAUSES]]
    body = _all("section", [own, path], MAX_SECTIONS + 1, bool={"should": shared})
    return {**body, "sort": ["_score", *_IN_ORDER]}


def _bears(field: str, number: Number) -> Body:
    return {"terms": {field: [named_number(number), f":{number.number}"]}}


def numbered(query: Query) -> list[Body]:
    """The first section with a number that a question names, and the list items with it; empty if it names none."""
    asked, _ = asked_numbers(query.text)
    if not asked or len(asked) > _CLAUSES:
        return []
    one = {"bool": {"should": [_bears("numbers", number) for number in asked], "minimum_should_match": 1}}
    found = [_all("section", [one, *(_bears("above", number) for number in asked)], 1)]
    if len(asked) == 1:
        found.append(_all("item", [{"term": {"numbers": f":{asked[0].number}"}}], 2))
    return found


def lines(query: Query) -> Body | None:
    """The short lines that begin with a word of the question, and have its other terms, all but one."""
    stems = sorted({token(term.stem) for term in query.terms})
    if not 0 < len(stems) <= _CLAUSES or query.negated:
        return None
    rest = {
        "bool": {
            "should": [{"term": {"stems": stem}} for stem in stems],
            "minimum_should_match": max(0, len(stems) - UNSAID),
        }
    }
    return _all("line", [{"terms": {"first": stems}}, rest], _MOST_LINES, source=["stems", "line_kind", "text"])
