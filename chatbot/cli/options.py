"""The options that every command takes, before the command's name or after it, gathered into one value."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TextIO

import click

from chatbot import __version__
from chatbot.semantic.extra import available, reader_name

Parameters = ParamSpec("Parameters")


def on_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream is a terminal; it is None where it was closed (`chatbot <&-`)."""
    return stream is not None and stream.isatty()


@dataclass(frozen=True, slots=True)
class Options:
    """The values of the common options. Without `documents`, the bundled article is meant."""

    documents: tuple[Path, ...] = ()
    as_json: bool = False
    explain: bool = False
    no_color: bool = False
    quiet: bool = False
    no_semantic: bool = False

    @property
    def semantic(self) -> bool | None:
        """Whether to search by meaning too; None means: if it is installed."""
        return False if self.no_semantic else None

    @property
    def colour(self) -> bool:
        """Whether standard output is a terminal that wants colour (see no-color.org)."""
        plain = self.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not plain and on_terminal(sys.stdout)


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Add an option to those given earlier: a group and its command share one `obj`."""
    given = context.ensure_object(dict)
    if value and parameter.name:
        given[parameter.name] = (*given.get(parameter.name, ()), *value) if parameter.multiple else value


def current_options() -> Options:
    """The options of the running command."""
    return Options(**click.get_current_context().ensure_object(dict))


def _show_version(context: click.Context, _: Any, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        reader = reader_name(semantic=available())
        click.echo(f"chatbot {__version__} ({reader})")
        context.exit()


def _option(*names: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(*names, expose_value=False, callback=_remember, **settings)


_COMMON = (
    _option(
        "--document",
        "-d",
        "documents",
        type=click.Path(path_type=Path),
        multiple=True,
        metavar="PATH",
        help="The article to ask, of any format that is read (repeatable). Default: the bundled article.",
    ),
    _option("--json", "as_json", is_flag=True, help="Write JSON: one object, or one per line."),
    _option("--explain", is_flag=True, help="Show the confidence and the evidence for it."),
    _option("--no-semantic", is_flag=True, help="Search by words only, even if the extra `semantic` is installed."),
    _option("--no-color", is_flag=True, help="No colour. The default if NO_COLOR is set or output is not a terminal."),
    _option(
        "--quiet", "-q", is_flag=True, help="No banner, progress or warnings; for a question set only the metrics."
    ),
    click.option(
        "--version",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_version,
        help="Show the version and how articles are read, and exit.",
    ),
    click.help_option("--help", "-h"),
)


def common(function: Callable[Concatenate[Options, Parameters], None]) -> Callable[Parameters, None]:
    """Give a command the common options; its function gets their values as its first argument."""

    @wraps(function)
    def command(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        function(current_options(), *args, **kwargs)

    for option in reversed(_COMMON):
        option(command)
    return command
