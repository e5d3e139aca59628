"""All that answers from one collection: the pipeline, and the questions that are suggested and completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.answers.pipeline import Pipeline
from chatbot.answers.ranking import load_ranker
from chatbot.answers.suggestions import Suggester
from chatbot.answers.tried_questions import TriedQuestions
from chatbot.conversation import Conversation
from chatbot.language.identification import ArticleLanguage
from chatbot.language.spelling import SpellingCorrector
from chatbot.language.synonyms import merged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.answers.collection import Collection
    from chatbot.common.cache import Cache
    from chatbot.language.synonyms import Synonyms
    from chatbot.reply import Reply
    from chatbot.settings import Settings

_OPENING = 200  # documents that the questions to begin with are made from: the first ones


class Answering:
    """The parts of a bot, all of one collection; immutable."""

    def __init__(
        self,
        collection: Collection,
        settings: Settings,
        synonyms: Sequence[Synonyms] = (),
        cache: Cache | None = None,
        depends_on: Sequence[str] = (),
    ) -> None:
        """With a `cache` the first suggestions are kept there; `depends_on` is all that the collection depends on."""
        ranker = load_ranker("semantic" if collection.vectors else "plain")
        threshold = ranker.threshold if settings.threshold is None else settings.threshold
        language = ArticleLanguage(collection.sample, collection.words)
        spelling = SpellingCorrector(collection.words, collection.has)
        known = merged(synonyms if settings.synonyms else ())
        self.collection = collection
        self.pipeline = Pipeline(collection, ranker, language, spelling, known, settings, threshold)
        opening = collection.documents[:_OPENING]
        self.suggester = Suggester(opening, self._first_reply, cache, [*depends_on, repr(settings), repr(known)])
        self.tried = TriedQuestions(opening, self._first_reply)

    def _first_reply(self, text: str) -> Reply:
        return self.pipeline.reply(text, Conversation())
