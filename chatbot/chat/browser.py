"""Opens the addresses of entries in the user's web browser."""

from __future__ import annotations

import webbrowser

from chatbot.errors import ChatbotError


def open_address(address: str) -> None:
    """Open an address. Raises ChatbotError, which has the address, if there is no browser."""
    try:
        opened = webbrowser.get().open(address)
    except webbrowser.Error:
        opened = False
    if not opened:
        raise ChatbotError(f"there is no web browser here; the address is {address}")
