"""Telemetry: a log line and metrics for each request, without what was asked or by whom."""

from __future__ import annotations

import logging
import re
import traceback
from time import perf_counter
from typing import TYPE_CHECKING
from uuid import uuid4

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders

from chatbot.server.middleware.guard import Refused, error_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from chatbot.reply import Reply
    from chatbot.server.document_store import Served

_log = logging.getLogger(__name__)

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The Prometheus metrics of one app, in a registry of their own."""

    def __init__(self, store: Served) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("chatbot_requests", "Requests by route.", labels, registry=self.registry)
        self.seconds = Histogram(
            "chatbot_request_seconds", "How long they took.", ("route",), buckets=_SECONDS, registry=self.registry
        )
        self.replies = Counter("chatbot_replies", "Replies by kind.", ("kind",), registry=self.registry)
        self.unlogged = Counter("chatbot_unlogged", "Replies that the log could not keep.", registry=self.registry)
        documents = Gauge("chatbot_documents", "Documents in use.", registry=self.registry)
        documents.set_function(lambda: len(store.bot.documents))
        problems = Gauge("chatbot_document_problems", "Documents older than their file.", registry=self.registry)
        problems.set_function(lambda: sum(bool(volume.problem) for volume in store.snapshot.documents))

    def count_reply(self, reply: Reply) -> None:
        """Count a reply."""
        self.replies.labels(reply.kind.value).inc()

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request. Clients cannot add series: there is one per route."""
        self.requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)


def _request_id(scope: Scope) -> str:
    """The id that the client sent, if it is valid; else a new one."""
    sent = Headers(scope=scope).get("x-request-id", "")
    return sent if _ID.fullmatch(sent) else uuid4().hex


def _traceback(error: Exception) -> str:
    """The type and the traceback of an error, without its message, which may quote the question."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


class _Request:
    """One request: its id, its status, and its duration."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self._send = send
        self.id = _request_id(scope)
        self.status = 0
        self._started = perf_counter()
        scope["state"] = {**scope.get("state", {}), "request_id": self.id}

    async def send(self, message: Message) -> None:
        """Send a message of the response, with the id in its headers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.id
            headers["X-Content-Type-Options"] = "nosniff"
        await self._send(message)

    def finish(self, metrics: Metrics) -> None:
        """Count the request and log it."""
        seconds = perf_counter() - self._started
        route = getattr(self.scope.get("route"), "path", "other")
        metrics.count_request(self.scope["method"], route, self.status, seconds)
        _log.info("%s %s %s %d %.1f ms", self.id, self.scope["method"], route, self.status, seconds * 1000)


class Telemetry:
    """The outermost middleware: gives each request an id, logs and counts it, and answers internal errors."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = _Request(scope, send)
        try:
            await self.app(scope, receive, request.send)
        except Exception as error:
            _log.error("%s %s", request.id, _traceback(error))
            if request.status:
                raise ConnectionAbortedError from None  # cut off: a partial response must not look complete
            internal = Refused(500, "something went wrong here; the server's log says where, under this request's id")
            await error_response(scope, internal)(scope, receive, request.send)
        finally:
            request.finish(self.metrics)
