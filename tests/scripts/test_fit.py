"""The fitting of the rankers (`evals/fit.py`), on questions whose answers follow a known rule."""

import sys
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def fit(monkeypatch):
    """The script as a module."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "evals"))
    sys.modules.pop("fit", None)
    import fit

    return fit


def examples(fit, number=120):
    """Questions with four candidates: the right one has the highest coverage; unanswerable ones miss a term."""
    random = np.random.default_rng(1)
    found = []
    for i in range(number):
        values = random.random((4, len(fit.NAMES)))
        coverage, missing = fit.NAMES.index("coverage"), fit.NAMES.index("missing_from_sentence")
        answerable = i % 2 == 0
        values[:, missing] = random.random(4) * 0.2 + (0 if answerable else 0.7)
        right = values[:, coverage] == values[:, coverage].max()
        found.append(fit.Example("alone", f"d{i % 6}", values, right & answerable, answerable))
    return found


def test_the_ranker_learns_the_rule(fit):
    """The feature that decides gets the largest weight, unused features none, and no weight a wrong sign."""
    names = fit.RANK - {"opening"}
    weights = dict(zip(fit.NAMES, fit.fit_ranking(examples(fit), names), strict=True))
    assert max(weights, key=weights.__getitem__) == "coverage"
    assert all(weights[name] == 0 for name in fit.NAMES if name not in names)
    assert all(weights[name] <= 0 for name in fit.AGAINST)
    assert all(weights[name] >= 0 for name in set(fit.NAMES) - fit.AGAINST - fit.FREE)


def test_the_confidence_separates(fit):
    """Answerable questions get a higher confidence than unanswerable ones of documents that were not fitted on."""
    data = examples(fit)
    confidence = fit.cross_validated(data, "plain")
    answerable = np.array([example.answerable for example in data])
    assert confidence[answerable].min() > confidence[~answerable].max()
    assert fit.equal_rates(confidence, data, fit.SHARES["plain"]) == 1.0
