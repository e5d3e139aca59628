"""What a message wants: a question about the content, the source of the last answer, an overview, a courtesy, ...

A logistic regression over character and word n-grams (after Joulin et al. 2017), hashed into a fixed number of columns,
the state of the conversation and, with the extra `semantic`, in a second model the message's sentence vector.
`evals/fit_intents.py` fits them on messages by people; their weights are in `intents.npz`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from chatbot.language.word_frequencies import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

COLUMNS = 1 << 15
_CHARACTERS, _WORDS, _MASKED = range(1, 5), range(1, 3), range(1, 5)  # lengths of n-grams
_FREQUENT = 300_000  # occurrences in 1.6 billion words from which a word is not masked
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?!.:;,]")
_MAX_READ = 400  # characters; what a message wants is said in fewer


class Intent(str, Enum):
    """What a message wants."""

    ASK = "ask"  # content
    LEAN = "lean"  # content, but only together with what came before
    SEVERAL = "several"  # content, in several questions
    SHIFT = "shift"  # content, after a change of topic
    OVERVIEW = "overview"  # the document as a whole
    MORE = "more"  # the last answer, continued
    REPEAT = "repeat"  # the last answer once more
    SOURCE = "source"  # the source of the last answer
    ENTRY = "entry"  # particular entries of the reference list
    LIST = "list"  # the reference list as such
    ACCEPT = "accept"  # takes up a suggestion
    BACK = "back"  # returns to an earlier topic
    GREETING = "greeting"
    THANKS = "thanks"
    BYE = "bye"
    WHO = "who"  # who or what the program is
    HELP = "help"  # how to use the program
    FEEDBACK = "feedback"  # praise or blame
    INSTRUCTIONS = "instructions"  # orders that the program does not take
    OTHER = "other"  # nothing that can be understood


CONTENT = frozenset(
    {Intent.ASK, Intent.LEAN, Intent.SEVERAL, Intent.SHIFT, Intent.INSTRUCTIONS, Intent.OTHER}
)  # answered by what the document says
COURTESIES = frozenset({Intent.GREETING, Intent.THANKS, Intent.BYE, Intent.WHO, Intent.HELP, Intent.FEEDBACK})


def _grams(tokens: Sequence[str], lengths: range, joint: str) -> set[str]:
    return {joint.join(tokens[i : i + n]) for n in lengths for i in range(len(tokens) - n + 1)}


def _masked(tokens: Sequence[str]) -> list[str]:
    """The tokens with each run of rarer words as one mark: what a message wants does not depend on its topic."""
    kept = [token if count(token) >= _FREQUENT or not token[0].isalnum() else "~" for token in tokens]
    return [token for token, before in zip(kept, ["", *kept], strict=False) if (token, before) != ("~", "~")]


def _hashed(kind: str, grams: set[str]) -> NDArray[np.int64]:
    return np.array(
        sorted(crc32(f"{kind}{gram}".encode("utf-8", "surrogatepass")) % COLUMNS for gram in grams), dtype=np.int64
    )


@lru_cache(maxsize=1024)
def columns(message: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The columns of a message's n-grams and their values; each of the three kinds of n-grams has length 1."""
    text = " ".join(message[:_MAX_READ].lower().replace("’", "'").split())
    tokens = _TOKEN.findall(text)
    kinds = {
        "c": _grams(f" {text} ", _CHARACTERS, ""),
        "w": _grams(["^", *tokens, "$"], _WORDS, " "),
        "m": _grams(["^", *_masked(tokens), "$"], _MASKED, " "),
    }
    hashed = [_hashed(kind, grams) for kind, grams in kinds.items()]
    return np.concatenate(hashed), np.concatenate([np.full(len(some), len(some) ** -0.5) for some in hashed])


@dataclass(frozen=True)
class IntentModel:
    """The weights, one column for each member of `Intent`: of n-grams, of the state, of the vector, and the bias."""

    grams: NDArray[np.float64]  # (COLUMNS, intents)
    state: NDArray[np.float64]  # (intents,)
    vector: NDArray[np.float64]  # (size of a sentence vector, intents); (0, intents) without
    bias: NDArray[np.float64]  # (intents,)

    def probabilities(
        self, message: str, *, has_earlier: bool, vector: NDArray[np.float64] | None = None
    ) -> dict[Intent, float]:
        """The probability of each intent.

        Args:
            message: the message.
            has_earlier: whether a question was asked before.
            vector: the sentence vector of the message, for a model that was fitted with vectors.

        """
        numbers, values = columns(message)
        logits = values @ self.grams[numbers] + has_earlier * self.state + self.bias
        if vector is not None:
            logits = logits + vector @ self.vector
        odds = np.exp(logits - logits.max())
        return dict(zip(Intent, (odds / odds.sum()).round(6).tolist(), strict=True))


def save(models: Mapping[str, IntentModel], path: Path) -> None:
    """Write the models of the two modes with 8-bit weights, scaled by intent."""
    arrays: dict[str, Any] = {}
    for mode, model in models.items():
        for part in ("grams", "vector"):
            weights = getattr(model, part)
            scale = np.abs(weights).max(axis=0, initial=1e-9) / 127
            arrays |= {f"{mode}_{part}": np.round(weights / scale).astype(np.int8)}
            arrays |= {f"{mode}_{part}_scale": scale.astype(np.float32)}
        arrays |= {f"{mode}_state": model.state.astype(np.float32), f"{mode}_bias": model.bias.astype(np.float32)}
    np.savez_compressed(path, **arrays)


@cache
def intent_model(mode: str) -> IntentModel:
    """The model of a mode, `plain` or `semantic`, that comes with the package."""
    content = resources.files("chatbot.questions").joinpath("intents.npz").read_bytes()
    with np.load(BytesIO(content)) as arrays:
        grams, vector = (
            arrays[f"{mode}_{part}"].astype(np.float64) * arrays[f"{mode}_{part}_scale"] for part in ("grams", "vector")
        )
        state, bias = (arrays[f"{mode}_{part}"].astype(np.float64) for part in ("state", "bias"))
        return IntentModel(grams, state, vector, bias)


def probabilities(message: str, *, has_earlier: bool, vector: NDArray[np.float64] | None = None) -> dict[Intent, float]:
    """The probability of each intent.

    Args:
        message: the message.
        has_earlier: whether a question was asked before.
        vector: the sentence vector of the message, if there is one; then two models give their mean.

    """
    found = intent_model("plain").probabilities(message, has_earlier=has_earlier)
    if vector is None:
        return found
    other = intent_model("semantic").probabilities(message, has_earlier=has_earlier, vector=vector)
    return {intent: (p + other[intent]) / 2 for intent, p in found.items()}
