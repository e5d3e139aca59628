"""Fit `chatbot/weights.json` on a question set with answerable and unanswerable questions, one document an article.

    python evals/fit.py ../shared/evals/squad2-train/cases.jsonl

Three views of every question are learnt from: the whole document; a few of its passages, since articles are short; and
another document, which never answers. Ranking weights are a conditional logit over a question's candidates (McFadden
1974), confidence weights a logistic regression over the best one. Each weight keeps the sign that its evidence has by
definition, so that no set of questions teaches the program that evidence for an answer speaks against it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from numpy.typing import NDArray

from chatbot import cases, scoring, semantic
from chatbot.answering import quote
from chatbot.candidates import pool
from chatbot.cases import Case, CaseTurn
from chatbot.evidence import Evidence
from chatbot.parsing import parse, read
from chatbot.retrieval import Index, ranked
from chatbot.synonyms import Synonyms
from chatbot.understanding import Query, understand
from chatbot.weighing import Weigher

if TYPE_CHECKING:
    from chatbot.meaning import Encode

Array = NDArray[np.float64]

NAMES = tuple(field.name for field in fields(Evidence))
MEANING = {"meaning", "headed", "around", "ahead"}  # evidence that only the semantic mode has
AGAINST = {"lacking", "heading", "question", "rarest", "elsewhere", "unknown", "names", "denial", "terse"}
FREE = {"length"}  # speaks neither for nor against
RANK = tuple(name for name in NAMES if name not in {"unknown", "denial", "terse", "names", "ahead"})
CONFIDENCE = tuple(name for name in NAMES if name not in {"asked", "opening", "length", "question"})
SHARE = {"whole": 1.0, "short": 1.0, "other": 0.6}  # of each view among the unanswerable
SHOWN = 1.35  # quotes a turn that `second` aims at; sentences that come along with a pronoun are not counted
FOLDS = 5
ANSWERED = 0.85  # share of the answerable questions, over all views, that is answered


@dataclass(frozen=True)
class Example:
    """One question in one view: its candidates' evidence, which of them are right, whether it is answerable."""

    view: str
    document: str
    evidence: Array
    right: NDArray[np.bool_]
    answerable: bool


def _query(question: str) -> Query:
    return understand(question, Synonyms({}))


