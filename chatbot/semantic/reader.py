"""The reader: a trained cross-encoder that judges whether a sentence answers a question (the extra `semantic`).

all-MiniLM-L6-v2 with one output, trained by `evals/reader` (after Nogueira and Cho 2019), with 8-bit weights. It sees
the question, up to two earlier questions of the conversation, the sentence, and where the sentence stands.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chatbot.errors import SemanticError
from chatbot.semantic.onnx import inference_session, map_parallel
from chatbot.semantic.wordpiece import bert_uncased

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLS, _SEP, _FULL_STOP = 101, 102, 1012  # a full stop separates the parts of a place
_MAX_QUESTION, _MAX_EARLIER, _MAX_SENTENCE, _MAX_TITLE, _MAX_HEADINGS, _MAX_BEFORE = 40, 24, 64, 16, 20, 24  # pieces
_MAX_PIECES = 144  # of a pair; the model was trained with these limits
EARLIER_QUESTIONS = 2  # that the model was trained with


class Place(NamedTuple):
    """A sentence as the reader sees it: with the document's title, its heading path and the sentence before it."""

    text: str
    title: str = ""
    headings: str = ""
    before: str = ""


@lru_cache(maxsize=8192)
def _pieces(text: str, most: int) -> tuple[int, ...]:
    return tuple(bert_uncased().pieces(text, most))


def token_ids(question: str, earlier: Sequence[str], place: Place) -> tuple[list[int], list[int]]:
    """The word pieces of the two segments: the questions, and the sentence with its place."""
    first = [_CLS, *_pieces(question, _MAX_QUESTION), _SEP]
    for text in earlier[:EARLIER_QUESTIONS]:
        first += [*_pieces(text, _MAX_EARLIER), _SEP]
    second = [*_pieces(place.text, _MAX_SENTENCE), _SEP, *_pieces(place.title, _MAX_TITLE), _FULL_STOP]
    second += [*_pieces(place.headings, _MAX_HEADINGS), _FULL_STOP, *_pieces(place.before, _MAX_BEFORE)]
    return first, [*second[: _MAX_PIECES - 1 - len(first)], _SEP]


class Reader:
    """The model in memory; `reader` loads it once."""

    def __init__(self, model: bytes) -> None:
        """Load the model. Raises SemanticError if the extra is missing."""
        self._session = inference_session(model)

    def scores(self, question: str, earlier: Sequence[str], places: Sequence[Place]) -> list[float]:
        """For each sentence the log-odds that it answers the question.

        Args:
            question: the question.
            earlier: the questions before it, the latest first; two are read.
            places: the sentences. Each is read by itself, so its score does not depend on the others.

        """
        return map_parallel(self._score, [token_ids(question, earlier, place) for place in places])

    def _score(self, pair: tuple[list[int], list[int]]) -> float:
        """Rounded, because the last bits of a sum may depend on the processor."""
        first, second = pair
        ids = np.array([first + second], dtype=np.int64)
        kinds = np.array([[0] * len(first) + [1] * len(second)], dtype=np.int64)
        (logit,) = self._session.run(None, {"ids": ids, "kinds": kinds})
        return round(float(logit[0]), 3)


@cache
def reader() -> Reader:
    """The reader that comes with the package, loaded at the first call.

    Raises SemanticError if the extra, or the model's file, is missing.
    """
    try:
        model = resources.files("chatbot.semantic").joinpath("reader.onnx").read_bytes()
    except OSError as error:
        raise SemanticError(f"the reader's model cannot be read: {error}; install chatbot again") from error
    return Reader(model)
