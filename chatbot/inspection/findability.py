"""Can each sentence of an article be found? It is asked for by its own words, as any other question is asked.

The words are a sentence's rarest, by the index's own idf: what a reader would ask who knows what it is about. Five, as
questions have few content words, and since fewer rare ones are what tells a sentence from its neighbours; one that has
only one is not asked for, as one word is no question. A sentence that even these do not find is out of reach of every
question: the parser may have cut it badly, or another one says the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from chatbot.documents.model import Document, Kind, Span

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.index.index import Index, IndexedSentence
    from chatbot.reply import Quote, Reply

T = TypeVar("T")

MOST_WORDS, LEAST_WORDS = 5, 2
MOST_ASKED = 2_000  # sentences of an article; of a longer one an even sample is asked for


@dataclass(frozen=True, slots=True)
class Lost:
    """A sentence that was not quoted when it was asked for by `words`; `quoted` is what was, None: nothing."""

    document: Document
    span: Span
    words: str
    quoted: Quote | None

    @property
    def text(self) -> str:
        """The sentence."""
        return self.document[self.span]

    @property
    def line(self) -> int:
        """Where it stands."""
        return self.document.line(self.span.start)

    def to_dict(self) -> dict[str, Any]:
        """The sentence as a JSON object."""
        quoted = self.quoted.to_dict() if self.quoted else None
        return {"line": self.line, "text": self.text, "words": self.words, "quoted": quoted}


@dataclass(frozen=True, slots=True)
class Findability:
    """How many of an article's sentences, headings aside, were asked for and found.

    `sentences` is how many could be asked for, more than were in a long article; `short` have too few words.
    """

    asked: int
    sentences: int
    short: int
    lost: tuple[Lost, ...]

    @property
    def found(self) -> int:
        """How many were quoted when they were asked for."""
        return self.asked - len(self.lost)

    @property
    def text(self) -> str:
        """The figure in words, and over what it is taken."""
        sample = f", an even sample of {self.sentences:,}" if self.asked < self.sentences else ""
        short = f"; {self.short:,} with fewer than {LEAST_WORDS} words to ask by" if self.short else ""
        return f"{self.found:,} of {self.asked:,} sentences{sample}, each asked for by its own rarest words{short}"

    def to_dict(self) -> dict[str, Any]:
        """The figures as a JSON object."""
        counts = {"found": self.found, "asked": self.asked, "sentences": self.sentences, "short": self.short}
        return {**counts, "not_found": [one.to_dict() for one in self.lost]}


def words(index: Index, sentence: IndexedSentence) -> list[str]:
    """A sentence's rarest content words, in its order; of equally rare ones the earlier."""
    found: dict[str, str] = {}
    for term in sentence.terms:
        found.setdefault(term.stem, term.word)
    rarest = sorted(found, key=lambda stem: -index.sentence_engine.idf(stem))[:MOST_WORDS]
    return [word for stem, word in found.items() if stem in rarest]


def _quotes(reply: Reply) -> Iterator[Quote]:
    return chain(reply.quotes, *map(_quotes, reply.parts))


def _is_found(document: Document, span: Span, quotes: Sequence[Quote]) -> bool:
    """Whether a quote covers a sentence, or says the same elsewhere."""
    return any(
        (quote.document is document and quote.span.start <= span.start and span.end <= quote.span.end)
        or quote.text == document[span]
        for quote in quotes
    )


def _asked(bot: Chatbot, sentence: IndexedSentence, asked: str) -> Lost | None:
    document, span = sentence.document, sentence.sentence.span
    reply = bot.ask(asked)
    quotes = list(_quotes(reply))
    if _is_found(document, span, quotes):
        return None
    return Lost(document, span, asked, reply.quotes[reply.best] if reply.quotes else next(iter(quotes), None))


def sample(items: Sequence[T], most: int) -> list[T]:
    """At most `most` items, evenly spread."""
    count = min(len(items), most)
    return [items[i * len(items) // count] for i in range(count)]


def measure(bot: Chatbot, number: int = 0, most: int = MOST_ASKED) -> Findability:
    """Ask a bot for the sentences of its document of this number, at most so many."""
    index = bot.index
    body = [sentence for sentence in index.sentences_of(number) if sentence.kind is not Kind.HEADING]
    questions = {sentence: asked for sentence in body if len(asked := words(index, sentence)) >= LEAST_WORDS}
    chosen = sample(list(questions), most)
    lost = (_asked(bot, sentence, " ".join(questions[sentence])) for sentence in chosen)
    return Findability(len(chosen), len(questions), len(body) - len(questions), tuple(filter(None, lost)))
