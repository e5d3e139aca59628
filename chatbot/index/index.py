"""The index of a collection of documents. It owns the analysis of text, the order of hits, and ties."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from chatbot.documents.model import PATH, Kind, Sentence
from chatbot.index.passages import Passage, sentence_terms, split
from chatbot.index.rank_bm25 import RankBM25
from chatbot.index.vectors import MAX_SENTENCES, SentenceVectors
from chatbot.language.sentence_cues import refers_back
from chatbot.language.terms import terms
from chatbot.semantic.reader import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from chatbot.documents.model import Document, Span
    from chatbot.index.vectors import Encoder
    from chatbot.language.terms import Term

_REFERENCES = "References"  # the heading of entries, whatever the document's own is, as the reader was trained
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


@dataclass(frozen=True)
class IndexedSentence:
    """A sentence of the collection with its document, its passage and its neighbours; or an entry of a reference list.

    `position` counts over the whole collection, `number` is that of the document in it. A heading or an entry is in no
    passage.
    """

    position: int
    number: int
    document: Document = field(repr=False, compare=False)
    sentence: Sentence = field(compare=False)
    passage: Passage | None = field(repr=False, compare=False)
    stems: tuple[str, ...] = field(repr=False, compare=False)
    _index: Index = field(repr=False)

    @cached_property
    def text(self) -> str:
        """The sentence as it stands in the document."""
        return self.document[self.sentence.span]

    @property
    def kind(self) -> Kind:
        """What the sentence is cut from: prose, a heading, a list item, ..."""
        return self.sentence.kind

    @property
    def section(self) -> int:
        """The number of its section in the document."""
        return self.sentence.section

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The terms of the sentence, without those of its citation markers."""
        return sentence_terms(self.document, self.sentence)

    @cached_property
    def heading_stems(self) -> frozenset[str]:
        """The stems of the headings above the sentence and of the document's title."""
        if self.kind is Kind.ENTRY:
            return frozenset()
        spans = (*self.document.context(self.section), *filter(None, [self.document.title]))
        return frozenset(term.stem for span in spans for term in terms(self.document[span]))

    @property
    def with_antecedent(self) -> str:
        """The sentence as a text to encode: after the one before it, if it begins by referring back to that."""
        return f"{self.before.text} {self.text}" if refers_back(self.text) and self.before else self.text

    @property
    def with_heading(self) -> str:
        """The sentence after the headings above it, as a text to encode."""
        headings = "" if self.kind is Kind.ENTRY else self.document.section_name(self.section)
        return f"{headings}: {self.with_antecedent}" if headings else self.with_antecedent

    @cached_property
    def place(self) -> Place:
        """The sentence as the reader sees it."""
        title = _bare(self.document, self.document.title) if self.document.title else ""
        if self.kind is Kind.ENTRY:
            entry = self.document.entry_at(self.sentence.span)
            return Place(f"({entry.number}) {self.text}" if entry else self.text, title, _REFERENCES)
        headings = PATH.join(_bare(self.document, span) for span in self.document.heading_path(self.section))
        before = self._index[self.position - 1] if self.position else None
        adjoins = before is not None and (before.number, before.section) == (self.number, self.section)
        return Place(
            self.text, title, headings, before.text if before and adjoins and before.kind is not Kind.HEADING else ""
        )

    @property
    def before(self) -> IndexedSentence | None:
        """The sentence before this one in the same paragraph."""
        return self._neighbour(-1)

    @property
    def after(self) -> IndexedSentence | None:
        """The sentence after this one in the same paragraph."""
        return self._neighbour(1)

    def _neighbour(self, step: int) -> IndexedSentence | None:
        position = self.position + step
        if not 0 <= position < len(self._index):
            return None
        other = self._index[position]
        same = (other.number, other.sentence.paragraph) == (self.number, self.sentence.paragraph)
        return other if same else None


def _bare(document: Document, heading: Span) -> str:
    """A heading without its markup."""
    return document[heading].strip("#* ")


def entry_spans(document: Document) -> list[Span]:
    """The entries of a document's reference lists and its notes, in text order."""
    return sorted([*(r.span for r in document.references), *(note.span for note in document.notes)])


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

    def __init__(self, documents: Sequence[Document], encoder: Encoder | None = None) -> None:
        """Split and index `documents`; their order is the order of all positions.

        With an `encoder`, the index has sentence vectors too; a very large collection does without.
        """
        self.documents = tuple(documents)
        self.passages = split(self.documents)
        sizes = (len(document.sentences) for document in self.documents)
        self._starts = tuple(accumulate(sizes, initial=0))
        self.words: Counter[str] = Counter()
        self._stems = [self._count_words(document, s) for document in self.documents for s in document.sentences]
        self.sentence_engine: Engine = RankBM25(self._stems)
        self.passage_engine: Engine = RankBM25([self._passage_stems(passage) for passage in self.passages])
        self._passage_of = {position: passage for passage in self.passages for position in passage.positions}
        self._sentence = lru_cache(maxsize=CACHED_SENTENCES)(self._make_sentence)
        self.entries = tuple(self._make_entries())
        self.entry_engine: Engine = RankBM25([entry.stems for entry in self.entries])
        self.vectors = self._encode(encoder) if encoder and 0 < len(self) <= MAX_SENTENCES else None

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

    def members(self, passage: Passage) -> list[IndexedSentence]:
        """The sentences of a passage, in text order."""
        return [self[position] for position in passage.positions]

    def search(self, stems: Sequence[str], count: int) -> list[Hit]:
        """The `count` best passages that share a term, best first."""
        scores = self.passage_engine.scores(stems)
        return [Hit(self.passages[i], float(scores[i])) for i in ranked(scores, count)]

    def _make_sentence(self, position: int) -> IndexedSentence:
        number = bisect_right(self._starts, position) - 1
        document = self.documents[number]
        sentence = document.sentences[position - self._starts[number]]
        passage, stems = self._passage_of.get(position), self._stems[position]
        return IndexedSentence(position, number, document, sentence, passage, stems, self)

    def _make_entries(self) -> Iterator[IndexedSentence]:
        """The entries of all reference lists and the notes, each a paragraph of its own."""
        listed = ((i, document, span) for i, document in enumerate(self.documents) for span in entry_spans(document))
        for position, (number, document, span) in enumerate(listed, len(self)):
            entry = Sentence(span, 0, -position, Kind.ENTRY)
            stems = tuple(term.stem for term in sentence_terms(document, entry))
            yield IndexedSentence(position, number, document, entry, None, stems, self)

    def _count_words(self, document: Document, sentence: Sentence) -> tuple[str, ...]:
        """The stems of a sentence; its words are counted for the spelling corrector."""
        found = sentence_terms(document, sentence)
        self.words.update(term.word for term in found)
        return tuple(term.stem for term in found)

    def _passage_stems(self, passage: Passage) -> list[str]:
        """The stems of the headings, then those of the sentences."""
        headings = (terms(passage.document[heading]) for heading in passage.headings)
        return [
            *(term.stem for heading in headings for term in heading),
            *(stem for position in passage.positions for stem in self._stems[position]),
        ]

    def _encode(self, encoder: Encoder) -> SentenceVectors:
        sentences = [*self, *self.entries]
        return SentenceVectors(
            sentences=[sentence.with_antecedent for sentence in sentences],
            with_heading=[sentence.with_heading for sentence in sentences],
            passages=[passage.text for passage in self.passages],
            passage_of=[sentence.passage.position if sentence.passage else None for sentence in sentences],
            encoder=encoder,
        )
