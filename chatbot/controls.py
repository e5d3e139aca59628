"""The two programs that any figure is read beside: one that never answers, and plain rank-bm25, which always does."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from chatbot.document import Span
from chatbot.reply import Quote, Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rank_bm25 import BM25Plus

    from chatbot.document import Document
    from chatbot.retrieval import Hit

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


class Abstainer:
    """Never answers."""

    def __init__(self, documents: Sequence[Document]) -> None:
        """The documents make no difference."""
        self.documents = tuple(documents)

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:  # noqa: ARG002 - the shape of a chatbot
        """A refusal."""
        return Reply(question, question, ReplyKind.NONE)

    def search(self, query: str, count: int = 5) -> Sequence[Hit]:  # noqa: ARG002 - the shape of a chatbot
        """Nothing."""
        return ()


class TopSentence(Abstainer):
    """Quotes the sentence that rank-bm25's `BM25Plus` scores highest: no stop words, no stemming, no threshold."""

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
            return super().ask(question)
        scores = self._model.get_scores(_tokens(question))
        best = int(scores.argmax())
        document, span = self._pieces[best]
        return Reply(question, question, ReplyKind.QUOTE, (Quote(document, span, None),), float(scores[best]))
