"""The programs that any figure is read beside.

One never answers; plain rank-bm25 always does; the third is the program itself, with what it found exchanged for other
sentences: a question set that praises it cannot tell right quotes from wrong ones.
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
    """What is judged: a chatbot, or anything that answers like one."""

    @property
    def documents(self) -> Sequence[Document]:
        """The documents it answers from; passages name them by their index here."""
        ...

    @property
    def passages(self) -> Sequence[Passage]:
        """All that `search` can find."""
        ...

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
        """The reply to a question after some earlier ones."""
        ...

    def search(self, query: str, count: int = 5) -> Sequence[Hit]:
        """The best passages for some words, best first."""
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
    """Lines, each cut after full stops: what anyone would try first, kept apart from our own parser on purpose."""
    for line in _LINE.finditer(text):
        start = line.start()
        for gap in _SENTENCE_END.finditer(text, line.start(), line.end()):
            yield _trimmed(text, start, gap.start())
            start = gap.end()
        yield _trimmed(text, start, line.end())


def refusal(question: str) -> Reply:
    """What a program says that never answers."""
    return Reply(question, question, ReplyKind.NONE)


class TopSentence:
    """Quotes the sentence that rank-bm25's `BM25Plus` scores highest: no stop words, no stemming, no threshold."""

    passages: Sequence[Passage] = ()

    def __init__(self, documents: Sequence[Document]) -> None:
        """Indexed when it is asked."""
        self.documents = tuple(documents)

    def search(self, query: str, count: int = 5) -> Sequence[Hit]:  # noqa: ARG002 - the shape of a chatbot
        """Nothing: it has no passages."""
        return ()

    @cached_property
    def _pieces(self) -> list[tuple[Document, Span]]:
        pieces = ((document, span) for document in self.documents for span in _pieces(document.text))
        return [(document, span) for document, span in pieces if _tokens(document[span])]

    @cached_property
    def _model(self) -> BM25Plus:
        from rank_bm25 import BM25Plus

        return BM25Plus([_tokens(document[span]) for document, span in self._pieces])

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:  # noqa: ARG002 - one question at a time
        """The best sentence, of equal ones the first; its raw score, not in [0, 1], as the confidence."""
        if not self._pieces:
            return refusal(question)
        scores = self._model.get_scores(_tokens(question))
        best = int(scores.argmax())
        document, span = self._pieces[best]
        return Reply(question, question, ReplyKind.QUOTE, (Quote(document, span, None),), float(scores[best]))


def _moved(quote: Quote) -> Quote:
    """The sentence half a document further on, with its own numbers; of a quoted entry, the entry half a list on."""
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
    """The program's own reply, as sure as it was, each quote exchanged for another sentence of its document."""
    return replace(reply, quotes=tuple(map(_moved, reply.quotes)))


NAMES = ("abstain", "rank-bm25", "shuffled")
