"""A conversation is a value: the turns so far. Replaying its questions rebuilds it, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatbot.reply import ReplyKind

if TYPE_CHECKING:
    from chatbot.reply import Reply


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came back."""

    question: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said so far, oldest first."""

    turns: tuple[Turn, ...] = ()

    def then(self, question: str, reply: Reply) -> Conversation:
        """The conversation with one more turn; this one stays as it is."""
        return Conversation((*self.turns, Turn(question, reply)))

    @property
    def latest_first(self) -> tuple[Turn, ...]:
        """The turns without small talk, the latest first."""
        return tuple(turn for turn in reversed(self.turns) if turn.reply.kind is not ReplyKind.SMALLTALK)

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions of those turns."""
        return tuple(turn.question for turn in self.latest_first)

    @property
    def last(self) -> Turn | None:
        """The newest turn, if any."""
        return self.turns[-1] if self.turns else None
