"""What a server tells of itself: a log line and figures for each request; not what was asked, nor by whom."""

from __future__ import annotations

import logging
import re
import traceback
from time import perf_counter
from typing import TYPE_CHECKING
from uuid import uuid4

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders

from chatbot.server.middleware import Refused, failure

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from chatbot.reply import Reply
    from chatbot.server.document_store import Shelf

_log = logging.getLogger(__name__)

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Figures:
    """The figures of one server, in a registry of their own: an app counts nothing of another one."""

    def __init__(self, shelf: Shelf) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("chatbot_requests", "Requests by route.", labels, registry=self.registry)
        self.seconds = Histogram(
            "chatbot_request_seconds", "How long they took.", ("route",), buckets=_SECONDS, registry=self.registry
        )
        self.replies = Counter("chatbot_replies", "Replies by kind.", ("kind",), registry=self.registry)
        self.unlogged = Counter("chatbot_unlogged", "Replies that the log could not keep.", registry=self.registry)
        documents = Gauge("chatbot_documents", "Documents in use.", registry=self.registry)
        documents.set_function(lambda: len(shelf.volumes))
        problems = Gauge("chatbot_document_problems", "Documents older than their file.", registry=self.registry)
        problems.set_function(lambda: sum(bool(volume.problem) for volume in shelf.volumes))

    def replied(self, reply: Reply) -> None:
        """Count a reply."""
        self.replies.labels(reply.kind.value).inc()

    def requested(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; nobody can make more series than there are routes."""
        self.requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)


def _request_id(scope: Scope) -> str:
    """The id that the request came with, if it is one; else a new one."""
    sent = Headers(scope=scope).get("x-request-id", "")
    return sent if _ID.fullmatch(sent) else uuid4().hex


def _blame(error: Exception) -> str:
    """Where an error of ours happened. Its message is left out: it may quote the question."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


class _Request:
    """One request on its way: its id and its status, told when it is over."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self._send = send
        self.id = _request_id(scope)
        self.status = 0
        self._started = perf_counter()
        scope["state"] = {**scope.get("state", {}), "request_id": self.id}

    async def send(self, message: Message) -> None:
        """Hand on a message of the response, with the id in its headers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.id
            headers["X-Content-Type-Options"] = "nosniff"
        await self._send(message)

    def over(self, figures: Figures) -> None:
        """Count it and write its line in the log."""
        seconds = perf_counter() - self._started
        route = getattr(self.scope.get("route"), "path", "other")
        figures.requested(self.scope["method"], route, self.status, seconds)
        _log.info("%s %s %s %d %.1f ms", self.id, self.scope["method"], route, self.status, seconds * 1000)


class Watch:
    """The outermost layer: gives each request its id, and an error of ours the shape of all errors."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self.app = app
        self.figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request and tell how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = _Request(scope, send)
        try:
            await self.app(scope, receive, request.send)
        except Exception as error:
            _log.error("%s %s", request.id, _blame(error))
            if request.status:
                raise ConnectionAbortedError from None  # cut off, what has begun cannot pass for a whole response
            sorry = Refused(500, "something went wrong here; the server's log says where, under this request's id")
            await failure(scope, sorry)(scope, receive, request.send)
        finally:
            request.over(self.figures)
