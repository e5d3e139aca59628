"""What a question asks: its terms, the type of answer it wants, and the names and numbers it mentions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from chatbot.language.sentence_cues import is_negated
from chatbot.language.terms import fold, terms, words
from chatbot.language.word_frequencies import is_common

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chatbot.language.synonyms import Phrase, Synonyms
    from chatbot.language.terms import Term


class AnswerType(str, Enum):
    """The type of answer that a question asks for (a coarse form of Li and Roth 2002)."""

    NUMBER = "number"
    TIME = "time"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    OTHER = "other"


_PATTERNS = (
    (
        AnswerType.NUMBER,
        r"\bhow (many|much|large|big|small|long|old|far|tall|high|low|often|deep|fast|heavy|wide|few)\b"
        r"|\b(what|which) (percentage|percent|number|proportion|share|fraction|amount|size|age|population|area)\b",
    ),
    (
        AnswerType.TIME,
        r"\bwhen\b|\b(what|which) (year|date|century|day|month|decade|time|period|era)\b|\bhow long ago\b",
    ),
    (AnswerType.PERSON, r"\bwho(m|se)?\b|\b(what|which) (person|people|man|woman|author|scientist|researchers?)\b"),
    (AnswerType.PLACE, r"\bwhere\b|\b(what|which) (country|city|state|place|region|continent|town|area|location)\b"),
    (AnswerType.REASON, r"\bwhy\b|\bhow come\b|\b(what|which) (is|was|are|were) the (reason|cause|purpose)\b"),
)
_ANSWER_TYPES = tuple((answer_type, re.compile(pattern)) for answer_type, pattern in _PATTERNS)
# Asks what is right for the asker. A pattern is enough: it adds a line to the reply, and does not decide whether there
# is an answer. "Where can I ..." and "How can I ..." ask for a place and a method.
_ADVICE = re.compile(
    r"\b(should|shall|ought|must) (i|we|my \w+)\b|\bi (should|must|ought to)\b"
    r"|(^|[.,;!?] )\W*(can|could|may) (i|my \w+)\b"
    r"|\b(safe|ok|okay|fine|good|bad|healthy|wise) (for (me|us|my \w+)|if i|to)\b"
)
_YES_OR_NO = re.compile(
    r"\W*(?:(?:and|but|so|or|then)\W+)*(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|may|might)(?:n't)?\b"
    r"(?!.*\bor\b)"
)
_CAPITALISED = re.compile(r"(?<!^)(?<![.!?]\s)\b[A-Z][\w'’]*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
AMOUNT = re.compile(r"\bhow (?:many|much|long|often|old|big|large|high|far)\b", re.IGNORECASE)
# Words around a question that ask for nothing.
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
MAX_PARSED = 2_000  # characters; a longer text was pasted, and its words are searched as they are
CONTEXT_WEIGHT = 0.4  # weight of a term from the context; a term of the question itself weighs 1
_SAYING = re.compile(r"\b(say|mention|claim|state|tell|list|reckon|think|argue|report)\b")


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term, or a phrase with synonyms, that an answer should have.

    Any one of `phrases` (stems) matches; the first is the question's own, `surface_forms` are the others as their
    synonym file spells them. `related` are stems of nearly the same meaning, with a similarity in (0, 1): they match in
    part. A term `from_context` was said in an earlier turn or in an aside; its `weight` is below 1.
    """

    terms: tuple[Term, ...]
    phrases: tuple[Phrase, ...]
    weight: float = 1.0
    from_context: bool = False
    surface_forms: tuple[str, ...] = ()
    related: tuple[tuple[str, float], ...] = ()


def _known_synonym(term: QueryTerm, known: Callable[[Phrase], bool]) -> str:
    """The first synonym that is known, if the question's own phrase is not."""
    if known(term.phrases[0]):
        return ""
    return next((form for form, phrase in zip(term.surface_forms, term.phrases[1:], strict=True) if known(phrase)), "")


