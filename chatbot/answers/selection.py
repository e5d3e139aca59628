"""From a query to a reply: the sentences to quote, or an honest refusal."""

from __future__ import annotations

from dataclasses import asdict, replace
from math import exp
from typing import TYPE_CHECKING

from chatbot.answers.bibliography import citing_sections
from chatbot.answers.completion import completed, completed_all, first_below
from chatbot.answers.ranking import Candidate, candidates, distinct
from chatbot.documents.model import Kind
from chatbot.questions.query import AnswerType
from chatbot.reply import Entry, Quote, Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from chatbot.answers.ranking import Ranker
    from chatbot.documents.model import Span
    from chatbot.index.index import Index, IndexedSentence
    from chatbot.questions.query import Query

REFUSAL = "The article does not say."
_MAX_MORE = 2  # quotes for "tell me more"
_MAX_NEAR = 2  # passages offered with a refusal


def quote_sentence(sentence: IndexedSentence) -> Quote:
    """An indexed sentence, or an entry of a reference list, as a quote."""
    if sentence.kind is Kind.ENTRY:
        entry = sentence.document.entry_at(sentence.sentence.span)
        return (
            Quote.of_entry(Entry(sentence.document, entry))
            if entry
            else Quote(sentence.document, sentence.sentence.span, None)
        )
    return Quote.of_sentence(sentence.document, sentence.sentence)


def _found(index: Index, query: Query, ranker: Ranker) -> list[Candidate]:
    """The candidates without near-duplicates, best first; a citation is one only where sources are asked for."""
    found = candidates(index, query, ranker)
    if not query.entry_intent:
        found = [c for c in found if c.sentence.section not in citing_sections(c.sentence.document)]
    return distinct(found)


def _likely(found: Sequence[Candidate], ratio: float) -> list[IndexedSentence]:
    """The best candidate and those at least `ratio` times as likely (scores are log-odds), best first."""
    return [candidate.sentence for candidate in found if exp(candidate.score - found[0].score) >= ratio]


def _is_title(heading: IndexedSentence) -> bool:
    return heading.sentence.span == heading.document.title


def _is_answer(heading: Candidate, query: Query) -> bool:
    """Whether a heading states the number or the date that is asked for, like "Version 2.1 (May 2024)"."""
    asked = query.answer_type in (AnswerType.NUMBER, AnswerType.TIME)
    return asked and heading.features.answer_type_present > 0 and not _is_title(heading.sentence)


def _below(index: Index, heading: IndexedSentence, found: Sequence[Candidate]) -> IndexedSentence | None:
    """The likeliest sentence below a heading, or else the first; without any the heading, but never the title."""
    place = (heading.number, heading.section)
    members = (c.sentence for c in found if (c.sentence.number, c.sentence.section) == place)
    likeliest = next((sentence for sentence in members if sentence.kind is not Kind.HEADING), None)
    return likeliest or first_below(index, heading) or (None if _is_title(heading) else heading)


def _without_headings(index: Index, query: Query, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates; in the place of a heading that is no answer by itself, what is below it."""
    replaced: dict[int, Candidate] = {}
    for candidate in found:
        sentence: IndexedSentence | None = candidate.sentence
        if candidate.sentence.kind is Kind.HEADING and not _is_answer(candidate, query):
            sentence = _below(index, candidate.sentence, found)
        if sentence is not None:
            replaced.setdefault(sentence.position, replace(candidate, sentence=sentence))
    return list(replaced.values())


def refuse(index: Index, query: Query, confidence: float = 0.0, evidence: tuple[tuple[str, float], ...] = ()) -> Reply:
    """A reply without an answer; it offers the nearest passages, labelled as such."""
    hits = (hit.passage for hit in index.search(query.stems, _MAX_NEAR))
    near = tuple(Quote.of_passage(passage.document, passage.span, passage.members) for passage in hits)
    return Reply(
        query.text, query.text, ReplyKind.NONE, confidence=confidence, evidence=evidence, near=near, said=REFUSAL
    )


def answer(index: Index, query: Query, ranker: Ranker, threshold: float) -> Reply:
    """The sentences that answer best, if the confidence in the best of them reaches the threshold."""
    found = _without_headings(index, query, _found(index, query, ranker))
    if not found:
        return refuse(index, query)
    confidence = ranker.probability(found[0].features)
    evidence = tuple(asdict(found[0].features).items())
    likely = [sentence for sentence in _likely(found, ranker.second) if completed(index, sentence)]
    if confidence < threshold or not likely:
        return refuse(index, query, confidence, evidence)
    quotes = tuple(map(quote_sentence, completed_all(index, likely)))
    best = quotes.index(quote_sentence(likely[0]))
    kind = ReplyKind.REFERENCE if likely[0].kind is Kind.ENTRY else ReplyKind.QUOTE
    return Reply(query.text, query.text, kind, quotes, confidence, evidence, best=best)


def more(index: Index, query: Query, ranker: Ranker, shown: Collection[tuple[str, Span]]) -> tuple[Quote, ...]:
    """The best sentences that share a term with the query and are not in `shown` (hash of the document, span)."""

    def is_new(sentence: IndexedSentence) -> bool:
        return (sentence.document.sha256, sentence.sentence.span) not in shown

    found = _found(index, query, ranker)
    relevant = (c.sentence for c in found if c.features.coverage and not c.features.is_heading)
    new = [sentence for sentence in relevant if is_new(sentence)]
    return tuple(quote_sentence(sentence) for sentence in completed_all(index, new[:_MAX_MORE]) if is_new(sentence))
