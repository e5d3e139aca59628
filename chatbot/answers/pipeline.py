"""One turn of a conversation: courtesies, typos, follow-ups and several questions at once lead to plain questions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from chatbot.answers import faq, overview, reference_questions
from chatbot.answers.selection import answer, more
from chatbot.answers.suggestions import questions
from chatbot.conversation import Conversation
from chatbot.questions import followups, segmentation, smalltalk
from chatbot.questions.expansion import widened
from chatbot.questions.followups import Move, Resolved
from chatbot.questions.query import LONGEST_READ, understand
from chatbot.reply import Correction, Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.answers.faq import Headed
    from chatbot.answers.ranker import Model
    from chatbot.documents.model import Document
    from chatbot.index.index import Index
    from chatbot.language.spelling import Lexicon
    from chatbot.language.synonyms import Synonyms
    from chatbot.questions.query import Query
    from chatbot.settings import Settings

_SUGGESTED = 3
_MOST_TRIED = 8  # questions tried to find these
_AND = " · "  # between the questions of a topic
_MOST_PARTS = 4  # questions answered in one message
NO_SOURCE = "The article prints no reference for this."
NO_MORE = "The article has no more on this."


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Everything that answers depend on; no state beside it.

    `headed` are headings that ask. `tried` remembers which suggestions are answered.
    """

    index: Index
    model: Model
    lexicon: Lexicon
    synonyms: Synonyms
    settings: Settings
    threshold: float
    headed: tuple[Headed, ...] = ()
    tried: dict[str, bool] = field(default_factory=dict)

    def reply(self, question: str, conversation: Conversation) -> Reply:
        """The reply to a message in a conversation."""
        reply = self._reply(question, conversation)
        return replace(reply, suggestions=self._suggested(reply)) if self.settings.suggestions else reply

    def _reply(self, question: str, conversation: Conversation) -> Reply:
        """The reply without suggestions, which are tried with this."""
        if len(question) > LONGEST_READ:
            return self._answer(Resolved(Move.ASK, question))
        said = smalltalk.courtesy(question) if self.settings.smalltalk else None
        if said and not followups.takes_up(question, conversation):
            return Reply(question, question, ReplyKind.SMALLTALK, said=said)
        text, corrections = self._read(question)
        return replace(self._message(text, conversation), question=question, corrections=corrections)

    def suggestions(self, sections: Sequence[tuple[Document, int]]) -> tuple[str, ...]:
        """Up to three questions on some sections, each tried: what is suggested is answered."""
        by_document: dict[Document, list[int]] = {}
        for document, section in sections:
            by_document.setdefault(document, []).append(section)
        every = (question for document, chosen in by_document.items() for question in questions(document, chosen))
        answered = (question for question in islice(dict.fromkeys(every), _MOST_TRIED) if self._answers(question))
        return tuple(islice(answered, _SUGGESTED))

    def _answers(self, question: str) -> bool:
        """Whether a question is answered; remembered, since the same few are suggested again and again."""
        if question not in self.tried:
            self.tried[question] = self._reply(question, Conversation()).answered
        return self.tried[question]

    def _suggested(self, reply: Reply) -> tuple[str, ...]:
        """What to ask after a refusal, near it, or after an overview."""
        if reply.kind not in (ReplyKind.NONE, ReplyKind.OVERVIEW):
            return ()
        near = [(quote.document, quote.section) for quote in (*reply.near, *reply.quotes) if quote.section is not None]
        return self.suggestions(list(dict.fromkeys(near)) or self.sections())

    def sections(self) -> list[tuple[Document, int]]:
        """Every section of every document."""
        return [(document, i) for document in self.index.documents for i in range(len(document.sections))]

    def _read(self, question: str) -> tuple[str, tuple[Correction, ...]]:
        """The message without its greeting, its typos read."""
        text = smalltalk.without_greeting(question) if self.settings.smalltalk else question
        return self.lexicon.read(text) if self.settings.spelling else (text, ())

    def _message(self, text: str, conversation: Conversation) -> Reply:
        message = segmentation.read(text) if self.settings.several else segmentation.Message((text,))
        questions = message.questions[:_MOST_PARTS]
        parts: list[Reply] = []
        for question in questions:
            part = self._turn(question, conversation, message.background)
            conversation = conversation.then(question, part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else _combined(text, parts)

    def _turn(self, question: str, conversation: Conversation, background: str) -> Reply:
        resolved = self._resolved(question, conversation, background)
        match resolved.move:
            case Move.MORE:
                return self._more(resolved, conversation)
            case Move.AGAIN:
                return self._again(conversation)
            case Move.SOURCE | Move.DATE:
                return self._provenance(resolved, conversation)
            case Move.ASK:
                return self._ask(resolved)

    def _resolved(self, question: str, conversation: Conversation, background: str) -> Resolved:
        """The question with its context: what the message itself says, or else what was talked about."""
        # "ok." before a question is no context; nor is anything where the topic is changed in so many words
        if self._says(background) and not followups.shifts(question):
            return Resolved(Move.ASK, question, background)
        if not self.settings.followups:
            return Resolved(Move.ASK, question)
        return followups.resolve(question, conversation)

    @staticmethod
    def _says(background: str) -> bool:
        """Whether what stands around a question says something that the question can be about."""
        return segmentation.says_something(background) and not smalltalk.courtesy(background)

    def _ask(self, resolved: Resolved) -> Reply:
        """Answer a question whose context is known."""
        text = resolved.text
        if self.settings.overview and overview.asked(text, first=overview.asked_of(resolved.background)):
            return replace(overview.overview(self.index, text), topic=text)
        if self.settings.sources and (about := self._about_sources(resolved)):
            return about
        return self._answer(resolved)

    def _about_sources(self, resolved: Resolved) -> Reply | None:
        if found := reference_questions.answer(self.index, resolved.text, self.synonyms):
            return replace(found, topic=resolved.text)
        claim = reference_questions.claim(self.index, resolved.text)
        return self._sources_of(resolved.text, self._answer(replace(resolved, text=claim))) if claim else None

    def _query(self, text: str, context: str = "", *, focused: bool = False) -> Query:
        query = understand(text, self.synonyms, context, focused=focused)
        return widened(query, self.index.sentence_engine.has) if self.settings.thesaurus else query

    def _answer(self, resolved: Resolved) -> Reply:
        query = self._query(resolved.text, resolved.background, focused=resolved.focused)
        reply = answer(self.index, query, self.model, self.threshold)
        reply = faq.whole(self.index, self.headed, resolved.text, reply)
        return replace(reply, understood=_understood(resolved), topic=_topic(resolved))

    def _more(self, resolved: Resolved, conversation: Conversation) -> Reply:
        """What has not been shown yet on the topic."""
        shown = {(quote.document.sha256, quote.span) for turn in conversation.turns for quote in turn.reply.quotes}
        quotes = more(self.index, self._query(resolved.background), self.model, shown)
        kind = ReplyKind.QUOTE if quotes else ReplyKind.NONE
        understood = f"{resolved.text} ({resolved.background})"
        said = "" if quotes else NO_MORE
        return Reply(resolved.text, understood, kind, quotes, float(bool(quotes)), said=said, topic=resolved.background)

    def _again(self, conversation: Conversation) -> Reply:
        """The last answer once more."""
        return next(turn.reply for turn in reversed(conversation.turns) if turn.reply.kind is not ReplyKind.SMALLTALK)

    def _provenance(self, resolved: Resolved, conversation: Conversation) -> Reply:
        """The entries behind the last answer, or when they were published."""
        last = _claimed(conversation)
        # of several answers the last one is meant; of several quotes the likeliest: no neighbour lends its number
        said = last.parts[-1] if last.parts else last
        entries = said.quotes[said.best].entries if said.quotes else ()
        if not entries:
            reply = Reply(resolved.text, resolved.text, ReplyKind.NONE, near=said.quotes, said=NO_SOURCE)
        elif resolved.move is Move.DATE:
            reply = reference_questions.dated(resolved.text, entries)
        else:
            reply = reference_questions.shown(resolved.text, entries)
        return replace(reply, understood=f"{resolved.text} ({resolved.background})", topic=resolved.background)

    def _sources_of(self, question: str, claim: Reply) -> Reply:
        """A claim with the entries that it prints; one that prints none has no source."""
        asked = replace(claim, question=question, understood=question)
        if not claim.answered:
            return asked
        claimed = claim.quotes[claim.best]
        if not claimed.entries:
            return replace(asked, kind=ReplyKind.NONE, quotes=(), near=claim.quotes, said=NO_SOURCE, best=0)
        quotes = (claimed, *map(reference_questions.entry_quote, claimed.entries))
        return replace(asked, kind=ReplyKind.REFERENCE, quotes=quotes, best=0)


def _claimed(conversation: Conversation) -> Reply:
    """The reply whose source is asked for: the last one, but what was refused of a topic leaves the topic's answer."""
    replies = [turn.reply for turn in reversed(conversation.turns) if turn.reply.kind is not ReplyKind.SMALLTALK]
    leaning = (reply for reply in replies if reply.answered or reply.understood == reply.topic)
    return next(leaning, replies[0])


def _understood(resolved: Resolved) -> str:
    """The question as it was searched."""
    return f"{resolved.text} ({resolved.background})" if resolved.background else resolved.text


def _topic(resolved: Resolved) -> str:
    """What a follow-up would be about: this question and, if it leans on others, the one that they began with.

    "And X?" only puts X into the question before it, which stays the topic.
    """
    if not resolved.background or resolved.focused or not segmentation.says_something(resolved.text):
        return resolved.background or resolved.text
    return f"{resolved.text}{_AND}{resolved.background.rpartition(_AND)[2]}"


def _combined(text: str, parts: Sequence[Reply]) -> Reply:
    """Several answers in one reply, each quote once, in the order of the questions."""
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
