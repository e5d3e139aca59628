"""Intervals against their definitions."""

from itertools import product
from math import comb
from operator import mul

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.eval_fakes import RISES, SALT, case, reply, turn

from chatbot.evals.metrics.confidence import Estimate, Z, design_effect, mean, rate, sign_flip_test, wilson
from chatbot.evals.metrics.judge import judge
from chatbot.evals.metrics.registry import estimate

GAS = "yeast makes gas"


@given(st.integers(1, 3000), st.data())
def test_wilsons_bounds_are_where_the_score_test_turns(of, data):
    """At each bound p, the observed rate lies Z standard errors of p away; the bounds contain the rate."""
    hits = data.draw(st.integers(0, of))
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
    for bound in (low, high):
        if 1e-12 < bound < 1 - 1e-12:
            distance, error = abs(hits / of - bound), (bound * (1 - bound) / of) ** 0.5
            assert distance == pytest.approx(Z * error, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_gives_the_published_figures(hits, of, low, high):
    """The last row is the example of Newcombe 1998, table I."""
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


@given(st.lists(st.booleans(), min_size=1))
def test_single_turns_have_no_design_effect(hits):
    """With one turn per case, the interval is Wilson's own."""
    assert design_effect((int(hit), 1) for hit in hits) == pytest.approx(1.0)


@given(st.lists(st.tuples(st.booleans(), st.integers(2, 5)), min_size=2))
def test_turns_that_stand_or_fall_together_count_as_fewer(dialogues):
    """A dialogue that is all right or all wrong counts for less than its turns, and never for more."""
    effect = design_effect((turns if right else 0, turns) for right, turns in dialogues)
    assert effect >= 1
    if len({right for right, _ in dialogues}) == 2 and len({turns for _, turns in dialogues}) == 1:
        assert effect == pytest.approx(dialogues[0][1])


def outcome(asked, answer, name="c", tags=()):
    """The outcome of a reply."""
    return judge(case(asked, name=name, tags=tags), asked, answer)


def test_a_dialogues_interval_is_wider_than_that_of_single_turns():
    """Ten turns in two dialogues say less than ten separate questions."""
    good, bad = (outcome(turn(GAS), reply(text)) for text in (RISES, SALT))
    apart = [outcome(turn(GAS), reply(text), name=f"{text}{i}") for text in (RISES, SALT) for i in range(5)]
    together = [
        *(outcome(turn(GAS), reply(RISES), name="good") for _ in range(5)),
        *(outcome(turn(GAS), reply(SALT), name="bad") for _ in range(5)),
    ]
    assert (good.right, bad.right) == (True, False)
    single = estimate(apart, lambda o: o.right)
    dialogues = estimate(together, lambda o: o.right)
    assert single
    assert dialogues
    assert single.value == dialogues.value == 0.5
    assert dialogues.low < single.low < single.high < dialogues.high


def test_a_mean_of_rates_has_a_narrower_interval_than_either():
    """The errors of independent turns partly cancel."""
    rate = estimate([outcome(turn(GAS), reply(RISES), name=str(i)) for i in range(20)], lambda o: o.right)
    both = mean(rate, rate)
    assert rate
    assert both
    assert both.value == 1.0
    assert rate.low < both.low < both.high == 1.0
    assert mean(rate, None) is None


def test_nothing_has_no_rate():
    """The rate over no observations is None, with or without clusters."""
    assert rate([]) is None
    assert rate([("a", 0, 0)]) is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1)), min_size=1))
def test_a_mean_of_shares_lies_in_its_interval(counts):
    """The interval also contains means of values that are not proportions, in clusters or not."""
    found = rate((cluster, share, 1) for cluster, share in counts)
    assert found
    assert found.value == pytest.approx(sum(share for _, share in counts) / len(counts))
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_interval_of_a_mean_is_that_of_half_a_sum():
    """It is half of Newcombe's interval of a sum, and `of` counts all turns."""
    first, second = Estimate(0.5, 0.2, 0.9, 10), Estimate(0.7, 0.3, 1.0, 30)
    assert mean(first, second) == pytest.approx((0.6, 0.6 - 0.25, 0.6 + 0.25, 40))


@given(st.lists(st.integers(-3, 3), max_size=8))
def test_the_test_is_exact(changes):
    """The probabilities are those over all ways in which the signs could have fallen."""
    sums = [sum(map(int.__mul__, changes, signs)) for signs in product((1, -1), repeat=len(changes))]
    both = sum(abs(total) >= abs(sum(changes)) for total in sums) / len(sums)
    worse = sum(total <= sum(changes) for total in sums) / len(sums)
    assert sign_flip_test(changes) == pytest.approx((both, worse))


@given(st.lists(st.integers(-4, 4), max_size=9))
def test_every_sign(changes):
    """The distribution is that of all ways to give the changes signs."""
    sums = [sum(map(mul, changes, signs)) for signs in product((1, -1), repeat=len(changes))]
    worse = sum(total <= sum(changes) for total in sums) / len(sums)
    both = sum(abs(total) >= abs(sum(changes)) for total in sums) / len(sums)
    assert sign_flip_test(changes) == pytest.approx((both, worse))


def test_thousands_of_changes():
    """Of thousands of changes too the probabilities are exact up to rounding, and does not overflow."""
    won, lost = 1_050, 1_000
    tail = sum(comb(won + lost, k) for k in range(lost + 1)) / 2 ** (won + lost)
    assert sign_flip_test([1] * won + [-1] * lost)[0] == pytest.approx(2 * tail, rel=1e-9)
    assert sign_flip_test([2] * won + [-2] * lost + [1, -1])[0] == pytest.approx(2 * tail, rel=0.1)


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 5))
def test_with_one_turn_a_case_it_is_mcnemars(won, lost, same):
    """With changes of one it is McNemar's exact test, a binomial of the turns that changed."""
    changed = won + lost
    tail = sum(comb(changed, k) for k in range(min(won, lost) + 1)) / 2**changed
    expected = 1.0 if won == lost else 2 * tail
    assert sign_flip_test([1] * won + [-1] * lost + [0] * same)[0] == pytest.approx(expected)
