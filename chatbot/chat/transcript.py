"""A conversation as a file: plain text, or JSON lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.common.json_values import as_json
from chatbot.errors import ChatbotError
from chatbot.terminal.replies import render
from chatbot.terminal.text import MAX_WIDTH, Page, plain, sanitised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.conversation import Conversation, Turn
    from chatbot.documents.model import Document

PROMPT = "> "


def _turn(turn: Turn, page: Page) -> str:
    return f"{PROMPT}{sanitised(turn.question)}\n\n{plain(render(turn.reply, page))}"


def text(conversation: Conversation, documents: Sequence[Document] = ()) -> str:
    """The conversation as the chat showed it, with a prompt before each question."""
    page = Page(MAX_WIDTH, documents)
    return "\n".join(_turn(turn, page) for turn in conversation.turns)


def json_lines(conversation: Conversation) -> str:
    """The replies, one JSON object per line."""
    return "".join(f"{as_json(turn.reply.to_dict())}\n" for turn in conversation.turns)


def save(conversation: Conversation, path: str, documents: Sequence[Document] = ()) -> Path:
    """Write a conversation to a new file.

    Args:
        conversation: the turns to write.
        path: the file; JSON lines if its name ends in `.jsonl`, otherwise text.
        documents: the documents that were asked; if there are several, text says which one each quote is from.

    Returns:
        The path that was written.

    Raises:
        ChatbotError: the file exists already, or cannot be written.

    """
    content = json_lines(conversation) if path.lower().endswith(".jsonl") else text(conversation, documents)
    try:
        target = Path(path).expanduser()
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except FileExistsError as error:
        raise ChatbotError(f"{path} already exists and was not changed; choose another name") from error
    except (OSError, ValueError, RuntimeError) as error:  # ValueError: a NUL in the path; RuntimeError: no such home
        reason = getattr(error, "strerror", None) or str(error)
        raise ChatbotError(f"{path} cannot be written ({reason}); choose another place") from error
    return target
