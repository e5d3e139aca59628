"""The answering pipeline: reads a message and routes each of its questions to a reply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chatbot.answers.faq import expand_to_faq_answer
from chatbot.answers.routes import ROUTES
from chatbot.answers.selection import answer
from chatbot.conversation import Conversation
from chatbot.questions import followups, segmentation, smalltalk
from chatbot.questions.expansion import expand
from chatbot.questions.followups import Move, ResolvedQuestion
from chatbot.questions.query import MAX_PARSED, parse_query
from chatbot.questions.segmentation import Message
from chatbot.reply import Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.answers.faq import FaqEntry
    from chatbot.answers.ranking import Ranker
    from chatbot.index.index import Index
    from chatbot.language.identification import ArticleLanguage
    from chatbot.language.spelling import SpellingCorrector
    from chatbot.language.synonyms import Synonyms
    from chatbot.questions.query import Query
    from chatbot.reply import Correction
    from chatbot.settings import Settings

NOT_ADVICE = "This is not advice on your own case."
OTHER_LANGUAGE = "Ask in {0}: the article is in {0}."
_MAX_PARTS = 4  # questions answered in one message
_SEPARATOR = " · "  # between the questions of a topic


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The immutable inputs of the answering pipeline."""

    index: Index
    ranker: Ranker
    language: ArticleLanguage
    spelling: SpellingCorrector
    synonyms: Synonyms
    settings: Settings
    threshold: float
    faq: tuple[FaqEntry, ...] = ()

    def reply(self, message: str, conversation: Conversation) -> Reply:
        """The reply to a message in a conversation."""
        # before anything else: correcting the spelling would turn foreign words into English ones
        if self.settings.language and self.language.is_other(message[:MAX_PARSED]):
            said = OTHER_LANGUAGE.format(self.language.name)
            return Reply(message, message, ReplyKind.NONE, said=said)
        if self._is_courtesy(message, conversation):
            reply = self._route(ResolvedQuestion(Move.SMALLTALK, message), conversation)
            corrections: tuple[Correction, ...] = ()
        else:
            text, corrections = self._corrected(message)
            reply = self._reply_to_parts(text, conversation)
        return replace(reply, question=message, corrections=corrections)

    def _is_courtesy(self, message: str, conversation: Conversation) -> bool:
        if not self.settings.smalltalk or len(message) > MAX_PARSED:
            return False
        return bool(smalltalk.courtesy(message)) and not followups.accepts_suggestion(message, conversation)

    def _corrected(self, message: str) -> tuple[str, tuple[Correction, ...]]:
        """The message without its greeting and with its spelling corrected; pasted text stays as it is."""
        if len(message) > MAX_PARSED:
            return message, ()
        text = smalltalk.without_greeting(message) if self.settings.smalltalk else message
        return self.spelling.correct(text) if self.settings.spelling else (text, ())

    def _reply_to_parts(self, text: str, conversation: Conversation) -> Reply:
        """One reply to all questions of a message; each is a turn of the conversation for those after it."""
        split = self.settings.several and len(text) <= MAX_PARSED
        message = segmentation.segment(text) if split else Message((text,))
        parts: list[Reply] = []
        for question in message.questions[:_MAX_PARTS]:
            part = self._route(self._resolved(question, conversation, message.context), conversation)
            conversation = conversation.then(question, part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else _combined(text, parts)

    def _resolved(self, question: str, conversation: Conversation, context: str) -> ResolvedQuestion:
        """The question with its context: the rest of the message, or else the earlier turns."""
        # neither "ok." nor a change of topic makes the rest of the message a context
        if _has_content(context) and not followups.shifts(question):
            return ResolvedQuestion(Move.ASK, question, context, earlier=(context,))
        if not self.settings.followups or len(question) > MAX_PARSED:
            return ResolvedQuestion(Move.ASK, question)
        resolved = followups.resolve(question, conversation)
        return replace(resolved, earlier=conversation.questions) if resolved.context else resolved

    def _route(self, question: ResolvedQuestion, conversation: Conversation) -> Reply:
        """The reply of the first route that does not pass."""
        replies = (route.reply(question, conversation, self) for route in ROUTES)
        return next(reply for reply in replies if reply is not None)

    def query(
        self, text: str, context: str = "", earlier: tuple[str, ...] = (), *, all_required: bool = False
    ) -> Query:
        """A text as a query, with synonyms and, if switched on, expanded by the thesaurus."""
        query = parse_query(text, self.synonyms, context, earlier, all_required=all_required)
        return expand(query, self.index.sentence_engine.has) if self.settings.thesaurus else query

    def answer(self, question: ResolvedQuestion) -> Reply:
        """The sentences that answer a question, or a refusal."""
        query = self.query(question.text, question.context, question.earlier, all_required=question.all_required)
        reply = answer(self.index, query, self.ranker, self.threshold)
        reply = expand_to_faq_answer(self.index, self.faq, question.text, reply)
        said = NOT_ADVICE if reply.answered and query.asks_advice else reply.said
        return replace(reply, understood=question.understood, topic=_topic(question), said=said)


def _has_content(context: str) -> bool:
    """Whether a question can be about what its context says."""
    return segmentation.has_terms(context) and not smalltalk.courtesy(context)


def _topic(question: ResolvedQuestion) -> str:
    """The context of a follow-up: this question and, if it has a context itself, the first question of that.

    "And X?" only puts X into the question before it, which stays the topic.
    """
    if not question.context or question.all_required or not segmentation.has_terms(question.text):
        return question.context or question.text
    return f"{question.text}{_SEPARATOR}{question.context.rpartition(_SEPARATOR)[2]}"


def _combined(text: str, parts: Sequence[Reply]) -> Reply:
    """Several replies as one: each quote once, in the order of the questions."""
    quotes = tuple(dict.fromkeys(quote for part in parts for quote in part.quotes))
    answered = [part for part in parts if part.answered]
    return Reply(
        text,
        " / ".join(part.understood for part in parts),
        answered[0].kind if answered else ReplyKind.NONE,
        quotes,
        confidence=max(part.confidence for part in parts),
        said="" if answered else parts[0].said,
        near=() if answered else parts[0].near,
        parts=tuple(parts),
        topic=parts[0].topic,
    )