class Remembered:
    """Encodes each text once: the short views are made of the sentences of the whole ones."""

    def __init__(self) -> None:
        self._rows: dict[str, NDArray[np.float32]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A vector a text, in rows."""
        new = list(dict.fromkeys(text for text in texts if text not in self._rows))
        if new:
            self._rows.update(zip(new, semantic.vectors(new), strict=True))
        return np.array([self._rows[text] for text in texts], dtype=np.float32).reshape(len(texts), semantic.SIZE)


@cache
def _index(path: Path, encode: Encode | None) -> Index:
    return Index([read(path)], encode)


def _short(index: Index, question: str, encode: Encode | None) -> Index | None:
    """The title and up to seven passages around the best one; how many is drawn by the question."""
    best = ranked(index.passage_engine.scores(_query(question).stems), 1)
    if not best:
        return None
    around = random.Random(question).choice([0, 0, 1, 3])  # noqa: S311 - no secret
    members = index.passages[max(0, best[0] - around) : best[0] + around + 1]
    document = index.documents[0]
    title = document[document.sentences[0].span]
    return Index([parse(f"{title}\n\n{document.text[members[0].span.start : members[-1].span.end]}", "short")], encode)


def _example(view: str, name: str, index: Index, turn: CaseTurn, answerable: bool) -> Example:
    weigher = Weigher(index, _query(turn.question))
    found = pool(index, weigher)
    evidence = np.array([astuple(weigher.weigh(i)) for i in found], dtype=float).reshape(len(found), len(NAMES))
    right = [answerable and scoring.holds_gold(turn, [quote(index, i)]) for i in found]
    return Example(view, name, evidence, np.array(right, dtype=bool), answerable)


def examples(questions: Sequence[Case], encode: Encode | None) -> Iterator[Example]:
    """All views of all questions; the short one of every third, since it takes an index of its own."""
    paths = sorted({case.documents[0] for case in questions})
    for number, case in enumerate(questions):
        path = case.documents[0]
        index, other = _index(path, encode), paths[(paths.index(path) + 1 + len(case.turns[0].question)) % len(paths)]
        for turn in case.turns:
            yield _example("whole", path.stem, index, turn, turn.answerable)
            if number % 3 == 0 and (short := _short(index, turn.question, encode)):
                yield _example("short", path.stem, short, turn, turn.answerable)
            if other != path:
                yield _example("other", path.stem, _index(other, encode), turn, answerable=False)


def _columns(names: Sequence[str]) -> list[int]:
    return [NAMES.index(name) for name in names]


def _signed(weights: Array, names: Sequence[str]) -> Array:
    """The weights, those of a sign that their evidence cannot have set to zero."""
    sign = np.array([-1 if name in AGAINST else 1 for name in names])
    free = np.array([name in FREE for name in names])
    return np.where(free | (weights * sign > 0), weights, 0.0)


def _padded(data: Sequence[Example], names: Sequence[str], scale: Array) -> tuple[Array, Array, Array]:
    """Evidence, mask and labels as arrays of shape (questions, candidates[, features])."""
    most = max(len(example.right) for example in data)
    evidence = np.zeros((len(data), most, len(names)))
    mask, labels = np.zeros((2, len(data), most))
    for i, example in enumerate(data):
        size = len(example.right)
        evidence[i, :size] = example.evidence[:, _columns(names)] / scale
        mask[i, :size] = 1
        labels[i, :size] = example.right
    return evidence, mask, labels


def fit_ranking(data: Sequence[Example], names: Sequence[str], penalty: float = 0.002, steps: int = 600) -> Array:
    """Weights that make the right candidates of a question likely, by projected gradient descent (Adam)."""
    data = [example for example in data if example.right.any() and not example.right.all()]
    scale = np.vstack([example.evidence[:, _columns(names)] for example in data]).std(axis=0) + 1e-9
    evidence, mask, labels = _padded(data, names, scale)
    weights, first, second = np.zeros((3, len(names)))
    for step in range(1, steps + 1):
        logits = np.where(mask > 0, evidence @ weights, -1e9)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True)) * mask
        likely = odds / odds.sum(axis=1, keepdims=True)
        wanted = odds * labels / (odds * labels).sum(axis=1, keepdims=True)
        gradient = np.einsum("nk,nkf->f", likely - wanted, evidence) / len(data) + penalty * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        update = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
        weights = _signed(weights - 0.03 * update, names)
    return weights / scale


def best_of(data: Sequence[Example], ranking: Array) -> Array:
    """The evidence of each question's best candidate; of one without candidates, all that speaks against."""
    nothing = np.array([float(name in {"lacking", "rarest", "elsewhere", "unknown", "names"}) for name in NAMES])
    columns = _columns(RANK)
    return np.array(
        [
            example.evidence[int((-(example.evidence[:, columns] @ ranking)).argmin())] if len(example.right) else nothing
            for example in data
        ]
    )


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


def fit_confidence(best: Array, data: Sequence[Example], penalty: float = 0.03, steps: int = 2000) -> tuple[Array, float]:
    """Weights and bias that tell answerable from not, by projected gradient descent."""
    columns = _columns(CONFIDENCE)
    mean, scale = best[:, columns].mean(axis=0), best[:, columns].std(axis=0) + 1e-9
    values = (best[:, columns] - mean) / scale
    answerable, balance = np.array([float(example.answerable) for example in data]), _balance(data)
    weights, bias = np.zeros(len(columns)), 0.0
    curvature = 0.25 * np.linalg.norm(values * np.sqrt(balance)[:, None], 2) ** 2 + 0.25 + penalty
    for _ in range(steps):
        error = balance * (1 / (1 + np.exp(-(values @ weights + bias))) - answerable)
        weights = _signed(weights - (values.T @ error + penalty * weights) / curvature, CONFIDENCE)
        bias -= float(error.sum() / curvature)
    return weights / scale, bias - float((weights / scale) @ mean)


def probabilities(best: Array, weights: Array, bias: float) -> Array:
    """The confidence of each question."""
    return 1 / (1 + np.exp(-(best[:, _columns(CONFIDENCE)] @ weights + bias)))


def threshold_of(confidence: Array, data: Sequence[Example]) -> tuple[float, float, float]:
    """The threshold that answers `ANSWERED` of the answerable, and there: balanced, refused of the others.

    The balance is flat, within a point, from 0.7 to 0.9 of the answerable answered; so what is fixed is how many
    people with a fair question may be sent away.
    """
    answerable, balance = np.array([example.answerable for example in data]), _balance(data)
    order = confidence.argsort()
    refused = np.cumsum(np.where(answerable, 0, balance)[order]) * 2
    kept = 1 - np.cumsum(np.where(answerable, balance, 0)[order]) * 2
    place = int((kept >= ANSWERED).nonzero()[0][-1])
    return float(confidence[order][place]), float((refused + kept)[place] / 2), float(refused[place])


def _second(data: Sequence[Example], ranking: Array) -> float:
    """The ratio of likelihood from which on a further candidate is shown, so that `SHOWN` are on average."""
    ratios: list[float] = []
    for example in data:
        scores = np.sort(example.evidence[:, _columns(RANK)] @ ranking)[::-1]
        ratios += [float(np.exp(score - scores[0])) for score in scores[1:3]]
    ratios.sort(reverse=True)
    return ratios[int((SHOWN - 1) * len(data))]


def fit(data: Sequence[Example]) -> tuple[Array, Array, float]:
    """Ranking weights, confidence weights, bias."""
    ranking = fit_ranking([example for example in data if example.view == "whole" and example.answerable], RANK)
    return ranking, *fit_confidence(best_of(data, ranking), data)


def cross_validated(data: Sequence[Example]) -> Array:
    """Each question's confidence by a model that has not seen its document."""
    documents = sorted({example.document for example in data})
    fold_of = {name: i % FOLDS for i, name in enumerate(documents)}
    confidence = np.zeros(len(data))
    for fold in range(FOLDS):
        ranking, weights, bias = fit([example for example in data if fold_of[example.document] != fold])
        held = [i for i, example in enumerate(data) if fold_of[example.document] == fold]
        confidence[held] = probabilities(best_of([data[i] for i in held], ranking), weights, bias)
    return confidence


def model(data: Sequence[Example]) -> dict[str, object]:
    """The fitted model as it is written, its threshold cross-validated over documents."""
    threshold, balanced, refused = threshold_of(cross_validated(data), data)
    click.echo(f"cross-validated over documents: balanced {balanced:.3f}, abstained {refused:.3f}")
    ranking, weights, bias = fit(data)
    whole = [example for example in data if example.view == "whole" and example.answerable and len(example.right) > 0]
    return {
        "rank": {name: round(float(value), 3) for name, value in zip(RANK, ranking, strict=True) if value},
        "confidence": {name: round(float(value), 3) for name, value in zip(CONFIDENCE, weights, strict=True) if value},
        "bias": round(bias, 3),
        "threshold": round(threshold, 3),
        "second": round(_second(whole, ranking), 3),
    }


@click.command(help=__doc__)
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--limit", type=int, help="Only so many cases, to try things out.")
@click.option("--mode", "modes", type=click.Choice(["plain", "semantic"]), multiple=True, default=["plain", "semantic"])
@click.option("--out", type=click.Path(path_type=Path), default=Path("chatbot/weights.json"), show_default=True)
def main(path: Path, limit: int | None, modes: Sequence[str], out: Path) -> None:
    """Fit each mode, cross-validate, print, write."""
    questions = cases.load(path)[:limit]
    models = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    for mode in modes:
        models[mode] = model(list(examples(questions, Remembered() if mode == "semantic" else None)))
        click.echo(f"{mode}: {json.dumps(models[mode], indent=2)}")
    out.write_text(json.dumps(models, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
