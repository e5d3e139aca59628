"""Baselines that every metric is reported with: always abstain, top BM25 sentence, shuffled quotes.

The last is the program itself with every quote replaced by another sentence. If it scores well, the question set cannot
tell right quotes from wrong ones.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from chatbot.documents.model import Span
from chatbot.reply import Quote, Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rank_bm25 import BM25Plus

    from chatbot.documents.model import Document
    from chatbot.index.index import Hit
    from chatbot.index.passages import Passage


class Bot(Protocol):
    """What can be judged: a chatbot, or anything with this part of its interface."""

    @property
    def documents(self) -> Sequence[Document]:
        """The documents it answers from."""
        ...

    @property
    def passages(self) -> Sequence[Passage]:
        """All passages that `search` can find."""
        ...

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
        """The reply to a question that follows earlier ones."""
        ...

    def search(self, query: str, count: int = 5) -> Sequence[Hit]:
        """The best `count` passages for a query, best first."""
        ...


_LINE = re.compile(r"[^\n]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w+")


def _tokens(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


def _pieces(text: str) -> Iterator[Span]:
    """Lines, cut after full stops: the obvious method, deliberately independent of our own parser."""
    for line in _LINE.finditer(text):
        start = line.start()
        for gap in _SENTENCE_END.finditer(text, line.start(), line.end()):
            yield _trimmed(text, start, gap.start())
            start = gap.end()
        yield _trimmed(text, start, line.end())


def refusal(question: str) -> Reply:
    """The reply of the baseline that always abstains."""
    return Reply(question, question, ReplyKind.NONE)


class TopSentence:
    """Quotes the sentence with the highest BM25+ score: no stop words, no stemming, no threshold."""

    passages: Sequence[Passage] = ()

    def __init__(self, documents: Sequence[Document]) -> None:
        """Take the documents; they are indexed at the first question."""
        self.documents = tuple(documents)

    def search(self, query: str, count: int = 5) -> Sequence[Hit]:  # noqa: ARG002 - the interface of `Bot`
        """No passages: the baseline has none."""
        return ()

    @cached_property
    def _pieces(self) -> list[tuple[Document, Span]]:
        pieces = ((document, span) for document in self.documents for span in _pieces(document.text))
        return [(document, span) for document, span in pieces if _tokens(document[span])]

    @cached_property
    def _model(self) -> BM25Plus:
        from rank_bm25 import BM25Plus

        return BM25Plus([_tokens(document[span]) for document, span in self._pieces])

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:  # noqa: ARG002 - the interface of `Bot`
        """Quote the best sentence, the first of equal ones. The confidence is its raw score, not in [0, 1]."""
        if not self._pieces:
            return refusal(question)
        scores = self._model.get_scores(_tokens(question))
        best = int(scores.argmax())
        document, span = self._pieces[best]
        return Reply(question, question, ReplyKind.QUOTE, (Quote(document, span, None),), float(scores[best]))


def _displaced(quote: Quote) -> Quote:
    """The sentence half a document further on with its numbers; for a quoted reference, the one half a list further."""
    document = quote.document
    entries = document.references
    for i, entry in enumerate(entries):
        if entry.span == quote.span:
            other = entries[(i + len(entries) // 2) % len(entries)]
            return replace(quote, span=other.span, numbers=(other.number,))
    sentences = document.sentences
    found = max(0, bisect_right(sentences, quote.span.start, key=lambda sentence: sentence.span.start) - 1)
    sentence = sentences[(found + len(sentences) // 2) % len(sentences)]
    return replace(quote, span=sentence.span, section=None, numbers=sentence.numbers)


def shuffled(reply: Reply) -> Reply:
    """The reply with every quote replaced by another sentence of its document; the confidence stays."""
    return replace(reply, quotes=tuple(map(_displaced, reply.quotes)))


NAMES = ("abstain", "rank-bm25", "shuffled")
