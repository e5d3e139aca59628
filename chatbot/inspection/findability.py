"""Can each sentence of an article be found? Each is queried by its own rarest words, like any other question.

A query has up to five words, the rarest of the sentence by the index's idf: questions have few content words, and fewer
would not tell similar sentences apart. A sentence that even this query does not find is out of reach of every question:
the parser may have cut it badly, or another sentence says the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from chatbot.common.progress import counted_off
from chatbot.documents.model import Kind

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.index.index import Index
    from chatbot.index.sentence import IndexedSentence
    from chatbot.reply import Quote, Reply

T = TypeVar("T")

MAX_WORDS, MIN_WORDS = 5, 2  # of a query
MAX_QUERIES = 2_000  # of a longer article, an even sample of the sentences is queried


@dataclass(frozen=True, slots=True)
class MissedSentence:
    """A sentence that its query did not find; `quoted` is the best quote of the reply, None if there was none."""

    sentence: IndexedSentence
    query: str
    quoted: Quote | None

    @property
    def text(self) -> str:
        """The text of the sentence."""
        return self.sentence.text

    @property
    def line(self) -> int:
        """The number of the line on which it starts, from 1."""
        return self.sentence.document.line(self.sentence.sentence.span.start)

    def to_dict(self) -> dict[str, Any]:
        """The sentence as a JSON object."""
        quoted = self.quoted.to_dict() if self.quoted else None
        return {"line": self.line, "text": self.text, "words": self.query, "quoted": quoted}


@dataclass(frozen=True, slots=True)
class Findability:
    """How many of an article's sentences were found; headings do not count.

    `queried` sentences were tried, a sample of `sentences` in a long article. `short` ones have too few words for a
    query.
    """

    queried: int
    sentences: int
    short: int
    missed: tuple[MissedSentence, ...]

    @property
    def found(self) -> int:
        """The number of sentences that were quoted in reply to their query."""
        return self.queried - len(self.missed)

    @property
    def text(self) -> str:
        """The result in words."""
        sample = f", an even sample of {self.sentences:,}" if self.queried < self.sentences else ""
        short = f"; {self.short:,} with fewer than {MIN_WORDS} words are left out" if self.short else ""
        return f"{self.found:,} of {self.queried:,} sentences{sample}, each queried by its rarest words{short}"

    def to_dict(self) -> dict[str, Any]:
        """The result as a JSON object."""
        counts = {"found": self.found, "asked": self.queried, "sentences": self.sentences, "short": self.short}
        return {**counts, "not_found": [missed.to_dict() for missed in self.missed]}


def query_words(index: Index, sentence: IndexedSentence) -> list[str]:
    """A sentence's rarest content words, in the order of the sentence; of equally rare ones the earlier."""
    found: dict[str, str] = {}
    for term in sentence.terms:
        found.setdefault(term.stem, term.word)
    rarest = sorted(found, key=lambda stem: -index.sentence_engine.idf(stem))[:MAX_WORDS]
    return [word for stem, word in found.items() if stem in rarest]


def _quotes(reply: Reply) -> Iterator[Quote]:
    return chain(reply.quotes, *map(_quotes, reply.parts))


def _is_found(sentence: IndexedSentence, quotes: Sequence[Quote]) -> bool:
    """Whether a quote covers the sentence, or has the same text elsewhere."""
    span = sentence.sentence.span
    return any(
        (quote.document is sentence.document and quote.span.start <= span.start and span.end <= quote.span.end)
        or quote.text == sentence.text
        for quote in quotes
    )


def _missed(bot: Chatbot, sentence: IndexedSentence, query: str) -> MissedSentence | None:
    """The sentence if its query does not find it, else None."""
    reply = bot.ask(query)
    quotes = list(_quotes(reply))
    if _is_found(sentence, quotes):
        return None
    return MissedSentence(sentence, query, reply.quotes[reply.best] if reply.quotes else next(iter(quotes), None))


def sample(items: Sequence[T], most: int) -> list[T]:
    """At most `most` items, evenly spread."""
    count = min(len(items), most)
    return [items[i * len(items) // count] for i in range(count)]


def measure(bot: Chatbot, number: int = 0, most: int = MAX_QUERIES) -> Findability:
    """Query a bot for the sentences of one of its documents.

    Args:
        bot: the bot to ask.
        number: the position of the document in the bot's documents.
        most: the maximum number of queries.

    """
    body = [sentence for sentence in bot.index.sentences_of(number) if sentence.kind is not Kind.HEADING]
    queries = {s: words for s in body if len(words := query_words(bot.index, s)) >= MIN_WORDS}
    chosen = sample(list(queries), most)
    asked = counted_off(chosen, "Asking for each sentence ...", len(chosen))
    missed = (_missed(bot, sentence, " ".join(queries[sentence])) for sentence in asked)
    return Findability(len(chosen), len(queries), len(body) - len(queries), tuple(filter(None, missed)))
