"""Facts in lines that are no sentences, like "Version 2.1, May 2024" or "Copyright (c) 2015 Ann Lee"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chatbot.answers.features import has_answer_type
from chatbot.answers.sections import CONFIDENCE
from chatbot.answers.selection import quote_sentence
from chatbot.documents.model import Kind
from chatbot.index.keys import KeyTable, key_arrays
from chatbot.questions.query import AnswerType
from chatbot.reply import Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from chatbot.common.lazy import Arrays
    from chatbot.documents.model import Document, Sentence
    from chatbot.index.index import Index
    from chatbot.index.sentence import IndexedSentence
    from chatbot.questions.query import Query

_LONGEST = 10  # terms
UNSAID = 1  # terms of the question that a line need not have: "Who holds the copyright?"
# a heading has capitals that are no names
_TYPES: Mapping[Kind, frozenset[AnswerType]] = {
    Kind.HEADING: frozenset({AnswerType.NUMBER, AnswerType.TIME}),
    Kind.PROSE: frozenset({AnswerType.NUMBER, AnswerType.TIME, AnswerType.PERSON, AnswerType.PLACE}),
    Kind.ITEM: frozenset({AnswerType.NUMBER, AnswerType.TIME, AnswerType.PERSON, AnswerType.PLACE}),
}


class Fields:
    """The short lines that are no sentences, by the stem of the word that they begin with."""

    def __init__(self, index: Index, arrays: Arrays) -> None:
        """`arrays` are those that `field_arrays` gave. Raises KeyError without them."""
        self._index = index
        self._first = KeyTable("field", arrays)
        self._positions = arrays["field_positions"]

    def __iter__(self) -> Iterator[IndexedSentence]:
        return (self._index[int(position)] for position in self._positions)

    def beginning_with(self, stem: str) -> list[IndexedSentence]:
        """The lines whose first word has a stem."""
        return [self._index[int(self._positions[item])] for item in self._first.having([stem])]


def _may_be_field(document: Document, sentence: Sentence) -> bool:
    last = document.text[sentence.span.end - 1]
    return sentence.kind in _TYPES and last not in ".!?:;" and sentence.span != document.title


def field_arrays(index: Index) -> Arrays:
    """The short lines that are no sentences, by the stem of the word that they begin with."""
    every = ((document, sentence) for document in index.documents for sentence in document.sentences)
    likely = (position for position, (document, s) in enumerate(every) if _may_be_field(document, s))
    found = {p: stems[0] for p in likely if 1 < len(stems := index[p].stems) <= _LONGEST}
    return {
        **key_arrays("field", [[stem] for stem in found.values()]),
        "field_positions": np.fromiter(found, dtype=np.int32),
    }


def is_asked(query: Query, kind: Kind, stems: Collection[str], text: str) -> bool:
    """Whether a line has the terms of a question, all but one, and the kind of thing that it asks for."""
    asked = {term.stem for term in query.terms}
    return (
        query.answer_type in _TYPES[kind]
        and len(asked.difference(stems)) <= UNSAID
        and bool(has_answer_type(query, text))
    )


def expand_to_field(known: Fields, query: Query, reply: Reply) -> Reply:
    """A refusal as the line that begins with a word of the question and has the kind of thing that it asks for."""
    stems = {term.stem for term in query.terms}
    asked = [] if reply.answered or query.negated else sorted(stems)
    lines = [line for stem in asked for line in known.beginning_with(stem)]
    answers = [line for line in lines if is_asked(query, line.kind, line.stems, line.text)]
    if len(answers) != 1:
        return reply
    return Reply(query.text, query.text, ReplyKind.QUOTE, (quote_sentence(answers[0]),), CONFIDENCE, reply.evidence)
