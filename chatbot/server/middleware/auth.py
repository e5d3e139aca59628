"""The Authorization header: a bearer token, if the server has one."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from chatbot.server.middleware.guard import Refused, is_protected

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import Scope

    from chatbot.server.config import ServerSettings


def has_token(headers: Headers, token: str) -> bool:
    """Whether a request has the token, or needs none because it is empty."""
    scheme, _, sent = headers.get("authorization", "").partition(" ")
    return not token or (scheme.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode()))


class TokenCheck:
    """Allows only clients that send the token, if there is one."""

    def __init__(self, settings: ServerSettings) -> None:
        self.token = settings.token

    def __call__(self, scope: Scope, headers: Headers) -> None:
        """Refuse a request without the token."""
        if is_protected(scope) and not has_token(headers, self.token):
            detail = "send the header `Authorization: Bearer ...` with the token"
            raise Refused(401, detail, {"WWW-Authenticate": "Bearer"})
