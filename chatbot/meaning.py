"""What the sentences of an index mean, as vectors: what is near a question in meaning, whatever its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from chatbot.retrieval import Index

    Encode = Callable[[Sequence[str]], NDArray[np.float32]]

MOST_SENTENCES = 5_000  # some ten milliseconds each, once; a collection of more is searched by its words alone


class Similar(NamedTuple):
    """Cosines of a question to every sentence, to every sentence with its heading, and to every sentence's passage."""

    sentence: NDArray[np.float64]
    headed: NDArray[np.float64]
    passage: NDArray[np.float64]


class Meaning:
    """The vectors of an index: of each sentence alone, of each with its heading, and of each passage."""

    def __init__(self, index: Index, encode: Encode) -> None:
        """Encode everything; `encode` gives a vector of length 1 a text, in rows."""
        import numpy as np  # here, not above: `import chatbot` needs none of it

        positions = range(len(index.places))
        owners = [index.passage(i) for i in positions]
        self._sentences = encode([index.text(i) for i in positions])
        self._headed = encode([_headed(index, i) for i in positions])
        passages = encode([index.documents[p.document][p.span] for p in index.passages])
        # a heading stands for itself
        rows = [passages[owner.position] if owner else self._sentences[i] for i, owner in enumerate(owners)]
        self._passages = np.array(rows)

    def similar(self, question: str) -> Similar:
        """How near a question is to everything."""
        from chatbot.semantic import similarities

        return Similar(*(similarities(question, rows) for rows in (self._sentences, self._headed, self._passages)))


def _headed(index: Index, position: int) -> str:
    heading = index.document(position).heading(index.sentence(position).section)
    return f"{index.document(position)[heading]}: {index.text(position)}" if heading else index.text(position)
