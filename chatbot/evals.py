"""`chatbot eval`: a question set is put to the program and to the controls, judged, and held against its bounds."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, Protocol, TypeVar

from chatbot.bot import Chatbot
from chatbot.cases import load
from chatbot.controls import Abstainer, TopSentence
from chatbot.gates import thresholds, verdict
from chatbot.metrics import Totals, totals
from chatbot.reports import as_json as json_report
from chatbot.reports import as_text
from chatbot.scoring import Outcome, failed, judge
from chatbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from chatbot.cases import Case, CaseTurn
    from chatbot.document import Document
    from chatbot.reply import Reply
    from chatbot.retrieval import Hit

T = TypeVar("T")
SEARCHED = 5  # passages; a gold sentence that is in none of them counts as not retrieved
_OPEN = 32  # documents kept at hand


class Bot(Protocol):
    """What is judged: a chatbot, or anything that answers like one."""

    @property
    def documents(self) -> Sequence[Document]:
        """The documents it answers from; hits name them by their index here."""
        ...

    def ask(self, question: str, history: Sequence[str] = ()) -> Reply:
        """The reply to a question after some earlier ones."""
        ...

    def search(self, query: str, count: int = 5) -> Sequence[Hit]:
        """The best passages for some words, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """A run: the outcome of every turn, in the order of the cases, and their figures."""

    outcomes: tuple[Outcome, ...]
    totals: Totals


def _passages(bot: Bot, reply: Reply) -> list[str]:
    """The text of the passages that a search for the understood question finds."""
    found = (hit.passage for hit in bot.search(reply.understood, SEARCHED))
    return [bot.documents[passage.document][passage.span] for passage in found]


def _outcome(bot_for: Callable[[tuple[Path, ...]], Bot], case: Case, turn: CaseTurn) -> Outcome:
    try:
        bot = bot_for(case.documents)
        started = perf_counter()
        reply = bot.ask(turn.question, turn.history)
        seconds = perf_counter() - started
        return judge(case, turn, reply, lambda: _passages(bot, reply), seconds)
    except Exception as error:  # whatever it is, it is this turn's failure and not the run's
        return failed(case, turn, error)


def run(bot_for: Callable[[tuple[Path, ...]], Bot], cases: Iterable[Case]) -> Report:
    """Put every turn of the cases to the bot of its documents; a turn that raises is a failure, not a crash."""
    outcomes = tuple(_outcome(bot_for, case, turn) for case in cases for turn in case.turns)
    return Report(outcomes, totals(outcomes))


NATURAL = Settings()
FORCED = Settings(threshold=0.0)  # answers whatever the confidence, to compare with plain retrieval


def opener(settings: Settings = NATURAL) -> Callable[[tuple[Path, ...]], Chatbot]:
    """A function that opens a chatbot on some documents, once each."""
    return lru_cache(maxsize=_OPEN)(lambda documents: Chatbot.open(*documents, settings=settings))


def controls(bot_for: Callable[[tuple[Path, ...]], Bot], cases: Sequence[Case]) -> dict[str, Totals]:
    """The figures of the controls over the same documents, by the controls' names."""

    def control(kind: type[Abstainer]) -> Callable[[tuple[Path, ...]], Bot]:
        return lru_cache(maxsize=_OPEN)(lambda documents: kind(bot_for(documents).documents))

    return {
        "abstain": run(control(Abstainer), cases).totals,
        "rank-bm25": run(control(TopSentence), cases).totals,
    }


def _progress(items: Sequence[T], *, quiet: bool) -> Iterable[T]:
    """The items, counted on stderr when they take longer than a second and a terminal is there to see it."""
    from tqdm import tqdm  # type: ignore[import-untyped,unused-ignore]

    hidden = True if quiet else None  # None: unless stderr is a terminal
    bar: Iterable[T] = tqdm(items, delay=1, disable=hidden, leave=False, unit="case", file=sys.stderr)
    return bar


def run_command(  # noqa: PLR0913, PLR0917 - one parameter an option of the command
    cases: Path,
    documents: tuple[Path, ...] = (),
    as_json: bool = False,
    quiet: bool = False,
    threshold_file: Path | None = None,
    settings: Settings = NATURAL,
    echo: Callable[[str], None] = print,
) -> int:
    """Run a question set and echo the report; the verdict's exit code: 0 passed, 1 a figure misses its bound.

    `quiet` leaves out the table of tags, the wrong turns and the progress. `settings` are those
    of the program. Raises CaseError for an invalid set, UsageError for a senseless threshold file.
    """
    loaded, bounds, bot_for = (
        load(cases, documents),
        thresholds(cases, threshold_file),
        opener(settings),
    )
    report = run(bot_for, _progress(loaded, quiet=quiet))
    held = verdict(report.totals, bounds)
    beside = controls(bot_for, loaded)
    render = json_report if as_json else as_text
    echo(render(cases.name, report.outcomes, beside, held, brief=quiet))
    return held.exit_code
