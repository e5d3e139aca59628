"""The Authorization header: a bearer token, if the server has one."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from chatbot.server.middleware.guard import Refused, is_protected

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import Scope

    from chatbot.server.config import ServerSettings


class TokenCheck:
    """Allows only clients that send the token, if there is one."""

    def __init__(self, settings: ServerSettings) -> None:
        self.token = settings.token.encode()

    def __call__(self, scope: Scope, headers: Headers) -> None:
        """Refuse a request without the token."""
        if not self.token or not is_protected(scope):
            return
        scheme, _, sent = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(sent.strip().encode(), self.token):
            detail = "send the header `Authorization: Bearer ...` with the token"
            raise Refused(401, detail, {"WWW-Authenticate": "Bearer"})
