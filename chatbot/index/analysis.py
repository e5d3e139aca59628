"""What an index computes of its documents, as arrays that can be kept: their terms, passages, entries and postings."""

from __future__ import annotations

from array import array
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

import numpy as np

from chatbot.common.lazy import ends, string_arrays
from chatbot.documents.model import Kind, Sentence
from chatbot.index.passages import ranges, unmarked
from chatbot.index.rank_bm25 import invert, smallest
from chatbot.language.terms import content_words, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from chatbot.common.lazy import Arrays
    from chatbot.documents.model import Document, Span


KINDS = tuple(Kind)


def entry_spans(document: Document) -> list[Span]:
    """The entries of a document's reference lists and its notes, in text order."""
    return sorted([*(r.span for r in document.references), *(note.span for note in document.notes)])


class _Words:
    """Gives each distinct word a number, in the order of their first occurrence."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def add(self, text: str, found: array[int]) -> int:
        """Append the numbers of the words of a text to `found`; how many there are."""
        before = len(found)
        found.extend(self.numbers.setdefault(word, len(self.numbers)) for word in content_words(text))
        return len(found) - before

    def arrays(self) -> tuple[Arrays, NDArray[Any], NDArray[Any]]:
        """The sorted words and stems; for each number the place of its word, and of each word that of its stem."""
        words = sorted(self.numbers)
        stem_of = list(map(stem, words))
        stems = {text: place for place, text in enumerate(sorted(set(stem_of)))}
        places = np.empty(len(words), dtype=np.int64)
        places[[self.numbers[word] for word in words]] = np.arange(len(words))
        found = smallest(np.fromiter(map(stems.__getitem__, stem_of), dtype=np.int64))
        return string_arrays("word", words) | string_arrays("stem", stems), places, found


def _texts(documents: Sequence[Document]) -> Iterator[str]:
    """The texts whose terms are searched: those of all sentences, then those of all entries."""
    for document in documents:
        yield from (unmarked(document, sentence) for sentence in document.sentences)
    for document in documents:
        for span in entry_spans(document):
            yield unmarked(document, Sentence(span, 0, 0, Kind.ENTRY))


def _passages(documents: Sequence[Document]) -> Iterator[tuple[int, range, int]]:
    """The number of each passage's document, its sentences there, and the section of the first one."""
    for number, document in enumerate(documents):
        for found in ranges(document):
            yield number, found, document.sentences[found.start].section


def _heading_words(documents: Sequence[Document], passages: NDArray[Any], words: _Words) -> tuple[Any, Any]:
    """The numbers of the words in the headings above each passage, and the passages that they are above."""
    found, sizes = array("I"), array("I")
    for number, _, _, section in passages.tolist():
        document = documents[number]
        sizes.append(sum(words.add(document[span], found) for span in document.context(section)))
    return np.asarray(found), np.repeat(np.arange(len(sizes)), np.asarray(sizes))


def analyse(documents: Sequence[Document]) -> Arrays:
    """Everything that the index of some documents needs.

    The rows of terms are those of the sentences, then those of the entries; a passage has the terms of the headings
    above it and of its sentences.
    """
    words, found = _Words(), array("I")
    rows = ends(words.add(text, found) for text in _texts(documents))
    starts = list(accumulate((len(document.sentences) for document in documents), initial=0))
    flat = chain.from_iterable(
        (number, starts[number] + own.start, starts[number] + own.stop, section)
        for number, own, section in _passages(documents)
    )
    passages = np.fromiter(flat, dtype=np.int32).reshape(-1, 4)
    heading_words, above = _heading_words(documents, passages, words)
    tables, places, stem_of = words.arrays()
    terms, heading_terms = smallest(places[np.asarray(found)]), places[heading_words]
    del found
    counts = np.bincount(terms[: rows[starts[-1]]], minlength=len(places))
    kept = {"term_ends": rows, "terms": terms, "passages": passages, "stem_of": stem_of, "counts": smallest(counts)}
    kinds = (KINDS.index(sentence.kind) for document in documents for sentence in document.sentences)
    return {
        **tables,
        **kept,
        "kinds": np.fromiter(kinds, dtype=np.uint8),
        **_postings(rows, stem_of[terms], starts[-1], len(tables["stem_ends"]) - 1),
        **_passage_postings(kept, stem_of[heading_terms], above, len(tables["stem_ends"]) - 1),
    }


def _units(rows: NDArray[Any]) -> NDArray[Any]:
    """The row of each term."""
    return np.repeat(np.arange(len(rows) - 1, dtype=np.int32), np.diff(rows))


def _postings(rows: NDArray[Any], stems: NDArray[Any], sentences: int, vocabulary: int) -> Arrays:
    """The postings of the sentences and of the entries."""
    cut = int(rows[sentences])
    body = invert(stems[:cut], _units(rows[: sentences + 1]), sentences, vocabulary)
    entries = invert(stems[cut:], _units(rows[sentences:]), len(rows) - 1 - sentences, vocabulary)
    return body.arrays("sentence") | entries.arrays("entry")


def _passage_postings(kept: Arrays, headings: NDArray[Any], above: NDArray[Any], vocabulary: int) -> Arrays:
    """The postings of the passages, each a run of sentences."""
    passages, rows = kept["passages"], kept["term_ends"]
    first, last = rows[passages[:, 1]], rows[passages[:, 2]]
    inside = np.zeros(len(kept["terms"]) + 1, dtype=np.int8)  # 1 where a passage begins, -1 where it ends
    np.add.at(inside, first, 1)
    np.add.at(inside, last, -1)
    own = inside[:-1].cumsum(dtype=np.int8).astype(np.bool_)
    units = np.repeat(np.arange(len(passages), dtype=np.int32), last - first)
    stems = kept["stem_of"][kept["terms"][own]]
    return invert(np.concatenate([headings, stems]), np.concatenate([above, units]), len(passages), vocabulary).arrays(
        "passage"
    )
