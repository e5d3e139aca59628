"""The Host header: a page elsewhere could let its own name point to this server (DNS rebinding).

Not Starlette's TrustedHostMiddleware: that one cuts IPv6 addresses at their first colon, and its refusal is plain text
with status 400.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chatbot.server.middleware.guard import Refused

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import Scope

    from chatbot.server.config import ServerSettings


class HostCheck:
    """Allows only the names of this server."""

    def __init__(self, settings: ServerSettings) -> None:
        self.hosts = {host.lower().strip("[]") for host in settings.hosts}

    def __call__(self, scope: Scope, headers: Headers) -> None:  # noqa: ARG002 - the signature of a check
        """Refuse a request for another host."""
        try:
            host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        except ValueError:
            host = ""
        if "*" not in self.hosts and host.rstrip(".") not in self.hosts:
            raise Refused(421, "Host header not allowed; the server's administrator can add it with --allow-host")
