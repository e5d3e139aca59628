"""The HTTP server: API, OpenAI-compatible API, and the chat page (the extra `server`)."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chatbot.server.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """`create_app` is imported when asked for: it needs the extra, which other users of this package do not."""
    if name == "create_app":
        from chatbot.server.app import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
