"""The figures of a ranking, against their definitions."""

from dataclasses import replace
from math import log2

import pytest
from eval_fakes import RISES, case, reply, turn
from hypothesis import given
from hypothesis import strategies as st

from chatbot.evals.metrics import retrieval
from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.metrics.judge import judge

ASKED = turn("yeast makes gas")
PASSAGES = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, max_size=10)


def outcome(hits, relevant, name="c"):
    """A turn with a ranking."""
    return replace(judge(case(ASKED, name=name), ASKED, reply(RISES)), hits=tuple(hits), relevant=tuple(relevant))


def gain(hits, relevant):
    """Discounted cumulative gain (Järvelin and Kekäläinen 2002) of the first ten, every relevant passage worth 1."""
    return sum(1 / log2(rank + 1) for rank, passage in enumerate(hits[:10], 1) if passage in relevant)


def by_hand(hits, relevant):
    """The four figures of one ranking."""
    ranks = [rank for rank, passage in enumerate(hits, 1) if passage in relevant]
    return {
        "R@1": len([rank for rank in ranks if rank <= 1]) / len(relevant),
        "R@5": len([rank for rank in ranks if rank <= 5]) / len(relevant),
        "RR": 1 / ranks[0] if ranks else 0.0,
        "nDCG@10": gain(hits, relevant) / gain(sorted(relevant), relevant),
    }


@given(st.lists(st.tuples(PASSAGES, PASSAGES), min_size=1, max_size=5))
def test_each_is_the_mean_over_the_turns_with_something_to_find(rankings):
    """Ties are ours to break: the order of the hits is the order of the ranking."""
    found = retrieval.figures([outcome(hits, relevant, str(i)) for i, (hits, relevant) in enumerate(rankings)])
    expected = [by_hand(hits, relevant) for hits, relevant in rankings if relevant]
    assert list(found) == list(retrieval.NAMES)
    for name, figure in found.items():
        if not expected:
            assert figure is None
        else:
            assert figure.value == pytest.approx(sum(values[name] for values in expected) / len(expected))
            assert figure.of == len(expected)
            assert figure.low <= figure.value <= figure.high


def test_a_turn_that_found_nothing_counts_as_zero():
    """A mean is over all turns, failures included."""
    found = retrieval.figures([outcome("a", "a", "one"), outcome("", "a", "two")])
    assert {name: figure.value for name, figure in found.items()} == dict.fromkeys(retrieval.NAMES, 0.5)
    assert isinstance(found["RR"], Estimate)


def test_without_the_library_the_figures_are_missing(monkeypatch):
    """They are not zero, and a bound on one of them fails."""
    monkeypatch.setattr(retrieval, "find_spec", lambda _: None)
    assert retrieval.figures([outcome("a", "a")]) == dict.fromkeys(retrieval.NAMES)
