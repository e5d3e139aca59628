"""The index of a collection: owns the analysis of its text, the order of hits, and their ties."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from chatbot.index.passages import Passage, sentence_terms, split
from chatbot.index.rank_bm25 import RankBM25
from chatbot.index.vectors import MOST_SENTENCES, Meaning
from chatbot.language.terms import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from chatbot.documents.model import Document, Sentence
    from chatbot.index.vectors import Encode
    from chatbot.language.terms import Term


_KEPT = 4096  # sentences whose terms, and whose heading's, are kept from one question to the next


class Engine(Protocol):
    """A back end: units of terms in, one score a unit out. It never sees a document."""

    def __len__(self) -> int: ...

    def scores(self, terms: Sequence[str]) -> NDArray[np.float64]:
        """One score a unit, by position; 0 for a unit without any of the terms."""
        ...

    def idf(self, term: str) -> float:
        """How rare a term is among the units, known or not."""
        ...

    def has(self, term: str) -> bool:
        """Whether any unit has the term."""
        ...

    def most(self, terms: Sequence[str]) -> float:
        """The score that no unit can exceed for these terms."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that shares terms with the question, and its BM25 score (above 0)."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of the collection: its document's index there, and its own index in the document."""

    document: int
    sentence: int


def ranked(scores: NDArray[np.float64], count: int) -> list[int]:
    """The positions of the `count` best non-zero scores: the one place that decides order and ties.

    Best first; of equal scores the earlier position. Rounded, so that sums taken in another order still tie.
    """
    (positions,) = scores.nonzero()
    order = (-scores[positions].round(9)).argsort(kind="stable")
    return [int(position) for position in positions[order[:count]]]


class Index:
    """The passages and the sentences of some documents, each searchable by terms.

    `places` lists every sentence of the collection; a sentence is named by its position there. `words` counts the
    folded words of all sentences.
    """

    def __init__(self, documents: Sequence[Document], encode: Encode | None = None) -> None:
        """Split and index `documents`; their order is the order of all positions.

        `encode` makes vectors of texts, to search by meaning too; a very large collection does without.
        """
        self.documents = tuple(documents)
        self.passages = split(self.documents)
        self.places = tuple(
            Place(number, i) for number, document in enumerate(documents) for i in range(len(document.sentences))
        )
        self._first = tuple(accumulate((len(document.sentences) for document in documents), initial=0))
        self.words: Counter[str] = Counter()
        self._stems = [self._counted(position) for position in range(len(self.places))]
        self.sentence_engine: Engine = RankBM25(self._stems)
        self.passage_engine: Engine = RankBM25([self._passage_stems(passage) for passage in self.passages])
        self._passage_of = {i: passage for passage in self.passages for i in self.members(passage)}
        self.terms = lru_cache(maxsize=_KEPT)(self._terms)
        self.frame = lru_cache(maxsize=_KEPT)(self._frame)
        self.meaning = self._meaning(encode) if encode and 0 < len(self.places) <= MOST_SENTENCES else None

    def _meaning(self, encode: Encode) -> Meaning:
        positions = range(len(self.places))
        owners = [self.passage(position) for position in positions]
        return Meaning(
            sentences=[self.text(position) for position in positions],
            headed=[self._headed(position) for position in positions],
            passages=[self.documents[passage.document][passage.span] for passage in self.passages],
            owners=[owner.position if owner else None for owner in owners],
            encode=encode,
        )

    def _headed(self, position: int) -> str:
        heading = self.document(position).heading(self.sentence(position).section)
        return f"{self.document(position)[heading]}: {self.text(position)}" if heading else self.text(position)

    def text(self, position: int) -> str:
        """The text of the sentence at `position`."""
        return self.document(position)[self.sentence(position).span]

    def stems(self, position: int) -> list[str]:
        """The stems of the sentence at `position`."""
        return self._stems[position]

    def _terms(self, position: int) -> tuple[Term, ...]:
        """The terms of the sentence at `position`."""
        return sentence_terms(self.document(position), self.sentence(position))

    def _frame(self, position: int) -> frozenset[str]:
        """The stems of the heading and the title above the sentence at `position`."""
        document, sentence = self.document(position), self.sentence(position)
        spans = (document.heading(sentence.section), document.title)
        return frozenset(term.stem for span in spans if span for term in terms(document[span]))

    def _counted(self, position: int) -> list[str]:
        """The stems of a sentence; its words are counted on the way, to read typos by."""
        found = sentence_terms(self.document(position), self.sentence(position))
        self.words.update(term.word for term in found)
        return [term.stem for term in found]

    def _passage_stems(self, passage: Passage) -> list[str]:
        """The heading's terms, then those of the sentences."""
        document = self.documents[passage.document]
        heading = terms(document[passage.heading]) if passage.heading else ()
        return [*(term.stem for term in heading), *(stem for i in self.members(passage) for stem in self._stems[i])]

    def members(self, passage: Passage) -> range:
        """The positions of a passage's sentences."""
        first = self._first[passage.document]
        return range(first + passage.sentences.start, first + passage.sentences.stop)

    def document(self, position: int) -> Document:
        """The document of the sentence at `position`."""
        return self.documents[self.places[position].document]

    def sentence(self, position: int) -> Sentence:
        """The sentence at `position`."""
        return self.document(position).sentences[self.places[position].sentence]

    def passage(self, position: int) -> Passage | None:
        """The passage of the sentence at `position`; a heading has none."""
        return self._passage_of.get(position)

    def before(self, position: int) -> int | None:
        """The position of the sentence before this one in the same paragraph, if there is one."""
        return self._neighbour(position, position - 1)

    def after(self, position: int) -> int | None:
        """The position of the sentence after this one in the same paragraph, if there is one."""
        return self._neighbour(position, position + 1)

    def _neighbour(self, position: int, other: int) -> int | None:
        if not 0 <= other < len(self.places) or self.places[other].document != self.places[position].document:
            return None
        return other if self.sentence(other).paragraph == self.sentence(position).paragraph else None

    def search(self, stems: Sequence[str], count: int) -> list[Hit]:
        """The `count` best passages that share a term, best first."""
        scores = self.passage_engine.scores(stems)
        return [Hit(self.passages[i], float(scores[i])) for i in ranked(scores, count)]
