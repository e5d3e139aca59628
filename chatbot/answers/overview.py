"""Overviews: what an article is about, by its title, its headings and the central sentence of each section."""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import TYPE_CHECKING

from chatbot.answers.selection import quote_sentence
from chatbot.documents.model import Kind
from chatbot.language.sentence_cues import refers_back
from chatbot.reply import Quote, Reply, ReplyKind

if TYPE_CHECKING:
    from chatbot.index.index import Index
    from chatbot.index.sentence import IndexedSentence

_MAX_SECTIONS = 12


def _most_central(index: Index, members: list[IndexedSentence]) -> IndexedSentence:
    """The sentence whose terms are most like those of its section (cosine of tf-idf; Radev et al. 2004)."""
    idf = index.passage_engine.idf
    counts = Counter(stem for sentence in members for stem in sentence.stems)

    def centrality(sentence: IndexedSentence) -> float:
        own = set(sentence.stems)
        norm = sqrt(sum(idf(stem) ** 2 for stem in own)) or 1.0
        return round(sum(idf(stem) ** 2 * counts[stem] for stem in own) / norm, 9)

    return max(members, key=lambda sentence: (centrality(sentence), -sentence.position))


def _bodies(index: Index, number: int) -> dict[int, list[IndexedSentence]]:
    """The prose and the list items of each section of a document."""
    bodies: dict[int, list[IndexedSentence]] = {}
    for sentence in index.sentences_of(number):
        if sentence.kind in (Kind.PROSE, Kind.ITEM):
            bodies.setdefault(sentence.section, []).append(sentence)
    return bodies


def _self_contained(members: list[IndexedSentence]) -> list[IndexedSentence]:
    """The sentences that do not refer back to the one before, if there are any."""
    return [sentence for sentence in members if not refers_back(sentence.text)] or members


def _document_quotes(index: Index, number: int) -> list[Quote]:
    """The title, then the heading and the central sentence of each section; of many sections the highest levels."""
    document = index.documents[number]
    headings = {s.span: Quote.of_sentence(document, s) for s in document.sentences if s.kind is Kind.HEADING}
    bodies = _bodies(index, number)
    chosen = sorted(sorted(bodies, key=lambda section: document.sections[section].level)[:_MAX_SECTIONS])
    quotes = [headings.get(document.title) if document.title else None]
    for section in chosen:
        heading = document.heading(section)
        quotes.append(headings.get(heading) if heading else None)
        quotes.append(quote_sentence(_most_central(index, _self_contained(bodies[section]))))
    return list(dict.fromkeys(quote for quote in quotes if quote))


def overview(index: Index, question: str) -> Reply:
    """The title, the headings and the central sentences of every document, all quoted."""
    quotes = [quote for number in range(len(index.documents)) for quote in _document_quotes(index, number)]
    return Reply(question, question, ReplyKind.OVERVIEW, tuple(quotes), confidence=1.0)
