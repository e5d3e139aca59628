"""Collections in a real OpenSearch, which .ci/run starts; without one the tests that need it are skipped."""

import os
from functools import cache
from itertools import count
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

ADDRESS = "CHATBOT_TEST_OPENSEARCH"
_NUMBER = count()


@cache
def reason() -> str:
    """Why there is no server to test with; empty if there is one."""
    if not (host := os.environ.get(ADDRESS)):
        return f"no OpenSearch: .ci/run starts one, or set {ADDRESS} to HOST:PORT of one"
    try:
        urlopen(f"http://{host}", timeout=10).close()
    except (URLError, OSError) as error:
        return f"no OpenSearch at {host} ({ADDRESS}): {error}"
    return ""


def send(path, method="GET", body=None):
    """Send a request to the server."""
    headers = {"Content-Type": "application/json"}
    request = Request(f"http://{os.environ[ADDRESS]}/{path}", body and body.encode(), headers, method=method)
    with urlopen(request, timeout=30) as response:  # noqa: S310 - our own server
        return response.read().decode()


@pytest.fixture
def address():
    """The address of a collection that there is not yet; whatever is there at the end is removed."""
    if why := reason():
        pytest.skip(why)
    name = f"test-{os.getpid()}-{next(_NUMBER)}"
    yield f"opensearch://{os.environ[ADDRESS]}/{name}"
    send(f"{name}-*", "DELETE")
