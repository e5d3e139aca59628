"""Every error a user can meet: one base class, each with its exit code and a one-line message that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class ChatbotError(Exception):
    """Something the user can put right; `str(error)` is one line fit to be shown."""

    exit_code = 1


class ArticleError(ChatbotError):
    """An article cannot be read. `source` names it, `reason` says why and what to do."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class QuestionError(ChatbotError):
    """A question cannot be taken (too long, say)."""


class ReplyError(ChatbotError):
    """A reply that was written down cannot be read back: of another version, or of other documents."""


class SemanticError(ChatbotError):
    """Semantic matching was asked for, but the extra is missing or damaged."""


class UsageError(ChatbotError):
    """The caller asked for something that cannot be, like an option that does not exist."""

    exit_code = 2


class LogError(ChatbotError):
    """The question log cannot be used. `path` names its file, `reason` says why and what to do."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"the question log {path}: {reason}")
        self.path = path
        self.reason = reason


class CaseError(ChatbotError):
    """A question set is invalid. `place` is `file:line`, `reason` says what is wrong there."""

    exit_code = 4

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason
