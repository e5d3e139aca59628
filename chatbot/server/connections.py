"""Connections: how long a client may keep the server waiting, how many there may be, and what is no HTTP.

The time limits of the app begin with a request's head, so before it, and after the reply, they are kept here. When
there are too many connections, that which has kept the server waiting longest makes room for a new one: who opens many
and says nothing locks nobody out.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from chatbot.server.middleware.guard import Refused, error_response

if TYPE_CHECKING:
    import asyncio

    from starlette.types import ASGIApp

_MOST = 1_000  # connections, if the system allows as many files
_FILES = 4_096  # that this process may open, if the system lets it choose
_BACKLOG = 100  # connections accepted at once
_SLOWEST = 16_384  # bytes a second that a client has to take of a reply


def _most_connections() -> int:
    """How many connections there may be. They are a quarter of all files: some are accepted that are not counted yet.

    A process that cannot open one more file could not accept a connection either, nor read a document.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return _MOST
    files, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files < _FILES and (allowed == resource.RLIM_INFINITY or allowed > files):
        files = _FILES if allowed == resource.RLIM_INFINITY else min(_FILES, allowed)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, allowed))
    return max(1, min(_MOST, files // 4))


class ServerConfig(uvicorn.Config):
    """uvicorn's configuration, with limits on connections.

    Attributes:
        seconds: maximum time to wait for the next head of a request, or for a client to take its reply.
        most: maximum number of connections.
        waiting: the connections that the server waits for, the longest first.
    """

    def __init__(self, app: ASGIApp, seconds: float, most: int | None = None, **settings: Any) -> None:
        super().__init__(app, http=Connection, ws="none", backlog=_BACKLOG, **settings)
        self.seconds = seconds
        self.most = _most_connections() if most is None else most
        self.waiting: dict[Connection, None] = {}


class Connection(H11Protocol):
    """One connection. The server waits for its client until a request is whole, and until the reply is taken."""

    config: ServerConfig
    _deadline: asyncio.TimerHandle | None = None
    _untaken = 0  # bytes of the reply when the deadline was set

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection; if there are too many, drop another one, or refuse it if all are being answered."""
        super().connection_made(transport)
        if len(self.connections) > self.config.most:
            longest = next(iter(self.config.waiting), None)
            if longest is None:
                self._refuse(503, "too many connections; try again in a moment")
            else:
                longest.drop()
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """Wait for the client to take what was sent."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """Go on: the client has taken most of what was sent."""
        super().resume_writing()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        self._forget()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the signature of uvicorn
        """Refuse what is no HTTP."""
        self._refuse(400, "this is not HTTP/1.1 as RFC 9112 describes it; check the request line and the headers")

    def drop(self) -> None:
        """End the connection at once; what was not taken is lost."""
        self._forget()
        self.transport.abort()

    def _watch(self) -> None:
        """Note whether the client is waited for, and set a deadline; the body of a request has its own, in the app."""
        if self.transport.is_closing() and not self.transport.get_write_buffer_size():
            return
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering and not self.flow.write_paused:
            self._cancel()
        elif self._deadline is None:
            self._set()
        if self._deadline or self.cycle.more_body:
            self.config.waiting.setdefault(self)
        else:
            self.config.waiting.pop(self, None)

    def _set(self) -> None:
        self._untaken = self.transport.get_write_buffer_size()
        self._deadline = self.loop.call_later(self.config.seconds, self._expired)

    def _cancel(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _forget(self) -> None:
        self._cancel()
        self.config.waiting.pop(self, None)

    def _expired(self) -> None:
        """The deadline has passed: end the connection, unless a long reply is being taken fast enough."""
        untaken = self.transport.get_write_buffer_size()
        if untaken and self._untaken - untaken >= _SLOWEST * self.config.seconds:
            self._set()
            return
        if not untaken and self.conn.trailing_data[0]:
            self._refuse(408, f"send the whole request within {self.config.seconds:g} seconds")
        self.drop()

    def _refuse(self, status: int, detail: str) -> None:
        """Answer without the app, if nothing was answered yet, and close the connection."""
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.drop()
            return
        request_id = uuid4().hex
        response = error_response({"path": "/", "state": {"request_id": request_id}}, Refused(status, detail))
        headers = [*response.raw_headers, (b"x-request-id", request_id.encode()), (b"connection", b"close")]
        events = (
            h11.Response(status_code=status, headers=headers, reason=HTTPStatus(status).phrase),
            h11.Data(data=bytes(response.body)),
            h11.EndOfMessage(),
        )
        self.transport.write(b"".join(self.conn.send(event) for event in events))
        self.transport.close()
