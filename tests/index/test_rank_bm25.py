"""BM25 against rank-bm25's own scores, and its traps."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from chatbot.index.index import ranked
from chatbot.index.rank_bm25 import RankBM25

UNIT = st.lists(st.sampled_from("abcdef"), max_size=12)
QUESTION = st.lists(st.sampled_from("abcdefxy"), max_size=8)


@given(st.lists(UNIT, min_size=1, max_size=20), QUESTION)
def test_the_oracle(units, question):
    """The scores are rank-bm25's to the last bit, without the constant that it adds; repeated terms count again."""
    assume(any(units))
    engine, model = RankBM25.of(units), BM25Plus(units, k1=1.5, b=0.75, delta=0)
    assert engine.scores(question).tolist() == model.get_scores(question).tolist()
    assert all(engine.idf(term) == model.idf[term] for term in question if engine.has(term))


@given(st.lists(UNIT, min_size=1, max_size=20), QUESTION)
def test_the_constant(units, question):
    """rank-bm25 adds the same to every unit: with that, the scores are those of its BM25+."""
    assume(any(units))
    engine, model = RankBM25.of(units), BM25Plus(units, k1=1.5, b=0.75)
    constant = model.delta * sum(model.idf.get(term, 0.0) for term in question)
    np.testing.assert_allclose(engine.scores(question) + constant, model.get_scores(question), rtol=0, atol=1e-9)


@given(st.lists(UNIT, max_size=20), QUESTION)
def test_a_match_is_above_zero_and_nothing_else(units, question):
    """A unit scores above 0 exactly when it shares a term with the question, and never above the most."""
    engine = RankBM25.of(units)
    scores = engine.scores(question)
    assert [score > 0 for score in scores] == [bool({*unit} & {*question}) for unit in units]
    assert all(score == 0 for score, unit in zip(scores, units, strict=True) if not {*unit} & {*question})
    assert all(score <= engine.most(question) + 1e-9 for score in scores)
    assert len(engine) == len(scores) == len(units)


@pytest.mark.parametrize("units", [["ab", "ac", "ad", "ae"], ["ab", "ac", "d", "e"], ["a"], ["a", "a"], ["a", "b"]])
def test_a_frequent_term_still_counts(units):
    """A term of half or of all units scores above 0 in each of them (rank-bm25's Okapi gives 0, or less)."""
    scores = RankBM25.of([list(unit) for unit in units]).scores(["a"])
    assert all((score > 0) == ("a" in unit) for score, unit in zip(scores, units, strict=True))


@pytest.mark.parametrize("units", [[], [[]], [[], []]])
def test_nothing_to_find(units):
    """An empty collection, or one of empty units, scores 0 everywhere and knows no term."""
    engine = RankBM25.of(units)
    assert engine.scores(["a"]).tolist() == [0.0] * len(units)
    assert engine.idf("a") > 0
    assert not engine.has("a")


def test_empty_units_among_others():
    """A unit without terms scores 0 and keeps its position."""
    assert [score > 0 for score in RankBM25.of([[], ["a"], []]).scores(["a"])] == [False, True, False]


def test_a_rare_term_weighs_more():
    """The idf falls with the number of units that have a term; one that none has weighs most."""
    engine = RankBM25.of([["a", "b"], ["a"], ["a"]])
    assert engine.idf("a") < engine.idf("b") < engine.idf("nowhere")


def test_a_question_is_terms():
    """Terms are matched whole, never letter by letter."""
    assert RankBM25.of([["honey"], ["h"]]).scores(["honey"]).tolist()[1] == 0


@pytest.mark.parametrize(
    ("scores", "count", "expected"),
    [
        ([], 3, []),
        ([0, 0], 3, []),
        ([1, 2, 3], 2, [2, 1]),
        ([1, 1, 1, 1], 3, [0, 1, 2]),
        ([0, 2, 1, 2, 0, 2], 4, [1, 3, 5, 2]),
        ([0.1 + 0.2, 0.3], 2, [0, 1]),  # the same but for the order of a sum
        ([0.3, 0.1 + 0.2], 2, [0, 1]),
    ],
)
def test_order_and_ties(scores, count, expected):
    """Best first, equal scores by position, nothing without a match."""
    assert ranked(np.array(scores, dtype=float), count) == expected


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), max_size=200))
def test_the_order_is_total(scores):
    """However many scores tie, the order is that of (-score, position)."""
    expected = sorted((i for i, score in enumerate(scores) if score), key=lambda i: (-scores[i], i))
    assert ranked(np.array(scores), len(scores)) == expected
