"""One row of metrics per question set: `python evals/table.py ../shared/evals`.

"Forced" answers whatever the confidence, to be read beside plain retrieval; our own dev and test sets come first. Cases
whose gold is not in their document are left out and counted, so that a flaw in a public set hides no other figure.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from chatbot.bot import DEFAULT
from chatbot.errors import CaseError
from chatbot.evals.cases.cases import check, parse
from chatbot.evals.metrics.registry import figures, value
from chatbot.evals.run.runner import open_bot, open_top_sentence, run
from chatbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.evals.cases.cases import Case

NO_THRESHOLD = Settings(threshold=0.0)
OURS = Path(__file__).parent / "leaky_gut"
COLUMNS = ("turns", "forced", "first", "right", "abstained", "balanced", "auc", "shown", "altered", "errors", "bm25")


class Row(NamedTuple):
    """The name of a set, its metrics in the order of `COLUMNS`, and the number of cases left out."""

    name: str
    figures: tuple[float | None, ...]
    left_out: int


def _is_valid(case: Case) -> bool:
    try:
        check(case)
    except CaseError:
        return False
    return True


def sample(cases: list[Case], limit: int | None) -> list[Case]:
    """At most `limit` cases, spread evenly, because neighbours share a document."""
    return cases[:: -(-len(cases) // limit)] if limit else cases


def valid(path: Path) -> tuple[list[Case], int]:
    """The valid cases of a set, and the number of others."""
    parsed = parse(path)
    cases = [case for case in parsed if _is_valid(case)]
    return cases, len(parsed) - len(cases)


def measure(path: Path, limit: int | None = None) -> Row:
    """The metrics of one question set."""
    cases, left_out = valid(path)
    cases = sample(cases, limit)
    natural, forced, plain = (
        {name: value(figure) for name, figure in figures(run(bot_for, cases)).items()}
        for bot_for in (
            partial(open_bot, DEFAULT),
            partial(open_bot, NO_THRESHOLD),
            partial(open_top_sentence, DEFAULT),
        )
    )
    turns = sum(not turn.smalltalk for case in cases for turn in case.turns)
    shown = [natural[name] for name in COLUMNS[3:-1]]
    return Row(name_of(path), (turns, forced["right"], forced["first"], *shown, plain["right"]), left_out)


def name_of(path: Path) -> str:
    """The name of a set: its folder or, if a folder has several, its file."""
    return path.parent.name if path.stem == "cases" else path.stem


def question_sets(folder: Path) -> list[Path]:
    """Our own sets, then those of a folder with one folder per set, by name."""
    return [OURS / "dev.jsonl", OURS / "test.jsonl", *sorted(folder.glob("*/cases.jsonl"))]


def _cell(value: float | None) -> str:
    return f"{'-' if value is None else value if isinstance(value, int) else f'{value:.3f}':>10}"


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """The table as text."""
    yield f"{'set':<14}" + "".join(f"{name:>10}" for name in COLUMNS)
    for row in rows:
        note = f"  ({row.left_out} invalid cases left out)" if row.left_out else ""
        yield f"{row.name:<14}" + "".join(map(_cell, row.figures)) + note


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--set", "names", multiple=True, help="Only this set (repeatable): dev, test, squad2, ...")
@click.option("--limit", type=click.IntRange(min=1), help="Maximum number of cases per set, spread evenly.")
@click.option("--jobs", type=click.IntRange(min=1), default=4, show_default=True, help="Number of worker processes.")
def main(folder: Path, names: tuple[str, ...], limit: int | None, jobs: int) -> None:
    """Print the table."""
    paths = {name_of(path): path for path in question_sets(folder)}
    for name in names:
        if name not in paths:
            raise click.UsageError(f"no set {name} (there are {', '.join(paths)})")
    with ProcessPoolExecutor(jobs) as pool:
        rows = list(pool.map(partial(measure, limit=limit), [paths[name] for name in names or paths]))
    for line in lines(rows):
        click.echo(line)


if __name__ == "__main__":
    main()
