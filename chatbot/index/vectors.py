"""Sentence vectors of an index: what is near a query in meaning, whatever its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from chatbot.semantic.encoder import question_vector, similarities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chatbot.semantic.reader import Place

MAX_SENTENCES = 5_000  # encoding takes about ten milliseconds each; a larger collection is searched by words alone


class Encoder(Protocol):
    """Encodes the texts of a document, once, and reads sentences for a question."""

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, one row per text."""
        ...

    def scores(self, question: str, earlier: Sequence[str], places: Sequence[Place]) -> Sequence[float]:
        """For each sentence the log-odds that it answers the question, asked after the earlier ones (latest first)."""
        ...


class Similarities(NamedTuple):
    """Cosines of a query with every sentence, with every sentence and its heading, and with its passage."""

    sentence: NDArray[np.float64]
    with_heading: NDArray[np.float64]
    passage: NDArray[np.float64]


class SentenceVectors:
    """The vectors of the sentences of an index: alone, with their headings, and of their passages."""

    def __init__(
        self,
        sentences: Sequence[str],
        with_heading: Sequence[str],
        passages: Sequence[str],
        passage_of: Sequence[int | None],
        encoder: Encoder,
    ) -> None:
        """Encode everything.

        `passage_of` gives each sentence's passage; a sentence without one, like a heading, stands for itself.
        """
        self.read = encoder.scores
        self._sentences = encoder.vectors(sentences)
        self._with_heading = encoder.vectors(with_heading)
        vectors = encoder.vectors(passages)
        rows = [self._sentences[i] if passage is None else vectors[passage] for i, passage in enumerate(passage_of)]
        self._passages = np.array(rows)

    def of(self, question: str) -> NDArray[np.float64]:
        """The unit vector of a question."""
        return question_vector(question)

    def similarities(self, text: str) -> Similarities:
        """The cosines of a text with everything that is indexed."""
        return Similarities(
            *(similarities(text, rows) for rows in (self._sentences, self._with_heading, self._passages))
        )
