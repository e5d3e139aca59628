"""Questions that an article can answer, made from its headings, its definitions and its citations."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from chatbot.documents.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chatbot.documents.model import Document, Sentence

_TERM = r"[\"'“‘]?(?P<term>[^\W\d_][\w-]*(?: [\w-]+){0,2})(?=[\"'”’.,;:()]|$)"
_CALLED = re.compile(
    rf"\b(?:also |often |commonly )?(?:called|known as|termed|referred to as|named) (?:an? |the )?{_TERM}"
)
_DEFINED = re.compile(
    r"^(?:An? |The )?(?P<term>[^\W\d_][\w-]*(?: [\w-]+){0,2}) (?:is|are) (?:an?|the|any|defined as)\b"
)
_POINTING = re.compile(r"^(?:it|this|that|these|those|there|they|he|she|we|one|such|which|who|what)\b", re.IGNORECASE)
_MAX_HEADING = 60  # characters


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
