"""Turns that lean on what came before: what they ask for once the conversation is taken into account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from chatbot.analysis import fold, terms
from chatbot.clauses import says_something
from chatbot.reply import ReplyKind

if TYPE_CHECKING:
    from chatbot.conversation import Conversation, Turn


class Move(str, Enum):
    """What a turn does."""

    ASK = "ask"  # a question, with or without background
    MORE = "more"  # goes on where the last answer ended
    SOURCE = "source"  # asks where the last answer has it from
    DATE = "date"  # asks when that was published


@dataclass(frozen=True, slots=True)
class Resolved:
    """A turn with its context: `text` is asked, `background` is what earlier turns add to it.

    `focused`: every term of `text` has to be in the answer ("What about X?").
    """

    move: Move
    text: str
    background: str = ""
    focused: bool = False


_LEAD = r"^\W*(?:(?:ok|okay|right|and|but|so|also|then|well|hm+|fine|yes|yeah|please|now|alright)\W+)*"
_SHIFT = re.compile(
    r"^\W*(?:(?:ok|okay|right|so|well|now|alright)\W+)*(?:(?:a )?(?:different|another|new|other"
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
_MORE = re.compile(
    _LEAD + r"(?:(?:can|could|would) you )?(?:(?:tell|give|show) (?:me|us) (?:some |a bit "
    r"|a little )?more(?: details?| information| info)?"
    r"|(?:some )?more(?: details?| information| info| please)?|go on|continue|keep going|carry on|elaborate"
    r"|expand|what else|anything else"
    r"|is there (?:any(?:thing)? )?(?:more|else)|say more|any(?:thing)? more|next|further details?|go deeper"
    r"|more of (?:that|this))"
    r"(?: (?:on|about|of|to) (?:that|this|it|them|these|those|the same))?(?: (?:to say|is there|does it say"
    r"|please|then))*\W*$"
)
_SO = r"(?: (?:so|that|this|it|these|those|them|such a thing))?"
_VERBS = (
    r"(?:says?|said|claims?|claimed|found|wrote|writes|states?|stated|showed?|shown|shows|worked|measured"
    r"|discovered|published"
    r"|reported|reports|proved?|proves|established|calculated|did|came up with|figured|authored|researched|studied)"
)
_SOURCE = re.compile(
    _LEAD + rf"(?:who {_VERBS}{_SO}(?: (?:out|up))?(?: (?:study|paper|article|one|research|work))?|says who"
    rf"|according to (?:who|whom|what)"
    rf"|where (?:is|are|was|were|did|does|do) (?:it|that|this|these|those|they|you|all that|the claim"
    rf"|that claim)(?: (?:claim|figure|number|information|info|fact))?"
    r" (?:come |coming |taken |written |get |have )?(?:it |that |this )?from"
    r"|(?:what|which)(?: one| study| paper| source| reference| article)?(?:'s| is| was| are"
    r"| does)?(?: the)?(?: (?:source|reference|citation|evidence|proof)s?)?"
    r"(?: (?:is|does|was|are))?(?: (?:it|that|this|these|those))?(?: (?:come|taken))?(?: (?:from|for|of|behind"
    r"|say|says))?(?: (?:it|that|this|these|those))?(?: (?:so))?"
    r"|(?:is there |do you have |got |any |the |a |your )*(?:source|reference|citation|evidence|proof|study"
    r"|paper)s?(?: (?:for|of|behind|on))?(?: (?:that|this|it|these|those))?"
    r"|(?:in )?(?:what|which) (?:journal|paper|study|publication|magazine)(?: (?:is|was|did|were"
    r"|has))?(?: (?:it|that|this|they))?(?: (?:been )?(?:published|appear|in|from|come out))*"
    r"|who (?:is|are|was|were) (?:the |its |their )?(?:authors?|researchers?|scientists?)(?: of (?:it|that"
    r"|this|the study|the paper|that (?:study|paper|one)))?"
    r"|cite (?:it|that|this|your source)|prove it)\W*$"
)
_DATE = re.compile(
    _LEAD + r"(?:(?:in )?(?:what|which) year(?: (?:was|is|did|were))?(?: (?:it|that|this|they|the study|the paper"
    r"|that study|that paper))?"
    r"(?: (?:published|from|written|appear|come out|done|out))*|when(?: (?:was|is|did|were) (?:it|that|this"
    r"|they|the (?:study|paper|article)|that (?:study|paper|one)))"
    r"(?: (?:published|from|written|appear|come out|out|done))*|how old is (?:it|that|this|that (?:study"
    r"|paper)|the (?:study|paper)))\W*$"
)
_YES = re.compile(r"^\W*(?:yes|yeah|yep|sure|please do|yes please|go ahead|do it|why not)\W*$")
_PICK = re.compile(
    _LEAD + r"(?:(?:the |number |no\.? |option |#)*(?P<word>first|second|third|last|1|2|3)(?:st|nd|rd)?(?: (?:one"
    r"|question|suggestion|option))?)\W*$"
)
_ELLIPSIS = re.compile(_LEAD.replace("^", "", 1) + r"(?:what|how) about\b|^\W*(?:and|or|but|also)\b")
_WHAT_ABOUT = re.compile(
    r"^\W*(?:(?:and|or|but|so|ok|okay|well)\W+)*(?:(?:what|how) about|and|or)\s+(?P<rest>.*)$",
    re.DOTALL | re.IGNORECASE,
)
_POINTER = re.compile(
    r"\b(?:it|its|itself|they|them|their|theirs|those|these|he|she|him|her|his|hers|one|ones|there|such|same"
    r"|former|latter)\b"
    r"|\b(?:this|that)\b(?! (?:article|text|page|document|paper|piece))"
)
# A pointer that is no pointer: "is it true that", "the fact that ...", "how long does it take", "is there"
_EMPTY_POINTER = re.compile(
    r"\b(?:is|was|are|were|isn't|does) (?:it|there)\b(?= (?:true|possible|safe|ok|okay|normal|a fact|necessary"
    r"|take|any|an?|something|mean|known)\b)"
    r"|\bthere (?:is|are|was|were|any)\b|\b(?:is|are|was|were) there\b|\bdoes it (?:take|mean)\b|\b(?:said|say"
    r"|says|know|think|claim|fact|true|so|mean|such|show|shows|now) that\b"
    r"|\bthat (?=(?:the|a|an|is|are|was|were|have|has|had|can|could|will|would|do|does|did|live|causes?|makes?"
    r"|enters?|leads?|helps?|they|it|we|you|i)\b)"
    r"|\bone(?= (?:of|bedroom|day|thing|hand|time|year|word|sentence|can|should|has|must|another)\b)"
    r"|\bthis (?=(?:about|year|week)\b)"
)


def _last(conversation: Conversation) -> Turn | None:
    """The newest turn that was not small talk."""
    return next((turn for turn in reversed(conversation.turns) if turn.reply.kind is not ReplyKind.SMALLTALK), None)


def _bare(text: str) -> str:
    """A folded turn without its punctuation."""
    return " ".join(re.sub(r"[^\w' ]+", " ", text).split())


def _points(text: str) -> bool:
    """Whether a folded question has a pronoun that nothing before it in the question can be meant by."""
    bare = _EMPTY_POINTER.sub(" ", text)
    match = _POINTER.search(bare)
    if not match:
        return False
    before = re.split(
        r"[,;]|\b(?:and|or|if|when|because|while|so|that|which|who|but|after|before)\b", bare[: match.start()]
    )
    own = len(before) > 1 and any(terms(" ".join(before[:-1])))
    return not own


def _offered(conversation: Conversation, text: str) -> str | None:
    """The suggestion that a turn takes up: "yes", or "the second one"."""
    last = _last(conversation)
    if last is None or not last.reply.suggestions:
        return None
    if _YES.match(text):
        return last.reply.suggestions[0]
    if picked := _PICK.match(text):
        place = {"first": 0, "1": 0, "second": 1, "2": 1, "third": 2, "3": 2, "last": -1}[picked["word"]]
        return last.reply.suggestions[place] if place < len(last.reply.suggestions) else None
    return None


def _returned(conversation: Conversation, question: str) -> Resolved | None:
    """A return to what was asked first, or to a topic that is named."""
    if _BACK_FIRST.match(fold(question)):
        first = next(turn for turn in conversation.turns if turn.reply.kind is not ReplyKind.SMALLTALK)
        return Resolved(Move.ASK, first.reply.topic or first.question)
    if match := _BACK_TO.match(question):
        rest = match["question"] or ""
        return Resolved(Move.ASK, rest, match["topic"]) if says_something(rest) else Resolved(Move.ASK, match["topic"])
    return None


def _leaning(question: str, topic: str) -> Resolved:
    """A question that is short of a topic, with the one that was talked about; or one that needs none."""
    about = _WHAT_ABOUT.match(question)
    if about and not re.match(
        r"\W*(?:what|which|who|whom|when|where|why|how|is|are|do|does|did|can|could)\b", fold(about["rest"])
    ):
        return Resolved(Move.ASK, question, topic, focused=True)
    if leans(question):
        return Resolved(Move.ASK, question, topic)
    return Resolved(Move.ASK, question)


def _move(text: str) -> Move | None:
    """What a turn does that asks nothing of its own."""
    if _MORE.match(_bare(text)):
        return Move.MORE
    if _DATE.match(text):
        return Move.DATE
    return Move.SOURCE if _SOURCE.match(text) else None


def leans(question: str) -> bool:
    """Whether a question needs a context to be understood."""
    return not says_something(question) or _points(fold(question))


def takes_up(question: str, conversation: Conversation) -> bool:
    """Whether a turn takes up an offer of the last one."""
    return _offered(conversation, fold(question)) is not None


def resolve(question: str, conversation: Conversation) -> Resolved:
    """What a turn asks for in its conversation; one that stands alone is not touched."""
    last = _last(conversation)
    text = fold(question)
    if shifted := _SHIFT.match(question):
        return Resolved(Move.ASK, question[shifted.end() :] or question)
    if last is None:
        return Resolved(Move.ASK, question)
    if offered := _offered(conversation, text):
        return Resolved(Move.ASK, offered)
    if move := _move(text):
        return Resolved(move, question, last.reply.topic)
    return _returned(conversation, question) or _leaning(question, last.reply.topic)
