"""Late-interaction relevance of a sentence to a question: whether their words match, and whether an answer is there.

A small model over the token states of the sentence encoder (after ColBERT, Khattab and Zaharia 2020, and the null
answer of SQuAD 2.0, Rajpurkar et al. 2018). `evals/fit.py` fits it; its weights are in `reader.npz`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from hashlib import sha256
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    States = NDArray[np.floating[Any]]

MAX_TOKENS = 56  # of a sentence or a question; the model was fitted with no more


class EncodedQuestion(NamedTuple):
    """A question: its tokens in word space, their weights, the costs of missing them, and the answer it wants."""

    tokens: Array  # (tokens, d), unit vectors
    weights: Array  # (tokens,), sum to 1
    costs: Array  # (tokens,)
    wanted: Array  # (d,)


class EncodedSentence(NamedTuple):
    """A sentence: its tokens in word space and in answer space."""

    tokens: Array  # (tokens, d), unit vectors
    answers: Array  # (tokens, d)


def _unit(rows: Array) -> Array:
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-12))


def _softmax(values: Array) -> Array:
    odds = np.exp(values - values.max())
    return np.asarray(odds / odds.sum())


@dataclass(frozen=True)
class RelevanceModel:
    """The weights of the model. It takes the encoder's token states, of shape (tokens, size)."""

    words: Array  # (size, d): token states to word space
    asks: Array  # (size, d): token states of a question to answer space
    answers: Array  # (size, d): token states of a sentence to answer space
    counts: Array  # (size,)
    costs: Array  # (size,)
    cost: Array  # (1,)
    wants: Array  # (size,)
    mix: Array  # (4,): weights of alignment, missing tokens, mean and maximum match of the wanted answer
    sha256: str = ""  # of the weights' file

    def question(self, states: States) -> EncodedQuestion:
        """Encode a question."""
        states = states[:MAX_TOKENS]
        costs = np.logaddexp(0, states @ self.costs + self.cost) / np.sqrt(len(states))
        wanted = _softmax(states @ self.wants) @ (states @ self.asks)
        return EncodedQuestion(_unit(states @ self.words), _softmax(states @ self.counts), costs, wanted)

    def sentence(self, states: States) -> EncodedSentence:
        """Encode a sentence."""
        states = states[:MAX_TOKENS]
        return EncodedSentence(_unit(states @ self.words), states @ self.answers)

    def score(self, question: EncodedQuestion, sentence: EncodedSentence) -> float:
        """The relevance of a sentence to a question, roughly log-odds; rounded, so that last bits decide nothing."""
        best = (question.tokens @ sentence.tokens.T).max(axis=1)
        match = sentence.answers @ question.wanted / 8
        mean = np.log(np.exp(match - match.max()).mean()) + match.max()
        parts = [10 * question.weights @ best, -question.costs @ (1 - best), mean, match.max()]
        return round(float(self.mix @ np.array(parts)), 4)


def flattened(sentences: Sequence[EncodedSentence]) -> NDArray[np.float16]:
    """Sentences as one array for the cache: one row per token; the first column is 1 where a sentence begins."""
    blocks = [np.hstack([np.eye(len(s.tokens), 1), s.tokens, s.answers]) for s in sentences]
    return np.vstack(blocks).astype(np.float16) if blocks else np.zeros((0, 1), np.float16)


def is_flattened(rows: NDArray[np.float16], count: int) -> bool:
    """Whether an array may be that of `count` sentences."""
    return rows.ndim == 2 and int(rows[:, 0].sum(dtype=np.int64)) == count and (not count or rows[0, 0] == 1)


def unflattened(rows: NDArray[np.float16]) -> list[EncodedSentence]:
    """The sentences of an array that `flattened` made."""
    starts, middle = np.flatnonzero(rows[:, 0]), (rows.shape[1] + 1) // 2
    blocks = np.split(rows.astype(np.float64), starts[1:]) if len(starts) else []
    return [EncodedSentence(block[:, 1:middle], block[:, middle:]) for block in blocks]


_ARRAYS = tuple(field.name for field in fields(RelevanceModel) if field.name != "sha256")


def save(model: RelevanceModel, path: Path) -> None:
    """Write the weights, rounded to half precision."""
    np.savez_compressed(path, **{name: getattr(model, name).astype(np.float16) for name in _ARRAYS})


def load(content: bytes) -> RelevanceModel:
    """The model with the weights of a file."""
    with np.load(BytesIO(content)) as arrays:
        weights = {name: arrays[name].astype(np.float64) for name in _ARRAYS}
    return RelevanceModel(**weights, sha256=sha256(content).hexdigest())


@cache
def relevance_model() -> RelevanceModel:
    """The model that comes with the package."""
    return load(resources.files("chatbot.semantic").joinpath("reader.npz").read_bytes())
