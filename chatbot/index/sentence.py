"""A sentence of an index, with its document, its passage and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from chatbot.documents.model import PATH, Kind, Sentence
from chatbot.language.sentence_cues import refers_back
from chatbot.language.terms import Term, terms
from chatbot.semantic.reader import Place

if TYPE_CHECKING:
    from chatbot.documents.model import Document, Span
    from chatbot.index.index import Index
    from chatbot.index.passages import Passage

_REFERENCES = "References"  # the heading of entries, whatever the document's own is, as the reader was trained


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
