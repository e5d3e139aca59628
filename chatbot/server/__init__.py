"""The HTTP server: API, OpenAI-compatible API, and the chat page (the extra `server`)."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chatbot.server.app import create_app, running

__all__ = ["create_app", "running"]


def __getattr__(name: str) -> Any:
    """The app is imported when asked for: it needs the extra, which other users of this package do not."""
    if name in __all__:
        from chatbot.server import app

        return getattr(app, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
