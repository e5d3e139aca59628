"""A question set put to the program or to a control: every turn asked, judged, and its ranking kept."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from multiprocessing import get_context
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from chatbot.bot import Chatbot
from chatbot.cases import folded
from chatbot.controls import Bot, control
from chatbot.errors import ChatbotError
from chatbot.ranked import DEPTH
from chatbot.scoring import Outcome, failed, has_any, judge
from chatbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from chatbot.cases import Case, CaseTurn
    from chatbot.passages import Passage
    from chatbot.reply import Reply

T = TypeVar("T")
SEARCHED = 5  # passages; a gold sentence that is in none of them counts as not retrieved
_OPEN = 32  # documents kept at hand

NATURAL = Settings()
FORCED = Settings(threshold=0.0)  # answers whatever the confidence, to compare with plain retrieval


@lru_cache(maxsize=_OPEN)
def _opened(settings: Settings, documents: tuple[Path, ...]) -> Chatbot:
    return Chatbot.open(*documents, settings=settings)


@lru_cache(maxsize=_OPEN)
def _controlled(name: str, settings: Settings, documents: tuple[Path, ...]) -> Bot:
    return control(name, _opened(settings, documents))


@dataclass(frozen=True, slots=True)
class Opener:
    """Gives the bot for some documents, each opened once; a value, so that other processes can do the same."""

    settings: Settings = NATURAL
    control: str = ""

    def __call__(self, documents: tuple[Path, ...]) -> Bot:
        """The program, or the control that is named."""
        if self.control:
            return _controlled(self.control, self.settings, documents)
        return _opened(self.settings, documents)

    def threshold(self, documents: tuple[Path, ...]) -> float:
        """The confidence from which the program answers, in [0, 1]."""
        return _opened(self.settings, documents).threshold


def _text(bot: Bot, passage: Passage) -> str:
    return bot.documents[passage.document][passage.span]


def _name(bot: Bot, passage: Passage) -> str:
    """A passage's name: its document and its place there, without the white space that TREC's files cannot have."""
    return f"{quote(bot.documents[passage.document].name)}:{passage.span.start}-{passage.span.end}"


def _is_relevant(bot: Bot, passage: Passage, turn: CaseTurn) -> bool:
    """Whether a passage holds a string of the gold, or reaches into a span of it."""
    text = folded(_text(bot, passage))
    spanned = passage.document == 0 and any(
        passage.span.start < span.end and span.start < passage.span.end for span in turn.accept_spans
    )
    return spanned or any(has_any(group, text) for group in turn.gold)


def _ranked(outcome: Outcome, bot: Bot, reply: Reply) -> Outcome:
    """The outcome with what a search for the understood question finds, and what it should."""
    if not outcome.turn.answerable:
        return outcome
    relevant = (passage for passage in bot.passages if _is_relevant(bot, passage, outcome.turn))
    hits = bot.search(reply.understood, DEPTH)
    return replace(
        outcome,
        hits=tuple(_name(bot, hit.passage) for hit in hits),
        relevant=tuple(_name(bot, passage) for passage in relevant),
    )


def _outcome(bot_for: Callable[[tuple[Path, ...]], Bot], case: Case, turn: CaseTurn) -> Outcome:
    try:
        bot = bot_for(case.documents)
        started = perf_counter()
        reply = bot.ask(turn.question, turn.history)
        seconds = perf_counter() - started
        found = lambda: [_text(bot, hit.passage) for hit in bot.search(reply.understood, SEARCHED)]  # noqa: E731
        return _ranked(judge(case, turn, reply, found, seconds), bot, reply)
    except Exception as error:  # whatever it is, it is this turn's failure and not the run's
        return failed(case, turn, error)


def _outcomes(bot_for: Callable[[tuple[Path, ...]], Bot], case: Case) -> tuple[Outcome, ...]:
    return tuple(_outcome(bot_for, case, turn) for turn in case.turns)


def plainly(items: Iterable[T]) -> Iterable[T]:
    """The items, without anyone being told how far it is."""
    return items


@contextmanager
def workers(jobs: int) -> Iterator[ProcessPoolExecutor | None]:
    """So many processes to run cases in, or None for one, which is this."""
    if jobs == 1:
        yield None
        return
    try:
        # each starts afresh: a copy of this one would have its locks but not its threads
        with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
            yield pool
    except BrokenProcessPool as error:
        raise ChatbotError("a process that ran cases was ended from outside; run with a lower -j") from error


def run(
    bot_for: Callable[[tuple[Path, ...]], Bot],
    cases: Sequence[Case],
    pool: ProcessPoolExecutor | None = None,
    watched: Callable[[Iterable[tuple[Outcome, ...]]], Iterable[tuple[Outcome, ...]]] = plainly,
) -> tuple[Outcome, ...]:
    """The outcome of every turn, in the order of the cases, whoever runs them.

    A turn that raises is a failure, not a crash. `watched` passes on what each case gives, and may say how far it is.
    """
    work = partial(_outcomes, bot_for)
    # neighbours often share a document, which one process then reads once
    done = pool.map(work, cases, chunksize=max(1, len(cases) // 64)) if pool else map(work, cases)
    return tuple(outcome for outcomes in watched(done) for outcome in outcomes)
