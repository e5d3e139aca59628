"""Passages, the unit of retrieval: a few sentences of one section, with their heading as context."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from chatbot.documents.model import Document, Kind, Sentence, Span
from chatbot.language.terms import terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.language.terms import Term

_LONGEST = 6  # sentences; a paragraph that has more is cut into several passages
_SHORTEST = 2  # a paragraph that has fewer takes in the next one of its section


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of one section. `position` counts over the collection, `document` is its index there.

    `sentences` is the half-open range of their indices in `Document.sentences`.
    """

    position: int
    document: int
    span: Span
    heading: Span | None
    sentences: range


def unmarked(document: Document, sentence: Sentence) -> str:
    """A sentence without its citation markers, to be read by the program: a reference number is no word, no amount."""
    starts = [sentence.span.start, *(marker.span.end for marker in sentence.markers)]
    ends = [*(marker.span.start for marker in sentence.markers), sentence.span.end]
    return " ".join(document.text[start:end] for start, end in zip(starts, ends, strict=True))


def sentence_terms(document: Document, sentence: Sentence) -> tuple[Term, ...]:
    """The terms of a sentence without those of its citation markers."""
    return terms(unmarked(document, sentence))


def _paragraphs(document: Document) -> Iterator[range]:
    """Ranges of sentences of one paragraph each; headings are left out."""
    body = (i for i, sentence in enumerate(document.sentences) if sentence.kind is not Kind.HEADING)
    for _, group in groupby(body, key=lambda i: document.sentences[i].paragraph):
        members = list(group)
        yield range(members[0], members[-1] + 1)


def _merged(document: Document, ranges: Sequence[range]) -> Iterator[range]:
    """Ranges of at most `_LONGEST` sentences, short neighbours of one section put together."""
    pending = range(0)
    for current in ranges:
        fits = len(pending) < _SHORTEST and pending.stop == current.start
        if pending and fits and document.sentences[pending.start].section == document.sentences[current.start].section:
            current = range(pending.start, current.stop)  # noqa: PLW2901 - the joined range takes its place
        elif pending:
            yield pending
        while len(current) > _LONGEST:
            yield current[:_LONGEST]
            current = current[_LONGEST:]  # noqa: PLW2901 - what is left of it
        pending = current
    if pending:
        yield pending


def split(documents: Sequence[Document]) -> tuple[Passage, ...]:
    """The passages of a collection, in document order. A document of headings alone has one passage for each."""
    passages: list[Passage] = []
    for number, document in enumerate(documents):
        everything = [range(i, i + 1) for i in range(len(document.sentences))]
        for members in _merged(document, list(_paragraphs(document)) or everything):
            first, last = document.sentences[members.start], document.sentences[members.stop - 1]
            span = Span(first.span.start, last.span.end)
            passages.append(Passage(len(passages), number, span, document.heading(first.section), members))
    return tuple(passages)
