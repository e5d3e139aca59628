"""The answering pipeline: reads a message and routes each of its questions to a reply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chatbot.answers import reference_questions, routes
from chatbot.answers.faq import expand_to_faq_answer
from chatbot.answers.fields import expand_to_field
from chatbot.answers.sections import CONFIDENCE, by_number, expand_to_section, has_number
from chatbot.answers.selection import answer
from chatbot.conversation import Conversation
from chatbot.language.terms import terms
from chatbot.questions import segmentation
from chatbot.questions.expansion import expand
from chatbot.questions.intents import CONTENT, COURTESIES, Intent
from chatbot.questions.query import MAX_PARSED, is_pasted, parse_query, unwrapped
from chatbot.questions.segmentation import Message
from chatbot.questions.understanding import Understood, understand
from chatbot.reply import Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.answers.collection import Collection
    from chatbot.answers.ranking import Ranker
    from chatbot.language.identification import ArticleLanguage
    from chatbot.language.spelling import SpellingCorrector
    from chatbot.language.synonyms import Synonyms
    from chatbot.questions.query import Query
    from chatbot.settings import Settings

NOT_ADVICE = "This is not advice on your own case."
OTHER_LANGUAGE = "Ask in {0}: the article is in {0}."
_MAX_PARTS = 4  # questions answered in one message
_SEPARATOR = " · "  # between the questions of a topic


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The immutable inputs of the answering pipeline."""

    collection: Collection
    ranker: Ranker
    language: ArticleLanguage
    spelling: SpellingCorrector
    synonyms: Synonyms
    settings: Settings
    threshold: float

    def reply(self, message: str, conversation: Conversation) -> Reply:
        """The reply to a message in a conversation."""
        # before anything else: correcting the spelling would turn foreign words into English ones
        if self.settings.language and self.language.is_other(message[:MAX_PARSED]):
            said = OTHER_LANGUAGE.format(self.language.name)
            return Reply(message, message, ReplyKind.NONE, said=said)
        if is_pasted(message):  # its words are searched as they are
            return self.answer(Understood(message))
        whole = self._understood(message, conversation)
        if whole.intent in COURTESIES:
            return self._routed(whole, conversation)
        text, corrections = self.spelling.correct(message) if self.settings.spelling else (message, ())
        return replace(self._reply_to_parts(text, conversation), question=message, corrections=corrections)

    def _reply_to_parts(self, text: str, conversation: Conversation) -> Reply:
        """One reply to all questions of a message; each is a turn of the conversation for those after it."""
        message = segmentation.segment(text) if self.settings.several else Message((text,))
        context = "" if self._understood(message.context, Conversation()).intent in COURTESIES else message.context
        parts: list[Reply] = []
        for question in message.questions[:_MAX_PARTS]:
            turn = self._understood(question, conversation)
            if turn.intent in CONTENT and segmentation.has_terms(context):
                turn = Understood(question, Intent.LEAN, context, (context,))
            part = self._routed(turn, conversation)
            conversation = conversation.then(question, part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else _combined(text, parts)

    def _understood(self, text: str, conversation: Conversation) -> Understood:
        """What a text of this conversation asks."""
        known, vectors = self.collection.has_references, self.collection.vectors
        vector = vectors.of(text) if vectors else None
        return understand(text, conversation, self.settings, has_references=known, vector=vector)

    def _routed(self, question: Understood, conversation: Conversation) -> Reply:
        """The reply by the intent; by the content, if the intent is uncertain and the content answers."""
        if numbered := self._numbered(question, conversation) or self._numbered_section(question):
            return numbered
        named = self._names_content(question.text)
        doubtful = not question.certain or (named and question.intent is Intent.OVERVIEW)  # "what does it say on wax?"
        if doubtful and question.intent is not Intent.ENTRY:  # where sentences compete with entries anyway
            reply = self.answer(Understood(question.text))
            if reply.answered or (named and not question.certain):
                return reply
        return routes.ROUTES.get(question.intent, routes.CONTENT).reply(question, conversation, self)

    def _names_content(self, text: str) -> bool:
        """Whether a text has a term of the documents."""
        return any(self.collection.has(term.stem) for term in terms(unwrapped(text)))

    def _numbered(self, question: Understood, conversation: Conversation) -> Reply | None:
        """The entries whose numbers a question names; no model is needed to read a number."""
        if not self.settings.sources:
            return None
        last = conversation.last.reply if conversation.last and self.settings.followups else None
        reply = reference_questions.numbered(self.collection.documents, question.text, last)
        return replace(reply, topic=question.text) if reply else None

    def _numbered_section(self, question: Understood) -> Reply | None:
        """The section whose number a question names."""
        if not has_number(question.text) or self.threshold > CONFIDENCE:
            return None
        query = self.query(question)
        named = self.collection.named(query)
        reply = by_number(named.index, named.sections, query)
        return replace(reply, topic=_topic(question)) if reply else None

    def query(self, question: Understood) -> Query:
        """A question as a query, with synonyms and, if switched on, expanded by the thesaurus."""
        query = parse_query(question.text, self.synonyms, question.context, question.earlier)
        query = replace(query, entry_intent=question.entry_intent)
        return expand(query, self.collection.has) if self.settings.thesaurus else query

    def answer(self, question: Understood) -> Reply:
        """The sentences, or the entries of a reference list, that answer a question; or a refusal."""
        query = self.query(question)
        reply = answer(self.collection.matching(query), query, self.ranker, self.threshold)
        named = self.collection.named(query)
        reply = expand_to_faq_answer(named.index, named.faq, question.text, reply)
        if self.threshold <= CONFIDENCE:
            reply = expand_to_section(named.index, named.sections, query, reply)
            reply = expand_to_field(named.fields, query, reply)
        said = NOT_ADVICE if reply.answered and query.asks_advice else reply.said
        return replace(reply, understood=question.as_searched, topic=_topic(question), said=said)


def _topic(question: Understood) -> str:
    """The context of a follow-up: this question and, if it has a context itself, the first question of that."""
    if not question.context or not segmentation.has_terms(question.text):
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
        missing=() if answered else parts[0].missing,
        parts=tuple(parts),
        topic=parts[0].topic,
    )
