"""How every HTTP interface asks: within the limits, on a thread, against one state of the documents, and logged."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from chatbot.errors import ChatbotError
from chatbot.server.middleware import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request

    from chatbot.bot import Chatbot
    from chatbot.reply import Reply
    from chatbot.server.config import AnswerLog, ServerSettings

T = TypeVar("T")

_log = logging.getLogger(__name__)

_THREADS = 4  # Python runs one at a time: more only let short questions pass a long one


class Workers:
    """Threads for the work of the core. What waits too long is refused, and what takes too long is not waited for."""

    def __init__(self, settings: ServerSettings) -> None:
        self.seconds = settings.seconds
        self.waiting = settings.waiting
        self._pool: ThreadPoolExecutor | None = None
        self._begun: set[Future[Any]] = set()

    async def run(self, work: Callable[[], T]) -> T:
        """What the work gives. Raises Refused (503) where that takes too long."""
        if len(self._begun) >= self.waiting:
            raise Refused(503, "too many questions at once; try again in a moment", {"Retry-After": "1"})
        self._pool = self._pool or ThreadPoolExecutor(_THREADS, "chatbot")
        future = self._pool.submit(work)
        self._begun.add(future)
        future.add_done_callback(self._begun.discard)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self.seconds)
        except asyncio.TimeoutError as error:
            seconds = str(int(self.seconds) + 1)
            raise Refused(
                503, "this takes too long now; ask less at once, or try again later", {"Retry-After": seconds}
            ) from error

    def close(self) -> None:
        """Let go of the threads; an app that is started again gets new ones."""
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, the bot that gave it, and the id for feedback (empty without a log)."""

    reply: Reply
    bot: Chatbot
    reply_id: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What goes with the reply."""
        return {"X-Reply-ID": self.reply_id} if self.reply_id else {}


def _check(settings: ServerSettings, question: str, history: Sequence[str]) -> None:
    """Raises Refused for a conversation beyond the limits."""
    if not question.strip():
        raise Refused(422, "question: say something")
    if max(map(len, (question, *history))) > settings.question_limit:
        raise Refused(413, f"ask in at most {settings.question_limit:,} characters")
    if len(history) > settings.history_limit:
        raise Refused(413, f"send at most {settings.history_limit} earlier questions: the last ones")


def _logged(state: Any, answer: Answer) -> Answer:
    """An answer with the id that it has in the log; it is given also where the log cannot be written."""
    log: AnswerLog | None = state.log
    if log is None:
        return answer
    try:
        kept = Answer(answer.reply, answer.bot, log.record(answer.reply, answer.bot.documents))
    except ChatbotError as error:
        state.figures.unlogged.inc()
        if state.logging:  # said once, not for every question, until it goes on
            _log.warning("%s", error)
        state.logging = False
        return answer
    state.logging = True
    return kept


async def ask(request: Request, question: str, history: Sequence[str]) -> Answer:
    """The answer to a question. Raises Refused where it is beyond a limit."""
    state = request.app.state
    _check(state.settings, question, history)

    def work() -> Answer:
        bot: Chatbot = state.shelf.bot  # taken once: one state of the documents for the whole reply
        return _logged(state, Answer(bot.ask(question.strip(), history), bot))

    answer: Answer = await state.workers.run(work)
    state.figures.replied(answer.reply)
    return answer
