"""Splits a message into its questions and the context around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chatbot.documents.sentences import split
from chatbot.language.terms import fold, terms
from chatbot.questions.query import unwrapped

_ASKING = (
    r"(?:what|which|who|whom|whose|when|where|why|how|is|isn't|are|aren't|was|were|do|does|don't|doesn't|did|can|can't"
    r"|could|will|would|should|has|have|had|may|might|must)"
)
_TELLING = r"(?:explain|describe|tell|name|list|give|show|define|compare|summari[sz]e|find|quote|say)"
_LEAD = r"(?:(?:and|but|so|or|also|plus|then|please|ok|okay|well|now|right|still|hey|hi|hello)[, ]+)*"
_PREPOSITION = r"(?:(?:in|at|on|by|for|from|of|with|to|under|since|until|through)\s+(?=(?:what|which|whom|whose)\b))?"
_WISHING = (
    r"(?:i|we)(?:'d|'m| am| would| was|'ve been)? (?:just |really |only |also )?"
    r"(?:want|wanna|like|need|love|wonder(?:ing)?|curious|looking)\b"
)
_OPENS = re.compile(rf"\W*{_LEAD}(?:{_WISHING}|{_PREPOSITION}(?:{_ASKING}|{_TELLING})(?:'?s|'?re|'?d)?\b)")
# "Two things: ...", "I have a couple of questions - ...": announces questions and asks none
_ANNOUNCED = re.compile(
    r"\A[^:?!.;]{0,40}\b(?:things?|questions?|queries)(?: for (?:you|u)| please)?\s*(?:[:;,]|\s[-–—])\s*(?=\w)",
    re.IGNORECASE,
)
_BREAK = re.compile(r"(?<=[?!;])\s+|\n\s*\n|\n(?=\W*[A-Z\d])")  # a line may break within a sentence
_INVERTED = (
    r"(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have)\s+"
    r"(?:the|an?|it|its|they|their|there|this|these|that|those|he|she|i|we|you|my|your|any)"
)
# Where a second question may begin: "..., and how ...", "... but what ...", "... and name ..."
_JOINT = re.compile(
    r"[,;:]?\s+(?:and also|and then|and|but also|but|or|also|plus|&)\s+"
    rf"(?={_PREPOSITION}(?:(?:wh(?:at|ich|om?|ose|en|ere|y)|how)\b|{_INVERTED}\b|{_TELLING}\b))"
    r"|,\s+(?:and|but|or)\s+(?=(?:do|does|did)\s+(?!so\b|not\b|in\b|at\b|on\b)[a-z])"  # "..., and did bees ..."
    r"|[,;:]\s+(?:(?:like|so|well|but)[, ]+)*(?=(?:what|why|how)\b)"
)
_QUESTION_WORD = re.compile(r"(?:who|where|when|why|how come)\b")
_SUBORDINATE = re.compile(r"\W*(?:when|where|while|if|as|since|after|before)\b", re.IGNORECASE)
_SELF = re.compile(r"\b(?:i|i'm|i've|my|me|we|our)\b")  # a remark of the asker about themselves is not a question
_FRAGMENT = 3  # a question of fewer terms, without a question word, belongs to the one before


@dataclass(frozen=True, slots=True)
class Message:
    """The questions of a message, in order, and the rest of it as their context."""

    questions: tuple[str, ...]
    context: str = ""


def asks(clause: str) -> bool:
    """Whether a clause is a question or a request for information."""
    return clause.rstrip().endswith("?") or opens(clause)


def opens(clause: str) -> bool:
    """Whether a clause opens like a question or a request."""
    return bool(_OPENS.match(fold(clause)))


def has_terms(clause: str) -> bool:
    """Whether a clause has a term, apart from phrases that ask for nothing."""
    return any(terms(unwrapped(clause)))


def _separate(before: str, joint: str, after: str) -> bool:
    """Whether both sides of a joint stand alone: a question before another one, or a remark before a question."""
    complete = any(char.isalpha() for char in joint) or not _SUBORDINATE.match(before)
    first = (opens(before) and complete) or bool(_SELF.search(fold(before)))
    second = has_terms(after) or bool(_QUESTION_WORD.match(after))
    return first and opens(after) and has_terms(before) and second


def _parts(sentence: str) -> list[str]:
    """A sentence, cut at the joints whose sides stand alone."""
    parts: list[str] = []
    start = 0
    for joint in _JOINT.finditer(sentence):
        if _separate(sentence[start : joint.start()], joint.group(), sentence[joint.end() :]):
            parts.append(sentence[start : joint.start()])
            start = joint.end()
    return [*parts, sentence[start:]]


def _join_fragments(clauses: list[str]) -> list[str]:
    """Clauses, with each fragment ("B cells?") appended to the question before it."""
    joined: list[str] = []
    for clause in clauses:
        if (
            joined
            and clause.endswith("?")
            and not opens(clause)
            and len(terms(clause)) < _FRAGMENT
            and asks(joined[-1])
        ):
            joined[-1] += f" {clause}"
        else:
            joined.append(clause)
    return joined


def segment(message: str) -> Message:
    """Split a message into its questions and their context; a message without a question is itself the question."""
    bare = message[announced.end() :] if (announced := _ANNOUNCED.match(message)) and not opens(message) else message
    lines = [line for line in _BREAK.split(bare) if line.strip()]
    sentences = [line[start:end] for line in lines for start, end in split(line, 0, len(line))]
    clauses = _join_fragments([part.strip() for sentence in sentences for part in _parts(sentence)])
    questions = [clause for clause in clauses if asks(clause)]
    rest = " ".join(clause for clause in clauses if not asks(clause))
    telling = [question for question in questions if has_terms(question)]
    if not questions or (not telling and not has_terms(rest)):
        return Message((message.strip(),))
    return Message(tuple(telling or questions[-1:]), rest)
