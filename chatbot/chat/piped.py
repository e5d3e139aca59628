"""Piped input: one question a line, answered as it comes, without a prompt or colour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from chatbot.chat.slash_commands import State, ask, step
from chatbot.common.json_values import as_json
from chatbot.errors import ChatbotError, UsageError
from chatbot.reply import Reply, ReplyKind
from chatbot.terminal.text import plain

Say = Callable[[str], None]


def _lines(source: BinaryIO) -> Iterator[str]:
    """The lines that hold anything; bytes that are no UTF-8 are replaced."""
    for raw in source:
        if line := raw.decode("utf-8", "replace").lstrip("\ufeff").strip():
            yield line


def _json_line(reply: Reply) -> str:
    return as_json(reply.to_dict()) + "\n"


def _object(state: State, line: str) -> tuple[State, str]:
    """A question's reply as one object; commands have none."""
    if line.startswith("/"):
        raise UsageError("commands are taken only in the chat without --json")
    after = ask(state, line).state
    return after, _json_line(after.last) if after.last else ""


def _text(state: State, line: str) -> tuple[State, str]:
    """A reply, or what a command shows, and an empty line."""
    after, shown = step(state, line)
    return after, plain(shown) + "\n" if shown else ""


def _refusal(line: str, error: ChatbotError, *, objects: bool) -> str:
    """Every question has its object, so that the lines of input and output match."""
    return _json_line(Reply(line, line, ReplyKind.NONE, said=str(error))) if objects else ""


def run(state: State, source: BinaryIO, write: Say, warn: Say, *, objects: bool) -> int:
    """Answer all lines in one conversation; the exit code is the last error's, 0 if every line was taken."""
    code = 0
    for line in _lines(source):
        try:
            state, written = (_object if objects else _text)(state, line)
        except ChatbotError as error:
            written, code = _refusal(line, error, objects=objects), error.exit_code
            warn(str(error))
        write(written)
        if state.leaving:
            break
    return code
