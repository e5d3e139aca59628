"""Fits the rankers in `chatbot/answers/weights.json`: `python evals/fit.py $SETS`.

Every question is used in several views: see `evals/views.py`. The examples are kept in .cache/fit, so that a run that
was stopped goes on, and another penalty is tried at once; remove them when features or the reader have changed.

Ranking weights are a conditional logit over the candidates of a question (McFadden 1974), confidence weights a logistic
regression over the best one. Each weight keeps the sign that its feature has by definition, so that no question set
can teach the program that a feature for an answer speaks against it.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp
from views import NAMES, Array, Example, examples

import chatbot

PACKAGE = Path(chatbot.__file__).parent
SEMANTIC = {"cosine", "cosine_with_heading", "passage_cosine", "reader_score"}  # only with vectors
AGAINST = {
    "answer_type_absent",
    "is_heading",
    "is_question",
    "missing_from_sentence",
    "missing_from_context",
    "out_of_vocabulary",
    "missing_names",
    "negation_mismatch",
    "advice_gap",
    "query_brevity",
}
FREE = {"length", "is_entry", "entry_intent"}  # speaks neither for nor against
RANK = set(NAMES) - {"out_of_vocabulary", "negation_mismatch", "query_brevity", "missing_names", "claim_gap"} - SEMANTIC
CONFIDENCE = set(NAMES) - {"answer_type_present", "paragraph_opening", "length", "is_question", "claim_gap"} - SEMANTIC
# SQuAD has hardly any yes-or-no questions, so this weight was set by our dev questions
GIVEN = {"claim_gap": -0.5}
# Of each view in the confidence. Words cannot tell a near-miss in an excerpt, so plain is fitted on others.
SHARES = {
    "plain": {"alone": 0.2, "joined": 0.1, "set": 1.0, "other": 0.6},
    "semantic": {"alone": 1.0, "joined": 0.5, "set": 1.0, "written": 1.0, "other": 0.3},
}
SHOWN = 1.35  # quotes per turn that `second` aims at, without antecedents
RANK_PENALTY, CONFIDENCE_PENALTY = 0.002, 0.01  # L2
FOLDS = 5


@dataclass(frozen=True)
class Weights:
    """Weights of all features in `NAMES`; 0 for those that are not used."""

    rank: Array
    confidence: Array
    bias: float


def _chosen(names: Collection[str]) -> NDArray[np.bool_]:
    return np.array([name in names for name in NAMES])


def _bounds(names: Collection[str]) -> list[tuple[float | None, float | None]]:
    """The bounds of each weight: 0 for features that are not used, else the sign of the feature."""
    return [
        (0, 0) if name not in names else (None, None) if name in FREE else (None, 0) if name in AGAINST else (0, None)
        for name in NAMES
    ]


def _padded(data: Sequence[Example]) -> tuple[Array, Array, Array]:
    """Features, mask and labels as arrays of shape (questions, candidates[, features])."""
    most = max(len(example.right) for example in data)
    features = np.zeros((len(data), most, len(NAMES)))
    mask, labels = np.zeros((2, len(data), most))
    for i, example in enumerate(data):
        size = len(example.right)
        features[i, :size] = example.features
        mask[i, :size] = 1
        labels[i, :size] = example.right
    return features, mask, labels


def fit_ranking(data: Sequence[Example], names: Collection[str]) -> Array:
    """Weights of `names` under which the right candidates of a question are likely."""
    data = [example for example in data if example.right.any() and not example.right.all()]
    values, mask, labels = _padded(data)
    scale = np.vstack([example.features for example in data]).std(axis=0) + 1e-9
    values = values / scale

    def loss(weights: Array) -> tuple[float, Array]:
        """The negative log-likelihood of the right candidates, with its gradient."""
        logits = values @ weights
        total = logsumexp(logits, axis=1, b=mask, keepdims=True)
        right = logsumexp(logits, axis=1, b=labels, keepdims=True)
        difference = mask * np.exp(logits - total) - labels * np.exp(logits - right)
        gradient = np.einsum("nk,nkf->f", difference, values) / len(data) + RANK_PENALTY * weights
        return float((total - right).mean() + RANK_PENALTY * weights @ weights / 2), gradient

    found = minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B", bounds=_bounds(names))
    return np.asarray(found.x / scale)


def best_of(data: Sequence[Example], ranking: Array) -> Array:
    """The features of each question's best candidate; without candidates, all that speak against an answer."""
    nothing = _chosen(
        {"answer_type_absent", "missing_from_sentence", "missing_from_context", "out_of_vocabulary", "missing_names"}
    ).astype(float)
    rows = (e.features[int((-(e.features @ ranking)).argmin())] if len(e.right) else nothing for e in data)
    return np.array(list(rows))


def _balance(data: Sequence[Example], shares: Mapping[str, float]) -> Array:
    """The weight of each example: each view has its share, answerable and unanswerable ones weigh the same."""
    answerable = np.array([example.answerable for example in data])
    views = np.array([example.view for example in data])
    weights = np.zeros(len(data))
    for view, share in shares.items():
        for label in (True, False):
            chosen = (views == view) & (answerable == label)
            weights[chosen] = share / max(1, chosen.sum())
    for label in (True, False):
        weights[answerable == label] /= weights[answerable == label].sum() / 0.5
    return weights


