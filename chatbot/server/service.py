"""The service behind every HTTP interface: answers within limits, on threads, from one snapshot, and logs replies."""

from __future__ import annotations

import asyncio
import logging
import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request

from chatbot.errors import ChatbotError
from chatbot.server.middleware.guard import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chatbot.bot import Chatbot
    from chatbot.documents.model import Document
    from chatbot.reply import Reply
    from chatbot.server.config import AnswerLog, ServerSettings
    from chatbot.server.document_store import Served
    from chatbot.server.middleware.rate_limit import RateLimit
    from chatbot.server.telemetry import Metrics

T = TypeVar("T")

_log = logging.getLogger(__name__)

# Nine tenths of a question's time are spent in ONNX Runtime, which runs beside Python: threads use all processors.
# Without models Python runs one thread at a time; more than one only let short questions overtake a long one.
_THREADS = max(4, os.cpu_count() or 1)


def _asked(bot: Chatbot, reply: Reply) -> Sequence[Document]:
    """The documents that were asked; of those that an engine holds, the quoted ones."""
    if isinstance(bot.documents, tuple):
        return bot.documents
    return tuple(dict.fromkeys(quote.document for quote in reply.quotes))


class Workers:
    """A thread pool. Refuses work if too much is waiting, and stops waiting for work that takes too long."""

    def __init__(self, settings: ServerSettings) -> None:
        self.seconds = settings.seconds
        self.waiting = settings.waiting
        self._pool: ThreadPoolExecutor | None = None
        self._pending: set[Future[Any]] = set()

    async def run(self, work: Callable[[], T]) -> T:
        """Run `work` on a thread. Raises Refused (503) if that takes too long."""
        if len(self._pending) >= self.waiting:
            raise Refused(503, "too many questions at once; try again in a moment", {"Retry-After": "1"})
        self._pool = self._pool or ThreadPoolExecutor(_THREADS, "chatbot")
        future = self._pool.submit(work)
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self.seconds)
        except (asyncio.TimeoutError, TimeoutError) as error:  # one and the same from Python 3.11 on
            detail = "this takes too long now; ask less at once, or try again later"
            raise Refused(503, detail, {"Retry-After": str(int(self.seconds) + 1)}) from error

    def close(self) -> None:
        """Shut the threads down; an app that is started again gets new ones."""
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and its id for feedback (empty without a log)."""

    reply: Reply
    reply_id: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The headers that go with the reply."""
        return {"X-Reply-ID": self.reply_id} if self.reply_id else {}


@dataclass(slots=True)
class Service:
    """What the routes of one app share."""

    store: Served
    settings: ServerSettings
    log: AnswerLog | None
    metrics: Metrics
    workers: Workers
    limit: RateLimit
    _log_works: bool = True

    def _check(self, question: str, history: Sequence[str]) -> None:
        """Raise Refused for a conversation beyond the limits."""
        if not question.strip():
            raise Refused(422, "question: say something")
        if max(map(len, (question, *history))) > self.settings.question_limit:
            raise Refused(413, f"ask in at most {self.settings.question_limit:,} characters")
        if len(history) > self.settings.history_limit:
            raise Refused(413, f"send at most {self.settings.history_limit} earlier questions: the last ones")

    def _record(self, reply: Reply, bot: Chatbot) -> str:
        """The id of a reply in the log; empty without a log, and if the log cannot be written."""
        if self.log is None:
            return ""
        try:
            reply_id = self.log.record(reply, _asked(bot, reply))
        except ChatbotError as error:
            self.metrics.unlogged.inc()
            if self._log_works:  # one warning, not one per question
                _log.warning("%s", error)
            self._log_works = False
            return ""
        self._log_works = True
        return reply_id

    async def ask(self, request: Request, question: str, history: Sequence[str]) -> Answer:
        """Answer a question. Raises Refused if it is beyond a limit."""
        self._check(question, history)
        self.limit.charge(request.scope, self.store.snapshot.conversations.unknown(history))
        until = monotonic() + self.settings.seconds  # nobody waits for an answer that comes later

        def work() -> Answer:
            snapshot = self.store.snapshot  # read once, so that the whole reply is from one
            reply = snapshot.ask(question.strip(), history, until)
            return Answer(reply, self._record(reply, snapshot.bot))

        answer = await self.workers.run(work)
        self.metrics.count_reply(answer.reply)
        return answer


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Shared = Annotated[Service, Depends(_service)]
