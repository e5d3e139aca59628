"""What stands between the network and the routes: limits, and who may ask. Every error has one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from chatbot.transcript import as_json

if TYPE_CHECKING:
    from starlette.types import Scope

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


class Refused(HTTPException):
    """A request that is not answered; `detail` is one line that says what to do."""


def path(scope: Scope) -> str:
    """The path below the place where the app is mounted."""
    whole: str = scope["path"]
    return whole.removeprefix(scope.get("root_path", "").rstrip("/")) or "/"


def failure(scope: Scope, error: HTTPException) -> Response:
    """An error as every client sees it."""
    request_id = scope.get("state", {}).get("request_id", "")
    body: dict[str, Any] = {
        "code": _CODES.get(error.status_code, "error"),
        "message": error.detail,
        "request_id": request_id,
    }
    if path(scope) == _OPENAI:
        kind = "invalid_request_error" if error.status_code < 500 else "server_error"
        body |= {"type": kind, "param": None}
    return Response(as_json({"error": body}) + "\n", error.status_code, error.headers, "application/json")
