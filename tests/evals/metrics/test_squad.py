"""SQuAD's figures, against an oracle written from the paper, and by hand."""

import re
from dataclasses import replace

import pytest
from eval_fakes import case, reply, turn
from hypothesis import given
from hypothesis import strategies as st

from chatbot.evals.metrics import squad
from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.metrics.judge import failed, judge
from chatbot.evals.metrics.squad import answers, exact, f1

TEXT = st.text("aAthe n.,!'\n-", max_size=20)


def normalised(text):
    """Lower case, no punctuation, no articles, single spaces, as the paper says, in its order."""
    text = "".join(char for char in text.lower() if char not in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", text).split())


def overlap(given_text, answer):
    """F1 over bags of words; if either has none, whether both have."""
    one, other = normalised(given_text).split(), normalised(answer).split()
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
    """On any two texts."""
    assert exact(one, other) == float(normalised(one) == normalised(other))
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


@pytest.mark.parametrize(("said", "answer", "em", "overlapping"), PAIRS.values(), ids=PAIRS)
def test_by_hand(said, answer, em, overlapping):
    """The cases that the paper speaks of."""
    assert (exact(said, answer), f1(said, answer)) == (em, pytest.approx(overlapping))


def test_what_answers_a_turn():
    """What it must contain, or a string of each group of gold; nothing answers what has no answer."""
    asked = turn(("a", "b"), "c", must_contain=("short", "answer"))
    assert list(answers(asked)) == ["short answer", "a c", "b c"]
    assert list(answers(turn())) == [""]
    assert len(list(answers(turn(*[tuple("abcdefgh")] * 8)))) == 256


BREAD = turn("yeast makes gas", must_contain=("Bread rises because yeast makes gas (1)",))


def outcome(asked, answer, name):
    """The outcome of a reply to one turn."""
    return judge(case(asked, name=name), asked, answer)


def test_the_figures_are_told_apart_by_whether_there_is_an_answer():
    """A crash is neither an answer nor a refusal."""
    right = outcome(BREAD, reply("Bread rises because yeast makes gas (1)."), "a")
    silent = outcome(turn(), reply(), "b")
    crashed = failed(case(turn(), name="c"), turn(), ValueError("no"))
    found = squad.figures([right, silent, crashed])
    assert {name: figure.value for name, figure in found.items()} == {
        "EM": pytest.approx(2 / 3),
        "F1": pytest.approx(2 / 3),
        "HasAns_EM": 1.0,
        "HasAns_F1": 1.0,
        "NoAns_EM": 0.5,
        "NoAns_F1": 0.5,
    }
    assert tuple(found) == squad.NAMES
    assert isinstance(found["EM"], Estimate)


def test_several_quotes_are_one_answer():
    """They are compared as a reader sees them, one after the other."""
    both = replace(outcome(BREAD, reply(), "a"), quotes=("Bread rises", "because yeast makes gas (1)."))
    assert squad.figures([both])["EM"].value == 1.0
