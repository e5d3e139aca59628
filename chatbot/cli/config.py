"""The configuration file, chatbot.toml: defaults for the options of the command line, which wins over it.

Its tables take the options of `serve` and `eval` by their long names, so a new option needs nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from chatbot.common.files import UnreadableFileError, read_toml
from chatbot.errors import UsageError
from chatbot.inputs import is_url

FILE = "chatbot.toml"
# the common options that can be set, by their names in `Options`
COMMON = ("documents", "threshold", "semantic", "cache", "engine")
_TYPED = ("within",)  # not to be set here: the file may come with the question set that it would let read more
TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType({"server": ("serve",), "evals": ("eval", "run")})
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file sets; with `path` None, nothing.

    Attributes:
        path: the file.
        common: values of the common options, by their names in `Options`.
        tables: for each table, click's `default_map` of its command: values by the names of the parameters.
    """

    path: Path | None = None
    common: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def defaults(self, command: click.Command) -> dict[str, Any]:
        """The defaults of a command's own options: click's `default_map`."""
        names = [table for table, path in TABLES.items() if path[-1] == command.name]
        return dict(self.tables.get(names[0], {})) if names else {}


def find(folder: Path) -> Path | None:
    """The configuration file in a folder or in the nearest one above it."""
    return next((path / FILE for path in (folder, *folder.parents) if (path / FILE).is_file()), None)


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        return read_toml(path)
    except UnreadableFileError as fault:
        raise UsageError(str(fault)) from fault


def _wanted(parameter: click.Parameter) -> tuple[type, ...]:
    """The TOML types of a parameter's values, of one of them if it is repeatable."""
    if getattr(parameter, "is_flag", False):
        return (bool,)
    if isinstance(parameter.type, click.types.FloatParamType):
        return (float, int)
    return (int,) if isinstance(parameter.type, click.types.IntParamType) else (str,)


def _described(types: tuple[type, ...], *, several: bool) -> str:
    word = {bool: "true or false", float: "a number", int: "a whole number", str: "a string"}[types[0]]
    return f"a list, each item {word}" if several else word


def _resolved(parameter: click.Parameter, value: Any, folder: Path) -> Any:
    """A value; the path of a file is relative to the folder of the configuration."""
    return str(folder / value) if isinstance(parameter.type, click.Path) and not is_url(value) else value


def _value(context: click.Context, parameter: click.Parameter, value: Any, place: str, folder: Path) -> Any:
    """A checked value for click to convert; `place` says in an error where it stands."""
    types, several = _wanted(parameter), parameter.multiple
    items = value if several and isinstance(value, list) else [value]
    if several is not isinstance(value, list) or not all(type(item) in types for item in items):
        raise UsageError(f"{place} must be {_described(types, several=several)}, not {value!r}")
    resolved = [_resolved(parameter, item, folder) for item in items]
    given = tuple(resolved) if several else resolved[0]
    try:
        parameter.type_cast_value(context, given)
    except click.BadParameter as fault:
        raise UsageError(f"{place}: {fault.message}") from fault
    return given


def _names(parameters: list[click.Parameter]) -> dict[str, click.Parameter]:
    """Parameters by their long names without the dashes; an argument has only one name."""
    return {max(parameter.opts, key=len).lstrip("-"): parameter for parameter in parameters}


def _own(command: click.Command) -> dict[str, click.Parameter]:
    """The parameters that a command does not share with the others, apart from those that only a person may set."""
    shown = [p for p in command.params if p.expose_value and not getattr(p, "hidden", False)]
    return _names([p for p in shown if p.name not in _TYPED])


def _command(root: click.Command, path: tuple[str, ...]) -> click.Command:
    for name in path:
        assert isinstance(root, click.Group)  # noqa: S101 - TABLES names our own commands
        root = root.commands[name]
    return root


def _known(name: str, known: Mapping[str, Any], place: str) -> None:
    if name not in known:
        raise UsageError(f'{place}: unknown key "{name}" (known: {", ".join(known)})')


def _table(context: click.Context, path: Path, table: str, values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise UsageError(f"{path}: {table} must be a table, written as [{table}]")
    parameters = _own(_command(context.find_root().command, TABLES[table]))
    checked: dict[str, Any] = {}
    for name, value in values.items():
        _known(name, parameters, f"{path}: [{table}]")
        parameter = parameters[name]
        checked[str(parameter.name)] = _value(context, parameter, value, f"{path}: [{table}] {name}", path.parent)
    return checked


def read(context: click.Context, path: Path) -> Config:
    """Read a configuration file. Raises UsageError, which names the file and the key."""
    values = _parsed(path)
    options = {str(p.name): p for p in context.find_root().command.params if p.name in COMMON}
    for name in values:
        _known(name, {**options, **TABLES}, str(path))
    common = {
        name: _value(context, options[name], value, f"{path}: {name}", path.parent)
        for name, value in values.items()
        if name in options
    }
    tables = {name: _table(context, path, name, values[name]) for name in TABLES if name in values}
    return Config(path, common, tables)
