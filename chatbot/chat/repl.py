"""The interactive chat: prompt-toolkit around the pure steps of `chatbot.chat.slash_commands`."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from chatbot.chat import slash_commands
from chatbot.chat.completion import ChatCompleter
from chatbot.chat.slash_commands import State
from chatbot.chat.transcript import PROMPT
from chatbot.common.files import user_state_folder
from chatbot.errors import ChatbotError
from chatbot.terminal import layout
from chatbot.terminal.layout import Block, Page
from chatbot.terminal.text import sanitised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import ColorDepth, Output

    from chatbot.bot import Chatbot
    from chatbot.documents.model import Document

Read = Callable[[], str]
Show = Callable[[Block], None]
Width = Callable[[], "int | None"]

HONESTY = (
    "Every answer is a quote from the article, with the article's own references. It is as right, and as up to date, "
    "as the article is, and is no advice on your own case: for health, law or money ask someone qualified."
)
KEYS = KeyBindings()


class _QuestionHistory(FileHistory):
    """A history on disk that never stops the chat: not when the disk is full, not for bytes that are no text."""

    def store_string(self, string: str) -> None:
        with suppress(OSError):
            super().store_string(string.encode("utf-8", "replace").decode("utf-8"))


@KEYS.add("enter")
def _accept(event: KeyPressEvent) -> None:
    """Enter sends, although the line may have several lines."""
    event.current_buffer.validate_and_handle()


@KEYS.add("escape", "enter")
def _new_line(event: KeyPressEvent) -> None:
    event.current_buffer.insert_text("\n")


@KEYS.add("c-c")
def _clear(event: KeyPressEvent) -> None:
    """Ctrl-C clears the line; on an empty one it says how to leave."""
    if event.current_buffer.text:
        event.current_buffer.reset()
    else:
        event.app.exit(exception=KeyboardInterrupt)


def history(warn: Callable[[str], None]) -> History:
    """The questions of earlier chats, for this user's eyes only; in memory, with a warning, where disk fails."""
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


def counted(number: int, noun: str) -> str:
    """A number and its noun: `1 passage`, `2 passages`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _facts(bot: Chatbot) -> str:
    entries = sum(len(document.references) for document in bot.documents)
    return f"{counted(len(bot.index.passages), 'passage')}, {counted(entries, 'reference')}"


def _titles(documents: Sequence[Document]) -> list[str]:
    return [sanitised(document.title_text) for document in documents]


def banner(bot: Chatbot, page: Page) -> Block:
    """What one can ask about, how honest the answers are, and how to get help."""
    titles = [f for title in _titles(bot.documents) for f in layout.note(title, page, "title")]
    return layout.stacked(
        [
            [*titles, *layout.note(_facts(bot), page)],
            layout.note(HONESTY, page, ""),
            layout.note("Ask a question, or type /help.", page, ""),
        ]
    )


def toolbar(bot: Chatbot) -> StyleAndTextTuples:
    """The line at the bottom of the screen."""
    title, *others = _titles(bot.documents)
    shown = f"{title[:50]}{f' and {len(others)} more' if others else ''}"
    return [("", f" {shown} · {_facts(bot)} · Tab completes · /help · Ctrl-D leaves ")]


def session(
    bot: Chatbot,
    past: History,
    source: Input | None = None,
    target: Output | None = None,
    depth: ColorDepth | None = None,
) -> PromptSession[str]:
    """The line editor; `source` and `target` are the terminal unless a test gives others."""
    return PromptSession(
        [("bold", PROMPT)],
        multiline=True,
        key_bindings=KEYS,
        history=past,
        auto_suggest=AutoSuggestFromHistory(),
        completer=ChatCompleter(bot.documents),
        complete_in_thread=True,
        complete_while_typing=False,
        reserve_space_for_menu=6,
        bottom_toolbar=toolbar(bot),
        prompt_continuation="  ",
        input=source,
        output=target,
        color_depth=depth,
    )


def _respond(state: State, line: str, show: Show) -> State:
    """Answer one line; what goes wrong is said in a line, and the conversation is as before."""
    try:
        after, shown = slash_commands.step(state, line)
    except ChatbotError as error:
        after, shown = state, layout.note(str(error), state.page, "warning")
    except KeyboardInterrupt:
        after, shown = state, layout.note("Interrupted.", state.page, "warning")
    if shown:
        show([("", "\n"), *shown, ("", "\n")])
    return after


def _turn(state: State, read: Read, show: Show, width: Width) -> State:
    """Read one line and answer it; Ctrl-C on an empty line says how to leave."""
    try:
        line = read()
    except KeyboardInterrupt:
        show(layout.note("Ctrl-D or /quit leaves.", state.page))
        return state
    return _respond(replace(state, page=replace(state.page, width=width())), line, show)


def run(state: State, read: Read, show: Show, width: Width) -> None:
    """Chat until /quit or Ctrl-D.

    `read` gives the next line or raises EOFError, `show` writes styled text, `width` measures the screen each time: it
    may have been resized.
    """
    with suppress(EOFError):
        while not state.leaving:
            state = _turn(state, read, show, width)
