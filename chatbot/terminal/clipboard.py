"""The clipboard of the terminal's user, also over SSH: by OSC 52, the escape sequence that asks a terminal to copy."""

from __future__ import annotations

from base64 import b64encode

MOST = 74_994  # bytes; xterm and tmux take no longer sequence than these make in base64


def fits(text: str) -> bool:
    """Whether terminals take a text of this length."""
    return len(_bytes(text)) <= MOST


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def sequence(text: str) -> str:
    """The escape sequence that copies a text. A terminal that knows it not, or forbids it, ignores it."""
    return f"\x1b]52;c;{b64encode(_bytes(text)).decode()}\x07"
