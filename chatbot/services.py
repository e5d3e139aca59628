"""The verbs that keep running and answer others: parse, one call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from chatbot.options import common, settings


@click.command()
@common
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free one.")
@click.option("--log", type=click.Path(path_type=Path), help="Keep what is answered in this SQLite file.")
def serve(host: str, port: int, log: Path | None) -> None:
    """Answer over HTTP (needs the extra `server`)."""
    from chatbot import server
    from chatbot.bot import DEFAULT
    from chatbot.serving import ServerSettings
    from chatbot.shelf import Shelf

    chosen = settings()
    shelf = Shelf(chosen.documents, replace(DEFAULT, semantic=chosen.semantic))
    server.serve(shelf, ServerSettings(log=log), host, port)


@click.command()
@common
def mcp() -> None:
    """Offer tools to programs that use models (MCP, over stdin and stdout).

    Needs the extra `mcp`. The tools are ask, search and fetch; they only read.
    """
    from chatbot import mcp_server
    from chatbot.bot import DEFAULT
    from chatbot.shelf import Shelf

    chosen = settings()
    mcp_server.serve(Shelf(chosen.documents, replace(DEFAULT, semantic=chosen.semantic)))
