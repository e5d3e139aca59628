"""Earlier turns of conversations, kept so that a client's history need not be answered again at every request.

A client sends all its earlier questions along. The replies to them depend on nothing else, so each beginning of a
conversation is kept, under a hash of its questions. Of one conversation the longest beginning is forgotten first: what
is kept never holds turns that are not counted.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from math import inf
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from chatbot.conversation import Conversation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.bot import Chatbot
    from chatbot.conversation import Turn
    from chatbot.reply import Reply

_MAX_BYTES = 64 * 1024 * 1024  # of all turns, as estimated here
_TURN = 4_000  # bytes of a turn with a short question
_CHARACTER = 10  # bytes for each character of a question, which a reply repeats, in parts and corrections too


def _size(turn: Turn) -> int:
    """About how many bytes a turn takes."""
    return _TURN + _CHARACTER * len(turn.question)


def _keys(questions: Sequence[str]) -> Iterator[bytes]:
    """A hash of each beginning of some questions, the shortest first."""
    digest = hashlib.sha256()
    for question in questions:
        content = question.encode("utf-8", "surrogatepass")
        digest.update(len(content).to_bytes(4, "big") + content)
        yield digest.digest()


class ConversationMemo:
    """The conversations with one bot, the least recently used of which are forgotten. To be shared by threads."""

    def __init__(self, bot: Chatbot, limit: int = _MAX_BYTES) -> None:
        self._bot = bot
        self._limit = limit
        self._size = 0
        self._known: OrderedDict[bytes, Conversation] = OrderedDict()
        self._lock = Lock()

    def ask(self, question: str, history: Sequence[str] = (), until: float = inf) -> Reply:
        """What `Chatbot.ask` gives.

        Raises:
            QuestionError: the question, or one of the history, is too long.
            TimeoutError: the history is not answered by the time `until`, as `time.monotonic` counts it. What was
                answered is kept, so that the same request goes on from there.

        """
        keys = list(_keys((*history, question)))
        conversation = self._longest(keys[:-1])
        try:
            for earlier in (*history[len(conversation.turns) :], question):
                if monotonic() > until:
                    raise TimeoutError
                conversation = conversation.then(earlier, self._bot.reply(earlier, conversation))
        finally:
            self._keep(keys[: len(conversation.turns)], conversation)
        return conversation.turns[-1].reply

    def unknown(self, history: Sequence[str]) -> int:
        """How many questions of a history would have to be answered."""
        return len(history) - len(self._longest(list(_keys(history))).turns)

    def _longest(self, keys: Sequence[bytes]) -> Conversation:
        """The longest beginning that is known."""
        with self._lock:
            return next((self._known[key] for key in reversed(keys) if key in self._known), Conversation())

    def _keep(self, keys: Sequence[bytes], conversation: Conversation) -> None:
        """Keep all beginnings of a conversation, the shortest as the most recently used."""
        with self._lock:
            for length in range(len(keys), 0, -1):
                key = keys[length - 1]
                if key not in self._known:
                    self._known[key] = Conversation(conversation.turns[:length])
                    self._size += _size(conversation.turns[length - 1])
                self._known.move_to_end(key)
            while self._size > self._limit:
                _, forgotten = self._known.popitem(last=False)
                self._size -= _size(forgotten.turns[-1])
