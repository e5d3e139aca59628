"""A run as GitHub's Markdown, for the summary of a step: the verdict first, then what changed, then the rest.

Questions are anybody's text. One that stands in a line is a code span, which nothing in it can end, whose links,
mentions and HTML are none; those of whole turns stand in `<pre>`, where Markdown means nothing and HTML is escaped.
"""

from __future__ import annotations

import re
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING

from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.reports import text as text_report
from chatbot.evals.reports.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.evals.run.regression import Change, Comparison
    from chatbot.evals.run.results import Report, View

LIMIT = 1024 * 1024  # bytes of a step's summary, above which GitHub shows none of it
_TICKS = re.compile("`+")


def code(text: str) -> str:
    """A text as a code span, on one line, which no backtick in it ends."""
    shown = clean(text_report.line(text))
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(shown)), default=0))
    # a space inside the fence is taken away if there is one at both ends
    return f"{fence} {shown} {fence}" if len(fence) > 1 or not shown.strip() else f"{fence}{shown}{fence}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are ours: names of figures, and numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _heading(report: Report) -> str:
    verdict = "✅ Passed" if report.verdict.passed else "❌ Failed"
    counted = text_report.heading(report).rpartition(": ")[2]  # without the name
    left_out = "".join(f"\n- left out: {code(fault)}" for fault in report.left_out)
    return f"## {verdict}: {code(report.name)}\n\n{counted}" + (f"\n{left_out}" if left_out else "")


def _changed(change: Change) -> str:
    was, now = (text_report.came_out(turn) for turn in (change.before, change.after))
    sign = "❌ broken" if change.broken else "✅ mended" if change.mended else "otherwise"
    return f"- {sign}: {code(change.now.query)} {was} → {now}: {code(change.now.turn.question)}"


def _fitting(texts: Sequence[str], room: int, what: str, gap: str = "\n") -> str:
    """As many texts as fit, and how many more there are."""
    sizes = accumulate(len(text.encode()) + len(gap) for text in texts)
    kept = sum(size <= room for size in sizes)
    more = [f"_{len(texts) - kept} more {what} left out: they would not fit here._"] if kept < len(texts) else []
    return gap.join([*texts[:kept], *more])


def _since(comparison: Comparison, room: int, *, brief: bool) -> Iterator[str]:
    _, _, counted = text_report.since(comparison).rpartition(", of ")
    yield f"### Since {code(comparison.name)}\n\nOf {counted}."
    if comparison.changes and not brief:
        yield _fitting([_changed(change) for change in comparison.changes], room, "changes", "\n")
    if comparison.tests:
        yield "\n".join(f"- {text_report.tested(test)}" for test in comparison.tests)


def _checks(report: Report) -> str:
    failing = [f"- {text_report.check(check)}" for check in report.verdict.checks if not check.passed]
    return "\n".join(["### Bounds that were missed\n", *failing]) if failing else ""


def _figures(report: Report) -> str:
    rows = []
    for name, figure in text_report.figures(report).items():
        spread = f"{figure.low:.3f} to {figure.high:.3f}" if isinstance(figure, Estimate) else ""
        of = str(figure.of) if isinstance(figure, Estimate) else ""
        others = (text_report.number(figures.get(name)) for figures in report.baselines.values())
        rows.append([f"`{name}`", text_report.number(figure), spread, of, *others])
    return "### Figures\n\n" + _table(["", "program", "95 % interval", "of", *report.baselines], rows)


def _two_by_two(report: Report) -> str:
    counts = report.two_by_two
    can = ["answerable", str(counts.answerable_answered), str(counts.answerable_abstained)]
    cannot = ["unanswerable", str(counts.unanswerable_answered), str(counts.unanswerable_abstained)]
    return _table(["", "answered", "abstained"], [can, cannot])


def _turns(report: Report, view: View, room: int) -> str:
    texts = ["\n".join(text_report.failing(outcome, explain=view.explain)) for outcome in report.faults]
    blocks = [f"<pre>{escape(clean(text), quote=False)}</pre>" for text in texts]
    if view.brief or not blocks:
        return ""
    summary = f"<details><summary>{len(blocks)} turns to look at</summary>"
    return "\n\n".join([summary, _fitting(blocks, room, "turns", "\n\n"), "</details>"])


def _size(parts: Sequence[str]) -> int:
    return sum(len(part.encode()) + 2 for part in parts)


def summary(report: Report, view: View, limit: int) -> str:
    """The report in at most so many bytes, as far as turns and changes can be left out for that."""
    rest = [_checks(report), _figures(report), _two_by_two(report)]
    parts = [_heading(report)]
    room = limit - _size([*parts, *rest]) - 1000  # for what stands around turns and changes
    if report.comparison:
        parts += _since(report.comparison, room // 2, brief=view.brief)
    parts += rest
    parts += [_turns(report, view, limit - _size(parts) - 500)]
    return "\n\n".join(part for part in parts if part)


def render(report: Report, view: View) -> str:
    """The report, small enough for GitHub to show it."""
    return summary(report, view, LIMIT - 1)  # a file ends in a line break
