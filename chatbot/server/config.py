"""What a server is told: its limits, who may talk to it, and where it keeps what was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chatbot.documents.model import Document
    from chatbot.reply import Reply

COMPLETION = "chatcmpl-"  # before the id of a reply, where it is the id of a completion
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Safe as it is: only for this machine, with limits on everything.

    `token`: what clients must send as `Authorization: Bearer ...`; empty: nothing. `origins`: web pages elsewhere that
    may ask. `hosts`: names that clients may call this server by, without port; `*`: any. `question_limit` counts
    characters, `body_limit` bytes, `history_limit` turns. `rate`: requests a minute per client; 0: no limit.
    `seconds`: how long a request may take. `waiting`: how many questions may wait for their turn. `reload`: seconds
    between looks at the documents; 0: never.
    """

    token: str = field(default="", repr=False)  # not in any log
    origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = LOOPBACK
    question_limit: int = 2_000
    body_limit: int = 64 * 1024
    history_limit: int = 50
    rate: int = 120
    seconds: float = 10.0
    waiting: int = 256
    reload: float = 1.0


class AnswerLog(Protocol):
    """Where a server keeps what it answered; both raise ChatbotError where that cannot be written."""

    def record(self, reply: Reply, documents: tuple[Document, ...]) -> str:
        """Keep a reply; its id, for feedback."""
        ...

    def vote(self, reply_id: str, *, helpful: bool, comment: str = "") -> bool:
        """Keep what a person says about a reply; False if there is none with this id."""
        ...
