"""What each feature contributes: all switched off, then one more at a time, over the question sets.

    python evals/ablation.py ../shared/evals

"first" counts the likeliest quote alone, "shown" the sentences of an answered turn. The last row, meaning, needs the
extra `semantic`, and is left out without it.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from table import name_of, question_sets, sample, valid

from chatbot.evals.metrics.registry import by_tag, figures, value
from chatbot.evals.run.runner import open_bot, run
from chatbot.semantic.encoder import available
from chatbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

MECHANISMS = (
    "spelling",
    "synonyms",
    "thesaurus",
    "smalltalk",
    "several",
    "followups",
    "sources",
    "overview",
    "semantic",
)
COLUMNS = ("right", "abstained", "balanced", "auc", "first", "shown", "altered")
TAGS = ("references", "overview", "two-in-one", "followup")


def steps() -> Iterator[tuple[str, Settings]]:
    """The settings of each row, with the feature that it adds."""
    settings = Settings(**dict.fromkeys(MECHANISMS, False), suggestions=False)
    yield "baseline", settings
    for name in MECHANISMS if available() else MECHANISMS[:-1]:
        settings = replace(settings, **{name: True})
        yield f"+ {name}", settings


def measure(step: tuple[str, Settings], path: Path, limit: int | None) -> tuple[str, list[float | int | None]]:
    """One row: the feature, the metrics, and the share right of some tags."""
    name, settings = step
    outcomes = run(partial(open_bot, settings), sample(valid(path)[0], limit))
    totals, tags = figures(outcomes), by_tag(outcomes)
    by_kind = (value(tags[tag]["right"]) if tag in tags else None for tag in TAGS)
    return name, [*(value(totals[column]) for column in COLUMNS), *by_kind]


def _cell(value: float | None) -> str:
    return f"{'-' if value is None else value if isinstance(value, int) else f'{value:.3f}':>11}"


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--set", "names", multiple=True, help="Only this set (repeatable): dev, test, squad2, ...")
@click.option("--limit", type=click.IntRange(min=1), help="Maximum number of cases per set, spread evenly.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Number of worker processes.")
def main(folder: Path, names: tuple[str, ...], limit: int | None, jobs: int) -> None:
    """Print one table per set."""
    paths = {name_of(path): path for path in question_sets(folder)}
    with ProcessPoolExecutor(jobs) as pool:
        for name in names or paths:
            click.echo(f"{name:<14}" + "".join(f"{column:>11}" for column in (*COLUMNS, *TAGS)))
            for row, figures in pool.map(partial(measure, path=paths[name], limit=limit), list(steps())):
                click.echo(f"{row:<14}" + "".join(map(_cell, figures)))


if __name__ == "__main__":
    main()
