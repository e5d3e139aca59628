"""The library's front door: open an article, ask it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.conversation import Conversation
from chatbot.errors import QuestionError
from chatbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.documents.model import Document
    from chatbot.index.index import Hit, Index
    from chatbot.index.passages import Passage
    from chatbot.index.vectors import Encode
    from chatbot.language.synonyms import Synonyms
    from chatbot.reply import Reply

LONGEST_QUESTION = 250_000  # characters, some 20,000 long words
DEFAULT = Settings()


def bundled_article() -> Path:
    """The article that comes with the package: inside an installed one, beside it in a checkout."""
    package = Path(__file__).parent
    folder = next(folder for folder in (package / "corpus", package.parent / "corpus") if folder.is_dir())
    return next(path for path in sorted(folder.glob("*.txt")) if not path.name.endswith(".synonyms.txt"))


def _encode(semantic: bool | None) -> Encode | None:
    """What makes vectors of texts, if that is wanted or, when nothing is said, can be had."""
    from chatbot.semantic.encoder import Kept, available, encoder

    if semantic is False or (semantic is None and not available()):
        return None
    encoder()  # what is missing is said now, not at the first question
    return Kept()


class Chatbot:
    """Answers questions about some documents with their own sentences. Immutable; safe to share between threads.

    bot = Chatbot.open("article.md")
    reply = bot.ask("How big is the gut?")
    reply = bot.ask("Who says so?", history=["How big is the gut?"])
    """

    def __init__(
        self, documents: Sequence[Document], settings: Settings = DEFAULT, synonyms: Sequence[Synonyms] = ()
    ) -> None:
        """Index documents that are already read; `open` reads them, and the synonyms beside them, from files."""
        from chatbot.answers import faq
        from chatbot.answers.pipeline import Dialogue
        from chatbot.answers.ranker import fitted
        from chatbot.index.index import Index
        from chatbot.language.spelling import Lexicon
        from chatbot.language.synonyms import merged

        index = Index(documents, _encode(settings.semantic))
        model = fitted("semantic" if index.meaning else "plain")
        threshold = model.threshold if settings.threshold is None else settings.threshold
        known = merged(synonyms if settings.synonyms else ())
        self._dialogue = Dialogue(index, model, Lexicon(index.words), known, settings, threshold, faq.read(index))

    @classmethod
    def open(cls, *paths: str | Path, settings: Settings | None = None, **switches: Any) -> Chatbot:
        """Read and index one or several articles (UTF-8 text or Markdown); none: the bundled one.

        `switches` are fields of Settings, like `threshold=0.5` or `spelling=False`. Raises ArticleError, which names
        the file and says what to do.
        """
        from chatbot.documents.parser import read
        from chatbot.language.synonyms import beside

        chosen = [Path(path) for path in paths or (bundled_article(),)]
        given = replace(settings or DEFAULT, **switches)
        return cls([read(path) for path in chosen], given, [beside(path) for path in chosen])

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents, in the order they were given."""
        return self.index.documents

    @property
    def document(self) -> Document:
        """The first document."""
        return self.documents[0]

    @property
    def index(self) -> Index:
        """The passages and sentences, searchable."""
        return self._dialogue.index

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All that `search` can find, in the order of the documents."""
        return self.index.passages

    @property
    def threshold(self) -> float:
        """The confidence from which a reply is given, in [0, 1]."""
        return self._dialogue.threshold

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
        """The reply to a question; `history` are the earlier questions of the conversation, oldest first.

        Raises QuestionError for a question that is too long.
        """
        conversation = Conversation()
        for earlier in history:
            conversation = conversation.then(earlier, self.reply(earlier, conversation))
        return self.reply(question, conversation)

    def reply(self, question: str, conversation: Conversation) -> Reply:
        """The reply to a question in a conversation that is held as a value."""
        if len(question) > LONGEST_QUESTION:
            raise QuestionError(f"the question has {len(question):,} characters; ask in at most {LONGEST_QUESTION:,}")
        return self._dialogue.reply(question, conversation)

    def suggestions(self) -> tuple[str, ...]:
        """Up to three questions that the documents answer, to begin with."""
        return self._dialogue.suggestions(self._dialogue.sections())

    def search(self, query: str, count: int = 5) -> list[Hit]:
        """The best passages for some words, best first, with their BM25 scores; none without a common word."""
        from chatbot.language.terms import terms

        return self.index.search([term.stem for term in terms(query)], count)
