"""Asks the questions of a set, with and without the threshold, and computes the figures that `table.py` prints."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from time import perf_counter
from typing import TYPE_CHECKING

from chatbot.conversation import Conversation
from chatbot.evals.metrics.judge import failed, judge, lent_numbers
from chatbot.evals.metrics.registry import METRICS, value
from chatbot.evals.run.results import latency
from chatbot.evals.run.runner import open_bot, open_top_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from chatbot.bot import Chatbot
    from chatbot.evals.cases.cases import Case, CaseTurn
    from chatbot.evals.metrics.judge import Outcome
    from chatbot.settings import Settings

COLUMNS = (
    "turns", "forced", "first", "right", "abstained", "balanced", "auc", "shown", "altered", "lent", "citations",
    "errors", "bm25", "p50 ms", "p95 ms",
)  # fmt: skip
REMEMBERED = 64  # conversations
CHUNKS = 16


@dataclass(frozen=True, slots=True)
class Result:
    """The outcomes of a turn.

    Attributes:
        program: with the threshold.
        forced: without the threshold, in the same conversation; only for answerable turns.
        bm25: of the sentence with the highest BM25+ score.
        lent: citation numbers shown with quotes that do not print them.
    """

    program: Outcome
    forced: Outcome
    bm25: Outcome
    lent: int


@lru_cache(REMEMBERED)
def after(bot: Chatbot, questions: tuple[str, ...]) -> tuple[Conversation, float]:
    """The conversation after some questions, and the seconds that the last reply took."""
    if not questions:
        return Conversation(), 0.0
    before, _ = after(bot, questions[:-1])
    started = perf_counter()
    reply = bot.reply(questions[-1], before)
    return before.then(questions[-1], reply), perf_counter() - started


def _result(settings: Settings, case: Case, turn: CaseTurn) -> Result:
    bot = open_bot(settings, case.documents)
    conversation, seconds = after(bot, (*turn.history, turn.question))
    reply = conversation.turns[-1].reply
    program = forced = judge(case, turn, reply, seconds=seconds)
    # only answerable turns count without the threshold; of several questions some may be refused
    if turn.answerable and (not reply.answered or reply.parts):
        without_threshold = open_bot(replace(settings, threshold=0.0), case.documents)
        before, _ = after(bot, turn.history)
        forced = judge(case, turn, without_threshold.reply(turn.question, before))
    top = open_top_sentence(settings, case.documents).ask(turn.question, turn.history)
    return Result(program, forced, judge(case, turn, top), sum(len(lent_numbers(quote)) for quote in reply.quotes))


def _attempted(settings: Settings, case: Case, turn: CaseTurn) -> Result:
    """The outcomes of a turn; one that raises is neither a right answer nor a refusal."""
    try:
        return _result(settings, case, turn)
    except Exception as error:  # the run goes on
        outcome = failed(case, turn, error)
        return Result(outcome, outcome, outcome, 0)


def _results(settings: Settings, case: Case) -> list[Result]:
    return [_attempted(settings, case, turn) for turn in case.turns]


def measured(settings: Settings, cases: Sequence[Case], pool: Executor | None = None) -> list[Result]:
    """The outcomes of all turns of some cases, in order; without a pool they are asked in this process."""
    work = partial(_results, settings)
    # in chunks, because neighbours share a document, which one process then opens once
    done = pool.map(work, cases, chunksize=max(1, len(cases) // CHUNKS)) if pool else map(work, cases)
    return [result for results in done for result in results]


def _values(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    return {metric.name: value(metric.measure(outcomes)) for metric in METRICS}


def figures(results: Sequence[Result]) -> dict[str, float | None]:
    """The figures of some turns, by the names in `COLUMNS`."""
    program, forced, bm25 = (
        _values([getattr(result, name) for result in results]) for name in ("program", "forced", "bm25")
    )
    time = latency([result.program for result in results])
    return {
        **program,
        "turns": sum(not result.program.turn.smalltalk for result in results),
        "forced": forced["right"],
        "first": forced["first"],
        "bm25": bm25["right"],
        "lent": sum(result.lent for result in results),
        "p50 ms": time.p50 * 1000 if time else None,
        "p95 ms": time.p95 * 1000 if time else None,
    }
