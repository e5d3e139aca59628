"""The risk-coverage curve of a question set: `python evals/curve.py evals/leaky_gut/test.jsonl`.

Every turn is answered whatever the confidence, once; a row then says what a threshold would have let through: coverage,
the share of all turns that are answered, and risk, the share of those that are wrong (El-Yaniv and Wiener 2010). An
unanswerable turn that is answered is wrong. The row in use is marked.

`--set` puts the threshold in use where as many answerable turns are right as unanswerable ones are refused, over all
turns of the sets that are given: neither people with a fair question nor those who should hear that the article does
not say are favoured. Ours is set by `python evals/curve.py --set evals/leaky_gut/dev.jsonl evals/articles/cases.jsonl`.
"""

from __future__ import annotations

import json
from functools import partial
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING

import click

import chatbot
from chatbot.answers.ranking import load_ranker
from chatbot.bot import Chatbot
from chatbot.evals.cases.cases import load
from chatbot.evals.metrics.risk_coverage import Point, in_use, risk_coverage, steps
from chatbot.evals.run.runner import open_bot, run
from chatbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WEIGHTS = Path(chatbot.__file__).parent / "answers" / "weights.json"


def rows(points: Sequence[Point], threshold: float) -> Iterator[str]:
    """The curve as text, in steps of coverage, with the row of the threshold in use."""
    yield f"{'threshold':>10}{'coverage':>10}{'risk':>10}{'right':>10}{'abstained':>11}"
    used = in_use(points, threshold)
    for point in steps(points, threshold=threshold):
        cells = f"{point.threshold:>10.3f}{point.coverage:>10.3f}{point.risk:>10.3f}{point.right:>10.3f}"
        yield f"{cells}{point.abstained:>11.3f}{'  <- in use' if point == used else ''}"


def balanced(points: Sequence[Point]) -> float:
    """The threshold at which right and abstained are closest to each other."""
    return min(points, key=lambda point: abs(point.right - point.abstained)).threshold


def write(mode: str, threshold: float) -> None:
    """Set the threshold of a mode, slightly below the confidence that has to reach it."""
    models = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    models[mode]["threshold"] = floor(threshold * 1000) / 1000
    WEIGHTS.write_text(json.dumps(models, indent=2) + "\n", encoding="utf-8")
    load_ranker.cache_clear()


@click.command(help=__doc__)
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--set", "setting", is_flag=True, help="Write the threshold into chatbot/answers/weights.json.")
@click.option("--no-semantic", is_flag=True, help="Do not use sentence vectors.")
def main(paths: tuple[Path, ...], no_semantic: bool, setting: bool) -> None:
    """Print the curves; with `--set`, set the threshold."""
    forced = Settings(threshold=0.0, semantic=False if no_semantic else None)
    outcomes = [run(partial(open_bot, forced), load(path)) for path in paths]
    if setting:
        every = [outcome for some in outcomes for outcome in some]
        write("plain" if no_semantic else "semantic", balanced(risk_coverage(every)))
    threshold = Chatbot.open(semantic=forced.semantic).threshold
    for path, some in zip(paths, outcomes, strict=True):
        click.echo(path.name)
        for line in rows(risk_coverage(some), threshold):
            click.echo(line)


if __name__ == "__main__":
    main()
