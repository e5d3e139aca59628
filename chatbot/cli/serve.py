"""The `serve` and `mcp` commands, which keep running."""

from __future__ import annotations

import logging
import os
import re
from contextlib import nullcontext
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chatbot.cli.options import Options, common
from chatbot.cli.output import refuse_documents, refuse_stdin, say_words_only, warn, warn_unread
from chatbot.common.files import UnreadableFileError, read_utf8
from chatbot.common.wording import pip_install
from chatbot.errors import ChatbotError, UsageError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from chatbot.question_log.store import QuestionLog
    from chatbot.server.config import ServerSettings
    from chatbot.server.document_store import Served

TOKEN = "CHATBOT_TOKEN"  # noqa: S105 - the name of the variable
_SERVER_MODULES = ("fastapi", "uvicorn", "prometheus_client")


def require_extra(extra: str, *modules: str) -> None:
    """Raise ChatbotError, which says how to install it, if an extra is missing."""
    if not all(find_spec(module) for module in modules):
        raise ChatbotError(f"this needs the extra `{extra}`: {pip_install(extra)}")


def _token(file: Path | None) -> str:
    """The token from a file or else from the environment; empty if there is none."""
    try:
        token = (read_utf8(file) if file else os.environ.get(TOKEN, "")).strip()
    except UnreadableFileError as error:
        raise UsageError(f"the token file {error}; check its path") from error
    if file and not token:
        raise UsageError(f"the token file {file} is empty; write a long random word into it")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise UsageError("the token is not one word of ASCII characters; choose another one")
    return token


def _refuse_stdin(options: Options) -> None:
    refuse_stdin(options, "a server reads its documents again when they change; name a file")


def _document_store(options: Options) -> Served:
    from chatbot.server.document_store import DocumentStore

    if options.engine:
        return _engine_store(options, options.engine)
    store = DocumentStore.open(options.documents, options.settings)
    warn_unread(store.unread)
    return store


def _engine_store(options: Options, engine: str) -> Served:
    from chatbot.server.engine_store import EngineStore

    refuse_documents(options)
    say_words_only(options)
    return EngineStore(engine, options.settings)


def _log_to_stderr(*, quiet: bool) -> None:
    """Show the log, as an application does and a library does not."""
    from chatbot.server.log_limit import LogLimit

    shown = logging.StreamHandler()
    shown.addFilter(LogLimit())
    form = "%(asctime)s %(levelname)s %(name)s %(message)s"
    logging.basicConfig(format=form, level=logging.WARNING, handlers=[shown])
    logging.getLogger("chatbot").setLevel(logging.WARNING if quiet else logging.INFO)


def _question_log(path: Path | None) -> AbstractContextManager[QuestionLog | None]:
    """The log to record answers in; None without a path."""
    from chatbot.question_log.store import QuestionLog

    return QuestionLog(path) if path else nullcontext()


def _check_network(name: str) -> None:
    """Raise UsageError for what is no address or network."""
    try:
        ip_network(name)
    except ValueError as error:
        raise UsageError(
            f"{name} is no address of a proxy: write it as 10.0.0.1, or a network as 10.0.0.0/8"
        ) from error


def _server_settings(
    host: str,
    *,
    token_file: Path | None,
    origins: tuple[str, ...],
    hosts: tuple[str, ...],
    proxies: tuple[str, ...],
    **limits: Any,
) -> ServerSettings:
    """The settings that the options describe; raises UsageError if one of them makes no sense."""
    from chatbot.server.config import LOOPBACK, ServerSettings

    for origin in origins:
        if not re.fullmatch(r"https?://[^/\s]+", origin):
            raise UsageError(f"{origin} is no origin: write it as https://example.com, without a path")
    for proxy in proxies:
        _check_network(proxy)
    token = _token(token_file)
    # With a token, DNS rebinding gains an attacker nothing: any Host header is accepted.
    names = ("*",) if token and not hosts else (*LOOPBACK, host, *hosts)
    return ServerSettings(token=token, origins=origins, hosts=names, proxies=proxies, **limits)


@click.command()
@common
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port; 0: any free one."
)
@click.option(
    "--token-file", type=click.Path(path_type=Path), help=f"File with the token clients must send; or set {TOKEN}."
)
@click.option(
    "--allow-origin", "origins", multiple=True, metavar="ORIGIN", help="Let pages of this origin ask (repeatable)."
)
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help="Accept this Host header, too (repeatable).")
@click.option(
    "--trust-proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="Believe X-Forwarded-For of a reverse proxy at this address or network (repeatable).",
)
@click.option(
    "--rate",
    type=click.IntRange(0),
    default=120,
    show_default=True,
    help="Requests per minute and client; 0: no limit.",
)
@click.option("--seconds", type=click.FloatRange(0.1), default=10.0, show_default=True, help="Time limit per request.")
@click.option("--log", type=click.Path(path_type=Path), help="Record questions and answers in this SQLite file.")
def serve(options: Options, /, *, host: str, port: int, log: Path | None, **settings: Any) -> None:
    """Answer over HTTP.

    Needs the extra `server`. Changed documents are read again while it runs.
    """
    require_extra("server", *_SERVER_MODULES)
    from chatbot.server import app as server

    _refuse_stdin(options)
    configured = _server_settings(host, **settings)
    _log_to_stderr(quiet=options.quiet)
    # Before indexing, which takes time: an address or a log that cannot be used is reported at once.
    with server.listen(host, port, configured.token) as listening, _question_log(log) as answer_log:
        app = server.create_app(_document_store(options), configured, answer_log)
        server.serve(app, listening, lambda address: None if options.quiet else warn(f"serving on {address}"))


@click.command()
@common
def mcp(options: Options) -> None:
    """Offer tools to programs that use models.

    The tools are ask, search and fetch. They only read, and speak MCP on stdin and stdout. Needs the extra `mcp`.
    """
    require_extra("mcp", "mcp")
    from chatbot.mcp import server

    _refuse_stdin(options)
    server.serve(_document_store(options))
