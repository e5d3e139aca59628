"""Why a sentence may answer a question: a few figures that can be explained, all between 0 and 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatbot.language.terms import fold
from chatbot.questions.query import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chatbot.questions.query import Query

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_AMOUNTS = "half|third|quarter|twice|double|dozen|hundred|thousand|million|billion|one|two|three|four|five|six|ten"
_PRESENT: Mapping[Asked, re.Pattern[str]] = {
    Asked.NUMBER: re.compile(rf"\d|\b({_AMOUNTS})\b", re.IGNORECASE),
    Asked.TIME: re.compile(rf"\b[12]\d\d\ds?\b|\b({_MONTHS}|century|centuries|\d+ (bc|ad|bce|ce))\b", re.IGNORECASE),
    Asked.PERSON: re.compile(r"(?<=\w\W)\b[A-Z]\w+"),
    Asked.PLACE: re.compile(r"(?<=\w\W)\b[A-Z]\w+"),
    Asked.REASON: re.compile(
        r"\b(because|since|due to|caus\w+|reasons?|results?|therefore|thus|so that|in order to|(lead|led)s? to)\b",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for (or, where it says so, against) one sentence as the answer.

    A question's information is shared out over its terms: each weighs as much as it is rare, half in the article (idf),
    half in English at large; a term that the article does not have, by English alone.
    """

    sentence: float  # the sentence's BM25 score as a share of the most that the question could score
    passage: float  # the same for its passage
    coverage: float  # share of the question's information found in the sentence
    context: float  # share found in the sentence, its heading, the title and the sentence before
    exact: float  # share found in the very form that was typed
    together: float  # share of the question's word pairs that stand together in the sentence
    asked: float  # the kind of thing asked for (a number, a time, ...) is there
    lacking: float  # against: the kind of thing asked for is not there
    opening: float  # 1 for a paragraph's first sentence, 1/2 for the second, ...
    length: float  # logarithm of the sentence's length in terms, 1 at about 50
    heading: float  # against: it is a heading
    question: float  # against: it is itself a question
    rarest: float  # against: weight of the weightiest term that the sentence lacks
    elsewhere: float  # against: weight of the weightiest term that sentence, passage, heading and title all lack
    unknown: float  # against: share of the information in words that no document has
    names: float  # against: share of the question's names and numbers that the passage lacks
    denial: float  # against: the question denies something and the sentence does not
    unsaid: float  # against: of a question to be answered with yes or no, what sentence and surroundings lack most
    terse: float  # against: few terms in the question, 1 for a single one
    meaning: float = 0.0  # nearness in meaning (cosine) to the sentence; 0 without the extra `semantic`
    headed: float = 0.0  # the same to the sentence with its heading
    around: float = 0.0  # the same to its passage
    ahead: float = 0.0  # how much nearer it is than the middling sentence of the article
    reading: float = 0.0  # what the reader makes of it: its words line up, and what is asked for is there; no bounds


def names_asked(query: Query, text: str) -> bool | None:
    """Whether a sentence has the kind of thing that is asked for, beyond what the question brought along itself.

    None where no kind is asked for.
    """
    pattern = _PRESENT.get(query.asked)
    if pattern is None:
        return None
    brought = query.names | query.numbers
    rest = " ".join(word for word in text.split() if fold(word).strip(".,;:()'\"") not in brought)
    return bool(pattern.search(rest))
