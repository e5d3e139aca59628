"""What an article is about, in its own words: the title, the headings, and each section's most central sentence."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from math import sqrt
from typing import TYPE_CHECKING

from chatbot.answers.selection import quote
from chatbot.documents.model import Kind
from chatbot.language.terms import fold, stem, terms
from chatbot.questions.query import opens_backwards, stripped
from chatbot.reply import Quote, Reply, ReplyKind

if TYPE_CHECKING:
    from chatbot.index.index import Index

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
# Where nothing else was talked about, "it" is what lies before the asker.
_ITSELF = re.compile(r"\bwhat (?:does|do|did|is|will|can) (?:it|this|that)\b")
_FOR_WHOM = re.compile(r"\bfor (?:me|us|my|our|an?|someone|somebody|people|kids|children|beginners)\b.*", re.DOTALL)
_NO_WHOLE = re.compile(r"\b(?:who|whom|whose|when|why|how (?:many|much|long|old|big)|year|date)\b")
# What may stand in a question about the whole and names nothing in particular.
_WHOLE = """
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
_MOST_SECTIONS = 12
_LONGEST = 500  # characters looked at; who asks about the whole says so at once


@cache
def _of_nothing_else() -> frozenset[str]:
    """The stems of words that may stand in a question about the whole."""
    return frozenset(map(stem, _WHOLE.split()))


def asked(question: str, *, first: bool = False) -> bool:
    """Whether a question is about the article as a whole: it asks for an overview, and names nothing in particular.

    `first`: nothing was talked about before it, so that "it" can only be the article.
    """
    folded = _FOR_WHOM.sub("", fold(question[:_LONGEST]))
    rest = [term for term in terms(stripped(folded)) if term.stem not in _of_nothing_else() and not term.word.isdigit()]
    if rest or _NO_WHOLE.search(folded):
        return False
    whole = _THE_WHOLE.search(folded) or _THE_WORK.search(folded) or (first and _ITSELF.search(folded))
    return bool(whole)


def asked_of(background: str) -> bool:
    """Whether what came before leaves only the article to be meant by "it": nothing, or a remark on the article."""
    return not background or bool(_A_WORK.search(fold(background)))


def _central(index: Index, members: list[int]) -> int:
    """The sentence whose terms are most like those of its whole section (cosine of tf-idf; Radev et al. 2004)."""
    idf = index.passage_engine.idf
    own = {i: set(index.stems(i)) for i in members}
    counts = Counter(stem for i in members for stem in index.stems(i))
    dot = {i: sum(idf(stem) ** 2 * counts[stem] for stem in own[i]) for i in members}
    norm = {i: sqrt(sum(idf(stem) ** 2 for stem in own[i])) or 1.0 for i in members}
    return max(members, key=lambda i: (round(dot[i] / norm[i], 9), -i))


def _bodies(index: Index, number: int) -> dict[int, list[int]]:
    """Per section of a document the positions of what can be its central sentence."""
    bodies: dict[int, list[int]] = {}
    for position, place in enumerate(index.places):
        sentence = index.sentence(position)
        if place.document == number and sentence.kind in (Kind.PROSE, Kind.ITEM):
            bodies.setdefault(sentence.section, []).append(position)
    return bodies


def _standing(index: Index, members: list[int]) -> list[int]:
    """Those that do not point back to the sentence before them, if there are any."""
    return [i for i in members if not opens_backwards(index.text(i))] or members


def _document_quotes(index: Index, number: int) -> list[Quote]:
    """The title, then per section its heading and its most central sentence; of many the highest sections."""
    document = index.documents[number]
    headings = {
        s.span: Quote(document, s.span, s.section, s.numbers) for s in document.sentences if s.kind is Kind.HEADING
    }
    bodies = _bodies(index, number)
    chosen = sorted(sorted(bodies, key=lambda section: document.sections[section].level)[:_MOST_SECTIONS])
    quotes = [headings.get(document.title) if document.title else None]
    for section in chosen:
        heading = document.heading(section)
        quotes.append(headings.get(heading) if heading else None)
        quotes.append(quote(index, _central(index, _standing(index, bodies[section]))))
    return list(dict.fromkeys(q for q in quotes if q))


def overview(index: Index, question: str) -> Reply:
    """Title, headings and central sentences of every document, all quoted."""
    quotes = [quote for number in range(len(index.documents)) for quote in _document_quotes(index, number)]
    return Reply(question, question, ReplyKind.OVERVIEW, tuple(quotes), confidence=1.0)
