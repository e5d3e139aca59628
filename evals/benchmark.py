"""Speed, compared to rank-bm25 on the same machine: `python evals/benchmark.py $SETS/evals/squad2-train`.

Everything is measured in one run and printed as a ratio; nothing is asserted, since machines differ. The question set's
folder holds `cases.jsonl` and its `documents`; without a folder the part on many sentences is left out.
"""

from __future__ import annotations

import random
import subprocess
import sys
from functools import partial
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rank_bm25 import BM25Plus

from chatbot import Chatbot
from chatbot.documents.parser import parse
from chatbot.evals.cases import cases
from chatbot.formats import read
from chatbot.index.passages import sentence_terms
from chatbot.index.rank_bm25 import RankBM25
from chatbot.language.terms import terms
from chatbot.semantic.extra import available
from chatbot.semantic.wordpiece import bert_uncased

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chatbot.documents.model import Document

T = TypeVar("T")
OURS = Path(__file__).parent / "leaky_gut" / "dev.jsonl"
WARM = 20  # questions
QUESTION = "What percentage of immune cells is in the gut?"


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """The seconds that `work` takes, and its result."""
    started = perf_counter()
    result = work()
    return perf_counter() - started, result


def alternated(runs: int, *works: Callable[[], object]) -> list[float]:
    """The median seconds of each function; they take turns, so that other load affects all of them."""
    rounds = [[timed(work)[0] for work in works] for _ in range(runs)]
    return [median(seconds) for seconds in zip(*rounds, strict=True)]


def row(what: str, seconds: float, against: str, beside: float) -> str:
    """One line of the report."""
    return f"{what:<46}{seconds * 1000:>11.3f} ms  = {seconds / beside:>9.4f} x {against}"


def processes(runs: int) -> Iterator[str]:
    """Processes, started anew for each measurement."""

    def python(*words: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, *words], capture_output=True, check=True)  # noqa: S603

    bare, imports, ours, package, version = alternated(
        runs,
        python("-c", "pass"),
        python("-c", "import nltk, rank_bm25"),
        python("-m", "chatbot", "ask", QUESTION),
        python("-c", "import chatbot"),
        python("-m", "chatbot", "--version"),
    )
    yield row("chatbot ask", ours, "import nltk, rank_bm25", imports)
    yield row("chatbot --version", version, "import nltk, rank_bm25", imports)
    yield row("import chatbot", package, "python -c pass", bare)


def sentences(documents: Sequence[Document]) -> list[list[str]]:
    """The stems of every sentence."""
    return [[term.stem for term in sentence_terms(d, sentence)] for d in documents for sentence in d.sentences]


def stems(question: str) -> list[str]:
    """The stems of a question."""
    return [term.stem for term in terms(question)]


