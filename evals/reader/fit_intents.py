"""Fit and measure the model of a message's intent.

usage: python fit_intents.py INTENTS.jsonl [--choose] [--out intents.npz]

Accuracy is that of a writer who was not fitted on, over all three. In the data only four intents ever have a question
before, which is not so in a conversation: there any message may follow a question, and only `lean` needs one. Therefore
each message without one is fitted with both states, `lean` with its own only ("spread"). Columns: share right with the
state as it is in the data; with a question before in all cases; mean of the intents' shares right in that case; share
right without a question before, on all but `lean`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from intent_model import IntentModel, Shape, features, load, save
from torch import Tensor

Message = dict[str, Any]
CHOICES = [(1, 3), (1, 4), (2, 5)], [(1, 1), (1, 2), (1, 3)], [1e-6, 3e-6, 1e-5, 3e-5]


def matrix(messages: Sequence[str], shape: Shape) -> Tensor:
    """The n-grams of many messages, a sparse row each."""
    rows = [features(message, False, shape) for message in messages]
    starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns, values = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    parts = torch.from_numpy(starts), torch.from_numpy(columns), torch.from_numpy(values).float()
    return torch.sparse_csr_tensor(*parts, (len(rows), shape.columns + 1), check_invariants=False)


class Product(torch.autograd.Function):
    """A sparse matrix times weights, where the transpose is known."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, transposed: Tensor, weights: Tensor) -> Tensor:
        """The product."""
        ctx.transposed = transposed
        return x @ weights

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, None, Tensor]:
        """The weights' gradient."""
        return None, None, ctx.transposed @ gradient


def fit(messages: Sequence[Message], shape: Shape, penalty: float, spread: bool) -> IntentModel:
    """A logistic regression with an L2 penalty (a weight's square times `penalty`, per message)."""
    intents = tuple(sorted({m["intent"] for m in messages}))
    x = matrix([m["message"] for m in messages], shape)
    transposed = x.to_sparse_coo().t().coalesce().to_sparse_csr()
    rows = [
        (i, float(before), 1 / len(states))
        for i, m in enumerate(messages)
        for states in [(False, True) if spread and m["intent"] != "lean" else ("before" in m,)]
        for before in states
    ]
    number = torch.tensor([i for i, _, _ in rows])
    state, share = (torch.tensor(part) for part in list(zip(*rows, strict=True))[1:])
    y = torch.tensor([intents.index(m["intent"]) for m in messages])[number]
    weights = torch.zeros(shape.columns + 1, len(intents), requires_grad=True)
    bias = torch.zeros(len(intents), requires_grad=True)
    solver = torch.optim.LBFGS([weights, bias], max_iter=80, line_search_fn="strong_wolfe", tolerance_change=1e-6)

    def loss() -> Tensor:
        solver.zero_grad()
        logits = Product.apply(x, transposed, weights)[number] + bias
        if shape.state:
            logits = logits + state[:, None] * weights[-1]
        each = torch.nn.functional.cross_entropy(logits, y, reduction="none")
        total = (each * share).sum() / share.sum() + penalty * weights.square().sum()
        total.backward()
        return total

    solver.step(loss)
    return IntentModel(intents, weights.detach().double().numpy(), bias.detach().double().numpy(), shape)


def predicted(model: IntentModel, data: Sequence[tuple[str, bool]]) -> list[str]:
    """The likeliest intents."""
    logits = np.asarray(matrix([message for message, _ in data], model.shape) @ torch.from_numpy(model.weights).float())
    states = np.array([[before and model.shape.state] for _, before in data]) * model.weights[-1]
    return [model.intents[i] for i in (logits + states + model.bias).argmax(1)]


def right(model: IntentModel, messages: Sequence[Message], before: bool | None) -> list[bool]:
    """Which messages are understood, with a state for all or their own."""
    data = [(m["message"], "before" in m if before is None else before) for m in messages]
    return [p == m["intent"] for p, m in zip(predicted(model, data), messages, strict=True)]


def measured(
    messages: Sequence[Message], shape: Shape, penalty: float, spread: bool = True
) -> tuple[str, list[tuple[str, str]]]:
    """The columns, each writer left out in turn, and the confusions with a question before."""
    own, with_one, without, confused, per_writer = [], [], [], [], []
    by_intent: dict[str, list[bool]] = {}
    for writer in sorted({m["writer"] for m in messages}):
        model = fit([m for m in messages if m["writer"] != writer], shape, penalty, spread)
        test = [m for m in messages if m["writer"] == writer]
        own += right(model, test, None)
        asked = right(model, test, True)
        with_one += asked
        per_writer.append(f"{np.mean(asked):.3f}")
        without += right(model, [m for m in test if m["intent"] != "lean"], False)
        for m, ok in zip(test, asked, strict=True):
            by_intent.setdefault(m["intent"], []).append(ok)
        likeliest = predicted(model, [(m["message"], True) for m in test])
        confused += [(m["intent"], p) for m, p in zip(test, likeliest, strict=True)]
    macro = np.mean([np.mean(some) for some in by_intent.values()])
    line = f"{np.mean(own):.4f} {np.mean(with_one):.4f} {macro:.4f} {np.mean(without):.4f}"
    return f"{line}   writers {' '.join(per_writer)}", confused


def main() -> None:
    """Choose, measure, or fit on everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("messages", type=Path)
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--shape", nargs=5, type=int, default=[15, 1, 4, 1, 2], help="bits, character and word ranges")
    parser.add_argument("--penalty", type=float, default=1e-6)
    args = parser.parse_args()
    torch.set_num_threads(1)
    messages = [json.loads(line) for line in args.messages.open(encoding="utf-8")]
    bits, c1, c2, w1, w2 = args.shape
    shape = Shape(1 << bits, (c1, c2), (w1, w2))
    if args.choose:
        click.echo("columns characters words penalty: state as it is, with a question before, by intent, without")
        for characters, words, penalty in product(*CHOICES):
            line, _ = measured(messages, Shape(1 << 14, characters, words), penalty)
            click.echo(f"{1 << 14} {characters} {words} {penalty} {line}")
        return
    line, confused = measured(messages, shape, args.penalty)
    click.echo(f"spread   {line}")
    click.echo(f"as it is {measured(messages, shape, args.penalty, spread=False)[0]}")
    click.echo(f"no state {measured(messages, replace(shape, state=False), args.penalty, spread=False)[0]}")
    for intent in sorted({m["intent"] for m in messages}):
        some = [p for i, p in confused if i == intent]
        others = sorted({p for p in some if p != intent}, key=lambda p: -some.count(p))[:3]
        taken_for = ", ".join(f"{p} {some.count(p)}" for p in others)
        click.echo(f"  {intent:13} {some.count(intent) / len(some):.3f} {taken_for}")
    if args.out:
        save(fit(messages, shape, args.penalty, spread=True), args.out)
        small = load(args.out)
        click.echo(f"{args.out}: {args.out.stat().st_size / 1e3:.0f} kB")
        click.echo(
            f"share of the fitted messages right, with 8-bit weights: {np.mean(right(small, messages, None)):.4f}"
        )


if __name__ == "__main__":
    main()
