"""Turns that lean on what came before: what they ask for once the conversation is taken into account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from chatbot.language.terms import STOP_WORDS, fold, stem, terms, words
from chatbot.questions.segmentation import says_something
from chatbot.reply import ReplyKind

if TYPE_CHECKING:
    from chatbot.conversation import Conversation, Turn
    from chatbot.reply import Reply


class Move(str, Enum):
    """What a turn does."""

    ASK = "ask"  # a question, with or without background
    MORE = "more"  # goes on where the last answer ended
    SOURCE = "source"  # asks where the last answer has it from
    DATE = "date"  # asks when that was published
    AGAIN = "again"  # wants the last answer once more


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
# A turn made of nothing but such words asks nothing of its own; one of the second line has to be among them.
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
_EVERY = {"all", "every", "each", "any", "many", "list"}  # of the list as a whole, whatever was talked about
_EXTREMES = ("newest", "latest", "oldest", "earliest")
_WHEN = "year date old when"
_REPEAT = "repeat again once time say said please"
_THIS_ARTICLE = re.compile(r"\b(?:this|the|your) (?:article|text|page|document|website|site|blog)\b")
_YES = re.compile(r"^\W*(?:yes|yeah|yep|sure|please do|yes please|go ahead|do it|why not)\W*$")
_PICK = re.compile(
    _LEAD + r"(?:(?:the |number |no\.? |option |#)*(?P<word>first|second|third|last|1|2|3)(?:st|nd|rd)?(?: (?:one"
    r"|question|suggestion|option))?)\W*$"
)
_ELLIPSIS = re.compile(_LEAD.replace("^", "", 1) + r"(?:what|how) about\b|^\W*(?:and|or|but|also)\b")
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
# A pointer that is no pointer: "is it true that", "the fact that ...", "how long does it take", "is there"
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


def _cited_for(question: str, last: Reply) -> Resolved | None:
    """What the entry that was just shown is cited for."""
    said = set(words(question))
    number = next((quote.numbers[0] for quote in last.quotes if quote.numbers), None)
    if (
        last.kind is ReplyKind.REFERENCE
        and number
        and said & _SUPPORTS
        and said & {"it", "this", "that", "they"}
        and not said & {"how", "who", "when"}
    ):
        return Resolved(Move.ASK, f"What is reference {number} cited for?")
    return None


def _of_the_list(question: str, last: Reply) -> Resolved | None:
    """The newest or the oldest one, where entries are talked about."""
    said = set(words(question))
    extreme = next((word for word in _EXTREMES if word in said), None)
    content = {word for word in said if word not in STOP_WORDS}
    if last.kind is ReplyKind.REFERENCE and extreme and content <= {*_EXTREMES, "one", "ones", "recent"}:
        return Resolved(Move.ASK, f"the {extreme} reference")
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
        r"\W*(?:what|which|who|whom|when|where|why|how|is|are|do|does|did|can|could|if|because|while|after|before)\b",
        fold(about["rest"]),
    ):
        # after an overview everything was talked about, and so nothing in particular
        return Resolved(Move.ASK, about["rest"] if about["part"] else question, topic, focused=True)
    if leans(question):
        return Resolved(Move.ASK, question, topic)
    return Resolved(Move.ASK, question)


@cache
def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, text.split()))


def _asks_origin(said: set[str], content: set[str]) -> bool:
    """Whether a turn of such words asks who says so, or where it is from."""
    who = bool(said & {"who", "whom"}) and (bool(content & _stems(_SAYING)) or "according" in said)
    return who or bool(content & _stems(_ORIGIN_SAYS)) or {"where", "from"} <= said


def _move(question: str, last: Reply) -> Move | None:
    """What a turn does that has no topic of its own."""
    text = fold(question)
    said = set(words(text))
    content = {stem(word) for word in said if word not in STOP_WORDS and word not in _COURTEOUS}
    if content <= _stems(_ON) and (said & _ON_SAYS or {"go", "on"} <= said or "going" in said):
        return Move.MORE
    if content <= _stems(_REPEAT) and said & {"repeat", "again"}:
        return Move.AGAIN
    if said & _EVERY or _THIS_ARTICLE.search(text) or not content <= _stems(_ORIGIN) | _stems(_WHEN):
        return None
    dated = content & _stems(_WHEN) or ("when" in said and (content or last.kind is ReplyKind.REFERENCE))
    if dated and (content - _stems(_WHEN) or said & {"it", "that", "this", "they"} or last.kind is ReplyKind.REFERENCE):
        return Move.DATE
    return Move.SOURCE if _asks_origin(said, content) else None


def leans(question: str) -> bool:
    """Whether a question needs a context to be understood."""
    return not says_something(question) or _points(fold(question))


def shifts(question: str) -> bool:
    """Whether a turn says that it is about something else than what came before."""
    return bool(_SHIFT.match(question))


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
    if listed := _cited_for(question, last.reply) or _of_the_list(question, last.reply):
        return listed
    if move := _move(question, last.reply):
        return Resolved(move, question, last.reply.topic)
    topic = "" if last.reply.kind is ReplyKind.OVERVIEW else last.reply.topic
    return _returned(conversation, question) or _leaning(question, topic)
