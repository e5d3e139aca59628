"""A conversation as a file: text for people, or the JSON lines of the design."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.common.json_values import as_json
from chatbot.errors import ChatbotError
from chatbot.terminal import layout, replies
from chatbot.terminal.layout import Page
from chatbot.terminal.text import plain, sanitised

if TYPE_CHECKING:
    from chatbot.conversation import Conversation, Turn
    from chatbot.documents.model import Document

PROMPT = "> "


def _turn(turn: Turn, page: Page) -> str:
    return f"{PROMPT}{sanitised(turn.question)}\n\n{plain(replies.reply(turn.reply, page))}"


def text(conversation: Conversation, names: tuple[tuple[Document, str], ...] = ()) -> str:
    """The turns as they were shown, with a prompt before each question."""
    page = Page(layout.WIDEST, names)
    return "\n".join(_turn(turn, page) for turn in conversation.turns)


def json_lines(conversation: Conversation) -> str:
    """One reply object a line."""
    return "".join(as_json(turn.reply.to_dict()) + "\n" for turn in conversation.turns)


def save(conversation: Conversation, path: str, names: tuple[tuple[Document, str], ...] = ()) -> Path:
    """Write a new file: JSON lines if its name ends in `.jsonl`, else text. Raises ChatbotError; overwrites nothing."""
    content = json_lines(conversation) if path.lower().endswith(".jsonl") else text(conversation, names)
    try:
        target = Path(path).expanduser()
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except FileExistsError as error:
        raise ChatbotError(f"{path} is there already and stays as it is; choose another name") from error
    except (OSError, ValueError, RuntimeError) as error:  # ValueError: a NUL in the path; RuntimeError: no such home
        reason = getattr(error, "strerror", None) or str(error)
        raise ChatbotError(f"{path} cannot be written ({reason}); choose another place") from error
    return target
