"""`chatbot serve` as a process, on loopback."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import httpx
import pytest
from click.testing import CliRunner
from support.articles import HONEY
from support.platforms import posix
from support.replaced_files import NEW, OLD, QUESTION, replaced
from support.server_client import process

from chatbot.cli import serve
from chatbot.cli.main import cli
from chatbot.errors import ChatbotError

LONG = HONEY * 150
LATE = "What do bees fan with their wings in the hive in summer, and how many eggs does the queen lay in a day?"


@pytest.fixture
def article(tmp_path):
    """A file with an article."""
    path = tmp_path / "hive.md"
    path.write_text(OLD, encoding="utf-8")
    return path


def wait_for(condition, seconds=15):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def test_reload_under_load(article):
    """While clients ask, a replaced document is swapped in, a broken one is told by /readyz, and no request fails."""
    with (
        process(article.parent, "-d", article, "--rate", "0") as (_, address, _),
        httpx.Client(base_url=address) as client,
    ):
        seen, over = [], threading.Event()

        def load():
            with httpx.Client(base_url=address) as mine:
                while not over.is_set():
                    seen.append(mine.post("/v1/ask", json={"question": QUESTION}))

        askers = [threading.Thread(target=load) for _ in range(4)]
        for asker in askers:
            asker.start()
        replaced(article, NEW)
        wait_for(lambda: seen and NEW.strip() in seen[-1].json()["text"])
        article.write_bytes(b"\0")
        wait_for(lambda: client.get("/readyz").json()["status"] == "degraded")
        assert "is not text" in client.get("/readyz").json()["documents"][0]["problem"]
        article.write_text(OLD, encoding="utf-8")
        wait_for(lambda: client.get("/readyz").json()["status"] == "ready")
        wait_for(lambda: OLD.strip() in seen[-1].json()["text"])
        over.set()
        for asker in askers:
            asker.join()
        assert {response.status_code for response in seen} == {200}


def test_killed_while_it_reads_again(article):
    """Kill -9 amid a reload spoils nothing: the next process answers from the document as it is."""
    with process(article.parent, "-d", article) as (server, _, _):
        replaced(article, NEW + LONG)  # long enough to be read for a while
        time.sleep(1.1)
        server.kill()
    with process(article.parent, "-d", article) as (_, address, _):
        reply = httpx.post(f"{address}/v1/ask", json={"question": QUESTION}).json()
        assert NEW.strip() in [quote["text"] for quote in reply["quotes"]]


@posix
def test_sigterm_drains(tmp_path):
    """SIGTERM ends the server when what it has begun is answered, as a success."""
    path = tmp_path / "long.md"
    path.write_text(LONG, encoding="utf-8")
    with process(path.parent, "-d", path) as (server, address, _):
        answers = []
        body = {"question": "What is honey made from?", "history": [LATE] * 50}
        asker = threading.Thread(target=lambda: answers.append(httpx.post(f"{address}/v1/ask", json=body, timeout=20)))
        asker.start()
        time.sleep(0.3)
        assert not answers, "it was not slow enough to be interrupted"
        server.send_signal(signal.SIGTERM)
        asker.join()
        assert server.wait(20) == 0
    assert answers[0].status_code == 200
    assert answers[0].json()["answered"]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/healthz")


@posix
def test_ctrl_c(article):
    """Ctrl-C ends the server too, with the code that the program has for it."""
    with process(article.parent, "-d", article) as (server, _, written):
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 130
        assert "Traceback" not in written()


def test_large_body_on_the_wire(article):
    """A body of 10 MB gets its answer, and the server goes on."""
    with process(article.parent, "-d", article) as (_, address, _):
        response = httpx.post(
            f"{address}/v1/ask", content=b" " * 10_000_000, headers={"Content-Type": "application/json"}
        )
        assert response.status_code == 413
        assert httpx.get(f"{address}/healthz").status_code == 200


RAW = [
    (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"200"),
    (b"GET /healthz HTTP/1.1\r\n\r\n", b"400"),
    (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", b"400"),
    (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: a\r\n b\r\n\r\n", b"200"),
    (b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", b"400"),
    (b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", b"400"),
    (b"\0\0\0\0\r\n\r\n", b"400"),
]


def test_what_is_no_http(article):
    """Requests that are malformed on the wire are refused like all others, and the next one is answered."""
    with process(article.parent, "-d", article) as (_, address, written):
        host, port = address.removeprefix("http://").split(":")
        for sent, status in RAW:
            with socket.create_connection((host, int(port)), timeout=5) as wire:
                wire.sendall(sent)
                reply = b""
                while not reply.endswith(b"}\n"):
                    piece = wire.recv(4096)
                    assert piece, sent[:80]
                    reply += piece
                assert reply.split(b" ")[1] == status, sent[:80]
                assert b"content-type: application/json\r\n" in reply
                assert json.loads(reply.partition(b"\r\n\r\n")[2])
        for _ in range(100):
            with socket.create_connection((host, int(port)), timeout=5) as wire:
                wire.sendall(b"\0\r\n\r\n")
                wire.recv(4096)
        assert written().count("Invalid HTTP") < 20
        assert "Traceback" not in written()


def test_whose_address_is_believed(article):
    """A client cannot choose the address that its rate limit goes by; a trusted proxy names it."""
    for trusted, passed in (((), 3), (("--trust-proxy", "10.0.0.0/8", "--trust-proxy", "127.0.0.1"), 9)):
        with process(article.parent, "-d", article, "--rate", "3", *trusted) as (_, address, _):
            statuses = [
                httpx.get(f"{address}/v1/documents", headers={"X-Forwarded-For": f"192.0.2.{client}"}).status_code
                for client in range(9)
            ]
        assert statuses.count(200) == passed


def test_a_useless_proxy(article):
    """A proxy is named by its address."""
    code, said = run("-d", article, "--trust-proxy", "proxy.example")
    assert code == 2
    assert said.startswith("chatbot: proxy.example is no address of a proxy")


def test_token_of_the_environment(article, tmp_path):
    """The token comes from the environment or, before that, from a file; it is in no log."""
    file = tmp_path / "token"
    file.write_text("from-file\n", encoding="utf-8")
    for arguments, token in (((), "from-env"), (("--token-file", file), "from-file")):
        with process(article.parent, "-d", article, *arguments, CHATBOT_TOKEN="from-env") as (server, address, written):  # noqa: S106
            url = f"{address}/v1/suggestions"
            assert httpx.get(url).status_code == 401
            assert httpx.get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 200
            server.terminate()
            server.wait(15)
            assert "GET /v1/suggestions 200" in written()
            assert token not in written()


def run(*arguments, **env):
    """The exit code and standard error of a server that does not start."""
    command = [sys.executable, "-m", "chatbot", "serve", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, env={**os.environ, **env})  # noqa: S603
    return done.returncode, done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - it is refused
def test_others_may_not_ask_without_a_token(host, article):
    """An address that other machines reach is listened on only with a token."""
    code, said = run("-d", article, "--host", host, "--port", "0", CHATBOT_TOKEN="")
    assert code == 2
    assert said == (
        f"chatbot: {host} can be reached from other machines: set a token with --token-file or CHATBOT_TOKEN,"
        " or listen on 127.0.0.1\n"
    )


def test_others_may_ask_with_a_token(article):
    """With a token any address may be listened on, under any name."""
    with process(article.parent, "-d", article, "--host", "0.0.0.0", CHATBOT_TOKEN="t") as (_, address, _):  # noqa: S104, S106
        here = address.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        assert httpx.get(f"{here}/healthz", headers={"Host": "faq.example"}).status_code == 200
        assert httpx.get(f"{here}/v1/documents", headers={"Host": "faq.example"}).status_code == 401


def test_an_address_in_use(article):
    """An address that cannot be had is an error that names it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = run("-d", article, "--port", port)
    assert code == 1
    assert said.startswith(f"chatbot: 127.0.0.1:{port} cannot be listened on (")


TOKENS = [
    ("", "is empty"),
    ("two words", "not one word"),
    ("schl\u00fcssel", "not one word"),
    (b"\xff", "is not UTF-8"),
]


@pytest.mark.parametrize(("content", "reason"), TOKENS, ids=[reason for _, reason in TOKENS])
def test_a_useless_token_file(tmp_path, content, reason):
    """A token file that holds no token is a usage error."""
    file = tmp_path / "token"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = CliRunner().invoke(cli, ["serve", "--token-file", str(file)])
    assert done.exit_code == 2
    assert reason in done.stderr


def test_no_token_file(tmp_path):
    """A token file that is not there is a usage error."""
    done = CliRunner().invoke(cli, ["serve", "--token-file", str(tmp_path / "nowhere")])
    assert (done.exit_code, "cannot be read" in done.stderr) == (2, True)


def test_without_the_extra():
    """Where the extra is missing, the program says how to install it."""
    with pytest.raises(ChatbotError, match=r'needs the extra `server`: pip install "verbatim-chatbot\[server\]"'):
        serve.require_extra("server", "fastapi", "a_module_that_is_nowhere")
