"""The way of a question: `ROUTES`, from top to bottom. The first route that does not pass gives the reply."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from chatbot.answers import reference_questions
from chatbot.answers.overview import asks_for_overview, is_about_article, overview
from chatbot.answers.selection import more
from chatbot.questions.followups import Move
from chatbot.questions.query import MAX_PARSED
from chatbot.questions.smalltalk import courtesy
from chatbot.reply import Quote, Reply, ReplyKind

if TYPE_CHECKING:
    from chatbot.answers.pipeline import Pipeline
    from chatbot.conversation import Conversation
    from chatbot.questions.followups import ResolvedQuestion

NO_SOURCE = "The article prints no reference for this."
NO_MORE = "The article has no more on this."


class Route(Protocol):
    """One kind of question."""

    def reply(self, question: ResolvedQuestion, conversation: Conversation, pipeline: Pipeline) -> Reply | None:
        """The reply to a question in its conversation; None to pass it on to the next route."""
        ...


class SmallTalk:
    """Greetings, thanks and goodbyes."""

    def reply(self, question: ResolvedQuestion, conversation: Conversation, pipeline: Pipeline) -> Reply | None:
        """A courtesy in the program's own words."""
        if question.move is not Move.SMALLTALK:
            return None
        return Reply(question.text, question.text, ReplyKind.SMALLTALK, said=courtesy(question.text) or "")


class More:
    """What has not been shown yet on the topic ("tell me more")."""

    def reply(self, question: ResolvedQuestion, conversation: Conversation, pipeline: Pipeline) -> Reply | None:
        """Further sentences on the topic."""
        if question.move is not Move.MORE:
            return None
        shown = {(quote.document.sha256, quote.span) for turn in conversation.turns for quote in turn.reply.quotes}
        quotes = more(pipeline.index, pipeline.query(question.context), pipeline.ranker, shown)
        kind = ReplyKind.QUOTE if quotes else ReplyKind.NONE
        said = "" if quotes else NO_MORE
        confidence = float(bool(quotes))
        return Reply(question.text, question.understood, kind, quotes, confidence, said=said, topic=question.context)


class Repeat:
    """The last answer once more ("say that again")."""

    def reply(self, question: ResolvedQuestion, conversation: Conversation, pipeline: Pipeline) -> Reply | None:
        """The last reply that was not small talk."""
        return _without_smalltalk(conversation)[0] if question.move is Move.AGAIN else None


class SourceOfAnswer:
    """The entries behind the last answer ("who says so?", "when was that published?")."""

    def reply(self, question: ResolvedQuestion, conversation: Conversation, pipeline: Pipeline) -> Reply | None:
        """The entries that the last answer cites."""
        if question.move not in (Move.SOURCE, Move.DATE):
            return None
        last = _last_claim(conversation)
        # of several answers the last one is meant, of several quotes the likeliest: no neighbour lends its number
        claim = last.parts[-1] if last.parts else last
        entries = claim.quotes[claim.best].entries if claim.quotes else ()
        if not entries:
            reply = Reply(question.text, question.text, ReplyKind.NONE, near=claim.quotes, said=NO_SOURCE)
        elif question.move is Move.DATE:
            reply = reference_questions.reply_with_dates(question.text, entries)
        else:
            reply = reference_questions.reply_with_entries(question.text, entries)
        return replace(reply, understood=question.understood, topic=question.context)


class PastedText:
    """A text too long to be parsed as a question: its words are searched as they are."""

    def reply(self, question: ResolvedQuestion, conversation: Conversation, pipeline: Pipeline) -> Reply | None:
        """The sentences nearest to the text, if it is long."""
        return pipeline.answer(question) if len(question.text) > MAX_PARSED else None


class Overview:
    """The article as a whole ("what is this about?")."""

    def reply(self, question: ResolvedQuestion, conversation: Conversation, pipeline: Pipeline) -> Reply | None:
        """Title, headings and central sentences."""
        if not pipeline.settings.overview:
            return None
        if not asks_for_overview(question.text, first=is_about_article(question.context)):
            return None
        return replace(overview(pipeline.index, question.text), topic=question.text)


class ReferenceList:
    """Entries of the reference list ("show reference 3", "which study is the newest?")."""

    def reply(self, question: ResolvedQuestion, conversation: Conversation, pipeline: Pipeline) -> Reply | None:
        """The entries asked for, or the sentences that cite them."""
        if not pipeline.settings.sources:
            return None
        found = reference_questions.answer(pipeline.index, question.text, pipeline.synonyms)
        return replace(found, topic=question.text) if found else None


class SourceOfClaim:
    """The sentence that makes a claim, with the entries that it cites ("what is the source for X?")."""

    def reply(self, question: ResolvedQuestion, conversation: Conversation, pipeline: Pipeline) -> Reply | None:
        """The claim and its entries; a claim without a citation has no source."""
        claim = reference_questions.claim(pipeline.index, question.text) if pipeline.settings.sources else None
        if claim is None:
            return None
        answer = pipeline.answer(replace(question, text=claim))
        reply = replace(answer, question=question.text, understood=question.text)
        if not answer.answered:
            return reply
        best = answer.quotes[answer.best]
        if not best.entries:
            return replace(reply, kind=ReplyKind.NONE, quotes=(), near=answer.quotes, said=NO_SOURCE, best=0)
        quotes = (best, *map(Quote.of_entry, best.entries))
        return replace(reply, kind=ReplyKind.REFERENCE, quotes=quotes, best=0)


class Content:
    """Any other question: the sentences that answer it, or a refusal."""

    def reply(self, question: ResolvedQuestion, conversation: Conversation, pipeline: Pipeline) -> Reply | None:
        """The best sentences, if they reach the threshold."""
        return pipeline.answer(question)


ROUTES: tuple[Route, ...] = (
    SmallTalk(),
    More(),
    Repeat(),
    SourceOfAnswer(),
    PastedText(),
    Overview(),
    ReferenceList(),
    SourceOfClaim(),
    Content(),
)


def _without_smalltalk(conversation: Conversation) -> list[Reply]:
    """The replies of a conversation except small talk, newest first."""
    return [turn.reply for turn in reversed(conversation.turns) if turn.reply.kind is not ReplyKind.SMALLTALK]


def _last_claim(conversation: Conversation) -> Reply:
    """The reply whose source is asked for: the last one, but a refused follow-up leaves the topic's answer."""
    replies = _without_smalltalk(conversation)
    claims = (reply for reply in replies if reply.answered or reply.understood == reply.topic)
    return next(claims, replies[0])
