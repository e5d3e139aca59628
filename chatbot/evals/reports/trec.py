"""A run as the two files that TREC tools read: the ranking of every turn, and its relevant passages.

They have every turn with a relevant passage. A brief view leaves them empty. A view of the failing turns leaves them
complete, because measures over a part of the turns would have other values.
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
    """The rankings as lines of `query Q0 passage rank score tag`."""
    return "\n".join(
        f"{query_id(turn)} Q0 {passage} {rank} {score:g} {TAG}"
        for turn in _turns(report, view)
        for rank, (passage, score) in enumerate(scored(turn.hits), 1)
    )


def qrels(report: Report, view: View) -> str:
    """The relevant passages as lines of `query 0 passage 1`."""
    return "\n".join(f"{query_id(turn)} 0 {passage} 1" for turn in _turns(report, view) for passage in turn.relevant)
