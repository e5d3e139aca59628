"""Follow-up questions: what a turn asks once the conversation is taken into account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from chatbot.language.terms import STOP_WORDS, fold, stem, terms, words
from chatbot.questions.segmentation import has_terms
from chatbot.reply import ReplyKind

if TYPE_CHECKING:
    from chatbot.conversation import Conversation, Turn
    from chatbot.reply import Reply


class Move(str, Enum):
    """What a turn does in the conversation."""

    SMALLTALK = "smalltalk"  # greets, thanks, says goodbye
    ASK = "ask"  # asks a question, with or without context
    MORE = "more"  # asks to continue the last answer
    SOURCE = "source"  # asks for the source of the last answer
    DATE = "date"  # asks when that source was published
    AGAIN = "again"  # asks to repeat the last answer


@dataclass(frozen=True, slots=True)
class ResolvedQuestion:
    """A turn with its context: `text` is asked, `context` is what earlier turns add to it.

    `all_required`: an answer must match every term of `text` ("What about X?"). `earlier` are the questions that it
    follows, the latest first.
    """

    move: Move
    text: str
    context: str = ""
    all_required: bool = False
    earlier: tuple[str, ...] = ()

    @property
    def understood(self) -> str:
        """The question as it is searched."""
        return f"{self.text} ({self.context})" if self.context else self.text


_LEAD = r"^\W*(?:(?:ok|okay|right|and|but|so|also|then|well|hm+|fine|yes|yeah|please|now|alright)\W+)*"
_COURTEOUS = frozenset("ok okay right well hm hmm fine yes yeah please now alright thanks really so".split())  # noqa: SIM905
_SHIFT = re.compile(
    r"^\W*(?:(?:ok|okay|right|so|well|now|alright)\W+)*(?:(?:an? )?(?:\w+ly )?(?:different|another|new|other"
    r"|unrelated) (?:question|topic|subject|thing)"
    r"|something (?:else|different)|changing (?:the )?(?:topic|subject)|on (?:a|an)(?:other)? (?:different "
    r"|other )?(?:note|topic)|next (?:question|topic)"
    r"|by the way|switching topics?|forget (?:that|it|about that))\s*(?:then|now|please)?\s*[:,;.–—-]+\s*",
    re.IGNORECASE,
)
_BACK_FIRST = re.compile(
    _LEAD + r"(?:(?:let'?s )?(?:go |going |get |come |coming )?back to|what was|repeat|remind me of"
    r"|return(?:ing)? to)\b.*\b(?:first|beginning|start|original)\b"
)
_BACK_TO = re.compile(
    r"^\W*(?:(?:ok|okay|so|and|but|right)\W+)*(?:let'?s )?(?:go |going |come |coming |get "
    r"|getting )?(?:back to|return(?:ing)? to)\s+"
    r"(?:what you said (?:about|on)|the (?:question|topic|part|bit) (?:about|of|on)"
    r"|the)?\s*(?P<topic>[^:;,.–—?]+)(?:\W+(?P<question>.*))?$",
    re.IGNORECASE | re.DOTALL,
)
# A turn of nothing but these words has no topic of its own; at least one word of the second list must be in it.
_ON = """tell give show say detail information info please bit little explain something anything thing next go on keep
    going carry deep deeper further elaborate expand continue read hear know like want"""
_ON_SAYS = {"more", "else", "continue", "elaborate", "expand", "further", "deeper", "next"}
_ORIGIN = """say state claim find found write wrote written argue show shown work discover measure publish report prove
    proven proof establish calculate research figure come came up get got take taken source reference citation cite
    evidence study paper journal magazine publication author researcher scientist link true sure right name back support
    origin original according one information fact number statement appear print list"""
_ORIGIN_SAYS = """source reference citation cite evidence proof prove proven study paper journal magazine publication
    author researcher scientist link true sure origin"""
_SAYING = """say state claim find found write wrote argue show work discover measure publish report prove establish
    calculate research figure come came get got"""
_SUPPORTS = {
    "cited",
    "cite",
    "quoted",
    "referenced",
    "support",
    "supports",
    "claim",
    "claims",
    "statement",
    "used",
    "prove",
    "proves",
}
_EVERY = {"all", "every", "each", "any", "many", "list"}  # asks about the whole reference list, whatever the topic
_EXTREMES = ("newest", "latest", "oldest", "earliest")
_WHEN = "year date old when"
_REPEAT = "repeat again once time say said please"
_ARTICLE = re.compile(r"\b(?:this|the|your) (?:article|text|page|document|website|site|blog)\b")
_YES = re.compile(r"^\W*(?:yes|yeah|yep|sure|please do|yes please|go ahead|do it|why not)\W*$")
_PICK = re.compile(
    _LEAD + r"(?:(?:the |number |no\.? |option |#)*(?P<word>first|second|third|last|1|2|3)(?:st|nd|rd)?(?: (?:one"
    r"|question|suggestion|option))?)\W*$"
)
_WHAT_ABOUT = re.compile(
    r"^\W*(?:(?:and|or|but|so|ok|okay|well)\W+)*(?:(?:what|how) about|and|or)\s+"
    r"(?P<part>the (?:part|bit|section|chapter|paragraph|thing) (?:about|on|with) )?(?P<rest>.*)$",
    re.DOTALL | re.IGNORECASE,
)
_POINTER = re.compile(
    r"\b(?:it|its|itself|they|them|their|theirs|those|these|he|she|him|her|his|hers|one|ones|there|such|same"
    r"|former|latter)\b"
    r"|\b(?:this|that)\b(?! (?:article|text|page|document|paper|piece))"
)
# Pronouns that refer to nothing: "is it true that", "the fact that ...", "how long does it take", "is there"
_EMPTY_POINTER = re.compile(
    r"\b(?:is|was|are|were|isn't|does) (?:it|there)\b(?= (?:true|possible|safe|ok|okay|normal|a fact|necessary"
    r"|take|any|an?|something|mean|known)\b)"
    r"|\bthere (?:is|are|was|were|any)\b|\b(?:is|are|was|were) there\b|\bdoes it (?:take|mean)\b|\b(?:said|say"
    r"|says|know|think|claim|fact|true|so|mean|such|show|shows|now) that\b"
    r"|\bthat (?=(?:the|a|an|is|are|was|were|have|has|had|can|could|will|would|do|does|did|live|causes?|makes?"
    r"|enters?|leads?|helps?|they|it|we|you|i)\b)"
    r"|\bone(?= (?:of|day|thing|hand|time|year|word|sentence|can|should|has|must|another)\b)"
    r"|\bthis (?=(?:about|year|week)\b)"
)


def _last(conversation: Conversation) -> Turn | None:
    """The newest turn that was not small talk."""
    return next((turn for turn in reversed(conversation.turns) if turn.reply.kind is not ReplyKind.SMALLTALK), None)


def _has_open_pronoun(text: str) -> bool:
    """Whether a folded question has a pronoun whose antecedent is not in the question itself."""
    bare = _EMPTY_POINTER.sub(" ", text)
    match = _POINTER.search(bare)
    if not match:
        return False
    before = re.split(
        r"[,;]|\b(?:and|or|if|when|because|while|so|that|which|who|but|after|before)\b", bare[: match.start()]
    )
    own = len(before) > 1 and any(terms(" ".join(before[:-1])))
    return not own


def _accepted_suggestion(conversation: Conversation, text: str) -> str | None:
    """The suggestion that a turn accepts: "yes", or "the second one"."""
    last = _last(conversation)
    if last is None or not last.reply.suggestions:
        return None
    if _YES.match(text):
        return last.reply.suggestions[0]
    if picked := _PICK.match(text):
        place = {"first": 0, "1": 0, "second": 1, "2": 1, "third": 2, "3": 2, "last": -1}[picked["word"]]
        return last.reply.suggestions[place] if place < len(last.reply.suggestions) else None
    return None


def _cited_for(question: str, last: Reply) -> ResolvedQuestion | None:
    """The question what the entry just shown is cited for, if the turn asks that."""
    asked = set(words(question))
    number = next((quote.numbers[0] for quote in last.quotes if quote.numbers), None)
    if (
        last.kind is ReplyKind.REFERENCE
        and number
        and asked & _SUPPORTS
        and asked & {"it", "this", "that", "they"}
        and not asked & {"how", "who", "when"}
    ):
        return ResolvedQuestion(Move.ASK, f"What is reference {number} cited for?")
    return None


def _of_the_list(question: str, last: Reply) -> ResolvedQuestion | None:
    """The question for the newest or the oldest entry, where entries are the topic."""
    asked = set(words(question))
    extreme = next((word for word in _EXTREMES if word in asked), None)
    content = {word for word in asked if word not in STOP_WORDS}
    if last.kind is ReplyKind.REFERENCE and extreme and content <= {*_EXTREMES, "one", "ones", "recent"}:
        return ResolvedQuestion(Move.ASK, f"the {extreme} reference")
    return None


def _returned(conversation: Conversation, question: str) -> ResolvedQuestion | None:
    """A return to the first question, or to a topic that the turn names."""
    if _BACK_FIRST.match(fold(question)):
        first = next(turn for turn in conversation.turns if turn.reply.kind is not ReplyKind.SMALLTALK)
        return ResolvedQuestion(Move.ASK, first.reply.topic or first.question)
    if match := _BACK_TO.match(question):
        rest = match["question"] or ""
        return (
            ResolvedQuestion(Move.ASK, rest, match["topic"])
            if has_terms(rest)
            else ResolvedQuestion(Move.ASK, match["topic"])
        )
    return None


def _with_topic(question: str, topic: str) -> ResolvedQuestion:
    """The question with the last topic as its context, if it needs one."""
    about = _WHAT_ABOUT.match(question)
    if about and not re.match(
        r"\W*(?:what|which|who|whom|when|where|why|how|is|are|do|does|did|can|could|if|because|while|after|before)\b",
        fold(about["rest"]),
    ):
        return ResolvedQuestion(Move.ASK, about["rest"] if about["part"] else question, topic, all_required=True)
    if leans(question):
        return ResolvedQuestion(Move.ASK, question, topic)
    return ResolvedQuestion(Move.ASK, question)


@cache
def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, text.split()))


def _asks_origin(asked: set[str], content: set[str]) -> bool:
    """Whether a turn of these words asks who says so, or where it comes from."""
    who = bool(asked & {"who", "whom"}) and (bool(content & _stems(_SAYING)) or "according" in asked)
    return who or bool(content & _stems(_ORIGIN_SAYS)) or {"where", "from"} <= asked


def _is_dated(asked: set[str], content: set[str], *, of_entries: bool) -> bool:
    """Whether a turn of these words asks when something was published."""
    when = bool(content & _stems(_WHEN)) or ("when" in asked and (bool(content) or of_entries))
    points = bool(content - _stems(_WHEN)) or bool(asked & {"it", "that", "this", "they"})
    return when and (points or of_entries)


def _move(question: str, last: Reply) -> Move | None:
    """What a turn without a topic of its own does."""
    text = fold(question)
    asked = set(words(text))
    content = {stem(word) for word in asked if word not in STOP_WORDS and word not in _COURTEOUS}
    if content <= _stems(_ON) and (asked & _ON_SAYS or {"go", "on"} <= asked or "going" in asked):
        return Move.MORE
    if content <= _stems(_REPEAT) and asked & {"repeat", "again"}:
        return Move.AGAIN
    if asked & _EVERY or _ARTICLE.search(text) or not content <= _stems(_ORIGIN) | _stems(_WHEN):
        return None
    if _is_dated(asked, content, of_entries=last.kind is ReplyKind.REFERENCE):
        return Move.DATE
    return Move.SOURCE if _asks_origin(asked, content) else None


def leans(question: str) -> bool:
    """Whether a question needs a context to be understood."""
    return not has_terms(question) or _has_open_pronoun(fold(question))


def shifts(question: str) -> bool:
    """Whether a turn announces another topic."""
    return bool(_SHIFT.match(question))


def accepts_suggestion(question: str, conversation: Conversation) -> bool:
    """Whether a turn accepts a suggestion of the last reply."""
    return _accepted_suggestion(conversation, fold(question)) is not None


def resolve(question: str, conversation: Conversation) -> ResolvedQuestion:
    """What a turn asks in its conversation; a question that stands alone is unchanged."""
    last = _last(conversation)
    text = fold(question)
    if shifted := _SHIFT.match(question):
        return ResolvedQuestion(Move.ASK, question[shifted.end() :] or question)
    if last is None:
        return ResolvedQuestion(Move.ASK, question)
    if accepted := _accepted_suggestion(conversation, text):
        return ResolvedQuestion(Move.ASK, accepted)
    if listed := _cited_for(question, last.reply) or _of_the_list(question, last.reply):
        return listed
    if move := _move(question, last.reply):
        return ResolvedQuestion(move, question, last.reply.topic)
    # an overview was about everything, so nothing in particular is the topic
    topic = "" if last.reply.kind is ReplyKind.OVERVIEW else last.reply.topic
    return _returned(conversation, question) or _with_topic(question, topic)
