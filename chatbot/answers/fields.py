"""Facts in lines that are no sentences, like "Version 2.1, May 2024" or "Copyright (c) 2015 Ann Lee"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.answers.features import has_answer_type
from chatbot.answers.sections import CONFIDENCE
from chatbot.answers.selection import quote_sentence
from chatbot.documents.model import Kind
from chatbot.questions.query import AnswerType
from chatbot.reply import Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from chatbot.index.index import Index, IndexedSentence
    from chatbot.questions.query import Query

_LONGEST = 10  # terms
UNSAID = 1  # terms of the question that a line need not have: "Who holds the copyright?"
# a heading has capitals that are no names
_TYPES: Mapping[Kind, frozenset[AnswerType]] = {
    Kind.HEADING: frozenset({AnswerType.NUMBER, AnswerType.TIME}),
    Kind.PROSE: frozenset({AnswerType.NUMBER, AnswerType.TIME, AnswerType.PERSON, AnswerType.PLACE}),
    Kind.ITEM: frozenset({AnswerType.NUMBER, AnswerType.TIME, AnswerType.PERSON, AnswerType.PLACE}),
}
Fields = dict[str, list["IndexedSentence"]]


def _is_field(sentence: IndexedSentence) -> bool:
    short = 1 < len(sentence.stems) <= _LONGEST and sentence.kind in _TYPES
    return short and sentence.sentence.span != sentence.document.title and sentence.text[-1] not in ".!?:;"


def fields(index: Index) -> Fields:
    """The short lines that are no sentences, by the stem of the word that they begin with."""
    found: Fields = {}
    for sentence in filter(_is_field, index):
        found.setdefault(sentence.stems[0], []).append(sentence)
    return found


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
    lines = [] if reply.answered or query.negated else [line for stem in sorted(stems) for line in known.get(stem, ())]
    answers = [line for line in lines if is_asked(query, line.kind, line.stems, line.text)]
    if len(answers) != 1:
        return reply
    return Reply(query.text, query.text, ReplyKind.QUOTE, (quote_sentence(answers[0]),), CONFIDENCE, reply.evidence)
