"""The fitted models: their weights have a meaning, their probability is one."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answers.features import Evidence
from chatbot.answers.ranker import Model, fitted

EVIDENCE = st.builds(Evidence, **{field.name: st.floats(0, 1) for field in fields(Evidence)})
MODES = ("plain", "semantic")


@pytest.mark.parametrize("mode", MODES)
def test_weights_name_evidence(mode):
    """Every weight belongs to a figure; the thresholds are shares."""
    model = fitted(mode)
    names = {field.name for field in fields(Evidence)}
    assert {*model.rank, *model.confidence} <= names
    assert 0 < model.threshold < 1
    assert 0 < model.second <= 1


def test_plain_needs_no_meaning():
    """The plain mode weighs nothing that only the extra can tell."""
    assert not {"meaning", "headed", "around", "ahead"} & {*fitted("plain").rank, *fitted("plain").confidence}


@pytest.mark.parametrize("mode", MODES)
@given(evidence=EVIDENCE)
def test_a_probability(mode, evidence):
    """The confidence is a probability, whatever the evidence."""
    assert 0 < fitted(mode).probability(evidence) < 1


@given(EVIDENCE)
def test_linear(evidence):
    """A score is the weighted sum of the figures; the probability its logistic with the bias."""
    model = Model({"coverage": 2.0, "heading": -1.0}, {"coverage": 0.0}, 0.0, 0.5, 0.5)
    assert model.score(evidence) == pytest.approx(2 * evidence.coverage - evidence.heading)
    assert model.probability(evidence) == 0.5
