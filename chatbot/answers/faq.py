"""Questions that a document itself asks, as its headings do in a FAQ: who asks one gets the whole answer below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from chatbot.answers.selection import quote
from chatbot.documents.model import Kind
from chatbot.language.terms import terms
from chatbot.questions.query import negative, stripped
from chatbot.reply import Quote, Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.index.index import Index

# Without a question mark only "how" asks: "What Hurts the Most" is a song, "Will" a man.
_ASKS = re.compile(r"\?\W*\Z|\A\W*how (?:to|do|does|can|could|should|is|are|much|many|long|often)\b", re.IGNORECASE)
_MOST = 8  # sentences, a list counting as one; what has more is no answer but a chapter
_FEWEST_TERMS = 2  # "What is it?" asks nothing that a heading could be known by
_SAME = 0.75  # how much of what heading and question ask must be shared, by rarity


@dataclass(frozen=True, slots=True)
class Headed:
    """A heading that asks: the stems it asks with, whether it denies, and its answer, the positions by paragraph."""

    stems: frozenset[str]
    negative: bool
    answer: tuple[tuple[int, ...], ...]


def _stems(text: str) -> frozenset[str]:
    return frozenset(term.stem for term in terms(stripped(text)))


def _paragraphs(index: Index, positions: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The paragraphs of a section; a list is one, and goes with the paragraph that announces it."""
    pending: tuple[int, ...] = ()

    def key(position: int) -> int:
        sentence = index.sentence(position)
        return -1 if sentence.kind is Kind.ITEM else sentence.paragraph

    for listed, group in groupby(positions, key=key):
        members = tuple(group)
        if listed != -1:
            if pending:
                yield pending
            pending = members
        elif pending and index.text(pending[-1]).endswith(":"):
            yield (*pending, *members)
            pending = ()
        else:
            yield from filter(None, (pending, members))
            pending = ()
    if pending:
        yield pending


def _size(index: Index, positions: Sequence[int]) -> int:
    kinds = [index.sentence(position).kind for position in positions]
    return sum(kind is not Kind.ITEM for kind in kinds) + (Kind.ITEM in kinds)


def _answer(index: Index, positions: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """The paragraphs of a section, from the first on, as long as they are no chapter."""
    taken: list[tuple[int, ...]] = []
    for paragraph in _paragraphs(index, positions):
        if sum(_size(index, other) for other in (*taken, paragraph)) > _MOST:
            break
        taken.append(paragraph)
    return tuple(taken)


def read(index: Index) -> tuple[Headed, ...]:
    """The headings that ask something and are followed by an answer, in text order."""
    found: list[Headed] = []
    for (number, section), group in groupby(
        range(len(index.places)), key=lambda i: (index.places[i].document, index.sentence(i).section)
    ):
        document = index.documents[number]
        heading = document.heading(section)
        title = document[heading] if heading and heading != document.title else ""  # the title asks for all of it
        stems = _stems(title)
        if len(stems) >= _FEWEST_TERMS and _ASKS.search(title):
            body = [position for position in group if index.sentence(position).kind is not Kind.HEADING]
            if answer := _answer(index, body):
                found.append(Headed(stems, negative(title), answer))
    return tuple(found)


def _likeness(index: Index, one: frozenset[str], other: frozenset[str]) -> float:
    """What two questions share of what they ask, by rarity (weighted Jaccard index)."""
    idf = index.sentence_engine.idf
    return sum(map(idf, one & other)) / (sum(map(idf, one | other)) or 1.0)


def _asked(index: Index, headed: Sequence[Headed], text: str) -> tuple[float, Headed | None]:
    """The heading that asks what a question asks, and how much they share; of several the first."""
    stems, denies = _stems(text), negative(text)
    alike = [(round(_likeness(index, stems, h.stems), 9), h) for h in headed if h.negative == denies]
    likeness, best = max(alike, key=lambda pair: pair[0], default=(0.0, None))
    return (likeness, best) if likeness >= _SAME else (0.0, None)


def _with_lists(index: Index, headed: Sequence[Headed], reply: Reply) -> tuple[Quote, ...]:
    """The quotes of a reply; where some are of a list in an answer, or announce it, all of it in their place."""
    quotes = dict.fromkeys(reply.quotes)
    for paragraph in (paragraph for heading in headed for paragraph in heading.answer):
        if index.sentence(paragraph[-1]).kind is Kind.ITEM:
            members = [quote(index, position) for position in paragraph]
            if not quotes.keys().isdisjoint(members):
                quotes |= dict.fromkeys(members)
    order = {document: number for number, document in enumerate(index.documents)}
    return tuple(sorted(quotes, key=lambda q: (order[q.document], q.span)))


def whole(index: Index, headed: Sequence[Headed], text: str, reply: Reply) -> Reply:
    """A reply with the whole answer where a heading asks what was asked, and with whole lists from other answers."""
    likeness, heading = _asked(index, headed, text)
    if heading:
        quotes = tuple(quote(index, position) for paragraph in heading.answer for position in paragraph)
    else:
        quotes = _with_lists(index, headed, reply)
    if quotes == reply.quotes:
        return reply
    likeliest = reply.quotes[reply.best] if reply.quotes else quotes[0]
    return replace(
        reply,
        kind=ReplyKind.QUOTE,
        quotes=quotes,
        confidence=max(reply.confidence, likeness),
        near=(),
        said="",
        best=quotes.index(likeliest) if likeliest in quotes else 0,
    )
