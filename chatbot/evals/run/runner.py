"""A question set put to the program or to a control: every turn asked, judged, and its ranking kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from multiprocessing import active_children, get_context, parent_process
from signal import SIG_IGN, SIGINT, signal
from threading import Thread, current_thread, main_thread
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from chatbot.bot import Chatbot
from chatbot.errors import ChatbotError
from chatbot.evals.cases.gold_text import folded
from chatbot.evals.metrics.judge import Outcome, failed, has_any, judge
from chatbot.evals.metrics.standard_measures import DEPTH
from chatbot.evals.run.baselines import Bot, TopSentence, refusal, shuffled
from chatbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from chatbot.evals.cases.cases import Case, CaseTurn
    from chatbot.index.passages import Passage
    from chatbot.reply import Reply

    BotFor = Callable[[tuple[Path, ...]], Bot]

SEARCHED = 5  # passages; a gold sentence that is in none of them counts as not retrieved
_OPEN = 32  # documents kept at hand

NATURAL = Settings()
FORCED = Settings(threshold=0.0)  # answers whatever the confidence, to compare with plain retrieval


@lru_cache(maxsize=_OPEN)
def _opened(settings: Settings, documents: tuple[Path, ...]) -> Chatbot:
    return Chatbot.open(*documents, settings=settings)


@lru_cache(maxsize=_OPEN)
def _plain(bot: Bot) -> TopSentence:
    return TopSentence(bot.documents)


@dataclass(frozen=True, slots=True)
class Opener:
    """Gives the program for some documents, each opened once; a value, so that other processes can do the same."""

    settings: Settings = NATURAL

    def __call__(self, documents: tuple[Path, ...]) -> Bot:
        """The program over some documents."""
        return _opened(self.settings, documents)

    def plain(self, documents: tuple[Path, ...]) -> Bot:
        """rank-bm25 over the same documents."""
        return _plain(_opened(self.settings, documents))

    def threshold(self, documents: tuple[Path, ...]) -> float:
        """The confidence from which the program answers, in [0, 1]."""
        return _opened(self.settings, documents).threshold


def _name(passage: Passage) -> str:
    """A passage's name: its document and its place there, without the white space that TREC's files cannot have."""
    return f"{quote(passage.document.name)}:{passage.span.start}-{passage.span.end}"


def _is_relevant(bot: Bot, passage: Passage, turn: CaseTurn) -> bool:
    """Whether a passage holds a string of the gold, or reaches into a span of it."""
    text = folded(passage.text)
    spanned = passage.document == bot.documents[0] and any(
        passage.span.start < span.end and span.start < passage.span.end for span in turn.accept_spans
    )
    return spanned or any(has_any(group, text) for group in turn.gold)


def _found(bot: Bot, reply: Reply) -> list[str]:
    """The text of the passages that a search for the understood question finds."""
    return [hit.text for hit in bot.search(reply.understood, SEARCHED)]


def _ranked(outcome: Outcome, bot: Bot, reply: Reply) -> Outcome:
    """The outcome with what a search for the understood question finds, and what it should."""
    if not outcome.turn.answerable:
        return outcome
    relevant = (passage for passage in bot.passages if _is_relevant(bot, passage, outcome.turn))
    hits = bot.search(reply.understood, DEPTH)
    return replace(
        outcome,
        hits=tuple(_name(hit.passage) for hit in hits),
        relevant=tuple(_name(passage) for passage in relevant),
    )


def _asked(bot_for: BotFor, case: Case, turn: CaseTurn) -> tuple[Outcome, Reply | None]:
    """What became of a turn, with the reply; a turn that raises is a failure, not a crash."""
    try:
        bot = bot_for(case.documents)
        started = perf_counter()
        reply = bot.ask(turn.question, turn.history)
        seconds = perf_counter() - started
        outcome = judge(case, turn, reply, lambda: _found(bot, reply), seconds)
        return _ranked(outcome, bot, reply), reply
    except Exception as error:  # whatever it is, it is this turn's failure and not the run's
        return failed(case, turn, error), None


def run(bot_for: BotFor, cases: Iterable[Case]) -> tuple[Outcome, ...]:
    """The outcome of every turn, in the order of the cases, put to one program."""
    return tuple(_asked(bot_for, case, turn)[0] for case in cases for turn in case.turns)


class Answered(NamedTuple):
    """What became of one turn: by the program, by the program made to answer, and by each control."""

    program: Outcome
    forced: Outcome
    controls: Mapping[str, Outcome]


Work = Callable[["Case"], tuple[Answered, ...]]
Watch = Callable[[Iterable[tuple[Answered, ...]]], Iterable[tuple[Answered, ...]]]


def _answered(opener: Opener, case: Case, turn: CaseTurn) -> Answered:
    outcome, reply = _asked(opener, case, turn)
    plain, _ = _asked(opener.plain, case, turn)
    # only what was refused need be asked again: another threshold changes no answer, it only keeps it back
    without = Opener(replace(opener.settings, threshold=0.0))
    forced = _asked(without, case, turn)[0] if outcome.abstained else outcome
    beside = {
        "abstain": judge(case, turn, refusal(turn.question)),
        "rank-bm25": plain,
        "shuffled": judge(case, turn, shuffled(reply)) if reply else outcome,
    }
    return Answered(outcome, forced, beside)


def _all_answered(opener: Opener, case: Case) -> tuple[Answered, ...]:
    return tuple(_answered(opener, case, turn) for turn in case.turns)


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _end_with_parent() -> None:
    """In a process that runs cases: end when the one that started it does, however that ends."""
    if parent := parent_process():
        Thread(target=_end_after, args=(parent,), daemon=True).start()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """What is started here leaves Ctrl-C to this process, which ends it: two tracebacks for one key tell nothing."""
    if current_thread() is not main_thread():  # no other may say what a signal does
        yield
        return
    before = signal(SIGINT, SIG_IGN)
    try:
        yield
    finally:
        signal(SIGINT, before)


def _map(work: Work, cases: Sequence[Case], jobs: int) -> Generator[tuple[Answered, ...], None, None]:
    """What each case gives, in their order, by so many processes, none of which stays."""
    others = set(active_children())
    # each starts afresh: a copy of this one would have its locks but not its threads
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _end_with_parent)
    try:
        with _uninterrupted():  # all are started by what they are given
            # neighbours often share a document, which one process then reads once
            done = pool.map(work, cases, chunksize=-(-len(cases) // (16 * jobs)))
        yield from done
    except BrokenProcessPool as error:
        raise ChatbotError("a process that ran cases was ended from outside; run with a lower -j") from error
    finally:
        for process in set(active_children()) - others:
            process.terminate()
        pool.shutdown(cancel_futures=True)


def run_beside_controls(opener: Opener, cases: Sequence[Case], jobs: int = 1, watch: Watch = iter) -> list[Answered]:
    """Every turn, in the order of the cases, put to the program and to the controls, by so many processes.

    `watch` passes on what each case gives, and may say how far it is. Raises ChatbotError if a process is killed.
    """
    work = partial(_all_answered, opener)
    with closing(_map(work, cases, jobs)) if jobs > 1 else nullcontext(map(work, cases)) as done:
        return [answered for turns in watch(done) for answered in turns]
