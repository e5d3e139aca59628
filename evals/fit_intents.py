"""Fits and measures the model of a message's intent: `python evals/fit_intents.py $SETS`.

The figure is the share of right intents over the messages of each writer in turn, by a model that was fitted without
that writer's messages. In the data only four intents ever have a question before, which is not so in a conversation:
there any message may follow a question, and only `lean` needs one. Therefore each message is fitted, and measured, with
both states, `lean` with its own only. Questions of shared/train on documents that are not held back are further
examples, each of little weight: without them the model takes long questions on the content for something else.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from excerpts import lines
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from scipy.special import logsumexp, softmax

from chatbot.questions import intents
from chatbot.questions.intents import COLUMNS, Intent, IntentModel, columns
from chatbot.semantic.encoder import vectors

sys.path.append(str(Path(__file__).parent / "reader"))  # its scripts run by themselves
from reader_data import held_back

INTENTS = tuple(Intent)
OUT = Path(intents.__file__).parent / "intents.npz"
PENALTY = 1e-6  # L2, per message
ADDED, WEIGHT = 3000, 0.03  # questions on the content from shared/train, and what each weighs
TWICE = 500  # messages of two questions
JOINTS = ("? ", " and ", ", and ", "? and ", ", also ", " + ")  # between two questions
VECTOR = 3.0  # scale of a sentence vector, so that the penalty leaves its weights room
ROUNDS = 100


@dataclass(frozen=True)
class Message:
    """A message, what it wants, and whether it follows a question; `weight` is 1 for those of intents.jsonl."""

    text: str
    intent: Intent
    has_earlier: bool
    writer: str
    weight: float = 1.0


Results = list[tuple[Message, Intent]]


def messages(shared: Path) -> list[Message]:
    """The messages of intents.jsonl in each state that they are fitted with."""
    found = []
    for record in lines(shared / "train/intents.jsonl"):
        intent = Intent(record["intent"])
        states = (True,) if intent is Intent.LEAN else (False, True)
        found += [Message(record["message"], intent, state, record["writer"], 1 / len(states)) for state in states]
    return found


def further(shared: Path) -> list[Message]:
    """Questions of shared/train on documents that are not held back.

    On the content, two of them in one message, and on a reference list.
    """
    held = held_back(list(lines(shared / "train/documents.jsonl")))
    cases = [case for case in lines(shared / "train/questions.jsonl") if case["document"] not in held]
    listed = [case for case in lines(shared / "train/references.jsonl") if case["document"] not in held]
    draw = random.Random(1)  # noqa: S311 - not for security
    asked = draw.sample([case["turns"][0]["question"] for case in cases], ADDED)
    entries = [case["turns"][0]["question"] for case in listed if case["kind"] in ("entry", "none", "source")]
    pairs = zip(asked[:TWICE], asked[-TWICE:], strict=True)
    several = [f"{one.rstrip('?')}{draw.choice(JOINTS)}{other}" for one, other in pairs]
    drawn = {Intent.ASK: asked, Intent.ENTRY: entries, Intent.SEVERAL: several}
    return [
        Message(text, intent, i % 2 == 0, "", WEIGHT) for intent, texts in drawn.items() for i, text in enumerate(texts)
    ]


def vectors_of(data: Sequence[Message]) -> dict[str, NDArray[np.float32]]:
    """The sentence vector of each message."""
    texts = sorted({message.text for message in data})
    return dict(zip(texts, vectors(texts), strict=True))


def matrix(data: Sequence[Message], known: Mapping[str, NDArray[np.float32]]) -> csr_matrix:
    """One row a message: its n-grams, its state and, if there are vectors, its vector."""
    rows = [columns(message.text) for message in data]
    starts = np.cumsum([0, *(len(numbers) for numbers, _ in rows)])
    numbers, values = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    parts = [csr_matrix((values, numbers, starts), shape=(len(data), COLUMNS))]
    parts.append(csr_matrix(np.array([[float(message.has_earlier)] for message in data])))
    if known:
        parts.append(csr_matrix(np.array([VECTOR * known[message.text] for message in data])))
    return hstack(parts).tocsr()


def fit(data: Sequence[Message], known: Mapping[str, NDArray[np.float32]]) -> IntentModel:
    """A multinomial logistic regression."""
    x, share = matrix(data, known), np.array([message.weight for message in data])
    share /= share.sum()
    y = np.zeros((len(data), len(INTENTS)))
    y[np.arange(len(data)), [INTENTS.index(message.intent) for message in data]] = 1

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, bias = np.split(parameters.reshape(-1, len(INTENTS)), [x.shape[1]])
        logits = x @ weights + bias
        total = logsumexp(logits, axis=1, keepdims=True)
        error = share[:, None] * (np.exp(logits - total) - y)
        gradient = np.vstack([x.T @ error + 2 * PENALTY * weights, error.sum(axis=0)])
        value = share @ (total[:, 0] - (logits * y).sum(axis=1)) + PENALTY * (weights**2).sum()
        return float(value), gradient.ravel()

    start = np.zeros((x.shape[1] + 1) * len(INTENTS))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    grams, state, vector, bias = np.split(found.reshape(-1, len(INTENTS)), [COLUMNS, COLUMNS + 1, x.shape[1]])
    return IntentModel(grams, state[0], VECTOR * vector, bias[0])


def likely(
    model: IntentModel, data: Sequence[Message], known: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.float64]:
    """The probabilities of the intents, of shape (messages, intents)."""
    weights = np.vstack([model.grams, model.state, model.vector / VECTOR])
    return np.asarray(softmax(matrix(data, known) @ weights + model.bias, axis=1))


def left_out(data: Sequence[Message], more: Sequence[Message]) -> dict[str, Results]:
    """By mode, each message with the intent by models that have not seen its writer; `semantic` is the mean of two."""
    known = vectors_of([*data, *more])
    found: dict[str, Results] = {"plain": [], "semantic": []}
    for writer in sorted({message.writer for message in data}):
        test = [message for message in data if message.writer == writer]
        others = [message for message in (*data, *more) if message.writer != writer]
        plain, semantic = (likely(fit(others, vectors), test, vectors) for vectors in ({}, known))
        for mode, values in (("plain", plain), ("semantic", plain + semantic)):
            found[mode] += zip(test, (INTENTS[i] for i in values.argmax(axis=1)), strict=True)
    return found


def share_right(results: Results) -> float:
    """The share of messages that are understood; both states of a message count half."""
    weights = [message.weight for message, _ in results]
    return float(np.average([message.intent is found for message, found in results], weights=weights))


def report(mode: str, results: Results) -> Iterator[str]:
    """The share right of all messages and of each intent, with what the others are taken for."""
    yield f"{mode}, a writer left out: {share_right(results):.3f} right"
    for intent in INTENTS:
        own = [(message, found) for message, found in results if message.intent is intent]
        wrong = Counter(found.value for _, found in own if found is not intent).most_common(3)
        taken_for = ", ".join(f"{name} {count}" for name, count in wrong)
        yield f"  {intent.value:13}{share_right(own):.3f}  {taken_for}"


def figures(shared: Path) -> Iterator[str]:
    """The figures of both modes."""
    for mode, results in left_out(messages(shared), further(shared)).items():
        yield from report(mode, results)


@click.command(help=__doc__)
@click.argument("shared", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--write", is_flag=True, help="Fit on all messages, and write the weights into the package.")
def main(shared: Path, write: bool) -> None:
    """Print the figures of both modes, or fit them."""
    if not write:
        for line in figures(shared):
            click.echo(line)
        return
    data = [*messages(shared), *further(shared)]
    models = {"plain": fit(data, {}), "semantic": fit(data, vectors_of(data))}
    intents.save(models, OUT)
    click.echo(f"{OUT.name}: {OUT.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
