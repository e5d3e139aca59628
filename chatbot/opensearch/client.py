"""The connection to a cluster: time limits, retries with growing pauses, and a circuit breaker; errors in one line."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from chatbot.common.wording import pip_install
from chatbot.errors import ChatbotError, EngineError
from chatbot.opensearch.address import FILE, access

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

    from chatbot.opensearch.address import Access, Address

Result = TypeVar("Result")

_ATTEMPTS = 4
_PAUSE = 0.2  # seconds before the second attempt; doubled before each further one
_MOST = 4.0  # seconds; a call that has taken so long is not tried again, so that nobody waits for a cluster that hangs
_BUSY = (429, 502, 503, 504)  # worth another attempt
_FAILURES = 3  # calls in a row that failed; then the breaker opens
_OPEN = 5.0  # seconds in which no call is made
ASKING, WRITING = 4.0, 60.0  # seconds for one request


class Breaker:
    """Fails at once while a cluster is known to be down, so that nothing waits for it. Safe to share between threads.

    After `_FAILURES` calls in a row that failed it is open for some seconds; then one call may try again.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._until = 0.0

    def admits(self) -> bool:
        """Whether a call may be made."""
        with self._lock:
            if self._failures < _FAILURES:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + _OPEN  # others wait until this one is back
            return True

    def record(self, *, success: bool) -> None:
        """Take note of how a call ended."""
        with self._lock:
            self._failures = 0 if success else self._failures + 1
            self._until = self._clock() + _OPEN


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a call is tried, how long the pauses are, and after how long it is not tried again; in seconds."""

    attempts: int = _ATTEMPTS
    pause: float = _PAUSE
    most: float = _MOST
    sleep: Callable[[float], None] = time.sleep

    def wait(self, attempt: int) -> None:
        """Pause before an attempt, counted from 0."""
        self.sleep(self.pause * 2 ** (attempt - 1))


PATIENT = Patience(attempts=8, most=60.0)  # for indexing: a node that is gone is replaced within that time


def _opened(address: Address, how: Access) -> OpenSearch:
    if find_spec("opensearchpy") is None:
        raise ChatbotError(f"this needs the extra `opensearch`: {pip_install('opensearch')}")
    from opensearchpy import OpenSearch

    return OpenSearch(
        hosts=[{"host": host.strip("[]"), "port": port} for host, port in address.hosts],
        http_auth=(how.user, how.password) if how.user else None,
        use_ssl=how.tls,
        verify_certs=how.tls,
        ca_certs=how.ca or None,
        client_cert=how.certificate or None,
        client_key=how.key or None,
        http_compress=not address.is_local,
        max_retries=len(address.hosts) - 1,  # another host at once; pauses are ours
        retry_on_timeout=False,
        pool_maxsize=8,
    )


class Client:
    """A cluster that is asked for one collection. Safe to share between threads."""

    def __init__(self, address: Address, patience: Patience | None = None, breaker: Breaker | None = None) -> None:
        self.address = address
        self._patience = patience or Patience()
        self._breaker = breaker or Breaker()
        self._connection = _opened(address, access(address))

    def call(self, work: Callable[[OpenSearch], Result]) -> Result:
        """What `work` gives. Raises EngineError if the cluster does not answer, or refuses."""
        if not self._breaker.admits():
            raise EngineError(f"{self.address} did not answer a moment ago; it is tried again in {_OPEN:.0f} seconds")
        started = time.monotonic()
        for attempt in range(self._patience.attempts):
            if attempt:
                self._patience.wait(attempt)
            try:
                result = work(self._connection)
            except Exception as error:
                failure = _failure(error, self.address)
            else:
                self._breaker.record(success=True)
                return result
            if not failure.passing or time.monotonic() - started > self._patience.most:
                break
        self._breaker.record(success=not failure.passing)  # a cluster that refuses is there
        raise failure.error

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()


@dataclass(frozen=True, slots=True)
class _Failure:
    """An error in our words, and whether it may pass."""

    error: ChatbotError
    passing: bool


def _failure(error: Exception, address: Address) -> _Failure:
    """What went wrong; an error that is not the client's is raised again."""
    from opensearchpy import exceptions as known

    if isinstance(error, known.SSLError):
        return _Failure(EngineError(f"{address} does not speak TLS as {FILE} says: {_brief(error)}"), passing=False)
    if isinstance(error, known.ConnectionTimeout):
        return _Failure(EngineError(f"{address} takes too long to answer; try again later"), passing=True)
    if isinstance(error, known.ConnectionError):
        return _Failure(EngineError(f"{address} does not answer; start OpenSearch there, or check the address"), True)
    if isinstance(error, (known.AuthenticationException, known.AuthorizationException)):
        return _Failure(EngineError(f"{address} refuses the user; check the user and the password in {FILE}"), False)
    if isinstance(error, known.TransportError):
        return _Failure(EngineError(f"{address} reports: {_brief(error)}"), passing=error.status_code in _BUSY)
    raise error


def _brief(error: Any) -> str:
    """The reason of an error in one line of bounded length."""
    info = error.info if isinstance(getattr(error, "info", None), dict) else {}
    found = info.get("error", "")
    reason = found.get("reason", "") if isinstance(found, dict) else found
    return " ".join(str(reason or error).split())[:200]
