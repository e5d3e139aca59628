"""Fit `chatbot/weights.json` on a question set with answerable and unanswerable questions, one document an article.

    python evals/fit.py ../shared/evals/squad2-train/cases.jsonl

Several views of every question are learnt from: see `evals/views.py`.

Ranking weights are a conditional logit over a question's candidates (McFadden 1974), confidence weights a logistic
regression over the best one. Each weight keeps the sign that its evidence has by definition, so that no set of
questions teaches the program that evidence for an answer speaks against it. What the reader makes of a sentence is
evidence like the rest, by a reader that has not seen the document.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from numpy.typing import NDArray
from views import NAMES, Array, Example, Remembered, examples

from chatbot.evals.cases import cases
from chatbot.semantic.late_interaction import RelevanceModel, save

if TYPE_CHECKING:
    from reading import States

SEMANTIC = {"cosine", "cosine_with_heading", "passage_cosine", "reader_score"}  # only with vectors
READING = NAMES.index("reader_score")
AGAINST = {
    "answer_type_absent",
    "is_heading",
    "is_question",
    "missing_from_sentence",
    "missing_from_context",
    "out_of_vocabulary",
    "missing_names",
    "negation_mismatch",
    "query_brevity",
}
FREE = {"length"}  # speaks neither for nor against
RANK = set(NAMES) - {"out_of_vocabulary", "negation_mismatch", "query_brevity", "missing_names", "claim_gap"} - SEMANTIC
CONFIDENCE = set(NAMES) - {"answer_type_present", "paragraph_opening", "length", "is_question", "claim_gap"} - SEMANTIC
# SQuAD asks next to nothing that is answered with yes or no, so this weight is ours, by our dev questions.
GIVEN = {"claim_gap": -0.5}
SHARE = {"whole": 1.0, "short": 1.0, "other": 0.6, "reworded": 1.0, "swapped": 1.0}  # of each view
SHOWN = 1.2  # quotes a turn that `second` aims at; sentences that come along with a pronoun are not counted
FOLDS = 5


@dataclass(frozen=True)
class Weights:
    """Weights over all of `NAMES`, those of evidence that is not used being 0."""

    rank: Array
    confidence: Array
    bias: float


def _chosen(names: Collection[str]) -> NDArray[np.bool_]:
    return np.array([name in names for name in NAMES])


def _signed(weights: Array, names: Collection[str]) -> Array:
    """The weights, those not among `names` or of a sign that their evidence cannot have set to zero."""
    sign = np.array([-1 if name in AGAINST else 1 for name in NAMES])
    return np.where(_chosen(names) & (_chosen(FREE) | (weights * sign > 0)), weights, 0.0)


def _padded(data: Sequence[Example]) -> tuple[Array, Array, Array]:
    """Evidence, mask and labels as arrays of shape (questions, candidates[, features])."""
    most = max(len(example.right) for example in data)
    evidence = np.zeros((len(data), most, len(NAMES)))
    mask, labels = np.zeros((2, len(data), most))
    for i, example in enumerate(data):
        size = len(example.right)
        evidence[i, :size] = example.evidence
        mask[i, :size] = 1
        labels[i, :size] = example.right
    return evidence, mask, labels


def fit_ranking(data: Sequence[Example], names: Collection[str]) -> Array:
    """Weights of `names` that make the right candidates of a question likely, by projected gradient descent (Adam)."""
    data = [example for example in data if example.right.any() and not example.right.all()]
    evidence, mask, labels = _padded(data)
    scale = np.vstack([example.evidence for example in data]).std(axis=0) + 1e-9
    evidence = evidence / scale
    weights, first, second = np.zeros((3, len(NAMES)))
    for step in range(1, 601):
        logits = np.where(mask > 0, evidence @ weights, -1e9)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True)) * mask
        likely = odds / odds.sum(axis=1, keepdims=True)
        wanted = odds * labels / (odds * labels).sum(axis=1, keepdims=True)
        gradient = np.einsum("nk,nkf->f", likely - wanted, evidence) / len(data) + 0.002 * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        update = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
        weights = _signed(weights - 0.03 * update, names)
    return np.asarray(weights / scale)


def best_of(data: Sequence[Example], ranking: Array) -> Array:
    """The evidence of each question's best candidate; of one without candidates, all that speaks against."""
    nothing = _chosen(
        {"answer_type_absent", "missing_from_sentence", "missing_from_context", "out_of_vocabulary", "missing_names"}
    ).astype(float)
    rows = (e.evidence[int((-(e.evidence @ ranking)).argmin())] if len(e.right) else nothing for e in data)
    return np.array(list(rows))


def _balance(data: Sequence[Example]) -> Array:
    """A weight an example: each view has its share, answerable and not weigh the same in all."""
    answerable = np.array([example.answerable for example in data])
    views = np.array([example.view for example in data])
    weights = np.zeros(len(data))
    for view, share in SHARE.items():
        for label in (True, False):
            chosen = (views == view) & (answerable == label)
            weights[chosen] = share / max(1, chosen.sum())
    for label in (True, False):
        weights[answerable == label] /= weights[answerable == label].sum() / 0.5
    return weights


