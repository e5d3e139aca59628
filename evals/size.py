"""Lines and files of Python by package, now and in an earlier revision: `python evals/size.py [REVISION]`."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path, PurePath

import click

ROOT = Path(__file__).parent.parent


def package(path: str) -> str:
    """The package of a module: its first two folders below `chatbot`, or the top level."""
    folders = PurePath(path).parts[1:-1]
    return "/".join(folders[:2]) or "(top level)"


def _lines(revision: str | None) -> dict[str, int]:
    """The number of lines of each module."""
    listing = (
        ["git", "ls-tree", "-r", "--name-only", revision, "chatbot"] if revision else ["git", "ls-files", "chatbot"]
    )
    paths = [path for path in _output(*listing).splitlines() if path.endswith(".py")]
    if revision:
        return {path: _output("git", "show", f"{revision}:{path}").count("\n") for path in paths}
    return {path: (ROOT / path).read_text(encoding="utf-8").count("\n") for path in paths if (ROOT / path).exists()}


def _output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S603


def table(counts: dict[str, dict[str, int]]) -> list[str]:
    """One row per package: lines and files in each column."""
    rows: dict[str, list[str]] = {}
    files, lines = ({name: Counter[str]() for name in counts} for _ in range(2))
    for name, found in counts.items():
        for path, length in found.items():
            for row in (package(path), "all"):
                files[name][row] += 1
                lines[name][row] += length
    names = sorted({row for counter in files.values() for row in counter} - {"all"})
    for row in (*names, "all"):
        rows[row] = [f"{lines[name][row]:>8}{files[name][row]:>7}" for name in counts]
    head = f"{'':<22}" + "".join(f"{name[:14]:>15}" for name in counts)
    units = f"{'package':<22}" + f"{'lines':>8}{'files':>7}" * len(counts)
    return [head, units, *(f"{row:<22}{''.join(cells)}" for row, cells in rows.items())]


@click.command(help=__doc__)
@click.argument("revision", required=False)
def main(revision: str | None) -> None:
    """Print the table."""
    counts = {revision: _lines(revision)} if revision else {}
    click.echo("\n".join(table(counts | {"now": _lines(None)})))


if __name__ == "__main__":
    main()
