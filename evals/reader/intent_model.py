"""A linear model of a message's intent, that numpy alone can run.

Features are character n-grams and word n-grams, hashed into a fixed number of columns, and the state of the
conversation: whether there was a question before. Each of the two kinds of n-grams has length 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?!.:;,]")


@dataclass(frozen=True)
class Shape:
    """Which features there are."""

    columns: int = 1 << 14
    characters: tuple[int, int] = (2, 5)
    words: tuple[int, int] = (1, 3)
    state: bool = True


@cache
def grams(message: str, shape: Shape) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The character n-grams and the word n-grams of a message; both see its beginning and its end."""
    text = message.lower().replace("’", "'")
    words = ["^", *WORD.findall(text), "$"]
    padded = f" {' '.join(text.split())} "
    low, high = shape.characters
    parts = [padded[i : i + n] for n in range(low, high + 1) for i in range(len(padded) - n + 1)]
    low, high = shape.words
    runs = [" ".join(words[i : i + n]) for n in range(low, high + 1) for i in range(len(words) - n + 1)]
    return tuple(dict.fromkeys(parts)), tuple(dict.fromkeys(runs))


def features(message: str, before: bool, shape: Shape) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The columns and values of a message; the last column is the state of the conversation."""
    columns, values = [], []
    for kind, some in zip("cw", grams(message, shape), strict=True):
        columns += [crc32(f"{kind}{gram}".encode()) % shape.columns for gram in some]
        values += [len(some) ** -0.5] * len(some)
    if shape.state:
        columns.append(shape.columns)
        values.append(float(before))
    return np.array(columns, dtype=np.int64), np.array(values)


@dataclass(frozen=True)
class IntentModel:
    """Weights of shape (columns + 1, intents), and the intents' biases."""

    intents: tuple[str, ...]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    shape: Shape

    def probabilities(self, message: str, before: bool) -> dict[str, float]:
        """The probability of each intent."""
        columns, values = features(message, before, self.shape)
        logits = values @ self.weights[columns] + self.bias
        odds = np.exp(logits - logits.max())
        return dict(zip(self.intents, (odds / odds.sum()).tolist(), strict=True))


def save(model: IntentModel, path: Path) -> None:
    """Write a model with 8-bit weights, scaled by intent."""
    scale = np.abs(model.weights).max(axis=0) / 127
    np.savez_compressed(
        path, weights=np.round(model.weights / scale).astype(np.int8), scale=scale.astype(np.float32),
        bias=model.bias.astype(np.float32), intents=np.array(model.intents),
        shape=np.array([model.shape.columns, *model.shape.characters, *model.shape.words, model.shape.state]),
    )  # fmt: skip


def load(path: Path) -> IntentModel:
    """Read a model."""
    with np.load(path) as arrays:
        columns, c1, c2, w1, w2, state = arrays["shape"].tolist()
        weights = arrays["weights"].astype(np.float64) * arrays["scale"]
        shape = Shape(columns, (c1, c2), (w1, w2), bool(state))
        return IntentModel(tuple(arrays["intents"].tolist()), weights, arrays["bias"].astype(np.float64), shape)
