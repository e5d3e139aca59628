"""A run as the two files that the tools of the field read: the ranking of every turn, and what it should hold.

They name every turn that a passage is relevant for, so a view of the figures alone leaves them empty; a view of the
failing turns leaves them whole, because figures of a part of the turns would be others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatbot.evals.metrics.standard_measures import rankings, scored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatbot.evals.metrics.standard_measures import Ranking
    from chatbot.evals.run.results import Report, View

TAG = "chatbot"  # what a run file calls the system


def _rankings(report: Report, view: View) -> Iterator[Ranking]:
    return rankings(() if view.brief else report.outcomes)


def run(report: Report, view: View) -> str:
    """The rankings as lines of `query Q0 passage rank score tag`."""
    return "\n".join(
        f"{ranking.query} Q0 {passage} {rank} {score:g} {TAG}"
        for ranking in _rankings(report, view)
        for rank, (passage, score) in enumerate(scored(ranking.hits), 1)
    )


def qrels(report: Report, view: View) -> str:
    """The relevant passages as lines of `query 0 passage 1`."""
    return "\n".join(
        f"{ranking.query} 0 {passage} 1" for ranking in _rankings(report, view) for passage in ranking.relevant
    )
