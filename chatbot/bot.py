"""The library's front door: open an article, ask it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.conversation import Conversation
from chatbot.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.document import Document
    from chatbot.model import Model
    from chatbot.reply import Reply
    from chatbot.retrieval import Hit, Index

LONGEST_QUESTION = 250_000  # characters, some 20,000 long words
BUNDLED = "leaky_gut_and_immune_system.txt"


def bundled_article() -> Path:
    """The article that comes with the package: inside an installed one, beside it in a checkout."""
    installed = Path(str(resources.files("chatbot"))) / "corpus" / BUNDLED
    return installed if installed.exists() else Path(__file__).parent.parent / "corpus" / BUNDLED


class Chatbot:
    """Answers questions about some documents with their own sentences. Immutable; safe to share between threads.

        bot = Chatbot.open("article.md")
        reply = bot.ask("How big is the gut?")
        reply = bot.ask("Who says so?", history=["How big is the gut?"])
    """

    def __init__(self, documents: Sequence[Document], threshold: float | None = None) -> None:
        """Index documents that are already read; `open` reads them from files.

        A reply is given from confidence `threshold` on, in [0, 1]; None: the fitted one; 0: always.
        """
        from chatbot.model import fitted
        from chatbot.retrieval import Index

        self._index: Index = Index(documents)
        self._model: Model = fitted()
        self._threshold = self._model.threshold if threshold is None else threshold

    @classmethod
    def open(cls, *paths: str | Path, threshold: float | None = None) -> Chatbot:
        """Read and index one or several articles (UTF-8 text or Markdown); none: the bundled one.

        Raises ArticleError, which names the file and says what to do.
        """
        from chatbot.parsing import read

        return cls([read(Path(path)) for path in paths or (bundled_article(),)], threshold)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents, in the order they were given."""
        return self._index.documents

    @property
    def document(self) -> Document:
        """The first document."""
        return self.documents[0]

    @property
    def index(self) -> Index:
        """The passages and sentences, searchable."""
        return self._index

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
        from chatbot.answering import answer
        from chatbot.understanding import understand

        if len(question) > LONGEST_QUESTION:
            raise QuestionError(f"the question has {len(question):,} characters; ask in at most {LONGEST_QUESTION:,}")
        return answer(self._index, understand(question), self._model, self._threshold)

    def search(self, query: str, count: int = 5) -> list[Hit]:
        """The best passages for some words, best first, with their BM25 scores; none without a common word."""
        from chatbot.analysis import terms

        return self._index.search([term.stem for term in terms(query)], count)
