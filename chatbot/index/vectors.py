"""What the sentences of an index mean, as vectors: what is near a question in meaning, whatever its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from chatbot.semantic.encoder import similarities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chatbot.semantic.late_interaction import Read

MOST_SENTENCES = 5_000  # some ten milliseconds each, once; a collection of more is searched by its words alone


class Encode(Protocol):
    """What is computed of texts, once for each document."""

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A vector of length 1 a text, in rows."""
        ...

    def readings(self, texts: Sequence[str]) -> Sequence[Read]:
        """Each text as the reader needs it."""
        ...

    def score(self, question: str, reading: Read) -> float:
        """How well a sentence answers a question, as the reader reads them."""
        ...


class Similar(NamedTuple):
    """Cosines of a question to every sentence, to every sentence with its heading, and to every sentence's passage."""

    sentence: NDArray[np.float64]
    headed: NDArray[np.float64]
    passage: NDArray[np.float64]


class Meaning:
    """The vectors of an index: of each sentence alone, of each with its heading, and of each passage."""

    def __init__(
        self,
        sentences: Sequence[str],
        headed: Sequence[str],
        passages: Sequence[str],
        owners: Sequence[int | None],
        encode: Encode,
    ) -> None:
        """Encode everything.

        `owners` has the passage of each sentence; one of none, like a heading, stands for itself.
        """
        self._encode = encode
        self._sentences = encode.vectors(sentences)
        self._headed = encode.vectors(headed)
        self._readings = encode.readings(sentences)
        whole = encode.vectors(passages)
        rows = [self._sentences[i] if owner is None else whole[owner] for i, owner in enumerate(owners)]
        self._passages = np.array(rows)

    def similar(self, text: str) -> Similar:
        """How near a question is to everything."""
        return Similar(*(similarities(text, rows) for rows in (self._sentences, self._headed, self._passages)))

    def reading(self, text: str, position: int) -> float:
        """How well the sentence at `position` answers a question, as the reader reads them."""
        return self._encode.score(text, self._readings[position])
