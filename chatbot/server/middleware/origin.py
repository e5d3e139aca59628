"""The Origin header: which web pages may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.server.middleware.guard import Refused, is_protected

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import Scope

    from chatbot.server.config import ServerSettings


class OriginCheck:
    """Allows pages of this server and of the configured origins; programs other than browsers send no origin."""

    def __init__(self, settings: ServerSettings) -> None:
        self.origins = set(settings.origins)

    def __call__(self, scope: Scope, headers: Headers) -> None:
        """Refuse a request from a page of another origin."""
        origin = headers.get("origin")
        if origin is None or not is_protected(scope) or not self.origins.isdisjoint((origin, "*")):
            return
        if origin.partition("://")[2].lower() != headers.get("host", "").lower():
            raise Refused(403, "origin not allowed; the server's administrator can add it with --allow-origin")
