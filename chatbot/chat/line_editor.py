"""The chat's line editor: prompt-toolkit with our keys, history and completion."""

from __future__ import annotations

import os
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document as EditedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from chatbot.chat.repl import size
from chatbot.chat.slash_commands import COMMANDS
from chatbot.chat.transcript import PROMPT
from chatbot.common.files import user_state_folder
from chatbot.common.wording import shorten
from chatbot.language.terms import STOP_WORDS
from chatbot.reply import Entry
from chatbot.terminal.text import cells, names, sanitised

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import ColorDepth, Output

    from chatbot.bot import Chatbot
    from chatbot.documents.model import Document

_WORD = re.compile(r"[^\W\d_][\w'’-]*\w")
_MIN_LETTERS = 4  # of a word that is offered; a shorter one is typed faster than chosen
_MAX_OFFERED = 50
_MAX_TITLE = 50  # characters in the toolbar
_KEYS = KeyBindings()


# Keys


@_KEYS.add("enter")
def _accept(event: KeyPressEvent) -> None:
    """Send the question, even if it has several lines."""
    event.current_buffer.validate_and_handle()


@_KEYS.add("escape", "enter")
def _new_line(event: KeyPressEvent) -> None:
    event.current_buffer.insert_text("\n")


@_KEYS.add("c-c")
def _clear(event: KeyPressEvent) -> None:
    """Clear the line; on an empty line raise KeyboardInterrupt, so that the chat says how to leave."""
    if event.current_buffer.text:
        event.current_buffer.reset()
    else:
        event.app.exit(exception=KeyboardInterrupt)


# History


class _QuestionHistory(FileHistory):
    """A history file that never stops the chat, neither on a full disk nor for text that is not valid UTF-8."""

    def store_string(self, string: str) -> None:
        with suppress(OSError):
            super().store_string(string.encode("utf-8", "replace").decode("utf-8"))


def history(warn: Callable[[str], None]) -> History:
    """The questions of earlier chats, readable only by the user; if the disk fails, a warning and one in memory."""
    try:
        folder = user_state_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "history"
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600))
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home folder
        reason = getattr(error, "strerror", None) or error
        warn(f"questions are not kept for the next chat ({reason}: {getattr(error, 'filename', None) or 'history'})")
        return InMemoryHistory()
    return _QuestionHistory(path)


# Completion


def vocabulary(documents: Iterable[Document]) -> list[str]:
    """The words of some articles, most frequent first; in lower case, except for names in capitals like DNA."""
    words: Counter[str] = Counter()
    for document in documents:
        for sentence in document.sentences:
            words.update(_WORD.findall(document.text, *sentence.span))
    folded: Counter[str] = Counter()
    for word, count in words.items():
        folded[word.lower() if word[1:].islower() else word] += count
    kept = [word for word in folded if (word.isupper() or len(word) >= _MIN_LETTERS) and word not in STOP_WORDS]
    return sorted(kept, key=lambda word: (-folded[word], word))


def _commands(typed: str) -> Iterator[Completion]:
    for command in COMMANDS:
        if f"/{command.name}".startswith(typed):
            space = " " if command.argument else ""
            yield Completion(f"/{command.name}{space}", -len(typed), command.usage, display_meta=command.summary)


def _numbers(entries: Iterable[Entry], typed: str) -> Iterator[Completion]:
    for entry in entries:
        if str(entry.number).startswith(typed):
            yield Completion(str(entry.number), -len(typed), display_meta=shorten(sanitised(entry.text)))


def _titles(documents: Sequence[Document], typed: str) -> Iterator[Completion]:
    for title in map(sanitised, names(documents)):
        if title.casefold().startswith(typed.casefold()):
            yield Completion(title, -len(typed))


class ChatCompleter(Completer):
    """Completes commands, reference numbers, file names, titles and the article's own words."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._paths = PathCompleter(expanduser=True)

    @cached_property
    def _vocabulary(self) -> list[str]:
        """Counted at the first Tab, in the completer's thread, so that a long article does not delay the prompt."""
        return vocabulary(self._documents)

    def _words(self, line: EditedText) -> Iterator[Completion]:
        typed = line.get_word_before_cursor(pattern=re.compile(r"[\w'’-]+"))
        if typed:
            found = (word for word in self._vocabulary if word.lower().startswith(typed.lower()))
            yield from (Completion(word, -len(typed)) for word in islice(found, _MAX_OFFERED))

    def get_completions(self, document: EditedText, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What may follow the text before the cursor."""
        typed = document.text_before_cursor
        command, space, argument = typed.partition(" ")
        if typed.startswith("/") and not space:
            return _commands(typed)
        if command in ("/ref", "/open"):
            return _numbers(Entry.of_documents(self._documents), argument)
        if command in ("/save", "/export"):
            return self._paths.get_completions(EditedText(argument), complete_event)
        if command == "/document":
            return _titles(self._documents, argument)
        return self._words(document)


# The prompt


def toolbar(bot: Chatbot, columns: int) -> StyleAndTextTuples:
    """The line at the bottom of the screen; where it is too wide, the less important parts are left out."""
    title, others = sanitised(bot.document.title_text), len(bot.documents) - 1
    parts = {
        "title": textwrap.shorten(title, _MAX_TITLE, placeholder=" …") + (f" and {others} more" if others else ""),
        "size": size(bot),
        "tab": "Tab completes",
        "help": "/help",
        "leave": "Ctrl-D leaves",
    }
    for least in ("", "tab", "size", "leave", "title"):
        parts.pop(least, None)
        line = f" {' · '.join(parts.values())} "
        if cells(line) <= columns:
            break
    return [("", line)]


def session(
    bot: Chatbot,
    past: History,
    source: Input | None = None,
    target: Output | None = None,
    depth: ColorDepth | None = None,
) -> PromptSession[str]:
    """The prompt of a chat.

    Args:
        bot: the bot to chat with.
        past: the questions of earlier chats.
        source: where keys come from; the terminal if None.
        target: where the prompt is shown; the terminal if None.
        depth: the colours to use; those of the terminal if None.

    """
    return PromptSession(
        [("bold", PROMPT)],
        multiline=True,
        key_bindings=_KEYS,
        history=past,
        auto_suggest=AutoSuggestFromHistory(),
        completer=ChatCompleter(bot.documents if isinstance(bot.documents, tuple) else ()),
        complete_in_thread=True,
        complete_while_typing=False,
        reserve_space_for_menu=6,
        bottom_toolbar=lambda: toolbar(bot, get_app().output.get_size().columns),
        prompt_continuation="  ",
        input=source,
        output=target,
        color_depth=depth,
    )
