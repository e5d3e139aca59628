"""All public errors. Each has an exit code, and a one-line message that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class ChatbotError(Exception):
    """An error that a user can fix; `str(error)` is one line to show."""

    exit_code = 1


class ArticleError(ChatbotError):
    """An article cannot be read. `source` names it, `reason` says why and what to do."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class QuestionError(ChatbotError):
    """A question cannot be answered, for example because it is too long."""


class ReplyError(ChatbotError):
    """A saved reply cannot be read: it is of another version, of other documents, or altered."""


class SemanticError(ChatbotError):
    """Semantic matching was asked for, but the extra is missing or damaged."""


class EngineError(ChatbotError):
    """The engine that holds the documents cannot be used now; the message names it and says what to do."""


class UsageError(ChatbotError):
    """A call or command makes no sense, for example because of an unknown option."""

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
