"""What is counted of a document, so that questions about it can be made: the forms of its words, and their stems."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from chatbot.documents.model import Kind
from chatbot.language.terms import terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.documents.model import Document, Sentence

WORD = re.compile(r"\b[^\W\d_][\w-]*")
_SAMPLE = 5_000  # sentences, evenly spaced, that a longer document is counted by
_SECTIONS = 1_000  # whose counts are kept


class WordCounts:
    """The counts of one document, made when they are asked for; headings are not counted.

    Of a long document they are estimates, from a sample: a refusal, which offers questions, must not cost a pass over
    all of its text.
    """

    def __init__(self, document: Document) -> None:
        """Take the document; nothing is counted yet."""
        self.document = document
        self.stems_of = lru_cache(maxsize=_SECTIONS)(self._stems_of)

    @cached_property
    def forms(self) -> Counter[str]:
        """How often each word stands inside a sentence, by its form; where most have capitals, none tells."""
        inside = (WORD.findall(text)[1:] for text in self._texts(self.document.sentences))
        return Counter(word for found in inside if sum(map(str.islower, found)) * 2 >= len(found) for word in found)

    @cached_property
    def stems(self) -> Counter[str]:
        """How often the document has each stem."""
        return self._stems_in(self.document.sentences)

    def _stems_of(self, section: int) -> Counter[str]:
        """How often a section has each stem."""
        return self._stems_in(self.sentences_of(section))

    def sentences_of(self, section: int) -> Sequence[Sentence]:
        """The sentences of a section, headings too, in text order."""
        found = self.document.sentences
        first, last = (bisect_left(found, edge, key=lambda s: s.section) for edge in (section, section + 1))
        return found[first:last]

    def _stems_in(self, sentences: Sequence[Sentence]) -> Counter[str]:
        found = Counter(term.stem for text in self._texts(sentences) for term in terms(text))
        step = _step(sentences)
        return Counter({stem: count * step for stem, count in found.items()}) if step > 1 else found

    def _texts(self, sentences: Sequence[Sentence]) -> Iterator[str]:
        sample = sentences[:: _step(sentences)]
        return (self.document[sentence.span] for sentence in sample if sentence.kind is not Kind.HEADING)


def _step(sentences: Sequence[Sentence]) -> int:
    """The distance of two sentences of a sample."""
    return max(1, -(-len(sentences) // _SAMPLE))
