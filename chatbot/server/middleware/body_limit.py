"""The size of a request's body, and the time it may take to arrive."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from chatbot.server.middleware.guard import Refused, error_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from chatbot.server.config import ServerSettings

_MAX_DISCARDED = 16 * 1024 * 1024  # bytes of a body that is too large: many clients read no response before the end


async def _discard(receive: Receive, size: int) -> None:
    """Receive the rest of a refused body, up to `size` bytes."""
    while size > 0:
        message = await receive()
        size -= len(message.get("body", b""))
        if not message.get("more_body"):
            return


async def _body(receive: Receive, limit: int) -> list[Message]:
    """The messages of a body; none if the client has gone. Raises Refused if it is larger than `limit` bytes."""
    messages: list[Message] = []
    left = limit
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return []
        messages.append(message)
        left -= len(message.get("body", b""))
        if left < 0:
            if message.get("more_body"):
                await _discard(receive, _MAX_DISCARDED)
            raise Refused(413, f"send at most {limit:,} bytes")
        if not message.get("more_body"):
            return messages


class BodyLimit:
    """Reads the whole body, which is small, within the time limit, before the app looks at it."""

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self.app = app
        self.limit = settings.body_limit
        self.seconds = settings.seconds

    async def _read(self, receive: Receive) -> list[Message]:
        try:
            return await asyncio.wait_for(_body(receive, self.limit), self.seconds)
        except asyncio.TimeoutError as error:
            raise Refused(408, f"send the whole request within {self.seconds:g} seconds") from error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            if Headers(scope=scope).get("content-encoding", "identity").lower() != "identity":
                raise Refused(415, "send the body as it is, without Content-Encoding")
            messages = await self._read(receive)
        except Refused as error:
            await error_response(scope, error)(scope, receive, send)
            return
        if not messages:
            return  # nobody would read an answer

        async def replay() -> Message:
            return messages.pop(0) if messages else await receive()

        await self.app(scope, replay, send)
