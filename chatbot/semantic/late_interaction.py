"""Reading a sentence for a question: whether their words line up, and whether what is asked for is there.

A small late-interaction model over the states of the sentence encoder (after ColBERT, Khattab and Zaharia 2020, and the
null answer of SQuAD 2.0, Rajpurkar et al. 2018). Fitted by `evals/fit.py`; its weights are in `reader.npz`.
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

MOST_PIECES = 56  # of a sentence or a question; the model was fitted on no more


class Asked(NamedTuple):
    """A question, read: its pieces in the space of words, what each counts, what each missing one costs, the wanted."""

    pieces: Array  # (pieces, d), of length 1
    counts: Array  # (pieces,), adding up to 1
    costs: Array  # (pieces,)
    wanted: Array  # (d,)


class Read(NamedTuple):
    """A sentence, read: its pieces in the space of words, and in the space of answers."""

    pieces: Array  # (pieces, d), of length 1
    answers: Array  # (pieces, d)


def _unit(rows: Array) -> Array:
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-12))


def _softmax(values: Array) -> Array:
    odds = np.exp(values - values.max())
    return np.asarray(odds / odds.sum())


@dataclass(frozen=True)
class Reader:
    """The weights; `states` are the encoder's, of shape (pieces, size)."""

    words: Array  # (size, d): where pieces that stand for each other are near
    asks: Array  # (size, d): a piece of a question as what it wants
    answers: Array  # (size, d): a piece of a sentence as what it gives
    counts: Array  # (size,)
    costs: Array  # (size,)
    cost: Array  # (1,)
    wants: Array  # (size,)
    mix: Array  # (4,): of alignment, missing pieces, the wanted anywhere, the wanted at its best
    sha256: str = ""  # of the file they come from

    def question(self, states: States) -> Asked:
        """Read a question."""
        states = states[:MOST_PIECES]
        costs = np.logaddexp(0, states @ self.costs + self.cost) / np.sqrt(len(states))
        wanted = _softmax(states @ self.wants) @ (states @ self.asks)
        return Asked(_unit(states @ self.words), _softmax(states @ self.counts), costs, wanted)

    def sentence(self, states: States) -> Read:
        """Read a sentence."""
        states = states[:MOST_PIECES]
        return Read(_unit(states @ self.words), states @ self.answers)

    def score(self, asked: Asked, read: Read) -> float:
        """How well a sentence answers a question; log-odds as far as they go. Rounded: last bits decide nothing."""
        best = (asked.pieces @ read.pieces.T).max(axis=1)
        given = read.answers @ asked.wanted / 8
        anywhere = np.log(np.exp(given - given.max()).mean()) + given.max()
        parts = [10 * asked.counts @ best, -asked.costs @ (1 - best), anywhere, given.max()]
        return round(float(self.mix @ np.array(parts)), 4)


def flattened(reads: Sequence[Read]) -> NDArray[np.float16]:
    """Some sentences as one array to keep: a row a piece, its first number 1 where a sentence begins and else 0."""
    blocks = [np.hstack([np.eye(len(read.pieces), 1), read.pieces, read.answers]) for read in reads]
    return np.vstack(blocks).astype(np.float16) if blocks else np.zeros((0, 1), np.float16)


def is_flattened(rows: NDArray[np.float16], count: int) -> bool:
    """Whether an array could be that of so many sentences."""
    return rows.ndim == 2 and int(rows[:, 0].sum(dtype=np.int64)) == count and (not count or rows[0, 0] == 1)


def unflattened(rows: NDArray[np.float16]) -> list[Read]:
    """The sentences of an array that `flattened` made."""
    starts, middle = np.flatnonzero(rows[:, 0]), (rows.shape[1] + 1) // 2
    blocks = np.split(rows.astype(np.float64), starts[1:]) if len(starts) else []
    return [Read(block[:, 1:middle], block[:, middle:]) for block in blocks]


_ARRAYS = tuple(field.name for field in fields(Reader) if field.name != "sha256")


def save(reader: Reader, path: Path) -> None:
    """Write a reader's weights, rounded to half precision."""
    np.savez_compressed(path, **{name: getattr(reader, name).astype(np.float16) for name in _ARRAYS})


def load(content: bytes) -> Reader:
    """The reader whose weights a file holds."""
    with np.load(BytesIO(content)) as arrays:
        weights = {name: arrays[name].astype(np.float64) for name in _ARRAYS}
    return Reader(**weights, sha256=sha256(content).hexdigest())


@cache
def reader() -> Reader:
    """The reader that comes with the package."""
    return load(resources.files("chatbot.semantic").joinpath("reader.npz").read_bytes())
