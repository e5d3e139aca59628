"""What a turn asks, once its intent and the conversation are taken into account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatbot.conversation import Conversation
from chatbot.language.terms import STOP_WORDS, terms, words
from chatbot.questions.intents import CONTENT, COURTESIES, Intent, probabilities
from chatbot.questions.query import unwrapped
from chatbot.questions.segmentation import has_terms
from chatbot.reply import ReplyKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from chatbot.reply import Reply
    from chatbot.settings import Settings

_POSSIBLE = 0.2  # probability from which entries of the reference list are among the candidates
LIKELY = 0.5  # probability up to which no intent but a question on the content is considered
_SURE = 0.9  # probability from which an intent is followed without trying to answer the message as a question
_AFTER_ANSWER = frozenset({Intent.LEAN, Intent.MORE, Intent.REPEAT, Intent.SOURCE, Intent.BACK, Intent.SHIFT})
_SWITCHES = (
    ("smalltalk", COURTESIES),
    ("overview", {Intent.OVERVIEW}),
    ("sources", {Intent.SOURCE, Intent.ENTRY, Intent.LIST}),
    ("followups", {*_AFTER_ANSWER, Intent.ACCEPT}),
)
_PLACES: Mapping[str, int] = {"first": 0, "1": 0, "second": 1, "2": 1, "third": 2, "3": 2, "last": -1}
_ABOUT_PLACES = {*_PLACES, "one", "number", "question", "suggestion", "option", "please"}
_BEGINNING = frozenset({"first", "beginning", "start", "original", "initial"})
_ANNOUNCED = re.compile(r"[:,;.–—]\s+|\s-\s+")  # ends "on another topic: ..."


@dataclass(frozen=True, slots=True)
class Understood:
    """A turn with its intent.

    `context` is what the rest of the message or the earlier turns add to `text`; `earlier` are the questions that it
    follows, the latest first. `probability` is that of the intent; 1 for a question on the content.
    """

    text: str
    intent: Intent = Intent.ASK
    context: str = ""
    earlier: tuple[str, ...] = ()
    probability: float = 1.0

    @property
    def certain(self) -> bool:
        """Whether the intent is followed even if the turn can be answered as a question."""
        return self.probability >= _SURE

    @property
    def entry_intent(self) -> float:
        """The probability that entries of the reference list are asked for."""
        return self.probability if self.intent is Intent.ENTRY else 0.0

    @property
    def as_searched(self) -> str:
        """The question with its context."""
        return f"{self.text} ({self.context})" if self.context else self.text


def _impossible(conversation: Conversation, settings: Settings, *, has_references: bool) -> set[Intent]:
    """The intents that make no sense in this conversation, or are switched off."""
    switched_off = {intent for name, some in _SWITCHES if not getattr(settings, name) for intent in some}
    last = next(iter(conversation.latest_first), None)
    without_answer = set() if last else _AFTER_ANSWER
    without_suggestion = set() if last and last.reply.suggestions else {Intent.ACCEPT}
    without_list = set() if has_references else {Intent.ENTRY, Intent.LIST}
    return switched_off | without_answer | without_suggestion | without_list


def possible(
    likely: Mapping[Intent, float], conversation: Conversation, settings: Settings, *, has_references: bool
) -> dict[Intent, float]:
    """The probabilities of the intents that make sense in a conversation; they sum to 1."""
    impossible = _impossible(conversation, settings, has_references=has_references)
    left = {intent: p for intent, p in likely.items() if intent not in impossible}
    total = sum(left.values()) or 1.0
    return {intent: p / total for intent, p in left.items()}


def intent_of(likely: Mapping[Intent, float]) -> tuple[Intent, float]:
    """The likeliest intent and its probability, which is 1 for a question on the content.

    All questions on the content count together, and so do all courtesies. What is not likelier than not is a question
    on the content; if it may ask for entries of a reference list, those compete with the sentences, and the intent is
    `ENTRY` with its probability.
    """
    groups = [CONTENT, COURTESIES, *({intent} for intent in Intent if intent not in CONTENT | COURTESIES)]
    present = [[intent for intent in group if intent in likely] for group in groups]
    weights = [sum(likely[intent] for intent in group) for group in present]
    best = weights.index(max(weights))
    if weights[best] < LIKELY or max(likely[intent] for intent in present[best]) < LIKELY / 2:
        best = 0
    if best == 0 and likely.get(Intent.ENTRY, 0.0) >= _POSSIBLE:
        return Intent.ENTRY, likely[Intent.ENTRY]
    intent = max(present[best], key=likely.__getitem__)
    return intent, 1.0 if best == 0 else weights[best]


def _names_place(question: str) -> bool:
    """Whether a turn only names a place ("the second one", "2"): no model is needed to read that."""
    own = set(words(question)) - STOP_WORDS
    return bool(own & set(_PLACES)) and own <= _ABOUT_PLACES


def accepted(question: str, suggestions: Sequence[str]) -> str | None:
    """The suggestion that a turn takes up: by its place, by the words they share, else the first.

    None if no suggestion has the place that the turn names.
    """
    place = next((_PLACES[word] for word in words(question) if word in _PLACES), None)
    if place is not None:
        return suggestions[place] if place < len(suggestions) else None
    own = {term.stem for term in terms(question)}
    shared = [len(own & {term.stem for term in terms(suggestion)}) for suggestion in suggestions]
    return suggestions[shared.index(max(shared))]


def _earlier_question(question: str, conversation: Conversation) -> str | None:
    """The earlier question that a turn returns to: the first one, or the one that shares most terms with it."""
    asked = conversation.questions
    if _BEGINNING & set(words(question)):
        return asked[-1]
    own = {term.stem for term in terms(question)}
    shared = [len(own & {term.stem for term in terms(earlier)}) for earlier in asked]
    return asked[shared.index(max(shared))] if max(shared) else None


def _after_announcement(question: str) -> str:
    """A question without the words that announce it ("on another topic: ..."), if they stand apart."""
    _, *rest = _ANNOUNCED.split(question, maxsplit=1)
    return rest[0] if rest and has_terms(rest[0]) else question


def _returned(question: str, conversation: Conversation) -> Understood:
    """The earlier question once more, or a new one in its context."""
    earlier, rest = _earlier_question(question, conversation), _after_announcement(question)
    if earlier is None:
        return Understood(question)
    return Understood(earlier) if rest == question else Understood(rest, Intent.LEAN, earlier, (earlier,))


def _in_conversation(
    question: str, intent: Intent, last: Reply, conversation: Conversation, probability: float
) -> Understood:
    topic = "" if last.kind is ReplyKind.OVERVIEW else last.topic  # an overview was about everything
    if intent is Intent.BACK:
        return _returned(question, conversation)
    if intent is Intent.LEAN:
        return Understood(question, intent, topic, conversation.questions if topic else ())
    if intent in CONTENT or intent in COURTESIES:
        return Understood(question, intent, probability=probability)
    return Understood(question, intent, last.topic, probability=probability)


def resolve(question: str, likely: Mapping[Intent, float], conversation: Conversation) -> Understood:
    """What a turn asks; `likely` are the probabilities of the intents that are possible."""
    (intent, probability), last = intent_of(likely), next(iter(conversation.latest_first), None)
    if intent is Intent.SHIFT:
        return Understood(_after_announcement(question))
    if last is None:
        return Understood(question, intent, probability=probability)
    if intent is Intent.ACCEPT or (last.reply.suggestions and _names_place(question)):
        return Understood(accepted(question, last.reply.suggestions) or question)
    if intent in CONTENT and Intent.LEAN in likely and not has_terms(question):
        intent = Intent.LEAN
    return _in_conversation(question, intent, last.reply, conversation, probability)


def _names_part(text: str) -> bool:
    """Whether a text asks what the document says about something: without "what does it say about", no overview."""
    rest = unwrapped(text)
    return any(terms(rest)) and intent_of(probabilities(rest, has_earlier=False))[0] is not Intent.OVERVIEW


def understand(
    text: str,
    conversation: Conversation,
    settings: Settings,
    *,
    has_references: bool,
    vector: NDArray[np.float64] | None = None,
) -> Understood:
    """What a text asks.

    Args:
        text: the text.
        conversation: the turns before it.
        settings: the switches of the intents.
        has_references: whether the documents have a reference list.
        vector: the sentence vector of the text, if there is one.

    """
    before = conversation if settings.followups else Conversation()
    likely = probabilities(text, has_earlier=bool(before.questions), vector=vector)
    left = possible(likely, before, settings, has_references=has_references)
    if intent_of(left)[0] is Intent.OVERVIEW and _names_part(text):
        left = {Intent.ASK: 1.0}
    return resolve(text, left, before)
