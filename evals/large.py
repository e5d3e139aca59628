"""Large articles, opened once and then again, as ratios of one run: `python evals/large.py`.

Each command runs in a process of its own, with an empty cache folder at first. Nothing is asserted, since machines
differ.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING, NamedTuple

import click
from benchmark import article, sentences, stems
from rank_bm25 import BM25Plus

from chatbot import Chatbot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chatbot.documents.model import Document

AGAIN = 3  # times that a command is repeated
REFUSED = (
    "What is the capital of France?",
    "Which team won the world cup?",
    "Which colour has a zebra?",
    "Where do penguins live?",
)
PLAIN = ("--no-semantic",)


class Run(NamedTuple):
    """What a process took: seconds of a processor, and megabytes at its peak."""

    seconds: float
    megabytes: float


def run(environment: dict[str, str], *words: str) -> Run:
    """Run `python ...` and measure it."""
    with subprocess.Popen([sys.executable, *words], env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise SystemExit(f"{words} ended with {process.returncode}")
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def again(environment: dict[str, str], *words: str) -> Run:
    """The median of some runs."""
    runs = [run(environment, *words) for _ in range(AGAIN)]
    return Run(median(one.seconds for one in runs), median(one.megabytes for one in runs))


def row(what: str, one: Run, against: str, other: Run) -> str:
    """One line of the report."""
    figures = f"{one.seconds:>9.2f} s {one.megabytes:>7.0f} MB"
    return f"{what:<34}{figures}  = {one.seconds / other.seconds:>7.4f} of the time of {against}"


def bundled(environment: dict[str, str]) -> Iterator[str]:
    """The bundled article, compared to what the libraries below take to be imported."""
    imports = again(environment, "-c", "import nltk, rank_bm25")
    ask = ("-m", "chatbot", "ask", *PLAIN, "What percentage of immune cells is in the gut?")
    first = run(environment, *ask)
    yield row("the bundled article, first", first, "import nltk, rank_bm25", imports)
    yield row("the bundled article, again", again(environment, *ask), "import nltk, rank_bm25", imports)
    yield row("  without the cache", again(environment, *ask, "--no-cache"), "import nltk, rank_bm25", imports)


def asked(text: str) -> str:
    """A question in words of an article."""
    return " ".join(text.split()[500:508])


def large(environment: dict[str, str], size: int, path: Path) -> Iterator[str]:
    """An article of so many megabytes: the first `ask`, the next ones, a refusal, and questions in one process."""
    text = article(size * 1_000_000)
    path.write_text(text, encoding="utf-8")
    ask = ("-m", "chatbot", "ask", *PLAIN, "-d", str(path))
    first = run(environment, *ask, asked(text))
    yield row(f"{size} MB, first", first, "itself", first)
    yield row(f"{size} MB, again", again(environment, *ask, asked(text)), "the first", first)
    refused = run(environment, *ask, REFUSED[0])
    yield row(f"{size} MB, a refusal, first", refused, "the first", first)
    yield row(f"{size} MB, a refusal, again", again(environment, *ask, REFUSED[0]), "the first", first)
    found = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, __file__, "--measure", str(path)], env=environment, capture_output=True, check=True, text=True
    )
    answer, refusal, scores = json.loads(found.stdout)
    yield f"{'  in one process: an answer':<34}{answer * 1000:>9.1f} ms CPU = {answer / scores:.4f} of get_scores"
    yield f"{'  in one process: a refusal':<34}{refusal * 1000:>9.1f} ms CPU = {refusal / answer:.2f} of an answer"


def _cpu(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return process_time() - started


def _questions(document: Document) -> list[str]:
    """Questions in words of sentences from all parts of an article."""
    step = len(document.sentences) // 12
    return [document[document.sentences[place].span][:80] for place in range(step, 12 * step, step)]


def measure(path: Path) -> None:
    """Write the CPU seconds of an answer, of a refusal, and of rank-bm25's `get_scores`; medians."""
    bot = Chatbot.open(path, semantic=False)
    questions = _questions(bot.document)
    for question in REFUSED[2:]:  # the first ones count words, once
        bot.ask(question)
    answers = [_cpu(lambda question=question: bot.ask(question)) for question in questions]  # type: ignore[misc]
    refusals = [_cpu(lambda question=question: bot.ask(question)) for question in REFUSED[:2]]  # type: ignore[misc]
    model = BM25Plus(sentences(bot.documents))
    scores = _cpu(lambda: model.get_scores(stems(questions[0])))
    click.echo(json.dumps([median(answers), median(refusals), scores]))


@click.command(help=__doc__)
@click.option("--sizes", default="1,10,50", show_default=True, help="Megabytes of the articles.")
@click.option("--measure", "path", type=click.Path(path_type=Path), hidden=True)
def main(sizes: str, path: Path | None) -> None:
    """Print the report, line by line."""
    if path:
        measure(path)
        return
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder}
        for line in bundled(environment):
            click.echo(line)
        for size in map(int, sizes.split(",")):
            for line in large(environment, size, Path(folder, "article.md")):
                click.echo(line)


if __name__ == "__main__":
    main()
