"""Passages, the unit of retrieval: a few sentences of one section, with the headings above them as context."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from chatbot.documents.model import PATH, Document, Kind, Sentence, Span
from chatbot.language.terms import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chatbot.language.terms import Term

_MAX_SENTENCES = 6  # a longer paragraph is cut into several passages
_MIN_SENTENCES = 2  # a shorter paragraph is joined with the next one of its section


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of one section of a document.

    `position` counts over the collection. `headings` are those above it. `sentences` are the positions of its
    sentences in the document, `positions` those in the collection.
    """

    position: int
    document: Document = field(repr=False)
    span: Span
    headings: tuple[Span, ...]
    sentences: range
    positions: range

    @property
    def text(self) -> str:
        """The text of the passage, as it stands in its document."""
        return self.document[self.span]

    @property
    def members(self) -> tuple[Sentence, ...]:
        """Its sentences, in text order."""
        return tuple(self.document.sentences[self.sentences.start : self.sentences.stop])

    @property
    def section(self) -> str:
        """The headings above it, like "Model A > Weight"; empty where there are none."""
        return PATH.join(map(self.document.__getitem__, self.headings))


def unmarked(document: Document, sentence: Sentence) -> str:
    """The text of a sentence without its citation markers: a reference number is neither a word nor an amount."""
    starts = [sentence.span.start, *(marker.span.end for marker in sentence.markers)]
    ends = [*(marker.span.start for marker in sentence.markers), sentence.span.end]
    return " ".join(document.text[start:end] for start, end in zip(starts, ends, strict=True))


def sentence_terms(document: Document, sentence: Sentence) -> tuple[Term, ...]:
    """The terms of a sentence without those of its citation markers."""
    return terms(unmarked(document, sentence))


def _paragraphs(sentences: Sequence[Sentence]) -> Iterator[range]:
    """Ranges of sentences, one for each paragraph, without headings."""
    body = ((i, s.paragraph) for i, s in enumerate(sentences) if s.kind is not Kind.HEADING)
    for _, group in groupby(body, key=itemgetter(1)):
        members = [i for i, _ in group]
        yield range(members[0], members[-1] + 1)


def _merged(sections: Sequence[int], ranges: Iterable[range]) -> Iterator[range]:
    """Ranges of at most `_MAX_SENTENCES` sentences; short neighbours of one section are joined."""
    pending = range(0)
    for current in ranges:
        fits = len(pending) < _MIN_SENTENCES and pending.stop == current.start
        if pending and fits and sections[pending.start] == sections[current.start]:
            current = range(pending.start, current.stop)  # noqa: PLW2901 - the joined range replaces it
        elif pending:
            yield pending
        while len(current) > _MAX_SENTENCES:
            yield current[:_MAX_SENTENCES]
            current = current[_MAX_SENTENCES:]  # noqa: PLW2901 - the rest of it
        pending = current
    if pending:
        yield pending


def ranges(document: Document) -> Sequence[range]:
    """The sentences of each passage of a document. Of one that has headings alone each has a passage."""
    sections = array("L", (sentence.section for sentence in document.sentences))
    found = list(_merged(sections, _paragraphs(document.sentences)))
    return found or [range(i, i + 1) for i in range(len(sections))]


def passage(position: int, document: Document, sentences: range, start: int) -> Passage:
    """The passage of some sentences; `start` is the position of the document's first one in the collection."""
    first, last = document.sentences[sentences.start], document.sentences[sentences.stop - 1]
    span = Span(first.span.start, last.span.end)
    positions = range(start + sentences.start, start + sentences.stop)
    return Passage(position, document, span, document.context(first.section), sentences, positions)


def split(documents: Sequence[Document]) -> tuple[Passage, ...]:
    """The passages of a collection, in document order."""
    passages: list[Passage] = []
    start = 0
    for document in documents:
        passages += [passage(len(passages) + i, document, found, start) for i, found in enumerate(ranges(document))]
        start += len(document.sentences)
    return tuple(passages)
