"""What stands between the network and the routes: who may ask, how much, how often. Every error has one shape."""

from __future__ import annotations

import asyncio
import hmac
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chatbot.common.json_values import as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from chatbot.server.config import ServerSettings

_CODES = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    421: "wrong_host",
    422: "invalid",
    429: "too_many_requests",
    500: "internal",
    501: "not_available",
    503: "busy",
}
_OPENAI = "/v1/chat/completions"  # its clients read two more keys
_MOST_CLIENTS = 10_000  # that are remembered for the rate limit
_DISCARDED = 16 * 1024 * 1024  # bytes of a body that is too large: many clients read no answer before all is sent


class Refused(HTTPException):
    """A request that is not answered; `detail` is one line that says what to do."""


def path(scope: Scope) -> str:
    """The path below the place where the app is mounted."""
    whole: str = scope["path"]
    return whole.removeprefix(scope.get("root_path", "").rstrip("/")) or "/"


def failure(scope: Scope, error: HTTPException) -> Response:
    """An error as every client sees it."""
    body: dict[str, Any] = {
        "code": _CODES.get(error.status_code, "error"),
        "message": error.detail,
        "request_id": scope.get("state", {}).get("request_id", ""),
    }
    if path(scope) == _OPENAI:
        body |= {"type": "invalid_request_error" if error.status_code < 500 else "server_error", "param": None}
    return Response(as_json({"error": body}) + "\n", error.status_code, error.headers, "application/json")


def _private(scope: Scope) -> bool:
    """Whether a path is for those only who may ask; the page and the health of the server are for all."""
    return path(scope).startswith("/v1/") or path(scope) == "/metrics"


class Guard:
    """Lets a request pass that every check lets pass."""

    def __init__(self, app: ASGIApp, checks: Sequence[Callable[[Scope, Headers], None]]) -> None:
        self.app = app
        self.checks = checks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refused request, hand on the others."""
        if scope["type"] == "http":
            try:
                for check in self.checks:
                    check(scope, Headers(scope=scope))
            except Refused as error:
                await failure(scope, error)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class HostCheck:
    """Only the names of this server: a page elsewhere may let its own name point here (DNS rebinding)."""

    def __init__(self, settings: ServerSettings) -> None:
        self.hosts = {host.lower().strip("[]") for host in settings.hosts}

    def __call__(self, scope: Scope, headers: Headers) -> None:  # noqa: ARG002 - a Check
        """Refuse a request for another host."""
        try:
            host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        except ValueError:
            host = ""
        if "*" not in self.hosts and host.rstrip(".") not in self.hosts:
            raise Refused(421, "this server has another name; its owner can add yours with --allow-host")


class OriginCheck:
    """Only pages of this server and those that its owner names; other programs than browsers send no origin."""

    def __init__(self, settings: ServerSettings) -> None:
        self.origins = set(settings.origins)

    def __call__(self, scope: Scope, headers: Headers) -> None:
        """Refuse a request from a page elsewhere."""
        origin = headers.get("origin")
        if origin is None or not _private(scope) or not self.origins.isdisjoint((origin, "*")):
            return
        if origin.partition("://")[2].lower() != headers.get("host", "").lower():
            raise Refused(403, "pages of this origin may not ask; the owner can add it with --allow-origin")


class TokenCheck:
    """Only who knows the token, if there is one."""

    def __init__(self, settings: ServerSettings) -> None:
        self.token = settings.token.encode()

    def __call__(self, scope: Scope, headers: Headers) -> None:
        """Refuse a request without the token."""
        if not self.token or not _private(scope):
            return
        scheme, _, sent = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(sent.strip().encode(), self.token):
            raise Refused(
                401, "send the header `Authorization: Bearer ...` with the token", {"WWW-Authenticate": "Bearer"}
            )


def _client(scope: Scope) -> str:
    """Who asks: the address; of an IPv6 address the network, since every client has many of them."""
    address = (scope.get("client") or ("", 0))[0]
    try:
        read = ip_address(address)
    except ValueError:
        return str(address)
    return str(int(read) >> 64) if isinstance(read, IPv6Address) else address


class RateCheck:
    """So many requests a minute for each client: a token bucket, which a pause fills again."""

    def __init__(self, settings: ServerSettings, clock: Callable[[], float] = monotonic) -> None:
        self.rate = settings.rate
        self.clock = clock
        self.buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what was left, and when

    def __call__(self, scope: Scope, headers: Headers) -> None:  # noqa: ARG002 - a Check
        """Refuse a request of a client whose bucket is empty."""
        if not self.rate or not _private(scope):
            return
        client, now = _client(scope), self.clock()
        left, before = self.buckets.pop(client, (float(self.rate), now))
        left = min(float(self.rate), left + (now - before) * self.rate / 60)
        self.buckets[client] = (left - 1 if left >= 1 else left, now)
        if len(self.buckets) > _MOST_CLIENTS:
            self.buckets.popitem(last=False)  # the one that was silent longest
        if left < 1:
            seconds = str(int((1 - left) * 60 / self.rate) + 1)
            raise Refused(429, f"at most {self.rate} requests a minute; try again later", {"Retry-After": seconds})


async def _discard(receive: Receive, size: int) -> None:
    """Take the rest of a body that nobody wants, up to a size."""
    while size > 0:
        message = await receive()
        size -= len(message.get("body", b""))
        if not message.get("more_body"):
            return


async def _body(receive: Receive, limit: int) -> list[Message]:
    """The messages that a body comes in. Raises Refused for too large a one."""
    messages: list[Message] = []
    left = limit
    while True:
        message = await receive()
        messages.append(message)
        left -= len(message.get("body", b""))
        if left < 0:
            if message.get("more_body"):
                await _discard(receive, _DISCARDED)
            raise Refused(413, f"send at most {limit:,} bytes")
        if not message.get("more_body"):
            return messages


class BodyLimit:
    """Reads the whole body, which is small, within the time limit, before anything else looks at it."""

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
        """Answer a request with too large a body, hand on the others with theirs."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            messages = await self._read(receive)
        except Refused as error:
            await failure(scope, error)(scope, receive, send)
            return

        async def again() -> Message:
            return messages.pop(0) if messages else await receive()

        await self.app(scope, again, send)
