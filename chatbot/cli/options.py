"""The options that every command takes, before the command's name or after it, gathered into one value."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TextIO, TypeVar

import click
from click.core import ParameterSource

from chatbot import __version__
from chatbot.cli import config
from chatbot.cli.config import Config
from chatbot.semantic.extra import available, reader_name
from chatbot.settings import Settings

Parameters = ParamSpec("Parameters")
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def on_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream is a terminal; it is None where it was closed (`chatbot <&-`)."""
    return stream is not None and stream.isatty()


@dataclass(frozen=True, slots=True)
class Options:
    """The values of the common options. Without `documents`, the bundled article is meant.

    `documents` are as they were typed: paths of files or folders, patterns, or `-`.
    """

    documents: tuple[str, ...] = ()
    threshold: float | None = None
    semantic: bool | None = None  # None: if it is installed
    cache: bool = True
    engine: str | None = None  # the address of a collection; None to ask files
    as_json: bool = False
    explain: bool = False
    no_color: bool = False
    quiet: bool = False
    config: Path | None = None  # the configuration file in use

    @property
    def settings(self) -> Settings:
        """How questions are answered."""
        return Settings(threshold=self.threshold, semantic=self.semantic, cache=self.cache, engine=self.engine)

    @property
    def colour(self) -> bool:
        """Whether standard output is a terminal that wants colour (see no-color.org)."""
        plain = self.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not plain and on_terminal(sys.stdout)


def _given(context: click.Context) -> dict[str, Any]:
    """The options on the command line so far: a group and its command share one `obj`."""
    given: dict[str, Any] = context.ensure_object(dict)
    return given


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Add an option to those given earlier."""
    name = str(parameter.name)
    if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
        given = _given(context)
        given[name] = (*given.get(name, ()), *value) if parameter.multiple else value


def _file(context: click.Context) -> Path | None:
    """The configuration file to read: that of `--config`, or the nearest one, or none."""
    given = _given(context)
    if not given.get("no_config"):
        return given.get("config") or config.find(Path.cwd())
    if given.get("config"):
        raise click.UsageError("--config and --no-config contradict each other; give one of them")
    return None


def configured(context: click.Context) -> Config:
    """The configuration in use, read once. Raises UsageError if it is invalid."""
    path = _file(context)
    if path is None:
        return Config()
    known: dict[Path, Config] = context.meta.setdefault(__name__, {})
    if path not in known:
        known[path] = config.read(context, path)
    return known[path]


def _configure(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Remember which configuration is wanted, and let it give the defaults of a command's own options."""
    _remember(context, parameter, value)
    if not isinstance(context.command, click.Group):  # all that a group takes are common options
        context.default_map = configured(context).defaults(context.command)


def current_options() -> Options:
    """The options of the running command, and those of the configuration that it leaves open. Raises UsageError."""
    context = click.get_current_context()
    chosen = configured(context)
    given = {name: value for name, value in _given(context).items() if name in Options.__dataclass_fields__}
    return Options(**{**chosen.common, **given, "config": chosen.path})


def _show_version(context: click.Context, _: Any, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(f"chatbot {__version__} ({reader_name(semantic=available())})")
        if path := _file(context):
            click.echo(f"configuration: {path}")
        context.exit()


def _option(*names: str, callback: Callable[..., None] = _remember, **settings: Any) -> Callable[..., Any]:
    return click.option(*names, expose_value=False, callback=callback, **settings)


_COMMON = (
    _option(
        "--document",
        "-d",
        "documents",
        type=click.Path(),
        multiple=True,
        metavar="PATH",
        help="The article to ask (repeatable): a file, a folder, a quoted pattern like 'docs/*.md', or - for standard "
        "input. Default: the bundled article.",
    ),
    _option(
        "--engine",
        metavar="ADDRESS",
        help="Ask a collection in OpenSearch, like opensearch://HOST:9200/NAME, which `chatbot index` has made.",
    ),
    _option("--json", "as_json", is_flag=True, help="Write JSON: one object, or one per line."),
    _option("--explain", is_flag=True, help="Say why an answer is as it is; with --json, in numbers."),
    _option(
        "--threshold",
        type=click.FloatRange(0, 1),
        help="Answer from this confidence on. Default: 0.44, or 0.43 without a model.",
    ),
    _option(
        "--semantic/--no-semantic",
        default=None,
        help="Search by meaning too, or by words only. Default: by meaning if the extra `semantic` is installed.",
    ),
    _option(
        "--cache/--no-cache",
        default=True,
        help="Keep what is computed of a document, so that it opens at once the next time, or do not. Default: it is "
        "kept in the folder that `chatbot cache` shows.",
    ),
    _option(
        "--config",
        type=click.Path(path_type=Path),
        is_eager=True,  # it gives the defaults of the other options
        callback=_configure,
        help=f"Read defaults from this TOML file, not from {config.FILE} in or above the working folder.",
    ),
    _option("--no-config", is_flag=True, is_eager=True, callback=_configure, help=f"Ignore {config.FILE}."),
    _option("--no-color", is_flag=True, help="No colour. The default if NO_COLOR is set or output is not a terminal."),
    _option(
        "--quiet",
        "-q",
        is_flag=True,
        help="Write less to standard output: no banner; of a question set only the metrics. A server logs no requests.",
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


def with_common_options(command: Decorated) -> Decorated:
    """Give a group the common options, which its commands get."""
    for option in reversed(_COMMON):
        option(command)
    return command


def common(function: Callable[Concatenate[Options, Parameters], None]) -> Callable[Parameters, None]:
    """Give a command the common options; its function gets their values as its first argument."""

    @wraps(function)
    def command(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        function(current_options(), *args, **kwargs)

    return with_common_options(command)
