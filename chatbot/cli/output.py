"""What verbs share: articles opened as the options say, and what is written on standard output."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

from chatbot.bot import Chatbot, bundled_article
from chatbot.cli.options import Settings, on_terminal, settings
from chatbot.cli.progress import progress
from chatbot.terminal.text import sanitised

if TYPE_CHECKING:
    from pathlib import Path

    from chatbot.terminal.layout import Block, Page


_WIDTH = 80  # of a terminal that does not say


def write_lines(text: str) -> None:
    """A report of several lines, which may quote articles."""
    click.echo("\n".join(sanitised(line) for line in text.split("\n")))


def write(shown: Block) -> None:
    """A page on standard output, in colour where that is wanted."""
    from chatbot.terminal.text import painted, plain

    colour = settings().colour
    click.echo(painted(shown) if colour else plain(shown), nl=False, color=colour)


def write_json(value: Any) -> None:
    """A value on standard output, as a line of JSON."""
    from chatbot.common.json_values import as_json

    click.echo(as_json(value))


def opened(chosen: Settings) -> Chatbot:
    """The articles that the options name, read and indexed, with a word on standard error if that takes long."""
    paths = chosen.documents or (bundled_article(),)
    with progress(reading(paths), sys.stderr, shown=on_terminal(sys.stderr) and not chosen.quiet):
        return Chatbot.open(*paths, semantic=chosen.semantic)


def reading(paths: tuple[Path, ...]) -> str:
    """What is said meanwhile."""
    what = sanitised(paths[0].name)[:40] if len(paths) == 1 else f"{len(paths)} articles"
    return f"Reading and indexing {what} ..."


def width() -> int | None:
    """As wide as the terminal, but not too wide to read; off a terminal nothing is wrapped."""
    from chatbot.terminal.layout import WIDEST

    return min(shutil.get_terminal_size().columns or _WIDTH, WIDEST) if on_terminal(sys.stdout) else None


def page(chosen: Settings, bot: Chatbot | None = None) -> Page:
    """What replies are written on."""
    from chatbot.terminal.layout import Page, names

    return Page(width(), names(bot.documents) if bot else (), chosen.explain)
