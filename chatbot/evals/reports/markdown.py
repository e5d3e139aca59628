"""The Markdown report for GitHub, also used as step summary: the verdict first, then changes, figures and turns.

Questions and names can be any text. In a line they are code spans, which nothing in them can end and in which links,
mentions and HTML have no meaning; whole turns are in `<pre>`, where Markdown has no meaning and HTML is escaped.
"""

from __future__ import annotations

import re
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING

from chatbot.common.wording import counted
from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.reports import text as text_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatbot.evals.run.regression import Change, Comparison
    from chatbot.evals.run.results import Report, View

LIMIT = 1024 * 1024  # bytes; of a longer step summary GitHub shows nothing
_BACKTICKS = re.compile("`+")


def code(text: str) -> str:
    """A text on one line as a code span, which no backtick in it ends."""
    shown = text_report.clean(text_report.line(text))
    fence = "`" * (1 + max((len(run) for run in _BACKTICKS.findall(shown)), default=0))
    # Markdown removes one space at each end
    return f"{fence} {shown} {fence}" if len(fence) > 1 or not shown.strip() else f"{fence}{shown}{fence}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table, numbers to the right. Its cells are not escaped: they must be names of figures, and numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _heading(report: Report) -> str:
    verdict = "✅ Passed" if report.verdict.passed else "❌ Failed"
    left_out = "\n".join(f"- left out: {code(fault)}" for fault in report.left_out)
    parts = [f"## {verdict}: {code(report.name)}", text_report.counts(report), left_out]
    return "\n\n".join(filter(None, parts))


def _change(change: Change) -> str:
    before, now = text_report.result(change.before), text_report.result(change.after)
    sign = "❌ broken" if change.broken else "✅ mended" if change.mended else "other"
    return f"- {sign}: {code(change.now.query)} {before} → {now}: {code(change.now.turn.question)}"


def _fitting(texts: Sequence[str], room: int, noun: str, separator: str) -> str:
    """As many of the texts as fit in a number of bytes, then the number of the others."""
    sizes = accumulate(len(text.encode()) + len(separator) for text in texts)
    kept = sum(size <= room for size in sizes)
    rest = [f"_{counted(len(texts) - kept, f'more {noun}')} left out for lack of space._"] if kept < len(texts) else []
    return separator.join([*texts[:kept], *rest])


def _comparison(comparison: Comparison, room: int, *, brief: bool) -> Iterator[str]:
    yield f"### Since {code(comparison.name)}\n\nOf {text_report.change_counts(comparison)}."
    if comparison.changes and not brief:
        yield _fitting([_change(change) for change in comparison.changes], room, "change", "\n")
    if comparison.tests:
        yield "\n".join(f"- {text_report.test(test)}" for test in comparison.tests)


def _missed_bounds(report: Report) -> str:
    missed = [f"- {text_report.check(check)}" for check in report.verdict.checks if not check.passed]
    return "\n".join(["### Missed bounds\n", *missed]) if missed else ""


def _figures(report: Report) -> str:
    rows = []
    for name, figure in text_report.figures(report).items():
        interval = f"{figure.low:.3f} to {figure.high:.3f}" if isinstance(figure, Estimate) else ""
        of = str(figure.of) if isinstance(figure, Estimate) else ""
        baselines = (text_report.number(figures.get(name)) for figures in report.baselines.values())
        rows.append([f"`{name}`", text_report.number(figure), interval, of, *baselines])
    return "### Figures\n\n" + _table(["", "program", "95 % interval", "of", *report.baselines], rows)


def _two_by_two(report: Report) -> str:
    counts = report.two_by_two
    can = ["answerable", str(counts.answerable_answered), str(counts.answerable_abstained)]
    cannot = ["unanswerable", str(counts.unanswerable_answered), str(counts.unanswerable_abstained)]
    return _table(["", "answered", "abstained"], [can, cannot])


def _turns(report: Report, view: View, room: int) -> str:
    texts = ["\n".join(text_report.turn(outcome, explain=view.explain)) for outcome in report.faults]
    blocks = [f"<pre>{escape(text_report.clean(text), quote=False)}</pre>" for text in texts]
    if view.brief or not blocks:
        return ""
    summary = f"<details><summary>{counted(len(blocks), 'turn')} with faults</summary>"
    return "\n\n".join([summary, _fitting(blocks, room, "turn", "\n\n"), "</details>"])


def _size(parts: Sequence[str]) -> int:
    return sum(len(part.encode()) + 2 for part in parts)


def summary(report: Report, view: View, limit: int) -> str:
    """The report in at most `limit` bytes, if leaving out turns and changes is enough for that."""
    rest = [_missed_bounds(report), _figures(report), _two_by_two(report)]
    parts = [_heading(report)]
    room = limit - _size([*parts, *rest]) - 1000  # for the headings of turns and changes
    if report.comparison:
        parts += _comparison(report.comparison, room // 2, brief=view.brief)
    parts += rest
    parts += [_turns(report, view, limit - _size(parts) - 500)]
    return "\n\n".join(part for part in parts if part)


def render(report: Report, view: View) -> str:
    """The report, small enough for GitHub to show it."""
    return summary(report, view, LIMIT - 1)  # a file ends with a line break
