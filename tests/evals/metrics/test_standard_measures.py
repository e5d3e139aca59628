"""Retrieval measures against their definitions, and SQuAD's against an oracle written from the paper."""

import re
from dataclasses import replace
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.eval_fakes import RISES, case, reply, turn

from chatbot.evals.metrics import standard_measures
from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.metrics.judge import failed, judge
from chatbot.evals.metrics.registry import RETRIEVAL, SQUAD
from chatbot.evals.metrics.standard_measures import exact_match, f1, gold_answers

ASKED = turn("yeast makes gas")
PASSAGES = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, max_size=10)


def measured(metrics, outcomes):
    """The figures of some metrics, by name."""
    return {metric.name: metric.measure(outcomes) for metric in metrics}


def ranking(hits, relevant, name="c"):
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
def test_each_is_the_mean_over_the_turns_with_a_relevant_passage(rankings):
    """The order of the hits is the order of the ranking, without ties."""
    found = measured(RETRIEVAL, [ranking(hits, relevant, str(i)) for i, (hits, relevant) in enumerate(rankings)])
    expected = [by_hand(hits, relevant) for hits, relevant in rankings if relevant]
    assert list(found) == ["R@1", "R@5", "RR", "nDCG@10"]
    for name, figure in found.items():
        if not expected:
            assert figure is None
        else:
            assert figure.value == pytest.approx(sum(values[name] for values in expected) / len(expected))
            assert figure.of == len(expected)
            assert figure.low <= figure.value <= figure.high


def test_a_turn_that_found_nothing_counts_as_zero():
    """The mean is taken over all turns, failures included."""
    found = measured(RETRIEVAL, [ranking("a", "a", "one"), ranking("", "a", "two")])
    assert {figure.value for figure in found.values()} == {0.5}
    assert isinstance(found["RR"], Estimate)


def test_without_the_library_the_figures_are_missing(monkeypatch):
    """Without ir_measures the retrieval figures are None, not zero."""
    monkeypatch.setattr(standard_measures, "find_spec", lambda _: None)
    assert set(measured(RETRIEVAL, [ranking("a", "a")]).values()) == {None}


TEXT = st.text("aAthe n.,!'\n-", max_size=20)


def normalised(text):
    """Lower case, no punctuation, no articles, single spaces, as the paper says, in its order."""
    text = "".join(char for char in text.lower() if char not in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", text).split())


def overlap(answer, gold):
    """F1 over bags of words; if either has none, whether both have."""
    one, other = normalised(answer).split(), normalised(gold).split()
    if not one or not other:
        return float(one == other)
    left, same = list(other), 0
    for word in one:
        if word in left:
            left.remove(word)
            same += 1
    if not same:
        return 0.0
    precision, recall = same / len(one), same / len(other)
    return 2 * precision * recall / (precision + recall)


@given(TEXT, TEXT)
def test_both_agree_with_the_oracle(one, other):
    """Exact match and F1 of any two texts are as the paper defines them."""
    assert exact_match(one, other) == float(normalised(one) == normalised(other))
    assert f1(one, other) == pytest.approx(overlap(one, other))


PAIRS = {
    "the same": ("Denver Broncos", "Denver Broncos", 1.0, 1.0),
    "an article, a mark, another case": ("The Denver, broncos!", "denver Broncos", 1.0, 1.0),
    "more than the answer": ("won by the Denver Broncos", "Denver Broncos", 0.0, 2 / 3),
    "nothing in common": ("Carolina", "Denver Broncos", 0.0, 0.0),
    "nothing for something": ("", "Denver Broncos", 0.0, 0.0),
    "nothing for nothing": ("", "", 1.0, 1.0),
    "something for nothing": ("Denver", "", 0.0, 0.0),
}


@pytest.mark.parametrize(("answer", "gold", "em", "overlapping"), PAIRS.values(), ids=PAIRS)
def test_by_hand(answer, gold, em, overlapping):
    """The cases that the paper mentions have the values that the paper gives."""
    assert exact_match(answer, gold) == em
    assert f1(answer, gold) == pytest.approx(overlapping)


def test_the_gold_answers_of_a_turn():
    """They are what it must contain, and one string per group of gold; of an unanswerable turn, the empty answer."""
    asked = turn(("a", "b"), "c", must_contain=("short", "answer"))
    assert list(gold_answers(asked)) == ["short answer", "a c", "b c"]
    assert list(gold_answers(turn())) == [""]
    assert len(list(gold_answers(turn(*[tuple("abcdefgh")] * 8)))) == 256


BREAD = turn("yeast makes gas", must_contain=("Bread rises because yeast makes gas (1)",))


def outcome(asked, answer, name):
    """The outcome of a reply to one turn."""
    return judge(case(asked, name=name), asked, answer)


def test_squads_figures_distinguish_answerable_and_unanswerable():
    """A crash is neither an answer nor a refusal."""
    right = outcome(BREAD, reply("Bread rises because yeast makes gas (1)."), "a")
    refused = outcome(turn(), reply(), "b")
    crashed = failed(case(turn(), name="c"), turn(), ValueError("no"))
    found = measured(SQUAD, [right, refused, crashed])
    assert {name: figure.value for name, figure in found.items()} == {
        "EM": pytest.approx(2 / 3),
        "F1": pytest.approx(2 / 3),
        "HasAns_EM": 1.0,
        "HasAns_F1": 1.0,
        "NoAns_EM": 0.5,
        "NoAns_F1": 0.5,
    }
    assert isinstance(found["EM"], Estimate)


def test_several_quotes_are_one_answer():
    """Quotes are compared as a reader sees them, one after the other."""
    both = replace(outcome(BREAD, reply(), "a"), quotes=("Bread rises", "because yeast makes gas (1)."))
    assert measured(SQUAD, [both])["EM"].value == 1.0
