"""FAQ headings: a question that a heading asks is answered with all of the text below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from chatbot.answers.completion import first_paragraphs
from chatbot.answers.selection import quote_sentence
from chatbot.common.lazy import ends
from chatbot.documents.model import Kind
from chatbot.index.keys import KeyTable, key_arrays
from chatbot.language.sentence_cues import is_negated
from chatbot.language.terms import terms, weighted_jaccard
from chatbot.questions.query import unwrapped
from chatbot.reply import Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chatbot.common.lazy import Arrays
    from chatbot.documents.model import Document
    from chatbot.index.index import Index
    from chatbot.index.sentence import IndexedSentence

# Without a question mark only "how" asks: "What Hurts the Most" is a song, "Will" a man.
_ASKS = re.compile(r"\?\W*\Z|\A\W*how (?:to|do|does|can|could|should|is|are|much|many|long|often)\b", re.IGNORECASE)
_MIN_TERMS = 2  # "What is it?" has nothing to recognise a heading by
SIMILAR = 0.75  # similarity from which a question and a heading ask the same


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """A heading that asks a question: its stems, whether it is negated, and its answer."""

    stems: frozenset[str]
    negated: bool
    answer: tuple[IndexedSentence, ...]


class Faq:
    """The headings that ask a question and are followed by an answer, in text order."""

    def __init__(self, index: Index, arrays: Arrays) -> None:
        """`arrays` are those that `faq_arrays` gave. Raises KeyError without them."""
        self._index = index
        self._stems = KeyTable("faq", arrays)
        self._headings, self._answers = arrays["faq_headings"], arrays["faq_answers"]
        self._answer_ends = arrays["faq_answer_ends"]

    def __iter__(self) -> Iterator[FaqEntry]:
        return map(self._entry, range(len(self._stems)))

    def about(self, stems: frozenset[str]) -> Iterator[FaqEntry]:
        """The entries whose headings share any of some stems, in text order."""
        return map(self._entry, self._stems.having(stems))

    def _entry(self, item: int) -> FaqEntry:
        number, section = self._headings[item].tolist()
        title = _title(self._index.documents[number], section)
        positions = self._answers[self._answer_ends[item] : self._answer_ends[item + 1]].tolist()
        return FaqEntry(asked_stems(title), is_negated(title), tuple(self._index[position] for position in positions))


def _title(document: Document, section: int) -> str:
    """The heading of a section; empty for the title, which asks for all of the article."""
    heading = document.heading(section)
    return document[heading] if heading and heading != document.title else ""


def asked_stems(text: str) -> frozenset[str]:
    """The stems of a question, or of a heading that asks one."""
    return frozenset(term.stem for term in terms(unwrapped(text)))


def _asks(title: str) -> bool:
    """Whether a heading asks a question that it can be recognised by."""
    return bool(_ASKS.search(title)) and len(asked_stems(title)) >= _MIN_TERMS


def _answer(index: Index, number: int, section: int) -> list[int]:
    """The positions of the sentences that answer the heading of a section."""
    members = [sentence for sentence in index.section(number, section) if sentence.kind is not Kind.HEADING]
    return [sentence.position for sentence in first_paragraphs(index, members)]


def faq_arrays(index: Index) -> Arrays:
    """The headings that ask a question, with their stems and their answers."""
    asking = [
        (number, section)
        for number, document in enumerate(index.documents)
        for section in range(len(document.sections))
        if _asks(_title(document, section))
    ]
    answered = [(place, answer) for place in asking if (answer := _answer(index, *place))]
    return {
        **key_arrays("faq", [asked_stems(_title(index.documents[n], section)) for (n, section), _ in answered]),
        "faq_headings": np.array([place for place, _ in answered], dtype=np.int32).reshape(-1, 2),
        "faq_answers": np.fromiter(chain.from_iterable(answer for _, answer in answered), dtype=np.int32),
        "faq_answer_ends": ends(len(answer) for _, answer in answered),
    }


def similarity(idf: Callable[[str], float], one: frozenset[str], other: frozenset[str]) -> float:
    """The Jaccard similarity of two sets of stems, weighted by idf."""
    return weighted_jaccard({stem: idf(stem) for stem in one}, {stem: idf(stem) for stem in other})


def _matching(index: Index, faq: Faq, text: str) -> tuple[float, FaqEntry | None]:
    """The entry whose heading asks the same question, and their similarity; of several the first."""
    stems, negated = asked_stems(text), is_negated(text)
    idf = index.sentence_engine.idf
    scored = [(similarity(idf, stems, e.stems), e) for e in faq.about(stems) if e.negated == negated]
    highest, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return (highest, best) if highest >= SIMILAR else (0.0, None)


def expand_to_faq_answer(index: Index, faq: Faq, text: str, reply: Reply) -> Reply:
    """A reply with the full answer of the FAQ entry that asks the same question; without one, the reply as it is."""
    alike, entry = _matching(index, faq, text)
    if entry is None:
        return reply
    quotes = tuple(map(quote_sentence, entry.answer))
    likeliest = reply.quotes[reply.best] if reply.quotes else quotes[0]
    return replace(
        reply,
        kind=ReplyKind.QUOTE,
        quotes=quotes,
        confidence=max(reply.confidence, alike),
        near=(),
        missing=(),
        said="",
        best=quotes.index(likeliest) if likeliest in quotes else 0,
    )
