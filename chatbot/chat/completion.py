"""What Tab offers: commands, reference numbers, file names, and the article's own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document as Line

from chatbot.chat.slash_commands import COMMANDS
from chatbot.documents.model import Document
from chatbot.language.terms import STOP_WORDS
from chatbot.reply import Entry
from chatbot.terminal.text import sanitised

_WORD = re.compile(r"[^\W\d_][\w'’-]*\w")
_SHORTEST = 4  # letters; shorter words are typed faster than chosen
_MOST = 50


def vocabulary(documents: Sequence[Document]) -> list[str]:
    """The words of some articles, the commonest first; in small letters but for names in capitals like DNA."""
    words: Counter[str] = Counter()
    for document in documents:
        for sentence in document.sentences:
            words.update(_WORD.findall(document.text, *sentence.span))
    folded: Counter[str] = Counter()
    for word, count in words.items():
        folded[word.lower() if word[1:].islower() else word] += count
    kept = [word for word in folded if (word.isupper() or len(word) >= _SHORTEST) and word not in STOP_WORDS]
    return sorted(kept, key=lambda word: (-folded[word], word))


def _commands(typed: str) -> Iterator[Completion]:
    for command in COMMANDS:
        if f"/{command.name}".startswith(typed):
            space = " " if command.argument else ""
            yield Completion(f"/{command.name}{space}", -len(typed), command.usage, display_meta=command.summary)


def _numbers(items: Iterable[Entry], typed: str) -> Iterator[Completion]:
    for item in items:
        number = str(item.reference.number)
        if number.startswith(typed):
            yield Completion(number, -len(typed), display_meta=sanitised(item.text[:60]))


class ChatCompleter(Completer):
    """Completes a line of the chat about some documents."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._paths = PathCompleter(expanduser=True)

    @cached_property
    def _vocabulary(self) -> list[str]:
        """Counted at the first Tab, which completes in a thread: a long article does not delay the first prompt."""
        return vocabulary(self._documents)

    def _words(self, line: Line) -> Iterator[Completion]:
        typed = line.get_word_before_cursor(pattern=re.compile(r"[\w'’-]+"))
        if typed:
            found = (word for word in self._vocabulary if word.lower().startswith(typed.lower()))
            yield from (Completion(word, -len(typed)) for word in islice(found, _MOST))

    def get_completions(self, document: Line, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What may follow the text before the cursor."""
        typed = document.text_before_cursor
        command, space, argument = typed.partition(" ")
        if typed.startswith("/") and not space:
            return _commands(typed)
        if command == "/ref":
            return _numbers(Entry.of_documents(self._documents), argument)
        if command == "/save":
            return self._paths.get_completions(Line(argument), complete_event)
        return self._words(document)
