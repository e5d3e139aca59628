"""What each feature and each route contributes, over the question sets: `python evals/ablation.py $SETS`.

The first table of a set has all features switched off, then one more at a time. "first" counts the likeliest quote
alone, "shown" the sentences of an answered turn. The last row, semantic, needs the extra, and is left out without it.
The second table has for each route of the answering pipeline the turns that it replied to, with all features on, and
the share of them that is right. The last table counts the routes in all sets.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
from question_sets import Library
from route_counts import RouteCounts, count_routes, lines

from chatbot.evals.metrics.registry import by_tag, figures, value
from chatbot.evals.run.runner import open_bot, run
from chatbot.semantic.extra import available
from chatbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.evals.cases.cases import Case

MECHANISMS = (
    "spelling",
    "synonyms",
    "thesaurus",
    "language",
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
    settings = replace(Settings(suggestions=False), **dict.fromkeys(MECHANISMS, False))  # type: ignore[arg-type]
    yield "baseline", settings
    for name in MECHANISMS if available() else MECHANISMS[:-1]:
        settings = replace(settings, **{name: True})  # type: ignore[arg-type]
        yield f"+ {name}", settings


def measure(step: tuple[str, Settings], cases: Sequence[Case]) -> tuple[str, list[float | int | None]]:
    """One row: the feature, the metrics, and the share right of some tags."""
    name, settings = step
    outcomes = run(partial(open_bot, settings), cases)
    totals, tags = figures(outcomes), by_tag(outcomes)
    by_kind = (value(tags[tag]["right"]) if tag in tags else None for tag in TAGS)
    return name, [*(value(totals[column]) for column in COLUMNS), *by_kind]


def _cell(value: float | None) -> str:
    return f"{'-' if value is None else value if isinstance(value, int) else f'{value:.3f}':>11}"


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--set", "names", multiple=True, help="Only this set (repeatable): dev, test, squad2, train, ...")
@click.option("--limit", type=click.IntRange(min=1), help="Maximum number of cases per set, spread evenly.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Number of worker processes.")
def main(folder: Path, names: tuple[str, ...], limit: int | None, jobs: int) -> None:
    """Print two tables per set, and one of the routes in all of them."""
    in_all = RouteCounts()
    *_, (_, settings) = steps()
    with TemporaryDirectory() as work, ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        library = Library(folder, Path(work), limit)
        for name in library.chosen(names or library.unchanged):
            cases = library[name].cases
            routes = pool.submit(count_routes, settings, cases)
            click.echo(f"{name:<14}" + "".join(f"{column:>11}" for column in (*COLUMNS, *TAGS)))
            for row, figures in pool.map(partial(measure, cases=cases), list(steps())):
                click.echo(f"{row:<14}" + "".join(map(_cell, figures)))
            in_all.add(routes.result())
            click.echo("\n".join(["", *lines(routes.result()), ""]))
    click.echo("\n".join(["in all sets", *lines(in_all)]))


if __name__ == "__main__":
    main()
