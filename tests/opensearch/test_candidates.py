"""When candidates are complete: once no other unit can score as high as the worst that is wanted."""

import re
from math import log

import pytest

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from opensearchpy.exceptions import TransportError

from chatbot.index.part import K1, Statistics
from chatbot.language.synonyms import Synonyms
from chatbot.opensearch import bodies, candidates
from chatbot.opensearch.bodies import Scoring
from chatbot.opensearch.store import _hits
from chatbot.questions.query import parse_query

STATISTICS = Statistics(100, 100, 400, {"bee": 40, "hive": 3})
SCORING = Scoring(STATISTICS, legacy=True)
QUERY = parse_query("bees in a hive", Synonyms({}))


def hit(number, stems, score):
    """A candidate, as the engine gives it."""
    source = {"order": f"{number:03}", "document": f"d{number}", "version": "v", "number": 0, "sentence": stems}
    return {"_score": score, "_source": source}


def wanted(count):
    """The best sentences for the question."""
    found = candidates.for_query(QUERY, "sentence", count, SCORING)
    assert found
    return found


def test_boosts_turn_their_score_into_ours():
    """Lucene's idf times the boost is our idf; a version that does not multiply by k1 + 1 gets that too."""
    lucene = log(1 + (100 - 3 + 0.5) / (3 + 0.5))
    assert SCORING.boost("hive") * lucene == pytest.approx(STATISTICS.idf("hive"))
    assert Scoring(STATISTICS, legacy=False).boost("hive") == pytest.approx(SCORING.boost("hive") * (K1 + 1))


def test_unknown_terms_are_not_asked_for():
    """A query without a known term has no candidates."""
    assert candidates.for_query(parse_query("wax moths", Synonyms({})), "sentence", 3, SCORING) is None
    assert candidates.for_stems(["wax"], "sentence", 3, SCORING) is None


def test_ties_are_in_the_order_of_the_collection():
    """Of equal candidates the earlier documents are chosen, however the engine lists them."""
    hits = [hit(number, "bee hive", 9.0) for number in (5, 2, 9)]
    assert [unit.place.document for unit in candidates.best(wanted(2), hits, 20).units] == ["d2", "d5"]


@pytest.mark.parametrize(
    ("last", "complete"),
    [(1.0, True), (50.0, False)],
)
def test_completeness(last, complete):
    """What the engine did not list scores at most as its last hit."""
    hits = [hit(0, "bee hive", 99.0), hit(1, "hive", 98.0), hit(2, "bee", last)]
    assert candidates.best(wanted(2), hits, 3).complete is complete
    assert candidates.best(wanted(2), hits, 4).complete  # there are no more


def test_a_lagging_engine():
    """Where the engine scores a unit lower than we do, others may be higher than it says, too."""
    hits = [hit(0, "bee hive", 2.0), hit(1, "hive", 1.9), hit(2, "bee", 1.0)]
    assert not candidates.best(wanted(2), hits, 3).complete


def test_more_are_asked_for_until_they_are_complete():
    """Five times as many each time, up to what the engine gives."""
    sizes = []

    def search(body):
        sizes.append(body["size"])
        return [hit(number, "bee hive", 50.0) for number in range(body["size"])]

    found = candidates.complete(wanted(2), [hit(n, "bee hive", 50.0) for n in range(20)], search)
    assert sizes == [100, 500, 2500, 10_000]
    assert not found.complete
    assert [unit.place.document for unit in found.units] == ["d0", "d1"]


def test_long_questions_have_a_bounded_search():
    """Lucene takes a thousand clauses; the rest of a pasted text is left to the scoring of candidates."""
    many = {f"w{number}": 1 for number in range(3000)}
    scoring = Scoring(Statistics(9000, 9000, 9000, many), legacy=True)
    body = bodies.best_for_stems(many, scoring, "sentence")
    assert body
    assert len(body["bool"]["should"]) == 1000


@pytest.mark.parametrize(
    ("response", "status", "message"),
    [
        ({"error": {"root_cause": [{"reason": "no such index"}]}, "status": 404}, 404, "no such index"),
        ({"error": {"reason": "all shards failed"}, "status": 503}, 503, "all shards failed"),
        ({"timed_out": True, "_shards": {"failed": 0}}, 503, "some of its shards do not answer"),
        ({"timed_out": False, "_shards": {"failed": 1}}, 503, "some of its shards do not answer"),
    ],
)
def test_half_an_answer_is_none(response, status, message):
    """Hits of some shards only would be another answer."""
    with pytest.raises(TransportError) as error:
        _hits(response)
    assert error.value.status_code == status
    assert re.search(message, str(error.value.info))
