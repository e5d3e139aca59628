"""The HTTP server: API, OpenAI-compatible API, and the chat page (the extra `server`)."""

from chatbot.server.app import create_app

__all__ = ["create_app"]
