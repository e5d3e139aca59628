"""What a refusal can point at: the words of a question that no sentence mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.language.terms import spellings, words
from chatbot.questions.query import AMOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatbot.index.index import Index
    from chatbot.questions.query import Query, QueryTerm

_MAX_WORDS = 8  # a pasted page lacks hundreds of words, and a list of them explains nothing


def _unmentioned(index: Index, term: QueryTerm) -> Iterator[str]:
    """The folded words of a term that no sentence has in any form; none if a synonym of the term occurs."""
    has = index.sentence_engine.has
    if not any(all(map(has, phrase)) for phrase in term.phrases):
        yield from (word.word for word in term.terms if not has(word.stem))


def missing_words(index: Index, query: Query) -> tuple[str, ...]:
    """The words of a question that occur in no sentence of the documents, not even inflected or as a synonym.

    Headings, table rows and list items count as sentences, entries of the reference list do not. Stop words, "how many"
    and the context of a conversation are left out.

    Returns:
        At most eight words as the question spells them, each once, in its order.

    """
    written = spellings(query.text)
    amounts = set(words(" ".join(AMOUNT.findall(query.text))))
    own = (term for term in query.query_terms if not term.from_context)
    found = dict.fromkeys(word for term in own for word in _unmentioned(index, term) if word not in amounts)
    return tuple(written.get(word, word) for word in found)[:_MAX_WORDS]
