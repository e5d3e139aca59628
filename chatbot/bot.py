"""The library's front door: open articles and ask them."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot import inputs
from chatbot.answers.resources import cache_of, encoder_of
from chatbot.conversation import Conversation
from chatbot.errors import QuestionError, UsageError
from chatbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Unpack

    from chatbot.answers.collection import Collection
    from chatbot.common.cache import Cache
    from chatbot.documents.model import Document
    from chatbot.index.index import Hit, Index
    from chatbot.index.passages import Passage
    from chatbot.language.synonyms import Synonyms
    from chatbot.reply import Reply
    from chatbot.settings import SettingsKeywords

MAX_QUESTION = 250_000  # characters, about 20,000 long words
DEFAULT = Settings()
_log = logging.getLogger(__name__)


def bundled_article() -> Path:
    """The path of the article that comes with the package: inside an installed one, or next to it in a checkout."""
    package = Path(__file__).parent
    folder = next(folder for folder in (package / "corpus", package.parent / "corpus") if folder.is_dir())
    return next(path for path in sorted(folder.glob("*.txt")) if not path.name.endswith(".synonyms.txt"))


class Chatbot:
    """Answers questions about some documents with their own sentences. Immutable, and safe to share between threads.

    Example:
        bot = Chatbot.open("article.md")
        reply = bot.ask("How big is the gut?")
        reply = bot.ask("Who says so?", history=["How big is the gut?"])

    """

    def __init__(
        self,
        documents: Sequence[Document],
        settings: Settings = DEFAULT,
        synonyms: Sequence[Synonyms] = (),
        cache: Cache | None = None,
    ) -> None:
        """Index documents that are already parsed; `open` reads them, and their synonyms, from files.

        `cache` is where the index of documents that were read from files is kept; nowhere by default.
        """
        from chatbot.answers.answering import Answering
        from chatbot.answers.collection import Embedded
        from chatbot.answers.structure import PACKAGES
        from chatbot.index.index import Index

        index = Index(documents, encoder_of(settings), cache)
        depends_on = [*index.identity((*PACKAGES, "semantic")), repr(index.vectors is None)]
        self._answering = Answering(Embedded(index, cache), settings, synonyms, cache, depends_on)

    @classmethod
    def open(cls, *paths: str | Path, settings: Settings | None = None, **changes: Unpack[SettingsKeywords]) -> Chatbot:
        """Read and index one or several articles.

        Args:
            paths: files of text or Markdown, or of the extra `formats`, folders, or patterns like `docs/*.md`; without
                any, the bundled article; none with `engine`. Of a folder or a pattern, what cannot be read is left
                out, and logged.
            settings: the settings to start from; the default ones if None.
            changes: fields of `Settings` by name, like `threshold=0.5` or `spelling=False`.

        Raises:
            ArticleError: a file cannot be read; the message names it and says what to do.
            UsageError: a setting has a wrong type or is out of range.
            SemanticError: `semantic=True`, but the extra is not installed.
            EngineError: the collection at `settings.engine` cannot be asked.

        """
        from chatbot.formats import read
        from chatbot.language.synonyms import load_for

        changed = (settings or DEFAULT).with_changes(**changes)
        if changed.engine:
            return _asking(changed.engine, paths, changed)
        names = [str(path) for path in paths or (bundled_article(),)]
        cache = cache_of(changed)
        opened, unread = inputs.load(names, lambda path: (read(path, cache), load_for(path, cache)))
        if unread:
            _log.warning("%s", inputs.summary(unread))
        documents, synonyms = zip(*opened, strict=True)
        return cls(documents, changed, synonyms, cache)

    @property
    def documents(self) -> Sequence[Document]:
        """The documents, in the order they were given."""
        return self._answering.collection.documents

    @property
    def document(self) -> Document:
        """The first document."""
        return self.documents[0]

    @property
    def index(self) -> Index:
        """The index of passages and sentences of all documents."""
        return self._answering.collection.whole()

    @property
    def semantic(self) -> bool:
        """Whether sentences are found by meaning too, not by words only."""
        return self._answering.collection.vectors is not None

    @property
    def passages(self) -> Sequence[Passage]:
        """All passages that `search` can find, in the order of the documents."""
        return self.index.passages

    @property
    def threshold(self) -> float:
        """The confidence in [0, 1] from which a question is answered."""
        return self._answering.pipeline.threshold

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
        """Answer a question.

        Args:
            question: the question, in at most 250,000 characters.
            history: the earlier questions of the conversation, oldest first.

        Raises:
            QuestionError: the question, or one of the history, is too long.
            TypeError: `history` is a single string.

        """
        if isinstance(history, str):
            raise TypeError("history must be a sequence of questions, not a single string")
        conversation = Conversation()
        for earlier in history:
            conversation = conversation.then(earlier, self.reply(earlier, conversation))
        return self.reply(question, conversation)

    def chat(self) -> Chat:
        """A new conversation."""
        return Chat(self)

    def reply(self, question: str, conversation: Conversation) -> Reply:
        """Answer a question in a conversation that the caller holds as a value; `ask` and `chat` are simpler."""
        if len(question) > MAX_QUESTION:
            raise QuestionError(f"the question has {len(question):,} characters; ask in at most {MAX_QUESTION:,}")
        reply = self._answering.pipeline.reply(question, conversation)
        if not self._answering.pipeline.settings.suggestions:
            return reply
        return replace(reply, suggestions=self._answering.suggester.after(reply))

    def passage_id(self, passage: Passage) -> str:
        """The name of a passage that `search` found, like `article.md#3`."""
        return self._answering.collection.passage_id(passage)

    def passage(self, name: str) -> Passage | None:
        """The passage of this name; None if there is none, as after a change of its document."""
        return self._answering.collection.passage(name)

    def find(self, name: str) -> Document | None:
        """The document with a SHA-256 or a name, the first one of that name; None if there is none."""
        return self._answering.collection.find(name)

    def suggestions(self, most: int = 3) -> tuple[str, ...]:
        """Up to `most` questions that the documents answer, to begin with."""
        return self._answering.suggester.to_begin_with(most)

    def narrowed(self, documents: Sequence[Document]) -> Chatbot:
        """A bot for some of the documents, with the same settings and synonyms."""
        settings = self._answering.pipeline.settings
        if settings.engine:  # they are asked in memory then, as before by words
            settings = settings.with_changes(engine=None, semantic=False)
        return Chatbot(documents, settings, [self._answering.pipeline.synonyms])

    def questions(self) -> tuple[str, ...]:
        """Up to forty questions that the documents answer; the first call asks them all, which takes a while."""
        return self._answering.tried.all

    def search(self, query: str, count: int = 5) -> list[Hit]:
        """The `count` best passages for some words, best first; none if no passage has any of the words."""
        from chatbot.language.terms import terms

        return self._answering.collection.search([term.stem for term in terms(query)], count)


def over(collection: Collection, settings: Settings = DEFAULT, synonyms: Sequence[Synonyms] = ()) -> Chatbot:
    """A bot over a collection that an engine holds already, in memory or elsewhere."""
    from chatbot.answers.answering import Answering

    bot = Chatbot.__new__(Chatbot)
    bot._answering = Answering(collection, settings, synonyms)
    return bot


def _asking(engine: str, paths: Sequence[str | Path], settings: Settings) -> Chatbot:
    """A bot over a collection that is kept elsewhere."""
    from chatbot.opensearch.opening import collection

    if paths:
        raise UsageError(f"{engine} has its documents already; leave {paths[0]} out, or index it")
    if settings.semantic:
        raise UsageError("OpenSearch finds sentences by words only: leave out --semantic, or --engine")
    cache_of(settings)  # of the lists of words; what is computed of documents is with the engine
    found = collection(engine)
    return over(found, settings, found.synonyms)


class Chat:
    """A conversation with a bot, which remembers the earlier turns. Not to be shared between threads.

    Example:
        chat = bot.chat()
        chat.ask("How big is the gut?")
        chat.ask("Who says so?")

    """

    def __init__(self, bot: Chatbot) -> None:
        self._bot = bot
        self.conversation = Conversation()

    def ask(self, question: str) -> Reply:
        """Answer a question in the light of the earlier ones. Raises QuestionError if it is too long."""
        reply = self._bot.reply(question, self.conversation)
        self.conversation = self.conversation.then(question, reply)
        return reply
