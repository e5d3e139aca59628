"""From a query to a reply: the sentences to quote, or an honest refusal."""

from __future__ import annotations

from dataclasses import asdict
from math import exp
from typing import TYPE_CHECKING

from chatbot.answers.ranking import Candidate, candidates, distinct
from chatbot.documents.model import Kind
from chatbot.language.sentence_cues import refers_back
from chatbot.reply import Quote, Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from chatbot.answers.ranking import Ranker
    from chatbot.documents.model import Span
    from chatbot.index.index import Index, IndexedSentence
    from chatbot.questions.query import Query

REFUSAL = "The article does not say."
_MAX_QUOTES = 3
_MAX_MORE = 2  # quotes for "tell me more"
_MAX_NEAR = 2  # passages offered with a refusal


def quote_sentence(sentence: IndexedSentence) -> Quote:
    """An indexed sentence as a quote."""
    return Quote.of_sentence(sentence.document, sentence.sentence)


def _likely(found: Sequence[Candidate], ratio: float) -> list[IndexedSentence]:
    """The best candidate and those at least `ratio` times as likely (scores are log-odds), best first."""
    return [candidate.sentence for candidate in found if exp(candidate.score - found[0].score) >= ratio]


def _with_antecedents(sentence: IndexedSentence) -> list[IndexedSentence]:
    """The sentence, what its pronoun refers to, and the answer if it is a question; empty for a bare question."""
    group = [sentence]
    if sentence.text.endswith("?") and sentence.kind is not Kind.HEADING:
        answer = sentence.after
        if answer is None:
            return []
        group.append(answer)
    while len(group) < _MAX_QUOTES and refers_back(group[0].text):
        before = group[0].before
        if before is None:
            break
        group.insert(0, before)
    return group


def _completed(sentences: Iterable[IndexedSentence]) -> list[IndexedSentence]:
    """Sentences with their antecedents, in text order; one that would exceed the maximum is left out."""
    shown: list[IndexedSentence] = []
    for sentence in sentences:
        added = [other for other in _with_antecedents(sentence) if other not in shown]
        if len(shown) + len(added) <= _MAX_QUOTES:
            shown += added
    return sorted(shown, key=lambda sentence: sentence.position)


def refuse(index: Index, query: Query, confidence: float = 0.0, evidence: tuple[tuple[str, float], ...] = ()) -> Reply:
    """A reply without an answer; it offers the nearest passages, labelled as such."""
    hits = (hit.passage for hit in index.search(query.stems, _MAX_NEAR))
    near = tuple(Quote.of_passage(passage.document, passage.span, passage.members) for passage in hits)
    return Reply(
        query.text, query.text, ReplyKind.NONE, confidence=confidence, evidence=evidence, near=near, said=REFUSAL
    )


def answer(index: Index, query: Query, ranker: Ranker, threshold: float) -> Reply:
    """The sentences that answer best, if the confidence in the best of them reaches the threshold."""
    found = candidates(index, query, ranker)
    if not found:
        return refuse(index, query)
    confidence = ranker.probability(found[0].features)
    evidence = tuple(asdict(found[0].features).items())
    likely = [sentence for sentence in _likely(distinct(found), ranker.second) if _with_antecedents(sentence)]
    if confidence < threshold or not likely:
        return refuse(index, query, confidence, evidence)
    quotes = tuple(map(quote_sentence, _completed(likely)))
    best = quotes.index(quote_sentence(likely[0]))
    return Reply(query.text, query.text, ReplyKind.QUOTE, quotes, confidence, evidence, best=best)


def more(index: Index, query: Query, ranker: Ranker, shown: Collection[tuple[str, Span]]) -> tuple[Quote, ...]:
    """The best sentences that share a term with the query and are not in `shown` (hash of the document, span)."""

    def is_new(sentence: IndexedSentence) -> bool:
        return (sentence.document.sha256, sentence.sentence.span) not in shown

    found = distinct(candidates(index, query, ranker))
    relevant = (c.sentence for c in found if c.features.coverage and not c.features.is_heading)
    new = [sentence for sentence in relevant if is_new(sentence)]
    return tuple(quote_sentence(sentence) for sentence in _completed(new[:_MAX_MORE]) if is_new(sentence))
