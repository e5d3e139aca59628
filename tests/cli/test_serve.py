"""The `serve` command: what it passes to the server."""

import logging
import signal

import pytest
import uvicorn
from click.testing import CliRunner
from support.articles import HONEY

from chatbot.bot import Chatbot
from chatbot.cli.main import cli
from chatbot.errors import ChatbotError
from chatbot.server import app as server


@pytest.fixture
def served(monkeypatch):
    """The apps that were to be served; nothing runs, and the logging of an application is taken back."""
    apps = []

    def instead(app, listening, started):
        host, port = listening.getsockname()
        started(f"http://{host}:{port}")
        listening.close()
        apps.append(app)

    monkeypatch.setattr(server, "serve", instead)
    monkeypatch.setattr(logging, "basicConfig", lambda **_: None)
    yield apps
    logging.getLogger("chatbot").setLevel(logging.NOTSET)


@pytest.fixture
def article(tmp_path):
    """A file with an article."""
    path = tmp_path / "honey.md"
    path.write_text(HONEY, encoding="utf-8")
    return str(path)


def started(*arguments, **env):
    """The outcome of `chatbot serve` on a free port."""
    return CliRunner().invoke(
        cli, ["serve", "--port", "0", "--no-semantic", *arguments], env={"CHATBOT_TOKEN": "", **env}
    )


def test_as_it_is(served, article):
    """Without options it answers this machine alone, without a token, and says where."""
    done = started("-d", article)
    assert done.exit_code == 0
    assert done.stderr.startswith("chatbot: serving on http://127.0.0.1:")
    settings = served[0].state.service.settings
    assert (settings.token, settings.origins, settings.rate) == ("", (), 120)
    assert {"localhost", "127.0.0.1"} <= set(settings.hosts)
    assert [document.name for document in served[0].state.service.store.bot.documents] == ["honey.md"]


@pytest.mark.parametrize("origin", ["example.com", "https://example.com/chat", "*", "ftp://example.com"])
def test_what_is_no_origin(served, article, origin):
    """An origin that no browser would ever send is a usage error."""
    done = started("-d", article, "--allow-origin", origin)
    assert (done.exit_code, served) == (2, [])
    assert "write it as https://example.com" in done.stderr


def test_options(served, article, tmp_path):
    """Options reach the server; with a token, and no names given, any name will do."""
    file = tmp_path / "token"
    file.write_text("s3cret\n", encoding="utf-8")
    options = (
        "--allow-origin",
        "https://a.example",
        "--rate",
        "7",
        "--seconds",
        "3",
        "--quiet",
        "--token-file",
        str(file),
    )
    done = started("-d", article, *options)
    assert (done.exit_code, done.stderr) == (0, "")
    settings = served[0].state.service.settings
    assert (settings.token, settings.origins, settings.rate, settings.seconds) == (
        "s3cret",
        ("https://a.example",),
        7,
        3.0,
    )
    assert settings.hosts == ("*",)
    assert started("-d", article, "--allow-host", "b.example", CHATBOT_TOKEN="t").exit_code == 0  # noqa: S106
    assert "b.example" in served[1].state.service.settings.hosts
    assert "*" not in served[1].state.service.settings.hosts


def test_a_broken_article(served, article):
    """An article that cannot be read is the same error as for every command."""
    done = started("-d", article + ".not")
    assert (done.exit_code, served) == (1, [])
    assert "there is no such file" in done.stderr


def test_an_unknown_host(served):
    """A host that is nowhere is an error that names it."""
    done = started("--host", "nowhere.invalid")
    assert (done.exit_code, served) == (1, [])
    assert "nowhere.invalid:0 cannot be listened on" in done.stderr


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "http://127.0.0.1:"), ("::1", "http://[::1]:")])
def test_serve(host, shown, monkeypatch):
    """The address is reported, and the SIGTERM that uvicorn raises again at its end does not kill the process."""
    try:
        listening = server.listen(host, 0, "")
    except ChatbotError:
        pytest.skip("this machine has no such address")
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: signal.raise_signal(signal.SIGTERM))  # noqa: ARG005
    addresses: list[str] = []
    try:
        app = server.create_app(Chatbot([]))
        with listening:
            server.serve(app, listening, addresses.append)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert addresses[0].startswith(shown)
