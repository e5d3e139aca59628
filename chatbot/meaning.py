"""What the sentences of an index mean, as vectors: what is near a question in meaning, whatever its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chatbot.semantic import similarities

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Encode = Callable[[Sequence[str]], NDArray[np.float32]]

MOST_SENTENCES = 5_000  # some ten milliseconds each, once; a collection of more is searched by its words alone


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
        """Encode everything: `encode` gives a vector of length 1 a text, in rows.

        `owners` has the passage of each sentence; one of none, like a heading, stands for itself.
        """
        self._sentences = encode(sentences)
        self._headed = encode(headed)
        whole = encode(passages)
        rows = [self._sentences[i] if owner is None else whole[owner] for i, owner in enumerate(owners)]
        self._passages = np.array(rows)

    def similar(self, question: str) -> Similar:
        """How near a question is to everything."""
        return Similar(*(similarities(question, rows) for rows in (self._sentences, self._headed, self._passages)))