@dataclass(frozen=True, slots=True)
class Query:
    """A question, analysed.

    `names` and `numbers` are folded words that the surroundings of an answer should have. `asks_advice`: it asks what
    is right for the asker. `context` is the text that the conversation adds. `yes_or_no`: it states a claim that is
    true or false. `earlier` are the questions before it, the latest first. `entry_intent`: the
    probability that it asks for entries of the reference list; at 0 none is a candidate.
    """

    text: str
    query_terms: tuple[QueryTerm, ...]
    answer_type: AnswerType
    names: frozenset[str]
    numbers: frozenset[str]
    negated: bool
    asks_advice: bool
    yes_or_no: bool
    context: str = ""
    earlier: tuple[str, ...] = ()
    entry_intent: float = 0.0

    @property
    def with_context(self) -> str:
        """The question after its context, as one text."""
        return f"{self.context} {self.text}" if self.context else self.text

    def reworded(self, known: Callable[[Phrase], bool]) -> str:
        """The question with unknown words replaced by known synonyms; empty if there is none to replace."""
        synonyms = [_known_synonym(term, known) for term in self.query_terms]
        words = [
            synonym or " ".join(word.word for word in term.terms)
            for term, synonym in zip(self.query_terms, synonyms, strict=True)
        ]
        return " ".join(words) if any(synonyms) else ""

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of the question itself, in order, repeats kept."""
        return tuple(word for term in self.query_terms if not term.from_context for word in term.terms)

    @property
    def stems(self) -> list[str]:
        """All stems to search for, with synonyms and context."""
        return [stem for term in self.query_terms for phrase in term.phrases for stem in phrase]


def is_pasted(text: str) -> bool:
    """Whether a text is too long for a question. Folded it may have more characters: three for an "ﬃ"."""
    return len(text) > MAX_PARSED or len(fold(text)) > MAX_PARSED


def unwrapped(text: str) -> str:
    """The folded question without phrases that ask for nothing; only white space may be left."""
    folded = fold(text)
    if len(folded) > MAX_PARSED:
        return folded
    bare = _WRAPPING.sub(" ", folded)
    return bare if bare == folded else _SAYING.sub(" ", bare)


def _answer_type(text: str) -> AnswerType:
    folded = fold(text)
    return next((found for found, pattern in _ANSWER_TYPES if pattern.search(folded)), AnswerType.OTHER)


def _names(text: str) -> frozenset[str]:
    """Capitalised words inside a sentence that are rare in English; none where most words are capitalised."""
    if sum(word[0].isupper() for word in text.split()) * 2 > len(text.split()) + 1:
        return frozenset()
    found = (word for name in _CAPITALISED.findall(text) for word in words(name))
    return frozenset(word for word in found if not is_common(word))


def query_terms(text: str, synonyms: Synonyms) -> Iterator[QueryTerm]:
    """The terms of a text, each with its synonyms; a phrase that has synonyms is one term."""
    found = terms(text)
    end = 0
    for start, stop, others in synonyms.alternatives([term.stem for term in found]):
        yield from (QueryTerm((term,), ((term.stem,),)) for term in found[end:start])
        own = tuple(term.stem for term in found[start:stop])
        forms = tuple(synonyms.written.get(other, "") for other in others)
        yield QueryTerm(found[start:stop], (own, *others), surface_forms=forms)
        end = stop
    yield from (QueryTerm((term,), ((term.stem,),)) for term in found[end:])


def parse_query(text: str, synonyms: Synonyms, context: str = "", earlier: tuple[str, ...] = ()) -> Query:
    """Analyse a question.

    Args:
        text: the question.
        synonyms: the synonyms of the documents' authors.
        context: what the conversation adds; the only source of terms if the question has none.
        earlier: the questions before it, the latest first.

    """
    own = tuple(query_terms(unwrapped(text), synonyms))
    weight = CONTEXT_WEIGHT if own else 1.0
    added = tuple(replace(term, weight=weight, from_context=True) for term in query_terms(unwrapped(context), synonyms))
    if not own and not added:
        own = tuple(query_terms(text, synonyms))
    if is_pasted(text):  # what is repeated in it is searched once
        own = tuple(dict.fromkeys(own))
    asked = {term.phrases[0] for term in own}
    return Query(
        text=text,
        query_terms=(*own, *(term for term in added if term.phrases[0] not in asked)),
        answer_type=_answer_type(text),
        names=_names(text),
        numbers=frozenset(_NUMBER.findall(text)),
        negated=is_negated(text),
        yes_or_no=bool(_YES_OR_NO.match(unwrapped(text))),
        asks_advice=bool(_ADVICE.search(fold(text))),
        context=context,
        earlier=earlier,
    )
