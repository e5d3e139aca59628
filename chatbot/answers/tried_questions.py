"""Questions that are known to be answered, to complete what is typed: made from the content, then asked."""

from __future__ import annotations

from functools import cached_property
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from chatbot.answers.suggestions import questions
from chatbot.answers.word_counts import WordCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chatbot.answers.suggestions import Candidate
    from chatbot.documents.model import Document
    from chatbot.reply import Reply

_MAX_TRIED = 40  # one takes as long as an answer


class TriedQuestions:
    """The questions about some documents that are answered from where they were made. `reply` answers a question."""

    def __init__(self, documents: Sequence[Document], reply: Callable[[str], Reply]) -> None:
        self._documents = documents
        self._reply = reply

    def _made(self) -> Iterator[Candidate]:
        """Candidates, of each document in turn."""
        each = (questions(WordCounts(one), range(len(one.sections))) for one in self._documents)
        return (candidate for row in zip_longest(*each) for candidate in row if candidate)

    @cached_property
    def all(self) -> tuple[str, ...]:
        """The questions, each once; the first look asks them all, which takes a while."""
        tried = islice({candidate.text: candidate for candidate in self._made()}.values(), _MAX_TRIED)
        return tuple(candidate.text for candidate in tried if candidate.is_answered_by(self._reply(candidate.text)))
