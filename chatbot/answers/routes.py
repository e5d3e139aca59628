"""The ways to reply, one for each intent: `ROUTES`. Any other intent is a question on the content."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from chatbot.answers import reference_questions
from chatbot.answers.overview import overview
from chatbot.answers.selection import more
from chatbot.questions.intents import COURTESIES, Intent
from chatbot.questions.understanding import LIKELY, Understood
from chatbot.reply import Quote, Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chatbot.answers.pipeline import Pipeline
    from chatbot.conversation import Conversation

NO_SOURCE = "The article prints no reference for this."
NO_MORE = "The article has no more on this."
SMALL_TALK: Mapping[Intent, str] = {
    Intent.GREETING: "Hello. Ask me anything about the article; I answer with its own sentences.",
    Intent.THANKS: "You are welcome.",
    Intent.BYE: "Goodbye.",
    Intent.WHO: "I am a program that answers questions about an article with the article's own sentences and "
    "references. I write no answers of my own, and I am no doctor and no person.",
    Intent.HELP: "Ask a question about the article in your own words. I quote the sentences that answer it, or say "
    "that none does.",
    Intent.FEEDBACK: "Thank you for telling me. If an answer was wrong, ask again in other words.",
}


class Route(Protocol):
    """One way to reply."""

    def reply(self, question: Understood, conversation: Conversation, pipeline: Pipeline) -> Reply:
        """The reply to a turn in its conversation."""
        ...


class SmallTalk:
    """Greetings, thanks, questions about the program, ..."""

    def reply(self, question: Understood, conversation: Conversation, pipeline: Pipeline) -> Reply:
        """A courtesy in the program's own words."""
        return Reply(question.text, question.text, ReplyKind.SMALLTALK, said=SMALL_TALK[question.intent])


class More:
    """What has not been shown yet on the topic ("tell me more")."""

    def reply(self, question: Understood, conversation: Conversation, pipeline: Pipeline) -> Reply:
        """Further sentences on the topic."""
        shown = {(quote.document.sha256, quote.span) for turn in conversation.turns for quote in turn.reply.quotes}
        query = pipeline.query(Understood(question.context))
        quotes = more(pipeline.collection.matching(query), query, pipeline.ranker, shown)
        kind = ReplyKind.QUOTE if quotes else ReplyKind.NONE
        said = "" if quotes else NO_MORE
        confidence = float(bool(quotes))
        return Reply(question.text, question.as_searched, kind, quotes, confidence, said=said, topic=question.context)


class Repeat:
    """The last answer once more ("say that again")."""

    def reply(self, question: Understood, conversation: Conversation, pipeline: Pipeline) -> Reply:
        """The last reply that was not small talk."""
        return conversation.latest_first[0].reply


class SourceOfAnswer:
    """The entries behind the last answer ("who says so?", "when was that published?")."""

    def reply(self, question: Understood, conversation: Conversation, pipeline: Pipeline) -> Reply:
        """The entries that the last answer cites."""
        last = _last_claim(conversation)
        # of several answers the last one is meant, of several quotes the likeliest: no neighbour lends its number
        claim = last.parts[-1] if last.parts else last
        entries = claim.quotes[claim.best].sources if claim.quotes else ()
        if entries:
            reply = reference_questions.reply_about(question.text, entries)
        else:
            reply = Reply(question.text, question.text, ReplyKind.NONE, near=claim.quotes, said=NO_SOURCE)
        return replace(reply, understood=question.as_searched, topic=question.context)


class Overview:
    """The article as a whole ("what is this about?")."""

    def reply(self, question: Understood, conversation: Conversation, pipeline: Pipeline) -> Reply:
        """Title, headings and central sentences."""
        return replace(overview(pipeline.collection.whole(), question.text), topic=question.text)


class ReferenceList:
    """The reference list as such ("which sources are used?", "the newest study?")."""

    def reply(self, question: Understood, conversation: Conversation, pipeline: Pipeline) -> Reply:
        """The newest or oldest entries, those of some years, or all."""
        return replace(reference_questions.listed(pipeline.collection.documents, question.text), topic=question.text)


class Entries:
    """Particular entries ("what did Marsh write?"), or the sources of a claim ("who says that X?")."""

    def reply(self, question: Understood, conversation: Conversation, pipeline: Pipeline) -> Reply:
        """The entries that match best, or the sentence that makes the claim with the entries that it cites."""
        if found := reference_questions.dated(pipeline.collection.documents, question.text):
            return replace(found, topic=question.text)
        reply = pipeline.answer(question)
        if not reply.quotes:
            return reply
        best = reply.quotes[reply.best]
        if best.entry or best.note:
            return reference_questions.as_asked(reply)
        if question.probability < LIKELY:
            return reply
        if not best.sources:
            return _without_source(reply) if question.certain else replace(reply, said=NO_SOURCE)
        return replace(reply, kind=ReplyKind.REFERENCE, quotes=(best, *map(Quote.of_entry, best.sources)), best=0)


class Content:
    """Any other question: the sentences that answer it, or a refusal."""

    def reply(self, question: Understood, conversation: Conversation, pipeline: Pipeline) -> Reply:
        """The best sentences, if they reach the threshold."""
        return pipeline.answer(question)


CONTENT = Content()
ROUTES: Mapping[Intent, Route] = {
    **dict.fromkeys(COURTESIES, SmallTalk()),
    Intent.MORE: More(),
    Intent.REPEAT: Repeat(),
    Intent.SOURCE: SourceOfAnswer(),
    Intent.OVERVIEW: Overview(),
    Intent.LIST: ReferenceList(),
    Intent.ENTRY: Entries(),
}


def _without_source(reply: Reply) -> Reply:
    """A refusal that shows the claim: a claim without a citation has no source."""
    return replace(reply, kind=ReplyKind.NONE, quotes=(), near=reply.quotes, said=NO_SOURCE, best=0)


def _last_claim(conversation: Conversation) -> Reply:
    """The reply whose source is asked for: the last one, but a refused follow-up leaves the topic's answer."""
    replies = [turn.reply for turn in conversation.latest_first]
    claims = (reply for reply in replies if reply.answered or reply.understood == reply.topic)
    return next(claims, replies[0])
