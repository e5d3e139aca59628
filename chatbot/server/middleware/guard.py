"""Refusing requests: the checks that run before a route, and the one shape of every error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chatbot.common.json_values import as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

_CODES = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "unsupported",
    421: "wrong_host",
    422: "invalid",
    429: "too_many_requests",
    500: "internal",
    501: "not_available",
    503: "busy",
}
_OPENAI = "/v1/chat/completions"  # its clients read two more keys


class Refused(HTTPException):
    """A request that is refused; `detail` is one line that says what to do."""


def path(scope: Scope) -> str:
    """The path of a request, relative to where the app is mounted."""
    full: str = scope["path"]
    return full.removeprefix(scope.get("root_path", "").rstrip("/")) or "/"


def is_protected(scope: Scope) -> bool:
    """Whether a path needs permission; the page and the health checks are open to all."""
    return path(scope).startswith("/v1/") or path(scope) == "/metrics"


def error_response(scope: Scope, error: HTTPException) -> Response:
    """The response for an error, in the one shape that all errors have."""
    body: dict[str, Any] = {
        "code": _CODES.get(error.status_code, "error"),
        "message": error.detail,
        "request_id": scope.get("state", {}).get("request_id", ""),
    }
    if path(scope) == _OPENAI:
        body |= {"type": "invalid_request_error" if error.status_code < 500 else "server_error", "param": None}
    return Response(as_json({"error": body}) + "\n", error.status_code, error.headers, "application/json")


class Guard:
    """Runs every check; forwards the request if none refuses it.

    A check is called with the scope and the headers of a request, and raises Refused.
    """

    def __init__(self, app: ASGIApp, checks: Sequence[Callable[[Scope, Headers], None]]) -> None:
        self.app = app
        self.checks = checks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] == "http":
            try:
                for check in self.checks:
                    check(scope, Headers(scope=scope))
            except Refused as error:
                await error_response(scope, error)(scope, receive, send)
                return
        await self.app(scope, receive, send)
