"""Suggested questions, made from headings, definitions and citations; each is known to be answered."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from chatbot.documents.model import Kind
from chatbot.reply import ReplyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from chatbot.documents.model import Document, Sentence
    from chatbot.reply import Reply

_TERM = r"[\"'“‘]?(?P<term>[^\W\d_][\w-]*(?: [\w-]+){0,2})(?=[\"'”’.,;:()]|$)"
_CALLED = re.compile(
    rf"\b(?:also |often |commonly )?(?:called|known as|termed|referred to as|named) (?:an? |the )?{_TERM}"
)
_DEFINED = re.compile(
    r"^(?:An? |The )?(?P<term>[^\W\d_][\w-]*(?: [\w-]+){0,2}) (?:is|are) (?:an?|the|any|defined as)\b"
)
_POINTING = re.compile(r"^(?:it|this|that|these|those|there|they|he|she|we|one|such|which|who|what)\b", re.IGNORECASE)
_MAX_HEADING = 60  # characters
_MAX_SUGGESTIONS = 3
_MAX_TRIED = 8  # questions tried to find suggestions


def _about(heading: str) -> str:
    """A heading as a request; a heading that is a question is used as it is."""
    bare = heading.lstrip("#").strip(" .:")
    return bare if bare.endswith("?") else f'Tell me about "{bare}"'


def _defined(text: str) -> str | None:
    """The term that a sentence defines."""
    match = _CALLED.search(text) or _DEFINED.match(text)
    return match["term"] if match and not _POINTING.match(match["term"]) else None


def _definitions(document: Document, members: Sequence[Sentence]) -> Iterator[str]:
    terms = (_defined(document[sentence.span]) for sentence in members if sentence.kind is Kind.PROSE)
    return (f"What is {term}?" for term in terms if term)


def _headings(document: Document, sections: Iterable[int]) -> Iterator[str]:
    spans = (document.heading(section) for section in sections)
    return (
        _about(document[span])
        for span in spans
        if span and span != document.title and span.end - span.start <= _MAX_HEADING
    )


def _citations(members: Sequence[Sentence]) -> Iterator[str]:
    return (f"What is reference {sentence.numbers[0]} cited for?" for sentence in members if sentence.numbers)


def questions(document: Document, sections: Sequence[int]) -> Iterator[str]:
    """Questions about some sections, of each kind in turn. The caller has to test that they are answered."""
    members = [sentence for sentence in document.sentences if sentence.section in sections]
    kinds = (_definitions(document, members), _headings(document, sections), _citations(members))
    return (question for row in zip_longest(*kinds) for question in row if question)


class Suggester:
    """Suggests questions about some documents. `is_answered` tries a question; its results are remembered."""

    def __init__(self, documents: Sequence[Document], is_answered: Callable[[str], bool]) -> None:
        self._sections = [(document, i) for document in documents for i in range(len(document.sections))]
        self._is_answered = cache(is_answered)  # the same few questions are suggested again and again

    def about(self, sections: Sequence[tuple[Document, int]]) -> tuple[str, ...]:
        """Up to three questions about some sections."""
        by_document: dict[Document, list[int]] = {}
        for document, section in sections:
            by_document.setdefault(document, []).append(section)
        found = (question for document, chosen in by_document.items() for question in questions(document, chosen))
        answered = (question for question in islice(dict.fromkeys(found), _MAX_TRIED) if self._is_answered(question))
        return tuple(islice(answered, _MAX_SUGGESTIONS))

    def to_begin_with(self) -> tuple[str, ...]:
        """Up to three questions about any section."""
        return self.about(self._sections)

    def after(self, reply: Reply) -> tuple[str, ...]:
        """Up to three questions about the sections near a refusal, or about those of an overview."""
        if reply.kind not in (ReplyKind.NONE, ReplyKind.OVERVIEW):
            return ()
        near = [(quote.document, quote.section) for quote in (*reply.near, *reply.quotes) if quote.section is not None]
        return self.about(list(dict.fromkeys(near)) or self._sections)
