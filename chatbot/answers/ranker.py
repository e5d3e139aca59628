"""The two linear models that weigh evidence, and the thresholds; fitted by `evals/fit.py`, kept in `weights.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chatbot.answers.features import Evidence


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by the name of the evidence.

    `rank` orders candidates, `confidence` (with its `bias`) tells answers from non-answers. A reply is given from
    `threshold` on, a probability. `second` is how much less likely than the best a further quote may be, as a ratio.
    """

    rank: Mapping[str, float]
    confidence: Mapping[str, float]
    bias: float
    threshold: float
    second: float

    def score(self, evidence: Evidence) -> float:
        """How well a candidate answers, comparable between candidates for one question only."""
        return _dot(self.rank, evidence)

    def probability(self, evidence: Evidence) -> float:
        """The confidence that the question is answered, in (0, 1)."""
        return 1 / (1 + exp(-(self.bias + _dot(self.confidence, evidence))))


def _dot(weights: Mapping[str, float], evidence: Evidence) -> float:
    value: float = sum(weight * getattr(evidence, name) for name, weight in weights.items())
    return value


@cache
def fitted(mode: str) -> Model:
    """The model that comes with the package for a mode: `plain`, or `semantic` where meanings are known."""
    return Model(
        **json.loads(resources.files("chatbot.answers").joinpath("weights.json").read_text(encoding="utf-8"))[mode]
    )
