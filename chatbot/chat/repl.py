"""The chat's loops: interactive, and over piped input with one question per line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from chatbot.chat.slash_commands import State, Step, ask, step
from chatbot.chat.transcript import PROMPT
from chatbot.common.json_values import as_json
from chatbot.common.wording import counted
from chatbot.errors import ChatbotError, UsageError
from chatbot.inspection.explanations import explained
from chatbot.reply import Reply, ReplyKind
from chatbot.semantic.extra import reader_name
from chatbot.terminal.text import Block, Page, joined, note, plain, sanitised, stacked

if TYPE_CHECKING:
    from pathlib import Path

    from chatbot.bot import Chatbot

HONESTY = (
    "Every answer is a quote from the article, with the article's own references. It is only as correct and as up to "
    "date as the article, and it is not advice on your own case: for health, law or money, ask a professional."
)

_MAX_TITLES = 10  # in the banner


def size(bot: Chatbot) -> str:
    """The size of a bot's documents: `4 passages, 5 references`."""
    if not isinstance(bot.documents, tuple):  # an engine holds them, and they may be many
        return counted(len(bot.documents), "document")
    references = sum(len(document.references) for document in bot.documents)
    return f"{counted(len(bot.passages), 'passage')}, {counted(references, 'reference')}"


def banner(bot: Chatbot, page: Page, config: Path | None = None) -> Block:
    """What one can ask about, how it is read and configured, what to expect of the answers, and how to get help."""
    shown = bot.documents[:_MAX_TITLES] if isinstance(bot.documents, tuple) else ()
    titles = joined(note(document.title_text, page, "title") for document in shown)
    if shown and (more := len(bot.documents) - len(shown)):
        titles += note(f"and {more:,} more; /document lists them", page)
    reader = reader_name(semantic=bot.semantic)
    configured = note(f"Configuration: {config}", page) if config else []
    help_line = note("Ask a question, or type /help.", page, "")
    return stacked([[*titles, *note(f"{size(bot)}, {reader}", page), *configured], note(HONESTY, page, ""), help_line])


def _answered(state: State, line: str) -> Step:
    """The step of one line; an error is shown and leaves the conversation unchanged."""
    try:
        return step(state, line)
    except ChatbotError as error:
        return Step(state, note(str(error), state.page, "warning"))
    except KeyboardInterrupt:
        return Step(state, note("Interrupted.", state.page, "warning"))


def _forget(_: str) -> None:
    """Takes what is copied where there is no clipboard."""


def run(
    state: State,
    read: Callable[[], str],
    show: Callable[[Block], None],
    width: Callable[[], int | None],
    copy: Callable[[str], None] = _forget,
) -> None:
    """Chat until /quit or Ctrl-D.

    Args:
        state: the state to start from.
        read: returns the next line; raises EOFError for Ctrl-D and KeyboardInterrupt for Ctrl-C.
        show: writes styled text.
        width: returns the width of the screen, which may be resized between two lines.
        copy: copies a text to the clipboard.

    """
    with suppress(EOFError):
        while not state.leaving:
            try:
                line = read()
            except KeyboardInterrupt:
                show(note("Press Ctrl-D or type /quit to leave.", state.page))
                continue
            after = _answered(replace(state, page=replace(state.page, width=width())), line)
            if after.copied:
                copy(after.copied)
            if after.shown:
                show([("", "\n"), *after.shown, ("", "\n")])
            state = after.state


# Piped input


def _lines(source: BinaryIO) -> Iterator[str]:
    """The lines that are not blank; bytes that are not UTF-8 are replaced."""
    for raw in source:
        if line := raw.decode("utf-8", "replace").lstrip("\ufeff").strip():
            yield line


def _json_line(reply: Reply) -> str:
    return as_json(reply.to_dict()) + "\n"


def _answer_as_json(state: State, line: str) -> tuple[State, str]:
    """The reply to a question as a line of JSON; commands have no reply."""
    if line.startswith("/"):
        raise UsageError("commands are taken only in the chat without --json")
    after = ask(state, line).state
    if after.last and state.page.explain:
        return after, as_json(explained(after.last, state.bot.threshold)) + "\n"
    return after, _json_line(after.last) if after.last else ""


def _answer_as_text(state: State, line: str) -> tuple[State, str]:
    """A line as in a transcript: after a prompt, then what it shows."""
    after = step(state, line)
    if after.copied:
        raise UsageError("/copy is for a chat at a terminal; use /save FILE")
    return after.state, f"{PROMPT}{sanitised(line)}\n\n{plain(after.shown)}\n" if after.shown else ""


def run_piped(
    state: State, source: BinaryIO, write: Callable[[str], None], warn: Callable[[str], None], *, objects: bool
) -> int:
    """Answer the lines of a stream in one conversation, without a prompt or colour.

    Args:
        state: the state to start from.
        source: the stream of questions and commands.
        write: writes the replies.
        warn: reports an error in one line.
        objects: whether to write one JSON object per question instead of text.

    Returns:
        The exit code: that of the last error, 0 if there was none.

    """
    code = 0
    for line in _lines(source):
        try:
            state, written = (_answer_as_json if objects else _answer_as_text)(state, line)
        except ChatbotError as error:
            # with JSON an error has an object too, so that the lines of input and output match
            written = _json_line(Reply(line, line, ReplyKind.NONE, said=str(error))) if objects else ""
            code = error.exit_code
            warn(str(error))
        write(written)
        if state.leaving:
            break
    return code
