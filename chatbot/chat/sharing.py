"""What leaves a chat: an answer for the clipboard, the cited references as a file, an entry in the web browser."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from chatbot.chat.browser import open_address
from chatbot.chat.markdown import cited
from chatbot.chat.new_file import write_new
from chatbot.errors import ChatbotError, UsageError
from chatbot.inspection import lookups
from chatbot.inspection.identifiers import address
from chatbot.inspection.reference_formats import FORMATS
from chatbot.terminal import clipboard

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chatbot.conversation import Conversation
    from chatbot.documents.model import Document
    from chatbot.reply import Reply

COPIED = (
    "The last answer was sent to your terminal, to be copied (OSC 52). If nothing can be pasted, the terminal does "
    "not allow it; in tmux: set -g set-clipboard on."
)


def copyable(reply: Reply) -> str:
    """A reply as plain text, with its references. Raises ChatbotError if it is too long for a terminal's clipboard."""
    if not clipboard.fits(reply.text):
        raise ChatbotError("the answer is too long for the clipboard of a terminal; use /save FILE")
    return reply.text


def export(conversation: Conversation, path: str) -> tuple[int, Path]:
    """Write the entries that a conversation cites to a new file, in the format of its suffix.

    Returns:
        How many they are, and the path that was written.

    Raises:
        UsageError: the suffix names no format.
        ChatbotError: nothing is cited, or the file cannot be written.

    """
    writers = {found.suffix: found.write for found in FORMATS.values()}
    write = writers.get(PurePath(path).suffix.lower())
    if write is None:
        raise UsageError(f"{path} names no format; let it end in {', '.join(writers)}")
    sources = cited(conversation)
    if not sources:
        raise ChatbotError("no answer cites a reference yet; /refs lists those of the article")
    return len(sources), write_new(path, write(sources))


def open_entry(documents: Sequence[Document], name: str, last: Reply | None = None) -> str:
    """Open the entry with a number, or the note with a label, in the web browser; its address.

    Of several entries with a number, that is meant which the last reply cites.

    Raises:
        UsageError: several documents or lists have such an entry, or the name is neither.
        ChatbotError: there is no such entry, it prints no address, or there is no browser.

    """
    found = [item.entry for item in lookups.entries_named(documents, name)]
    cited_last = [source for source in found if last and source in last.sources]
    addresses = list(dict.fromkeys(filter(None, map(address, cited_last or found))))
    if not addresses:
        raise ChatbotError(f"reference {name} prints no address, DOI or PubMed number")
    if len(addresses) > 1:
        raise UsageError(f"{len(addresses)} references are called {name}: {', '.join(addresses)}")
    open_address(addresses[0])
    return addresses[0]
