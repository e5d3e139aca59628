"""The Host header: a page elsewhere could let its own name point to this server (DNS rebinding).

Not Starlette's TrustedHostMiddleware: that one cuts IPv6 addresses at their first colon, and its refusal is plain text
with status 400.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chatbot.server.middleware.guard import Refused

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import Scope

    from chatbot.server.config import ServerSettings


_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]*)(:[0-9]{0,5})?")  # RFC 9110, 7.2, without rare signs


class HostCheck:
    """Allows only the names of this server."""

    def __init__(self, settings: ServerSettings) -> None:
        self.hosts = {host.lower().strip("[]") for host in settings.hosts}

    def __call__(self, scope: Scope, headers: Headers) -> None:  # noqa: ARG002 - the signature of a check
        """Refuse a request for another host, and one whose host is no name or address."""
        parts = _HOST.fullmatch(headers.get("host", ""))
        if parts is None:
            raise Refused(400, "the Host header is malformed: send the name of the server, and its port")
        if self.hosts.isdisjoint(("*", parts["name"].strip("[]").rstrip(".").lower())):
            raise Refused(421, "Host header not allowed; the server's administrator can add it with --allow-host")
