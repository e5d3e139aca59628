"""The verbs that keep running and answer others: parse, one call."""

from __future__ import annotations

import logging
import os
import re
from contextlib import nullcontext
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbot.cli.exit_codes import warn
from chatbot.cli.options import Settings, common, settings
from chatbot.common.wording import pip_install
from chatbot.errors import ChatbotError, UsageError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from chatbot.question_log.store import QuestionLog
    from chatbot.server.document_store import Shelf

TOKEN = "CHATBOT_TOKEN"  # noqa: S105 - the name of the variable
_EXTRA = ("fastapi", "uvicorn", "prometheus_client")


def needs(extra: str, *modules: str) -> None:
    """Raises ChatbotError, which says how to install it, where an extra is missing."""
    if not all(find_spec(module) for module in modules):
        raise ChatbotError(f"this needs the extra `{extra}`: {pip_install(extra)}")


def _token(file: Path | None) -> str:
    """The token of a file or, without one, of the process; empty: none."""
    try:
        token = file.read_text(encoding="utf-8").strip() if file else os.environ.get(TOKEN, "").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the token file {file} cannot be read ({error.__class__.__name__}); check its path"
        ) from error
    if file and not token:
        raise UsageError(f"the token file {file} is empty; write a long random word into it")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise UsageError("the token is not one word of ASCII characters; choose another one")
    return token


def _shelf(chosen: Settings) -> Shelf:
    from chatbot.bot import DEFAULT
    from chatbot.server.document_store import Shelf

    return Shelf(chosen.documents, replace(DEFAULT, semantic=chosen.semantic))


def _log_to_stderr(*, quiet: bool) -> None:
    """An application, unlike a library, shows its log."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.WARNING)
    logging.getLogger("chatbot").setLevel(logging.WARNING if quiet else logging.INFO)


def _question_log(path: Path | None) -> AbstractContextManager[QuestionLog | None]:
    """The log that answers are kept in, if there is to be one."""
    from chatbot.question_log.store import QuestionLog

    return QuestionLog(path) if path else nullcontext()


@click.command()
@common
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free one.")
@click.option("--token-file", type=click.Path(path_type=Path), help=f"What clients must send; or set {TOKEN}.")
@click.option("--allow-origin", "origins", multiple=True, metavar="ORIGIN", help="Pages elsewhere that may ask.")
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help="Another name of this server.")
@click.option("--rate", type=click.IntRange(0), default=120, show_default=True, help="Requests a minute a client.")
@click.option("--seconds", type=click.FloatRange(0.1), default=10.0, show_default=True, help="Time for a request.")
@click.option("--log", type=click.Path(path_type=Path), help="Keep what is answered in this SQLite file.")
def serve(  # noqa: PLR0913 - one for each option
    *,
    host: str,
    port: int,
    token_file: Path | None,
    origins: tuple[str, ...],
    hosts: tuple[str, ...],
    rate: int,
    seconds: float,
    log: Path | None,
) -> None:
    """Answer over HTTP.

    Needs the extra `server`. Changed documents are read again while it runs.
    """
    needs("server", *_EXTRA)
    from chatbot.server import app as server
    from chatbot.server.config import LOOPBACK, ServerSettings

    chosen = settings()
    token = _token(token_file)
    # Where a token is needed, a page that lets its own name point here gains nothing by it.
    names = ("*",) if token and not hosts else (*LOOPBACK, host, *hosts)
    told = ServerSettings(token=token, origins=origins, hosts=names, rate=rate, seconds=seconds)
    for origin in origins:
        if not re.fullmatch(r"https?://[^/\s]+", origin):
            raise UsageError(f"{origin} is no origin: write it as https://example.com, without a path")
    _log_to_stderr(quiet=chosen.quiet)
    # both before indexing: what cannot be is said at once
    with server.listen(host, port, token) as listening, _question_log(log) as kept:
        app = server.create_app(_shelf(chosen), told, kept)
        server.serve(app, listening, lambda address: None if chosen.quiet else warn(f"serving on {address}"))


@click.command()
@common
def mcp() -> None:
    """Offer tools to programs that use models.

    They are ask, search and fetch, which only read; over MCP on stdin and stdout. Needs the extra `mcp`.
    """
    needs("mcp", "mcp")
    from chatbot.mcp import server

    server.serve(_shelf(settings()))