def fit_confidence(data: Sequence[Example], ranking: Array, names: Collection[str]) -> tuple[Array, float]:
    """Weights of `names` and a bias that tell answerable from not, by projected gradient descent."""
    best = best_of(data, ranking)
    mean, scale = best.mean(axis=0), best.std(axis=0) + 1e-9
    values = (best - mean) / scale
    answerable, balance = np.array([float(example.answerable) for example in data]), _balance(data)
    weights, bias = np.zeros(len(NAMES)), 0.0
    curvature = 0.25 * np.linalg.norm(values * np.sqrt(balance)[:, None], 2) ** 2 + 0.3
    for _ in range(2000):
        error = balance * (1 / (1 + np.exp(-(values @ weights + bias))) - answerable)
        weights = _signed(weights - (values.T @ error + 0.03 * weights) / curvature, names)
        bias -= float(error.sum() / curvature)
    return weights / scale, bias - float((weights / scale) @ mean)


def fit(data: Sequence[Example], mode: str) -> Weights:
    """The weights of a mode."""
    added = set() if mode == "plain" else SEMANTIC
    ranked_by = [e for e in data if e.view in ("whole", "reworded") and e.answerable]
    ranking = fit_ranking(ranked_by, RANK | added)
    return Weights(ranking, *fit_confidence(data, ranking, CONFIDENCE | added))


def confidences(data: Sequence[Example], weights: Weights) -> Array:
    """The confidence of each question, in (0, 1)."""
    return 1 / (1 + np.exp(-(best_of(data, weights.rank) @ weights.confidence + weights.bias)))


def cross_validated(data: Sequence[Example], mode: str) -> Array:
    """Each question's confidence by a model that has not seen its document."""
    documents = sorted({example.document for example in data})
    fold_of = {name: i % FOLDS for i, name in enumerate(documents)}
    confidence = np.zeros(len(data))
    for fold in range(FOLDS):
        weights = fit([example for example in data if fold_of[example.document] != fold], mode)
        held = [i for i, example in enumerate(data) if fold_of[example.document] == fold]
        confidence[held] = confidences([data[i] for i in held], weights)
    return confidence


def equal_rates(confidence: Array, data: Sequence[Example]) -> float:
    """The share of the answerable that is answered where the same share of the others is refused, over all views."""
    answerable, balance = np.array([example.answerable for example in data]), _balance(data)
    order = confidence.argsort()
    refused = np.cumsum(np.where(answerable, 0, balance)[order]) * 2
    kept = 1 - np.cumsum(np.where(answerable, balance, 0)[order]) * 2
    return float(kept[np.abs(kept - refused).argmin()])


def _second(data: Sequence[Example], ranking: Array) -> float:
    """The ratio of likelihood from which on a further candidate is shown, so that `SHOWN` are on average."""
    whole = [e for e in data if e.view == "whole" and e.answerable and len(e.right) > 0]
    scores = [np.sort(e.evidence @ ranking)[::-1] for e in whole]
    ratios = sorted((float(np.exp(s - best[0])) for best in scores for s in best[1:3]), reverse=True)
    return ratios[int((SHOWN - 1) * len(whole))]


def _named(weights: Array) -> dict[str, float]:
    return {name: round(float(value), 3) for name, value in zip(NAMES, weights, strict=True) if abs(value) >= 0.001}


def model(data: Sequence[Example], weights: Weights, before: dict[str, object]) -> dict[str, object]:
    """The fitted model as it is written; the threshold stays as it was before: see `evals/curve.py`."""
    return {
        "rank": _named(weights.rank),
        "confidence": _named(weights.confidence) | GIVEN,
        "bias": round(weights.bias, 3),
        "threshold": before.get("threshold", 0.5),
        "second": round(_second(data, weights.rank), 3),
    }


def _read_with(reader: RelevanceModel, states: States, example: Example) -> Example:
    """An example with what a reader makes of its sentences."""
    asked = reader.question(states.of(example.question))
    evidence = example.evidence.copy()
    evidence[:, READING] = [reader.score(asked, reader.sentence(states.of(text))) for text in example.sentences]
    return replace(example, evidence=evidence)


def read(data: Sequence[Example], path: Path) -> list[Example]:
    """Fit the reader, write it, and give what readers that have not seen an example's document make of it."""
    from reading import States, train  # here: only this needs PyTorch

    states = States([text for example in data for text in ("", example.question, *example.sentences)])
    documents = sorted({example.document for example in data})
    read_by: list[Example] = []
    for half in (set(documents[::2]), set(documents[1::2])):
        reader = train([example for example in data if example.document not in half], states)
        read_by += [_read_with(reader, states, example) for example in data if example.document in half]
    save(train(data, states), path)
    return read_by


@click.command(help=__doc__)
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--limit", type=int, help="Only so many cases, to try things out.")
@click.option("--plain", is_flag=True, help="Leave the semantic mode as it is: its vectors take half an hour at first.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("chatbot"), show_default=True, help="A folder.")
def main(path: Path, limit: int | None, plain: bool, out: Path) -> None:
    """Fit both modes, print and write `weights.json` and `reader.npz`. The semantic mode needs PyTorch."""
    questions = cases.load(path)[:limit]
    written = out / "weights.json"
    models = json.loads(written.read_text(encoding="utf-8")) if written.exists() else {}
    for mode in ("plain",) if plain else ("plain", "semantic"):
        data = list(examples(questions, Remembered() if mode == "semantic" else None))
        if mode == "semantic":
            data = read(data, out / "reader.npz")
        rate = equal_rates(cross_validated(data, mode), data)
        click.echo(f"{mode}, cross-validated over documents: {rate:.3f} answered rightly so, and refused rightly so")
        models[mode] = model(data, fit(data, mode), models.get(mode, {}))
        click.echo(f"{mode}: {json.dumps(models[mode], indent=2)}")
    written.write_text(json.dumps(models, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
