"""A server that keeps a log, as a real process: what it acknowledged is kept, and without the log it still answers."""

import threading
import time
from contextlib import suppress
from typing import Any

import httpx
import pytest

pytest.importorskip("fastapi", reason="needs the extra `server`")

from support.articles import HONEY
from support.platforms import posix
from support.server_client import process

from chatbot.question_log.store import read

HOW_MANY = "How many bees are in a hive?"


@pytest.fixture
def article(tmp_path):
    """A file with an article."""
    path = tmp_path / "honey.md"
    path.write_text(HONEY, encoding="utf-8")
    return path


def ask(client, question):
    """The response to a question, which is an answer."""
    response = client.post("/v1/ask", json={"question": question})
    assert response.status_code == 200
    return response


def turn(client, acknowledged, name):
    """Ask, and vote; note the id that came back, and with it the vote that was taken."""
    reply_id = ask(client, f"Is {name} a bee?").headers["x-reply-id"]
    acknowledged[reply_id] = None
    given = {"reply_id": reply_id, "helpful": False, "comment": name}
    if client.post("/v1/feedback", json=given).status_code == 204:
        acknowledged[reply_id] = name


def load(address, acknowledged, name):
    """Ask and ask until the server is gone."""
    with httpx.Client(base_url=address, timeout=10) as client, suppress(httpx.TransportError):
        while True:
            turn(client, acknowledged, name)


def test_kill_under_load(tmp_path, article):
    """A server that is killed while many ask has lost no reply and no vote that it acknowledged."""
    acknowledged: dict[str, Any] = {}
    with process(tmp_path, "-d", article, "--rate", "0", "--log", tmp_path / "log", "--seconds", "30") as (
        server,
        address,
        _,
    ):
        names = ["Ada", "Bob", "Cleo", "Dan"]
        askers = [threading.Thread(target=load, args=(address, acknowledged, name)) for name in names]
        for asker in askers:
            asker.start()
        while len(acknowledged) < 100:
            assert server.poll() is None
            assert all(asker.is_alive() for asker in askers)
            time.sleep(0.01)
        server.kill()
        for asker in askers:
            asker.join()
    found = {record.id: record for record in read(tmp_path / "log")}
    assert acknowledged.keys() <= found.keys()
    assert all(found[name].comment == comment for name, comment in acknowledged.items() if comment)


@posix  # Windows lets nobody write into a file that is mapped
def test_a_spoilt_log(tmp_path, article):
    """A server whose log goes bad answers on, without an id for feedback, and counts what it could not keep."""
    path = tmp_path / "log"
    with process(tmp_path, "-d", article, "--log", path) as (_, address, _), httpx.Client(base_url=address) as client:
        assert ask(client, HOW_MANY).headers["x-reply-id"]
        for file in tmp_path.glob("log*"):
            file.write_bytes(b"\xff" * 100_000)
        response = ask(client, HOW_MANY)
        assert response.json()["answered"]
        assert "x-reply-id" not in response.headers
        assert "chatbot_unlogged_total 1.0" in client.get("/metrics").text


def test_a_log_that_cannot_be(tmp_path, article):
    """A log that cannot be opened is said at the start: nobody believes that it is kept."""
    wrong = pytest.raises(AssertionError, match=r"the question log .*: is damaged or not a question log")
    with wrong, process(tmp_path, "-d", article, "--log", article):
        pass
