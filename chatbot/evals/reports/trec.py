"""The files that trec_eval and similar tools read: a run file with the rankings, and qrels with the relevant passages.

Both name turns, so they are empty in a brief view. A view of the faulty turns does not shorten them, because the
figures of a part of the turns would differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.evals.metrics.standard_measures import query_id, scored, with_relevant

if TYPE_CHECKING:
    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.run.results import Report, View

TAG = "chatbot"  # the name of the system in a run file


def _turns(report: Report, view: View) -> list[Outcome]:
    return with_relevant(() if view.brief else report.outcomes)


def run(report: Report, view: View) -> str:
    """The run file: a line `query Q0 passage rank score tag` for each passage found."""
    return "\n".join(
        f"{query_id(turn)} Q0 {passage} {rank} {score:g} {TAG}"
        for turn in _turns(report, view)
        for rank, (passage, score) in enumerate(scored(turn.hits), 1)
    )


def qrels(report: Report, view: View) -> str:
    """The qrels file: a line `query 0 passage 1` for each relevant passage."""
    return "\n".join(f"{query_id(turn)} 0 {passage} 1" for turn in _turns(report, view) for passage in turn.relevant)