def fit_confidence(
    data: Sequence[Example], ranking: Array, names: Collection[str], shares: Mapping[str, float]
) -> tuple[Array, float]:
    """Weights of `names` and a bias that separate answerable from unanswerable questions."""
    best = best_of(data, ranking)
    mean, scale = best.mean(axis=0), best.std(axis=0) + 1e-9
    values = (best - mean) / scale
    answerable, balance = np.array([float(example.answerable) for example in data]), _balance(data, shares)

    def loss(parameters: Array) -> tuple[float, Array]:
        """The weighted negative log-likelihood, with its gradient; the last parameter is the bias."""
        weights, logits = parameters[:-1], values @ parameters[:-1] + parameters[-1]
        error = balance * (expit(logits) - answerable)
        value = balance @ (np.logaddexp(0, logits) - answerable * logits)
        gradient = np.append(values.T @ error + CONFIDENCE_PENALTY * weights, error.sum())
        return float(value + CONFIDENCE_PENALTY * weights @ weights / 2), gradient

    bounds = [*_bounds(names), (None, None)]
    found = minimize(loss, np.zeros(len(NAMES) + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = found[:-1] / scale
    return weights, float(found[-1] - weights @ mean)


def fit(data: Sequence[Example], mode: str) -> Weights:
    """The weights of a mode."""
    added = set() if mode == "plain" else SEMANTIC
    ranked_by = [e for e in data if e.answerable]
    ranking = fit_ranking(ranked_by, RANK | added)
    return Weights(ranking, *fit_confidence(data, ranking, CONFIDENCE | added, SHARES[mode]))


def confidences(data: Sequence[Example], weights: Weights) -> Array:
    """The confidence of each question, in (0, 1)."""
    return 1 / (1 + np.exp(-(best_of(data, weights.rank) @ weights.confidence + weights.bias)))


def cross_validated(data: Sequence[Example], mode: str) -> Array:
    """The confidence of each question, by a model that has not seen its document."""
    documents = sorted({example.document for example in data})
    fold_of = {name: i % FOLDS for i, name in enumerate(documents)}
    confidence = np.zeros(len(data))
    for fold in range(FOLDS):
        weights = fit([example for example in data if fold_of[example.document] != fold], mode)
        unseen = [i for i, example in enumerate(data) if fold_of[example.document] == fold]
        confidence[unseen] = confidences([data[i] for i in unseen], weights)
    return confidence


def equal_rates(confidence: Array, data: Sequence[Example], shares: Mapping[str, float]) -> float:
    """The share of answerable questions answered at the threshold that refuses the same share of the others."""
    answerable, balance = np.array([example.answerable for example in data]), _balance(data, shares)
    order = confidence.argsort()
    refused = np.cumsum(np.where(answerable, 0, balance)[order]) * 2
    kept = 1 - np.cumsum(np.where(answerable, balance, 0)[order]) * 2
    return float(kept[np.abs(kept - refused).argmin()])


def _second(data: Sequence[Example], ranking: Array) -> float:
    """The likelihood ratio above which a further candidate is shown, so that the average is `SHOWN`."""
    whole = [e for e in data if e.view != "other" and e.answerable and len(e.right) > 0]
    scores = [np.sort(e.features @ ranking)[::-1] for e in whole]
    ratios = sorted((float(np.exp(s - best[0])) for best in scores for s in best[1:3]), reverse=True)
    return ratios[int((SHOWN - 1) * len(whole))]


def _named(weights: Array) -> dict[str, float]:
    return {name: round(float(value), 3) for name, value in zip(NAMES, weights, strict=True) if abs(value) >= 0.001}


def model(data: Sequence[Example], weights: Weights, before: dict[str, object]) -> dict[str, object]:
    """The fitted model as JSON; the threshold stays, since `evals/curve.py` sets it."""
    return {
        "rank": _named(weights.rank),
        "confidence": _named(weights.confidence) | GIVEN,
        "bias": round(weights.bias, 3),
        "threshold": before.get("threshold", 0.5),
        "second": round(_second(data, weights.rank), 3),
    }


def kept(shared: Path, mode: str) -> list[Example]:
    """The examples of a mode, from the file that keeps them if there is one."""
    path = Path(".cache/fit") / f"{mode}.pickle"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(list(examples(shared, mode))))
    data: list[Example] = pickle.loads(path.read_bytes())  # noqa: S301 - written above
    return data


@click.command(help=__doc__)
@click.argument("shared", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--mode", "modes", multiple=True, default=("plain", "semantic"), help="Only this mode.")
@click.option("--out", type=click.Path(path_type=Path), default=PACKAGE / "answers/weights.json", show_default=False)
def main(shared: Path, modes: tuple[str, ...], out: Path) -> None:
    """Fit the modes, print and write the weights."""
    models = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    for mode in modes:
        data = kept(shared, mode)
        rate = equal_rates(cross_validated(data, mode), data, SHARES[mode])
        click.echo(
            f"{mode}, cross-validated over documents: {rate:.3f} of the questions answered, and refused, correctly"
        )
        models[mode] = model(data, fit(data, mode), models.get(mode, {}))
        click.echo(f"{mode}: {json.dumps(models[mode], indent=2)}")
    out.write_text(json.dumps(models, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
