"""How time grows with nasty documents, questions, histories and question sets: `python evals/growth.py`.

Each shape is measured at n, 2n and 4n, in CPU time of this process, best of several. What grows faster than n log n,
with some room for noise, is flagged, and the exit code is 1. Nothing is known beforehand of what should be slow.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import click

from chatbot import Chatbot, Settings
from chatbot.documents.parser import parse
from chatbot.errors import ArticleError
from chatbot.evals.formats import squad
from chatbot.evals.metrics.confidence import sign_flip_test
from chatbot.formats import convert
from chatbot.question_log import gaps
from chatbot.question_log.store import Record

_ROOM = 1.5  # times n log n
_LEAST = 0.02  # seconds at 4n; less is noise
_REFUSED = "Who wrote Hamlet in Denmark?"
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Shape:
    """Something to measure: `work` makes the work for a size, which is then timed."""

    name: str
    size: int
    work: Callable[[int], Work]


def _open_and_ask(text: str, name: str = "a.md") -> None:
    bot = Chatbot([parse(text, name)], Settings(semantic=False, language=False))
    for question in (_REFUSED, "What does it say about moss 7?", "show all references", "references 1 to 90"):
        bot.ask(question)


def _document(unit: str, length: int, head: str = "", tail: str = "") -> Callable[[int], Work]:
    """A document of a unit that is repeated; `{i}` in it is its number."""
    return lambda n: partial(_open_and_ask, head + _repeated(unit, n // length) + tail)


def _repeated(unit: str, times: int) -> str:
    return "".join(unit.replace("{i}", str(i)) for i in range(times))


def _converted(source: bytes) -> None:
    with suppress(ArticleError):  # what is nested too deeply is refused
        convert(source, "a.html")


def _page(unit: str) -> Callable[[int], Work]:
    return lambda n: partial(_converted, f"<html><body>{_repeated(unit, n // len(unit))}".encode())


def _question(bot: Chatbot, unit: str) -> Callable[[int], Work]:
    return lambda n: partial(bot.ask, _repeated(unit, n // len(unit)))


def _history(bot: Chatbot, *asked: str) -> Callable[[int], Work]:
    return lambda n: partial(bot.ask, "Who says so?", [asked[i % len(asked)] for i in range(n)])


def _listed(number: int) -> str:
    """A reference list."""
    return "\n\n## References\n\n" + _repeated("{i}. Alder A, Birch B. On moss. J Foo. 2001;1:2-9.\n", number)[3:]


_REFERENCES = _listed(400)
_DOCUMENTS: Sequence[tuple[str, str, int]] = (
    ("one letter", "a", 1),
    ("blank lines", "\n", 1),
    ("plain sentences", "The moss {i} is old and grows near rivers. ", 43),
    ("paragraphs", "The moss {i} is old.\n\n", 22),
    ("headings", "## Moss {i}\n\nIt is old.\n\n", 24),
    ("headings that say nothing", "## Part {i}\n\nIt is so.\n\n", 24),
    ("headings that ask", "## What is moss {i}?\n\nIt is old.\n\n", 33),
    ("numbered headings", "## {i}.1 Moss\n\nIt is old.\n\n", 27),
    ("nested headings", "# Moss {i}\n\n## Old\n\n### Wet\n\nIt is.\n\n", 40),
    ("headings alone", "## Moss {i}\n\n", 12),
    ("equal headings", "## Moss\n\nIt is old.\n\n", 21),
    ("bold lines", "**Moss {i}**\n\nIt is old.\n\n", 26),
    ("bullets", "- moss {i} is old\n", 18),
    ("numbered items", "{i}. moss is old\n", 17),
    ("nested bullets", "- moss\n  - old\n    - wet\n", 25),
    ("deep quotes", "> ", 2),
    ("tables", "| moss | old |\n|---|---|\n| {i} | wet |\n\n", 40),
    ("one long table", "| moss {i} | is old |\n", 21),
    ("definitions", "Moss {i} is a plant. ", 21),
    ("citations", "It is so [1]. ", 14),
    ("ranges", "It is so [1-90, 200-209]. ", 26),
    ("notes", "It is so.[^n{i}]\n\n[^n{i}]: So.\n\n", 34),
    ("many lists", "## Part {i}\n\nSo [1].\n\n### References\n\n1. Alder A. Moss. J Foo. 2001;1:2-9.\n\n", 80),
    ("lists after lists", "1. Alder A. Moss. J Foo. 2001;1:2-9.\n\nIt is so [1].\n\n", 54),
    ("entries", "{i}. Alder A, Birch B. On moss. J Foo. 2001;1:2-9.\n", 51),
    ("authors and years", "It is so (Alder, 2001). Alder et al. 2001 say so. ", 50),
    ("open brackets", "[1,", 3),
    ("raised digits", "¹", 1),
    ("enumerations", "(1) moss, (2) fern, ", 20),
    ("emphasis", "*a **b ", 7),
    ("backticks", "` ``", 4),
    ("quotation marks", '"moss', 5),
    ("links", "[moss](", 7),
    ("tags", "<p><b>", 6),
    ("abbreviations", "e.g. Dr. A. B. ", 15),
    ("a contents list", "Moss {i} .... {i}\n", 18),
    ("labels", "Weight: {i} kg\n", 15),
    ("accents", "\u0301\u0316", 2),
    ("ligatures", "ﷺ", 1),
)  # fmt: skip
_PAGES = ("<p>Moss", "<div>", "<ul><li>Moss", "<sup><a href='#a'>1</a></sup>", "<table><tr><td>Moss", "<h2>Moss</h2>")
_QUESTIONS = (
    "a",
    "moss ",
    ".[1]",
    "What is moss? ",
    "and ",
    "reference 2 ",
    "references 1-90, ",
    "'s",
    "ﷺ",
    "gut ﷺ ",
    "(",
)


def _squad(n: int) -> Work:
    question = {"question": "Is it old?", "answers": [{"text": "old", "answer_start": 8}]}
    paragraphs = [[{"context": "Moss is old.", "qas": [question | {"id": str(i)}]}] for i in range(n)]
    data = {"data": [{"title": "Moss", "paragraphs": paragraph} for paragraph in paragraphs]}

    def read() -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder, "a.json")
            path.write_text(json.dumps(data), encoding="utf-8")
            squad.read(path)

    return read


def _gaps(n: int) -> Work:
    texts = [f"What is moss {i} of the old river {i % 97}?" for i in range(n)]
    records = [Record(f"{i:026}", "", text, text, False, "none", 0.1, ()) for i, text in enumerate(texts)]
    return partial(gaps.group, records)


def shapes() -> list[Shape]:
    """Everything that is measured."""
    bot = Chatbot.open(settings=Settings(semantic=False))
    listed = Chatbot([parse(f"# Moss\n\nIt is old [1-90].{_REFERENCES}", "a.md")], Settings(semantic=False))
    found = [Shape(f"document: {name}", 20_000, _document(unit, length)) for name, unit, length in _DOCUMENTS]
    found += [
        Shape(f"document: {name}, and a list", 20_000, _document(unit, length, tail=_REFERENCES))
        for name, unit, length in _DOCUMENTS
        if name in ("citations", "ranges", "enumerations", "raised digits", "open brackets")
    ]
    found += [Shape(f"page: {unit}", 30_000, _page(unit)) for unit in _PAGES]
    found += [Shape(f"question: {unit}", 3_000, _question(bot, unit)) for unit in _QUESTIONS]
    found += [Shape(f"question on entries: {unit}", 10_000, _question(listed, unit)) for unit in _QUESTIONS[5:7]]
    found += [
        Shape("history: one question", 10, _history(bot, "How big is the gut?")),
        Shape("history: refusals", 10, _history(bot, _REFUSED, "zebra?")),
        Shape("history: follow-ups", 10, _history(bot, "How big is the gut?", "tell me more", "why?", "and zebras?")),
        Shape("history: sources", 10, _history(listed, "reference 1", "what is it cited for?", "show all references")),
        Shape("question set: equal titles", 1_000, _squad),
        Shape("question log: gaps", 500, _gaps),
        Shape("exact test: changes", 2_000, lambda n: partial(sign_flip_test, [1, -1, 1, 2] * n)),
    ]
    return found


def seconds(work: Work, runs: int) -> float:
    """The CPU time of some work, best of several runs."""

    def once() -> float:
        started = process_time()
        work()
        return process_time() - started

    return min(once() for _ in range(runs))


def grows(times: Sequence[float], size: int) -> float:
    """How much faster than n log n it grew from n to 4n; 0 where the times are too short to tell."""
    expected = 4 * log(4 * size) / log(size)
    return times[-1] / max(times[0], 1e-4) / expected if times[-1] >= _LEAST else 0.0


def measure(shape: Shape, runs: int) -> tuple[list[float], bool]:
    """The times at n, 2n and 4n, and whether that is too much; what looks so is measured once more."""
    times = [seconds(shape.work(factor * shape.size), runs) for factor in (1, 2, 4)]
    if grows(times, shape.size) > _ROOM:
        times = [min(t, seconds(shape.work(f * shape.size), runs)) for t, f in zip(times, (1, 2, 4), strict=True)]
    return times, grows(times, shape.size) > _ROOM


@click.command(help=__doc__)
@click.option("--runs", type=click.IntRange(1), default=2, show_default=True, help="Runs of each size.")
@click.option("--only", default="", help="Measure the shapes whose names have this text.")
@click.option("--factor", type=float, default=1.0, show_default=True, help="Sizes, as a multiple of the usual ones.")
def main(runs: int, only: str, factor: float) -> None:
    """Print the table."""
    chosen: list[Any] = [shape for shape in shapes() if only in shape.name]
    click.echo(f"{'shape':<48}{'n':>8}{'t(n)':>9}{'t(2n)':>9}{'t(4n)':>9}{'of n log n':>12}")
    flagged = 0
    for one in chosen[:1]:
        one.work(2)()  # what is loaded once is not growth
    for one in chosen:
        shape = Shape(one.name, max(2, int(one.size * factor)), one.work)
        times, too_much = measure(shape, runs)
        flagged += too_much
        cells = "".join(f"{1000 * time:>9.1f}" for time in times)
        ratio = grows(times, shape.size)
        shown = f"{ratio:>12.2f}" if ratio else f"{'-':>12}"
        click.echo(f"{shape.name[:47]:<48}{shape.size:>8,}{cells}{shown}{'  <--' if too_much else ''}")
    click.echo(f"{len(chosen)} shapes, milliseconds of CPU; {flagged} grow faster than n log n")
    sys.exit(1 if flagged else 0)


if __name__ == "__main__":
    main()
