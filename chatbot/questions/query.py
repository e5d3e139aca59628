"""What a question asks: the words an answer must have, the kind of thing wanted, and what must not be missed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from chatbot.language.terms import fold, terms, words
from chatbot.language.word_frequencies import common

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chatbot.language.synonyms import Phrase, Synonyms
    from chatbot.language.terms import Term


class Asked(str, Enum):
    """The kind of answer that a question's opening asks for (a coarse form of Li and Roth 2002)."""

    NUMBER = "number"
    TIME = "time"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    OTHER = "other"


_OPENINGS = (
    (
        Asked.NUMBER,
        r"\bhow (many|much|large|big|small|long|old|far|tall|high|low|often|deep|fast|heavy|wide|few)\b"
        r"|\b(what|which) (percentage|percent|number|proportion|share|fraction|amount|size|age|population|area)\b",
    ),
    (Asked.TIME, r"\bwhen\b|\b(what|which) (year|date|century|day|month|decade|time|period|era)\b|\bhow long ago\b"),
    (Asked.PERSON, r"\bwho(m|se)?\b|\b(what|which) (person|people|man|woman|author|scientist|researchers?)\b"),
    (Asked.PLACE, r"\bwhere\b|\b(what|which) (country|city|state|place|region|continent|town|area|location)\b"),
    (Asked.REASON, r"\bwhy\b|\bhow come\b|\b(what|which) (is|was|are|were) the (reason|cause|purpose)\b"),
)
_ASKED = tuple((asked, re.compile(pattern)) for asked, pattern in _OPENINGS)
_NEGATIVE = re.compile(r"\b(not|never|no|none|nobody|nothing|without|cannot|neither|nor|except|unlike|least)\b|n't\b")
_POINTING_BACK = re.compile(
    r"\W*(it|its|they|them|their|he|she|his|her|this|these|those|such|both|the (latter|former|same)|here"
    r"|there(fore|by)?"
    r"|thus|hence|consequently|however|instead|moreover|furthermore|additionally|also|then|as a result)\b",
    re.IGNORECASE,
)
# A question about what the asker should do. An article answers it only where it speaks to its reader. How something is
# done is no such question.
_PERSONAL = re.compile(
    r"(?<!how )\b(should|shall|can|could|may|must|do|would|need|ought) (i|we|my \w+)\b"
    r"|\b(safe|ok|okay|fine|good|bad|better|right|wise) (for me|for my \w+|if i|to (stop|start|take|give|eat"
    r"|use|skip))\b"
    r"|\bi (should|must|ought to|have to)\b"
)
_YES_OR_NO = re.compile(
    r"\W*(?:(?:and|but|so|or|then)\W+)*(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|may|might)(?:n't)?\b"
    r"(?!.*\bor\b)"
)
_ADDRESSING = re.compile(r"\b(you|your|yours|yourself|i|my|me|we|our)\b", re.IGNORECASE)
_CAPITALISED = re.compile(r"(?<!^)(?<![.!?]\s)\b[A-Z][\w'’]*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# How people wrap a question: nothing in here is asked for.
_WORKS = r"(article|text|page|document|paper|piece|author|writer|essay|post|faq)"
_WRAPPING = re.compile(
    r"\b(please|pls|plz|thanks|thank you|kindly|sorry|hey|hi|hello|ok|okay|right|so|well|btw|lol|actually|basically"
    r"|exactly|really|legit|smth|ur|idk|damn|dear|guys)\b"
    r"|\b(can|could|would|will) (you|u|somebody|someone|anyone) (please |maybe |just )?(tell|explain|give|show"
    r"|describe|list"
    r"|name|say|help)( to)?( me| us)?\b"
    r"|\b(tell|give|show|explain|describe|remind)( to)?( me| us)( more)?( about)?\b|\b(explain|describe)\b"
    r"|\bi('d| would)? (just |only )?(want|wanna|like|need|love|wonder|am wondering|was wondering)( to (know"
    r"|learn|understand))?\b"
    r"|\b(do|does|did|would) you (know|think)\b|\bis it true( that)?\b|\b(i )?(heard|read)( somewhere)? that\b"
    rf"|\b(according to|in|by|per) (the|this|that|your) {_WORKS}\b"
    rf"|\b(does|do|did|is|are|has|have|can) (the|this|that|your) {_WORKS}"
    r"(?= (say|mention|claim|state|tell|list|name|recommend|suggest|explain|describe|compare|give|cover"
    r"|discuss|reckon|think"
    r"|argue|report))"
    r"|\b(is|are|was|were) (?=(any|a|an|the|some)\b.* (mentioned|discussed|described|listed|said)\b)"
    r"|\b(mentioned|discussed|described|listed|said)( (here|there|in it))?\W*$"
    rf"|\b(the|this|that|your) {_WORKS} (says?|mentions?|claims?|states?|tells?|lists?|names?|explains?|describes?)\b"
)
LONGEST_READ = 2_000  # characters; a longer text was pasted, and its words are searched as they are
BACKGROUND = 0.4  # what a word of an earlier turn weighs beside one of the question itself
_SAYING = re.compile(r"\b(say|mention|claim|state|tell|list|reckon|think|argue|report)\b")


@dataclass(frozen=True, slots=True)
class Need:
    """A word (or phrase) of the question, and all it may be said as; any one of `phrases` serves.

    `weight` is 1 for what is asked and less for `background`: what only an earlier turn or an aside said.
    `readings` are the other phrases as their owner wrote them. `kin` are stems that mean nearly the same, each with its
    nearness, in (0, 1): they serve in part.
    """

    terms: tuple[Term, ...]
    phrases: tuple[Phrase, ...]
    weight: float = 1.0
    background: bool = False
    readings: tuple[str, ...] = ()
    kin: tuple[tuple[str, float], ...] = ()


def _reading(need: Need, known: Callable[[Phrase], bool]) -> str:
    """The first other way to say it that is known, if it is not known itself."""
    if known(need.phrases[0]):
        return ""
    return next((text for text, phrase in zip(need.readings, need.phrases[1:], strict=True) if known(phrase)), "")


@dataclass(frozen=True, slots=True)
class Query:
    """A question, understood.

    `names` and `numbers` are folded words that an answer's surroundings should have. `focus` are needs without which
    nothing is an answer ("What about X?"). `personal`: it asks what the asker should do. `context` is what the
    conversation adds, as a text. `yes_or_no`: it puts a whole claim, to be told true or false.
    """

    text: str
    needs: tuple[Need, ...]
    asked: Asked
    names: frozenset[str]
    numbers: frozenset[str]
    negative: bool
    personal: bool
    yes_or_no: bool
    focus: tuple[Need, ...] = ()
    context: str = ""

    @property
    def meant(self) -> str:
        """The question with its context, as a text."""
        return f"{self.context} {self.text}" if self.context else self.text

    def reworded(self, known: Callable[[Phrase], bool]) -> str:
        """The question in the words that are known, where synonyms lead to them; empty where none does."""
        said = [_reading(need, known) for need in self.needs]
        words = [
            reading or " ".join(term.word for term in need.terms)
            for need, reading in zip(self.needs, said, strict=True)
        ]
        return " ".join(words) if any(said) else ""

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of what is asked itself, in order, repeats kept."""
        return tuple(term for need in self.needs if not need.background for term in need.terms)

    @property
    def stems(self) -> list[str]:
        """All stems that are searched for, synonyms and background too."""
        return [stem for need in self.needs for phrase in need.phrases for stem in phrase]


def negative(text: str) -> bool:
    """Whether a text denies something."""
    return bool(_NEGATIVE.search(fold(text)))


def addresses_reader(text: str) -> bool:
    """Whether a sentence speaks to its reader, or for a person who asks."""
    return bool(_ADDRESSING.search(text))


def opens_backwards(text: str) -> bool:
    """Whether a sentence opens by pointing to the one before it ("It ...", "This disease ...", "However, ...")."""
    return bool(_POINTING_BACK.match(text))


def stripped(text: str) -> str:
    """A folded question without the phrases that only wrap it; white space may be all that is left."""
    folded = fold(text)
    if len(folded) > LONGEST_READ:
        return folded
    bare = _WRAPPING.sub(" ", folded)
    return bare if bare == folded else _SAYING.sub(" ", bare)


def _asked(text: str) -> Asked:
    folded = fold(text)
    return next((asked for asked, pattern in _ASKED if pattern.search(folded)), Asked.OTHER)


def _names(text: str) -> frozenset[str]:
    """Capitalised words inside a sentence that are no everyday words; none where everything is capitalised."""
    if sum(word[0].isupper() for word in text.split()) * 2 > len(text.split()) + 1:
        return frozenset()
    found = (word for name in _CAPITALISED.findall(text) for word in words(name))
    return frozenset(word for word in found if not common(word))


def needs(text: str, synonyms: Synonyms) -> Iterator[Need]:
    """What an answer must have: each term of a text, known phrases as one, each with what it may be said as."""
    found = terms(text)
    end = 0
    for start, stop, others in synonyms.alternatives([term.stem for term in found]):
        yield from (Need((term,), ((term.stem,),)) for term in found[end:start])
        own = tuple(term.stem for term in found[start:stop])
        yield Need(found[start:stop], (own, *others), readings=tuple(synonyms.written.get(o, "") for o in others))
        end = stop
    yield from (Need((term,), ((term.stem,),)) for term in found[end:])


def understand(text: str, synonyms: Synonyms, context: str = "", *, focused: bool = False) -> Query:
    """Read a question; `context` is what the conversation adds to it, all there is if the question says nothing."""
    own = tuple(needs(stripped(text), synonyms))
    weight = BACKGROUND if own else 1.0
    background = tuple(replace(need, weight=weight, background=True) for need in needs(stripped(context), synonyms))
    if not own and not background:
        own = tuple(needs(text, synonyms))
    said = {need.phrases[0] for need in own}
    return Query(
        text=text,
        needs=(*own, *(need for need in background if need.phrases[0] not in said)),
        asked=_asked(text),
        names=_names(text),
        numbers=frozenset(_NUMBER.findall(text)),
        negative=negative(text),
        yes_or_no=bool(_YES_OR_NO.match(stripped(text))),
        personal=bool(_PERSONAL.search(fold(text))),
        focus=own if focused else (),
        context=context,
    )
