"""Server configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.documents.model import Document
    from chatbot.reply import Reply

COMPLETION = "chatcmpl-"  # prefix of a reply's id where it is the id of a completion
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Limits and permissions. The defaults are safe: only this machine may ask, and everything is limited.

    Attributes:
        token: what clients must send as `Authorization: Bearer ...`; empty for no authentication.
        origins: origins of web pages elsewhere that may ask.
        hosts: allowed Host headers, without port; `*` for any.
        proxies: addresses or networks of the reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.
        question_limit: maximum length of a question, in characters.
        body_limit: maximum size of a request's body, in bytes.
        history_limit: maximum number of earlier questions.
        rate: maximum number of requests per minute and client; earlier questions that have to be answered count as
            requests, too; 0 for no limit.
        seconds: maximum time for a request to arrive, to be answered, and for its reply to begin to be taken.
        waiting: maximum number of questions that wait for a thread.
        reload: seconds between checks for changed documents; 0 for none.
    """

    token: str = field(default="", repr=False)  # must not show in a log
    origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = LOOPBACK
    proxies: tuple[str, ...] = ()
    question_limit: int = 2_000
    body_limit: int = 64 * 1024
    history_limit: int = 50
    rate: int = 120
    seconds: float = 10.0
    waiting: int = 256
    reload: float = 1.0


class AnswerLog(Protocol):
    """Where a server records its replies; both methods raise ChatbotError if that cannot be written."""

    def record(self, reply: Reply, documents: Sequence[Document]) -> str:
        """Record a reply; returns its id, for feedback."""
        ...

    def vote(self, reply_id: str, *, helpful: bool, comment: str = "") -> bool:
        """Record feedback on a reply; False if there is no reply with this id."""
        ...
