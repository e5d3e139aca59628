"""The figures against their definitions."""

from itertools import product
from types import SimpleNamespace

import pytest
from eval_fakes import BAKES, RISES, RYE, SALT, case, reply, turn
from hypothesis import given
from hypothesis import strategies as st

from chatbot.metrics import Z, auc, by_tag, design_effect, estimate, mean, risk_coverage, totals, wilson
from chatbot.scoring import failed, judge

GAS = "yeast makes gas"
scores = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), max_size=12)


@given(scores, scores)
def test_auc_is_the_share_of_pairs_in_order(positives, negatives):
    """Counted pair by pair, a tie as half."""
    pairs = list(product(positives, negatives))
    won = sum((positive > negative) + (positive == negative) / 2 for positive, negative in pairs)
    assert auc(positives, negatives) == (pytest.approx(won / len(pairs)) if pairs else None)


@given(st.integers(1, 3000), st.data())
def test_wilsons_bounds_are_where_the_score_test_turns(of, data):
    """At each bound p the observed rate lies Z standard errors of p away; bounds in [0, 1] hold the rate."""
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
    """There the interval is Wilson's own."""
    assert design_effect((int(hit), 1) for hit in hits) == pytest.approx(1.0)


@given(st.lists(st.tuples(st.booleans(), st.integers(2, 5)), min_size=2))
def test_turns_that_stand_or_fall_together_count_as_fewer(dialogues):
    """A dialogue that is all right or all wrong is worth less than its turns; never more."""
    effect = design_effect((turns if right else 0, turns) for right, turns in dialogues)
    assert effect >= 1
    if len({right for right, _ in dialogues}) == 2 and len({turns for _, turns in dialogues}) == 1:
        assert effect == pytest.approx(dialogues[0][1])


def outcome(asked, answer, name="c", tags=()):
    """The outcome of a reply."""
    return judge(case(asked, name=name, tags=tags), asked, answer)


def test_a_dialogues_interval_is_wider_than_that_of_single_turns():
    """Ten turns in two dialogues say less than ten questions."""
    good, bad = (outcome(turn(GAS), reply(text)) for text in (RISES, SALT))
    apart = [outcome(turn(GAS), reply(text), name=f"{text}{i}") for text in (RISES, SALT) for i in range(5)]
    together = [
        *(outcome(turn(GAS), reply(RISES), name="good") for _ in range(5)),
        *(outcome(turn(GAS), reply(SALT), name="bad") for _ in range(5)),
    ]
    assert (good.right, bad.right) == (True, False)
    single = estimate(apart, lambda o: o.right)
    dialogues = estimate(together, lambda o: o.right)
    assert single.value == dialogues.value == 0.5
    assert dialogues.low < single.low < single.high < dialogues.high


def test_a_mean_of_rates_has_a_narrower_interval_than_either():
    """Errors of independent turns partly cancel."""
    rate = estimate([outcome(turn(GAS), reply(RISES), name=str(i)) for i in range(20)], lambda o: o.right)
    both = mean(rate, rate)
    assert both.value == 1.0
    assert rate.low < both.low < both.high == 1.0
    assert mean(rate, None) is None


RUN = [
    outcome(turn(GAS, references=(1,)), reply(RISES, confidence=0.9), "a", ("direct",)),
    outcome(turn(GAS, references=(2,)), reply(SALT, RISES, confidence=0.8), "b", ("direct", "hard")),
    outcome(turn(GAS), reply(confidence=0.1), "c", ("hard",)),
    outcome(turn(), reply(confidence=0.1), "d", ("far",)),
    outcome(turn(), reply(BAKES, confidence=0.85), "e", ("far",)),
    outcome(turn(GAS), reply(RISES, SALT, BAKES, RYE, SALT, confidence=1.0), "f", ("overview",)),
    outcome(turn(smalltalk=True), reply(SALT, SALT, SALT, confidence=0.0), "g", ("smalltalk",)),
    failed(case(turn(GAS), name="h", tags=("direct",)), turn(GAS), ValueError("no")),
]


def test_the_totals_of_a_run():
    """Small talk is left out, a failure is not, an overview only of the sentences shown."""
    assert totals(RUN).values == {
        "right": 3 / 5,
        "abstained": 1 / 2,
        "balanced": 0.55,
        "first": 2 / 5,
        "citations": 2 / 3,
        "auc": pytest.approx((2 + 1 + 0.5 + 2 + 0) / 10),
        "shown": 4 / 3,
        "altered": 0,
        "errors": 1,
    }


def test_totals_over_nothing_are_missing_not_zero():
    """What cannot be taken is None; a count is 0."""
    values = totals([]).values
    assert {name for name, value in values.items() if value is not None} == {"altered", "errors"}


def test_a_turn_counts_under_each_of_its_tags():
    """Tags come in alphabetical order."""
    tags = by_tag(RUN)
    assert list(tags) == ["direct", "far", "hard", "overview", "smalltalk"]
    assert (tags["direct"].right.value, tags["direct"].right.of) == (2 / 3, 3)
    assert tags["hard"].right.of == 2
    assert tags["far"].right is None


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from([0.0, 0.25, 0.5, 1.0])), min_size=1, max_size=12)
)
def test_risk_coverage_is_what_a_threshold_lets_through(drawn):
    """Each point against its definition, turn by turn; the last lets everything through."""
    outcomes = [
        SimpleNamespace(
            turn=SimpleNamespace(answerable=answerable, smalltalk=False), right=right, confidence=confidence
        )
        for answerable, right, confidence in drawn
    ]
    points = risk_coverage(outcomes)
    assert [point.threshold for point in points] == sorted({confidence for *_, confidence in drawn}, reverse=True)
    assert points[-1].coverage == 1
    asked = sum(answerable for answerable, *_ in drawn)
    for point in points:
        passed = [(answerable, right) for answerable, right, confidence in drawn if confidence >= point.threshold]
        good = sum(answerable and right for answerable, right in passed)
        assert point.coverage == pytest.approx(len(passed) / len(drawn))
        assert point.risk == pytest.approx(1 - good / len(passed))
        assert point.right == pytest.approx(good / asked if asked else 0)
        wrongly = sum(not answerable for answerable, _ in passed)
        assert point.abstained == pytest.approx(1 - wrongly / (len(drawn) - asked) if asked < len(drawn) else 1)


def test_the_curve_leaves_small_talk_out():
    """It is no question."""
    talk = SimpleNamespace(turn=SimpleNamespace(answerable=True, smalltalk=True), right=True, confidence=1.0)
    assert risk_coverage([talk]) == []
