"""From a question that stands alone to a reply: quotes, or an honest refusal."""

from __future__ import annotations

from dataclasses import asdict
from math import exp
from typing import TYPE_CHECKING

from chatbot.answers.candidates import Candidate, distinct, weighed
from chatbot.documents.model import Kind
from chatbot.questions.query import opens_backwards
from chatbot.reply import Quote, Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from chatbot.answers.ranker import Model
    from chatbot.documents.model import Span
    from chatbot.index.index import Index
    from chatbot.index.passages import Passage
    from chatbot.questions.query import Query

REFUSAL = "The article does not say."
_MOST_QUOTES = 3
_MORE = 2  # quotes for "tell me more"
_NEAR = 2  # passages offered with a refusal


def _nearly_as_likely(found: Sequence[Candidate], ratio: float) -> list[int]:
    """The best candidate, and those at least `ratio` times as likely (their scores are log-odds), best first."""
    return [candidate.position for candidate in found if exp(candidate.score - found[0].score) >= ratio]


def _with_company(index: Index, position: int) -> list[int]:
    """A sentence with what it cannot do without: what it points back to, and, if it asks, what answers it."""
    group = [position]
    if index.text(position).endswith("?") and index.sentence(position).kind is not Kind.HEADING:
        answer = index.after(position)
        if answer is None:
            return []
        group.append(answer)
    while len(group) < _MOST_QUOTES and opens_backwards(index.text(group[0])):
        before = index.before(group[0])
        if before is None:
            break
        group.insert(0, before)
    return group


def _together(index: Index, positions: Iterable[int]) -> list[int]:
    """In text order, each with what it cannot do without, or not at all."""
    shown: list[int] = []
    for position in positions:
        wanted = [i for i in _with_company(index, position) if i not in shown]
        if len(shown) + len(wanted) <= _MOST_QUOTES:
            shown += wanted
    return sorted(shown)


def quote(index: Index, position: int) -> Quote:
    """The sentence at `position` as a quote."""
    sentence = index.sentence(position)
    return Quote(index.document(position), sentence.span, sentence.section, sentence.numbers)


def _near(index: Index, passage: Passage) -> Quote:
    sentences = [index.sentence(i) for i in index.members(passage)]
    numbers = tuple(dict.fromkeys(number for sentence in sentences for number in sentence.numbers))
    return Quote(index.documents[passage.document], passage.span, sentences[0].section, numbers)


def refuse(index: Index, query: Query, confidence: float = 0.0, evidence: tuple[tuple[str, float], ...] = ()) -> Reply:
    """No answer; the nearest passages are offered as what they are."""
    near = tuple(_near(index, hit.passage) for hit in index.search(query.stems, _NEAR))
    return Reply(
        query.text, query.text, ReplyKind.NONE, confidence=confidence, evidence=evidence, near=near, said=REFUSAL
    )


def answer(index: Index, query: Query, model: Model, threshold: float) -> Reply:
    """The sentences that answer best, if the evidence for the best of them reaches the threshold."""
    found = weighed(index, query, model)
    if not found:
        return refuse(index, query)
    confidence = model.probability(found[0].evidence)
    evidence = tuple(asdict(found[0].evidence).items())
    if confidence < threshold:
        return refuse(index, query, confidence, evidence)
    best = [i for i in _nearly_as_likely(distinct(index, found), model.second) if _with_company(index, i)]
    if not best:
        return refuse(index, query, confidence, evidence)
    quotes = tuple(quote(index, position) for position in _together(index, best))
    return Reply(
        query.text, query.text, ReplyKind.QUOTE, quotes, confidence, evidence, best=quotes.index(quote(index, best[0]))
    )


def more(index: Index, query: Query, model: Model, shown: Collection[tuple[str, Span]]) -> tuple[Quote, ...]:
    """The best sentences that share something with the question and have not been shown; `shown` is by document."""
    found = distinct(index, weighed(index, query, model))
    fresh = [
        c for c in found if c.evidence.coverage and not c.evidence.heading and _key(index, c.position) not in shown
    ]
    positions = _together(index, [candidate.position for candidate in fresh[:_MORE]])
    return tuple(quote(index, position) for position in positions if _key(index, position) not in shown)


def _key(index: Index, position: int) -> tuple[str, Span]:
    return index.document(position).sha256, index.sentence(position).span
