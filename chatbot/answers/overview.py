"""Overviews: what an article is about, by its title, its headings and the central sentence of each section."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from math import sqrt
from typing import TYPE_CHECKING

from chatbot.answers.selection import quote_sentence
from chatbot.documents.model import Kind
from chatbot.language.sentence_cues import refers_back
from chatbot.language.terms import fold, stem, terms
from chatbot.questions.query import unwrapped
from chatbot.reply import Quote, Reply, ReplyKind

if TYPE_CHECKING:
    from chatbot.index.index import Index, IndexedSentence

_WORK = r"(?:article|text|page|document|paper|piece|essay|post|faq|story|report|(?:web)?site|contents?|author|writer)"
_THE_WHOLE = re.compile(
    r"\bsumm(?:ar|ing up)|\bsum (?:it|this|that)(?: \w+)? up\b|\bsum up\b|\boverview\b|\btl;?dr\b|\bgist\b|\bnutshell\b"
    r"|\bessence\b|\brun-?down\b|\bboil (?:it|this|that)(?: \w+)? down\b|\bbottom line\b"
    r"|\b(?:short|brief) version\b|\btake-?(?:aways?|home)\b"
    r"|\b(?:main|key|central|major|most important) (?:points?|ideas?|messages?|claims?|findings?|things?"
    r"|arguments?|facts?|topics?|themes?)\b"
    r"|\b(?:topics|subjects|themes|sections|chapters|headings)\b|\btable of contents\b|\boutline\b"
    r"|\bwhat (?:can|could|should|may|will|would) i (?:ask|learn|know)\b"
    r"|\bwhat (?:kind of |sort of )?(?:questions|information)\b"
    r"|\bwhat(?: do)? (?:you|u) know\b|\b(?:re)?cap\b|\bcondense\b"
    r"|\bwhat(?:'s| is)? (?:it|this|that|the whole thing|all this)(?: all)? about\b"
    r"|\bwhat(?:'s| is) in (?:here|it|this)\b"
    rf"|\bthe point of (?:it|this|that|the {_WORK})\b"
)
_THE_WORK = re.compile(
    r"\b(?:what|which|tell|describe|explain|introduce|present|about)\b.{0,80}"
    rf"\b(?:this|the|that|your|these) {_WORK}\b"
)
_A_WORK = re.compile(rf"\b(?:this|the|your|that|an?) {_WORK}\b")
# Where there is no other topic, "it" is the article.
_ITSELF = re.compile(r"\bwhat (?:does|do|did|is|will|can) (?:it|this|that)\b")
_FOR_WHOM = re.compile(r"\bfor (?:me|us|my|our|an?|someone|somebody|people|kids|children|beginners)\b.*", re.DOTALL)
_NO_WHOLE = re.compile(r"\b(?:who|whom|whose|when|why|how (?:many|much|long|old|big)|year|date)\b")
# Words of a question about the whole article that name nothing in particular.
_GENERAL_WORDS = """
    answer argument article ask author away aways boil bottom brief briefly bullet bullets busy central chapter
    claim concern condense contain content contents cover covered deal describe detail different
    discuss discussed document
    down dr english entire essay essence explain fact faq finding five four general get gist give got heading
    headline here home idea important include info information inside introduce key kind know learn line lines list
    look main major make mean message minute minutes nutshell one outline overall overview page paper piece plain
    please point post present purpose question quick quickly read recap report run rundown say sec second seconds secs
    section sentence sentences short simple site sort story stuff subject sum summarise summarised summarize
    summary table take takeaway talk talking tell ten text theme thesis thing three time tl tldr topic two u use
    version way website whats whole word words write writer
"""
_MAX_SECTIONS = 12
_MAX_READ = 500  # characters; a question about the whole article says so at once


@cache
def _general_stems() -> frozenset[str]:
    """The stems of the words that name nothing in particular."""
    return frozenset(map(stem, _GENERAL_WORDS.split()))


def asks_for_overview(question: str, *, first: bool = False) -> bool:
    """Whether a question asks for an overview of the article and names nothing in particular.

    `first`: it has no earlier topic, so that "it" can only be the article.
    """
    folded = _FOR_WHOM.sub("", fold(question[:_MAX_READ]))
    rest = [term for term in terms(unwrapped(folded)) if term.stem not in _general_stems() and not term.word.isdigit()]
    if rest or _NO_WHOLE.search(folded):
        return False
    return bool(_THE_WHOLE.search(folded) or _THE_WORK.search(folded) or (first and _ITSELF.search(folded)))


def is_about_article(context: str) -> bool:
    """Whether a context leaves only the article for "it" to mean: it is empty, or a remark about the article."""
    return not context or bool(_A_WORK.search(fold(context)))


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
