"""Retries, pauses and the circuit breaker; errors in one line."""

import pytest

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from opensearchpy import exceptions

from chatbot.errors import ChatbotError, EngineError
from chatbot.opensearch.address import parse
from chatbot.opensearch.client import Breaker, Client, Patience

ADDRESS = parse("opensearch://localhost:1/docs")
DOWN = exceptions.ConnectionError("N/A", "refused", OSError("refused"))
BUSY = exceptions.TransportError(429, "es_rejected_execution_exception", {"error": {"reason": "the queue is full"}})
WRONG = exceptions.RequestError(400, "parsing_exception", {"error": {"reason": "no such\n field"}})
DENIED = exceptions.AuthenticationException(401, "Unauthorized", {})
SLOW = exceptions.ConnectionTimeout("TIMEOUT", "timed out", OSError("timed out"))


class Calls:
    """Work that fails with some errors in turn, and then succeeds; it counts the attempts and remembers the pauses."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.attempts = 0
        self.pauses = []

    def __call__(self, _):
        """Fail or succeed, as is next."""
        self.attempts += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def client(calls, breaker=None):
    """A client that pauses without waiting."""
    return Client(ADDRESS, Patience(3, 0.25, sleep=calls.pauses.append), breaker)


@pytest.mark.parametrize("error", [DOWN, BUSY, SLOW])
def test_what_may_pass_is_tried_again(error):
    """With pauses that grow."""
    calls = Calls(error, error)
    assert client(calls).call(calls) == "done"
    assert (calls.attempts, calls.pauses) == (3, [0.25, 0.5])


@pytest.mark.parametrize(
    ("error", "attempts", "message"),
    [
        (DOWN, 3, "opensearch://localhost:1/docs does not answer; start OpenSearch there, or check the address"),
        (SLOW, 3, "opensearch://localhost:1/docs takes too long to answer; try again later"),
        (BUSY, 3, "opensearch://localhost:1/docs reports: the queue is full"),
        (
            exceptions.SSLError("N/A", "bad certificate", OSError()),
            1,
            "opensearch://localhost:1/docs does not speak TLS",
        ),
        (WRONG, 1, "opensearch://localhost:1/docs reports: no such field"),
        (DENIED, 1, "opensearch://localhost:1/docs refuses the user; check the user and the password"),
    ],
)
def test_errors(error, attempts, message):
    """One line says what is wrong; what cannot pass is not tried again."""
    calls = Calls(*[error] * 9)
    with pytest.raises(EngineError) as raised:
        client(calls).call(calls)
    assert str(raised.value).startswith(message)
    assert calls.attempts == attempts


def test_a_cluster_that_hangs_is_not_asked_again_and_again():
    """After the time that a call may take there is no further attempt."""
    calls = Calls(SLOW, SLOW)
    with pytest.raises(EngineError, match="takes too long"):
        Client(ADDRESS, Patience(most=0)).call(calls)
    assert calls.attempts == 1


def test_an_error_of_ours_is_not_hidden():
    """A fault in the program is no fault of the cluster."""
    calls = Calls(KeyError("bug"))
    with pytest.raises(KeyError):
        client(calls).call(calls)


def test_the_breaker():
    """After three failures nothing is sent for some seconds; then one call tries, and a success closes it."""
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(3):
        assert breaker.admits()
        breaker.record(success=False)
    assert not breaker.admits()
    now[0] = 6
    assert breaker.admits()
    assert not breaker.admits()  # the others wait for the one
    breaker.record(success=True)
    assert breaker.admits()
    assert breaker.admits()


def test_an_open_breaker_fails_at_once():
    """A dead cluster costs a caller nothing."""
    breaker, calls = Breaker(), Calls(*[DOWN] * 99)
    asked = client(calls, breaker)
    for _ in range(4):
        with pytest.raises(EngineError, match=r"does not answer|did not answer a moment ago"):
            asked.call(calls)
    assert calls.attempts == 9


def test_a_refusal_does_not_open_the_breaker():
    """A cluster that refuses is there."""
    calls = Calls(*[WRONG] * 9)
    asked = client(calls)
    for _ in range(5):
        with pytest.raises(EngineError, match="reports"):
            asked.call(calls)
    assert calls.attempts == 5


def test_the_extra_is_missing(monkeypatch):
    """The line says what to install."""
    monkeypatch.setattr("chatbot.opensearch.client.find_spec", lambda _: None)
    with pytest.raises(ChatbotError, match="this needs the extra `opensearch`: "):
        Client(ADDRESS)


def test_a_real_port_that_nobody_listens_on():
    """The error of the real client is read, too."""
    with pytest.raises(EngineError, match="does not answer"):
        Client(ADDRESS, Patience(1)).call(lambda cluster: cluster.info())
