"""The rate limit: requests per minute and client, by a token bucket.

A history that has to be answered counts too, as so many requests.
"""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from time import monotonic
from typing import TYPE_CHECKING

from chatbot.server.middleware.guard import Refused, is_protected

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import Headers
    from starlette.types import Scope

    from chatbot.server.config import ServerSettings

_MAX_CLIENTS = 10_000  # remembered at a time
_MINUTE = 60  # seconds


def _client(scope: Scope) -> str:
    """The client's address; of an IPv6 address the network, since every client has many addresses."""
    address = (scope.get("client") or ("", 0))[0]
    try:
        parsed = ip_address(address)
    except ValueError:
        return str(address)
    return str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else address


class RateLimit:
    """Limits the requests per minute of each client."""

    def __init__(self, settings: ServerSettings, clock: Callable[[], float] = monotonic) -> None:
        self.rate = settings.rate
        self.clock = clock
        self.buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens left, and when

    def __call__(self, scope: Scope, headers: Headers) -> None:  # noqa: ARG002 - the signature of a check
        """Refuse a request of a client whose bucket is empty."""
        if not self.rate or not is_protected(scope):
            return
        client, now = _client(scope), self.clock()
        left, before = self.buckets.pop(client, (float(self.rate), now))
        left = min(float(self.rate), left + (now - before) * self.rate / _MINUTE)
        self.buckets[client] = (left - 1 if left >= 1 else left, now)
        if len(self.buckets) > _MAX_CLIENTS:
            self.buckets.popitem(last=False)  # the client that was idle longest
        if left < 1:
            seconds = str(int((1 - left) * _MINUTE / self.rate) + 1)
            raise Refused(429, f"at most {self.rate} requests a minute; try again later", {"Retry-After": seconds})

    def charge(self, scope: Scope, cost: int) -> None:
        """Count `cost` more requests of the client of a request, which has to wait then for at most two minutes."""
        client = _client(scope)
        if client in self.buckets:  # not without a limit
            left, before = self.buckets[client]
            self.buckets[client] = (max(left - cost, -float(self.rate)), before)
