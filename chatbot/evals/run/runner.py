"""Runs the cases of a question set: asks every turn, judges the reply, and keeps the ranking."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from multiprocessing import active_children, get_context
from signal import SIG_IGN, SIGINT, signal
from threading import current_thread, main_thread
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import quote

from chatbot.bot import Chatbot
from chatbot.common.processes import exit_with_parent
from chatbot.errors import ChatbotError
from chatbot.evals.cases.gold_text import folded
from chatbot.evals.metrics.judge import Outcome, failed, has_any, judge
from chatbot.evals.metrics.standard_measures import DEPTH
from chatbot.evals.run.baselines import Bot, TopSentence, refusal, shuffled

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from chatbot.evals.cases.cases import Case, CaseTurn
    from chatbot.index.passages import Passage
    from chatbot.reply import Reply
    from chatbot.settings import Settings

    BotFactory = Callable[[tuple[Path, ...]], Bot]  # from the documents of a case to a bot that answers from them

SEARCHED = 5  # passages; gold that is in none of them counts as not retrieved
_OPEN = 32  # bots kept in memory by each process


@lru_cache(maxsize=_OPEN)
def open_bot(settings: Settings, documents: tuple[Path, ...]) -> Chatbot:
    """The chatbot over some documents. Recent ones are kept until `open_bot.cache_clear()`."""
    return _open_engine(settings) if settings.engine else Chatbot.open(*documents, settings=settings)


@lru_cache(maxsize=2)  # with a threshold and without
def _open_engine(settings: Settings) -> Chatbot:
    """The chatbot over a collection that an engine holds; it answers all cases, whatever document they name."""
    return Chatbot.open(settings=settings)


@lru_cache(maxsize=_OPEN)
def _top_sentence(bot: Bot) -> TopSentence:
    return TopSentence(bot.documents)


def open_top_sentence(settings: Settings, documents: tuple[Path, ...]) -> TopSentence:
    """The BM25 baseline over the same documents."""
    return _top_sentence(open_bot(settings, documents))


def _passage_name(passage: Passage) -> str:
    """The document and the place of a passage, without white space, which TREC files split at."""
    return f"{quote(passage.document.name)}:{passage.span.start}-{passage.span.end}"


def _is_relevant(bot: Bot, passage: Passage, turn: CaseTurn) -> bool:
    """Whether a passage contains a string of gold, or overlaps a span of gold."""
    text = folded(passage.text)
    overlaps = passage.document == bot.documents[0] and any(
        passage.span.start < span.end and span.start < passage.span.end for span in turn.accept_spans
    )
    return overlaps or any(has_any(group, text) for group in turn.gold)


def _texts_found(bot: Bot, reply: Reply) -> list[str]:
    return [hit.text for hit in bot.search(reply.understood, SEARCHED)]


def _with_ranking(outcome: Outcome, bot: Bot, reply: Reply) -> Outcome:
    """The outcome with the passages that a search for the understood question finds, and the relevant ones."""
    if not outcome.turn.answerable:
        return outcome
    relevant = (passage for passage in bot.passages if _is_relevant(bot, passage, outcome.turn))
    hits = bot.search(reply.understood, DEPTH)
    return replace(
        outcome,
        hits=tuple(_passage_name(hit.passage) for hit in hits),
        relevant=tuple(_passage_name(passage) for passage in relevant),
    )


def _ask(bot_for: BotFactory, case: Case, turn: CaseTurn) -> tuple[Outcome, Reply | None]:
    """The outcome of a turn and the reply; an exception is the outcome of this turn, and the run goes on."""
    try:
        bot = bot_for(case.documents)
        started = perf_counter()
        reply = bot.ask(turn.question, turn.history)
        seconds = perf_counter() - started
        outcome = judge(case, turn, reply, lambda: _texts_found(bot, reply), seconds)
        return _with_ranking(outcome, bot, reply), reply
    except Exception as error:
        return failed(case, turn, error), None


def run(bot_for: BotFactory, cases: Iterable[Case]) -> tuple[Outcome, ...]:
    """Ask one bot every turn; the outcomes in the order of the cases."""
    return tuple(_ask(bot_for, case, turn)[0] for case in cases for turn in case.turns)


@dataclass(frozen=True, slots=True)
class TurnResults:
    """The outcomes of one turn: of the program, of the program without a threshold, and of each baseline."""

    program: Outcome
    forced: Outcome
    baselines: Mapping[str, Outcome]


Work = Callable[["Case"], tuple[TurnResults, ...]]
Progress = Callable[[Iterable[tuple[TurnResults, ...]]], Iterable[tuple[TurnResults, ...]]]


def _run_turn(settings: Settings, case: Case, turn: CaseTurn) -> TurnResults:
    outcome, reply = _ask(partial(open_bot, settings), case, turn)
    # a threshold only withholds answers, so only what was refused has to be asked again without one
    no_threshold = replace(settings, threshold=0.0)
    forced = _ask(partial(open_bot, no_threshold), case, turn)[0] if outcome.abstained else outcome
    baselines = {
        "abstain": judge(case, turn, refusal(turn.question)),
        "rank-bm25": _ask(partial(open_top_sentence, settings), case, turn)[0],
        "shuffled": judge(case, turn, shuffled(reply)) if reply else outcome,
    }
    return TurnResults(outcome, forced, baselines)


def _run_case(settings: Settings, case: Case) -> tuple[TurnResults, ...]:
    return tuple(_run_turn(settings, case, turn) for turn in case.turns)


@contextmanager
def _sigint_ignored() -> Iterator[None]:
    """Processes started here ignore Ctrl-C: the parent ends them, and only its own traceback is printed."""
    if current_thread() is not main_thread():  # only the main thread may set signal handlers
        yield
        return
    before = signal(SIGINT, SIG_IGN)
    try:
        yield
    finally:
        signal(SIGINT, before)


def _map(work: Work, cases: Sequence[Case], jobs: int) -> Generator[tuple[TurnResults, ...], None, None]:
    """The results of each case, in order, from `jobs` worker processes, all of which have ended afterwards."""
    others = set(active_children())
    # spawned: a forked process would have the locks of this one but not its threads
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), exit_with_parent)
    try:
        with _sigint_ignored():  # the processes start here, as the work is submitted
            # in chunks, because neighbours often share a document, which one process then opens once
            results = pool.map(work, cases, chunksize=-(-len(cases) // (16 * jobs)))
        yield from results
    except BrokenProcessPool as error:
        raise ChatbotError("a worker process was killed; run with a lower -j") from error
    finally:
        for process in set(active_children()) - others:
            process.terminate()
        pool.shutdown(cancel_futures=True)


def run_with_baselines(
    settings: Settings, cases: Sequence[Case], jobs: int = 1, progress: Progress = iter
) -> list[TurnResults]:
    """Ask the program and the baselines every turn.

    Args:
        settings: Those of the program.
        cases: The cases to run.
        jobs: Number of worker processes; 1 to run in this one.
        progress: Passes on the results of each case, and may show how far the run is.

    Returns:
        The results in the order of the cases.

    Raises:
        ChatbotError: A worker process was killed.
    """
    work = partial(_run_case, settings)
    with closing(_map(work, cases, jobs)) if jobs > 1 else nullcontext(map(work, cases)) as done:
        return [results for turns in progress(done) for results in turns]
