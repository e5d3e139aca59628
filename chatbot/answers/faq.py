"""FAQ headings: a question that a heading asks is answered with all of the text below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from chatbot.answers.completion import first_paragraphs
from chatbot.answers.selection import quote_sentence
from chatbot.documents.model import Kind
from chatbot.language.sentence_cues import is_negated
from chatbot.language.terms import terms, weighted_jaccard
from chatbot.questions.query import unwrapped
from chatbot.reply import Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chatbot.index.index import Index, IndexedSentence

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


def asked_stems(text: str) -> frozenset[str]:
    """The stems of a question, or of a heading that asks one."""
    return frozenset(term.stem for term in terms(unwrapped(text)))


def _entry(index: Index, sentences: Sequence[IndexedSentence]) -> FaqEntry | None:
    """A section as an entry, if its heading asks a question and an answer follows."""
    document = sentences[0].document
    heading = document.heading(sentences[0].section)
    if heading is None or heading == document.title:  # the title asks for all of the article
        return None
    title = document[heading]
    stems = asked_stems(title)
    if len(stems) < _MIN_TERMS or not _ASKS.search(title):
        return None
    answer = first_paragraphs(index, [sentence for sentence in sentences if sentence.kind is not Kind.HEADING])
    return FaqEntry(stems, is_negated(title), tuple(answer)) if answer else None


def faq_entries(index: Index) -> tuple[FaqEntry, ...]:
    """The headings that ask a question and are followed by an answer, in text order."""
    sections = (tuple(group) for _, group in groupby(index, key=lambda s: (s.number, s.section)))
    return tuple(entry for section in sections if (entry := _entry(index, section)))


def similarity(idf: Callable[[str], float], one: frozenset[str], other: frozenset[str]) -> float:
    """The Jaccard similarity of two sets of stems, weighted by idf."""
    return weighted_jaccard({stem: idf(stem) for stem in one}, {stem: idf(stem) for stem in other})


def _matching(index: Index, entries: Sequence[FaqEntry], text: str) -> tuple[float, FaqEntry | None]:
    """The entry whose heading asks the same question, and their similarity; of several the first."""
    stems, negated = asked_stems(text), is_negated(text)
    idf = index.sentence_engine.idf
    scored = [(similarity(idf, stems, e.stems), e) for e in entries if e.negated == negated]
    highest, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return (highest, best) if highest >= SIMILAR else (0.0, None)


def expand_to_faq_answer(index: Index, entries: Sequence[FaqEntry], text: str, reply: Reply) -> Reply:
    """A reply with the full answer of the FAQ entry that asks the same question; without one, the reply as it is."""
    alike, entry = _matching(index, entries, text)
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
        said="",
        best=quotes.index(likeliest) if likeliest in quotes else 0,
    )
