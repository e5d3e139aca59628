"""What a question asks: its terms, what kind of answer it wants, and what of it must not be missed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from chatbot.analysis import fold, terms, words

if TYPE_CHECKING:
    from chatbot.analysis import Term


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
    r"\W*(it|its|they|them|their|he|she|his|her|this|these|those|such|both|the (latter|former|same)|here|there(fore|by)?"
    r"|thus|hence|consequently|however|instead|moreover|furthermore|additionally|also|then|as a result)\b",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"(?<!^)(?<![.!?]\s)\b[A-Z][\w'’]*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Query:
    """A question, understood. `names` and `numbers` are folded words that an answer's surroundings should have."""

    text: str
    terms: tuple[Term, ...]
    asked: Asked
    names: frozenset[str]
    numbers: frozenset[str]
    negative: bool

    @property
    def stems(self) -> list[str]:
        """What is searched: the stems, in order, repeats kept."""
        return [term.stem for term in self.terms]


def negative(text: str) -> bool:
    """Whether a text denies something."""
    return bool(_NEGATIVE.search(fold(text)))


def opens_backwards(text: str) -> bool:
    """Whether a sentence opens by pointing to the one before it ("It ...", "This disease ...", "However, ...")."""
    return bool(_POINTING_BACK.match(text))


def _asked(text: str) -> Asked:
    folded = fold(text)
    return next((asked for asked, pattern in _ASKED if pattern.search(folded)), Asked.OTHER)


def _names(text: str) -> frozenset[str]:
    """Capitalised words inside a sentence; none in a question that is all capitals or capitalised throughout."""
    if sum(word[0].isupper() for word in text.split()) * 2 > len(text.split()) + 1:
        return frozenset()
    return frozenset(word for name in _CAPITALISED.findall(text) for word in words(name))


def understand(text: str) -> Query:
    """Read a question that stands alone."""
    return Query(
        text=text,
        terms=terms(text),
        asked=_asked(text),
        names=_names(text),
        numbers=frozenset(_NUMBER.findall(text)),
        negative=negative(text),
    )
