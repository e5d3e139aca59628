"""Cues in the wording of a sentence: negation, a reference back to the sentence before, and addressing the reader."""

from __future__ import annotations

import re

from chatbot.language.terms import fold

_NEGATION = re.compile(r"\b(not|never|no|none|nobody|nothing|without|cannot|neither|nor|except|unlike|least)\b|n't\b")
_PRONOUN = r"it|its|they|them|their|he|she|his|her"
_OPENING_PRONOUN = re.compile(rf"\W*({_PRONOUN})\b", re.IGNORECASE)
_REFERENCE_BACK = re.compile(
    rf"\W*({_PRONOUN}|this|these|those|such|both|the (latter|former|same)|here"
    r"|there(fore|by)?"
    r"|thus|hence|consequently|however|instead|moreover|furthermore|additionally|also|then|as a result)\b",
    re.IGNORECASE,
)
_ADDRESSING = re.compile(r"\b(you|your|yours|yourself|i|my|me|we|our)\b", re.IGNORECASE)


def is_negated(text: str) -> bool:
    """Whether a text denies something."""
    return bool(_NEGATION.search(fold(text)))


def addresses_reader(text: str) -> bool:
    """Whether a sentence speaks to its reader, or for a person who asks."""
    return bool(_ADDRESSING.search(text))


def opens_with_pronoun(text: str) -> bool:
    """Whether a sentence opens with a pronoun for somebody or something named before ("It ...", "Their ...")."""
    return bool(_OPENING_PRONOUN.match(text))


def refers_back(text: str) -> bool:
    """Whether a sentence opens with a reference to the one before ("It ...", "This disease ...", "However, ...")."""
    return bool(_REFERENCE_BACK.match(text))
