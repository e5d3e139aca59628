"""A conversation as a file: Markdown, plain text, or JSON lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.chat.markdown import markdown
from chatbot.chat.new_file import write_new
from chatbot.common.json_values import as_json
from chatbot.terminal.replies import render
from chatbot.terminal.text import MAX_WIDTH, Page, plain, sanitised

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
        path: the file; JSON lines if its name ends in `.jsonl`, plain text if in `.txt`, otherwise Markdown.
        documents: the documents that were asked; if there are several, it is said which one each quote is from.

    Returns:
        The path that was written.

    Raises:
        ChatbotError: the file exists already, or cannot be written.

    """
    name = path.lower()
    if name.endswith(".jsonl"):
        return write_new(path, json_lines(conversation))
    if name.endswith(".txt"):
        return write_new(path, text(conversation, documents))
    return write_new(path, markdown(conversation, Page(documents=documents)))