def scoring(folder: Path, questions: int) -> Iterator[str]:
    """Our BM25 scores compared to those of rank-bm25, over many sentences."""
    units = sentences([read(path) for path in sorted((folder / "documents").glob("*.md"))])
    every = [stems(turn.question) for case in cases.parse(folder / "cases.jsonl") for turn in case.turns]
    asked = every[:: max(1, len(every) // questions)]
    theirs_built, ours_built = alternated(5, lambda: BM25Plus(units), lambda: RankBM25.of(units))
    theirs, ours = BM25Plus(units), RankBM25.of(units)
    # rank-bm25 adds a constant to every unit for each term of the query
    constants = [theirs.delta * sum(theirs.idf.get(term, 0.0) for term in query) for query in asked]
    pairs = zip(asked, constants, strict=True)
    differences = [abs(ours.scores(query) + constant - theirs.get_scores(query)).max() for query, constant in pairs]
    slow, fast = alternated(3, lambda: list(map(theirs.get_scores, asked)), lambda: list(map(ours.scores, asked)))
    yield f"the set's sentences: {len(units):,}; questions: {len(asked)}; scores differ by {max(differences):.1e}"
    yield row("index built", ours_built, "BM25Plus(...)", theirs_built)
    yield row("scores of a question", fast / len(asked), "get_scores", slow / len(asked))
    yield f"{'that is':<46}{slow / fast:>11,.0f} times faster"


def questions_in_process(rounds: int) -> Iterator[str]:
    """A question on the bundled article compared to get_scores on the same sentences; plain, then semantic.

    Each is asked once, as people do: what is remembered of a question is of no help. Some come before, to warm up.
    """
    asked = [turn.question for case in cases.parse(OURS) for turn in case.turns if not turn.history]
    for semantic in (False, True) if available() else (False,):
        bot, mode = Chatbot.open(semantic=semantic), ", by meaning" if semantic else ""
        for question in asked[:WARM]:
            bot.ask(question)
        whole = [timed(partial(bot.ask, question))[0] for question in asked[WARM:]]
        model, queries = BM25Plus(sentences(bot.documents)), [stems(question) for question in asked]
        alone = median(timed(partial(model.get_scores, query))[0] for _ in range(rounds) for query in queries)
        yield row(f"a question{mode}, median of {len(whole)}", median(whole), "get_scores", alone)
        yield row(f"a question{mode}, 95th percentile", quantiles(whole, n=20)[-1], "get_scores", alone)


def article(size: int) -> str:
    """An article of about `size` characters with Zipf-distributed words, sections and a reference list."""
    chance = random.Random(0)  # noqa: S311 - the same article each time
    words = ["".join(chance.choices("aeioubcdfglmnprst", k=chance.randint(2, 11))) for _ in range(8000)]
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))

    def sentence() -> str:
        marker = f" ({chance.randint(1, 99)})" if chance.random() < 0.3 else ""
        return " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(6, 30))).capitalize() + marker + "."

    parts, length = ["# Everything"], 0
    while length < size:
        parts += [f"## {sentence()[:40]}", *(" ".join(sentence() for _ in range(5)) for _ in range(4))]
        length += sum(map(len, parts[-5:]))
    entries = [f"{number}. {sentence()}" for number in range(1, 100)]
    return "\n\n".join([*parts, "## References", "\n".join(entries)]) + "\n"


def one_megabyte() -> Iterator[str]:
    """Reading and indexing an article of 1 MB, and its first answer."""
    text = article(1_000_000)
    built, bot = timed(lambda: Chatbot([parse(text, "everything.md")]))
    question = " ".join(text.split()[500:512])
    first, _ = timed(lambda: bot.ask(question))
    model = BM25Plus(sentences(bot.documents))
    alone, _ = timed(lambda: model.get_scores(stems(question)))
    theirs, _ = timed(lambda: BM25Plus(sentences(bot.documents)))
    yield f"an article of {len(text):,} characters, {len(bot.document.sentences):,} sentences"
    yield row("read and indexed", built, "terms and BM25Plus(...)", theirs)
    yield row("its first answer", first, "get_scores", alone)


HOSTILE = (
    "a",
    "\n",
    "(",
    "[1,",
    '"a ',
    "It is so [1]. ",
    "(1) a, (2) b, ",
    "and ",
    "reference 2 ",
    "'s",
    "\u0301\u0316",
    "ﷺ",
)


def hostile() -> Iterator[str]:
    """The slowest of some texts that would be slow with a careless pattern or sort, compared to a usual text."""
    usual = article(1_000_000)
    bot, vocabulary = Chatbot.open(semantic=False), bert_uncased()
    works: Sequence[tuple[str, int, Callable[[str], object]]] = (
        ("an article of 1 MB", 1_000_000, lambda text: parse(text, "hostile.md")),
        ("a question of 100 kB", 100_000, bot.ask),
        ("the WordPieces of 100 kB", 100_000, lambda text: vocabulary.numbers(text, 256)),
    )
    for what, size, work in works:
        slowest = max(timed(partial(work, part * (size // len(part))))[0] for part in HOSTILE)
        yield row(f"{what}, slowest of {len(HOSTILE)}", slowest, "a usual one", timed(partial(work, usual[:size]))[0])


@click.command(help=__doc__)
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--runs", type=click.IntRange(min=1), default=9, show_default=True, help="Runs of each process.")
@click.option("--questions", type=click.IntRange(min=1), default=50, show_default=True, help="Questions to score.")
def main(folder: Path | None, runs: int, questions: int) -> None:
    """Print the report, part by part."""
    parts: list[Any] = [processes(runs), questions_in_process(5), one_megabyte(), hostile()]
    if folder:
        parts.append(scoring(folder, questions))
    for part in parts:
        for line in part:
            click.echo(line)


if __name__ == "__main__":
    main()
