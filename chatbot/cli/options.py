"""The options that every verb takes, before the verb or after it, gathered into one value."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from chatbot import __version__

Command = TypeVar("Command", bound=Callable[..., Any])


def on_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream is a terminal; it is None where it was closed (`chatbot <&-`)."""
    return stream is not None and stream.isatty()


@dataclass(frozen=True, slots=True)
class Settings:
    """What the options say. No `documents`: the bundled article."""

    documents: tuple[Path, ...] = ()
    as_json: bool = False
    explain: bool = False
    no_color: bool = False
    quiet: bool = False
    no_semantic: bool = False

    @property
    def semantic(self) -> bool | None:
        """Whether to search by meaning too; None: where it is installed."""
        return False if self.no_semantic else None

    @property
    def colour(self) -> bool:
        """Whether standard output is a terminal that is to be written in colour (no-color.org)."""
        plain = self.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not plain and on_terminal(sys.stdout)


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Add to what was said before: the group and its verb share one `obj`."""
    said = context.ensure_object(dict)
    if value and parameter.name:
        said[parameter.name] = (*said.get(parameter.name, ()), *value) if parameter.multiple else value


def settings() -> Settings:
    """The settings of the command that runs."""
    return Settings(**click.get_current_context().ensure_object(dict))


def _flag(*names: str, text: str) -> Callable[[Command], Command]:
    return click.option(*names, is_flag=True, expose_value=False, callback=_remember, help=text)


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--document",
        "-d",
        "documents",
        type=click.Path(path_type=Path),
        multiple=True,
        expose_value=False,
        callback=_remember,
        metavar="PATH",
        help="Ask this article (UTF-8 text or Markdown); repeat it for several. Without it: the one that comes along.",
    ),
    _flag("--json", "as_json", text="Write JSON: one object, or one a line."),
    _flag("--explain", text="Show the confidence and the evidence for it."),
    _flag("--no-semantic", text="Search by words alone, also where the extra `semantic` is installed."),
    _flag("--no-color", text="No colour, as off a terminal or with NO_COLOR set."),
    _flag("--quiet", "-q", text="No banner, progress or warnings; of a run of evals the figures alone."),
    click.version_option(__version__, prog_name="chatbot", message="%(prog)s %(version)s"),
    click.help_option("--help", "-h"),
)


def common(command: Command) -> Command:
    """Give a verb the common options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
