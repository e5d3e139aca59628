"""The text report, for terminals, and the words that the other reports share with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chatbot.common.wording import counted, shorten
from chatbot.evals.metrics.confidence import Estimate
from chatbot.evals.metrics.registry import KNOWN, answerable, unanswerable, value
from chatbot.evals.metrics.risk_coverage import in_use, steps
from chatbot.terminal.text import sanitised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatbot.evals.metrics.judge import Outcome
    from chatbot.evals.metrics.registry import Figure, Figures
    from chatbot.evals.run.regression import Change, Comparison, Paired, Result
    from chatbot.evals.run.results import Report, View
    from chatbot.evals.run.thresholds import Check, Verdict

_ALWAYS_SHOWN = ("right", "abstained", "balanced")  # none of them means much without the others
_WIDTH = 110  # maximum length of a question, a gold string or a quote


_FORBIDDEN = re.compile("[\ufffe\uffff]")  # in XML 1.0, besides what `sanitised` replaces


def clean(text: str) -> str:
    """The text without anything that XML forbids or that is invisible; line breaks stay."""
    return _FORBIDDEN.sub("\ufffd", "\n".join(map(sanitised, text.split("\n"))))


def line(text: str, width: int = _WIDTH) -> str:
    """The text on one line of printable characters, cut to `width` of them."""
    return shorten(sanitised(text), width)


def number(figure: Figure) -> str:
    """A figure as it is printed: counts as they are, others with three decimals, a missing one as a dash."""
    shown = value(figure)
    if shown is None:
        return "-"
    return str(shown) if isinstance(shown, int) else f"{shown:.3f}"


def _rate(figure: Figure) -> str:
    return f"{figure.value:.2f} of {figure.of:<4}" if isinstance(figure, Estimate) else "-"


def counts(report: Report) -> str:
    """The number of cases, and of turns of each kind."""
    outcomes = report.outcomes
    cases = len({outcome.case.id for outcome in outcomes})
    yes, no = len(answerable(outcomes)), len(unanswerable(outcomes))
    kinds = f"{yes} answerable, {no} unanswerable, {len(outcomes) - yes - no} small talk"
    return f"{counted(cases, 'case')}, {counted(len(outcomes), 'turn')} ({kinds})"


def _tag_table(report: Report) -> Iterator[str]:
    if not report.tags:
        return
    yield f"{'tag':<22} {'right':<13} {'abstained':<13}"
    for tag, figures in report.tags.items():
        yield f"{line(tag, 22):<22} {_rate(figures['right']):<13} {_rate(figures['abstained']):<13}".rstrip()


def _two_by_two(report: Report) -> Iterator[str]:
    table = report.two_by_two
    yield f"{'':<18} {'answered':>8} {'abstained':>9}"
    yield f"{'answerable':<18} {table.answerable_answered:>8} {table.answerable_abstained:>9}"
    yield f"{'unanswerable':<18} {table.unanswerable_answered:>8} {table.unanswerable_abstained:>9}"


def figures(report: Report) -> Figures:
    """The figures that reports show: those that the program or a baseline has a value for."""
    columns = (report.figures, *report.baselines.values())
    measured = {name for column in columns for name, figure in column.items() if value(figure) is not None}
    return {name: figure for name, figure in report.figures.items() if name in measured or name in _ALWAYS_SHOWN}


def _figures(report: Report) -> Iterator[str]:
    baselines = report.baselines
    yield f"{'':<18} {'program':>7}  {'95 % interval':<16} {'of':>5}" + "".join(f" {name:>10}" for name in baselines)
    for name, figure in figures(report).items():
        interval, of = ("", "")
        if isinstance(figure, Estimate):
            interval, of = f"[{figure.low:.3f}, {figure.high:.3f}]", str(figure.of)
        others = "".join(f" {number(column[name]):>10}" for column in baselines.values())
        yield f"{name:<18} {number(figure):>7}  {interval:<16} {of:>5}{others}"


def _curve(report: Report) -> Iterator[str]:
    """The effect of other thresholds; the one in use is marked."""
    if not report.curve:
        return
    used = None if report.threshold is None else in_use(report.curve, report.threshold)
    yield f"{'threshold':>10} {'coverage':>10} {'risk':>10} {'right':>10} {'abstained':>10}"
    for point in steps(report.curve, 10, report.threshold):
        cells = " ".join(f"{cell:>10.3f}" for cell in point)
        yield f"{cells}{'  <- in use' if point == used else ''}"


def _turn_name(outcome: Outcome) -> str:
    number = f" turn {outcome.turn.number}" if len(outcome.case.turns) > 1 else ""
    tags = f" ({line(', '.join(outcome.case.tags))})" if outcome.case.tags else ""
    return f"{line(outcome.case.id)}{number}{tags}"


def _explanation(outcome: Outcome) -> Iterator[str]:
    yield f"  read   {line(outcome.understood)}"
    for name, weight in outcome.evidence:
        if round(weight, 3):
            yield f"  why    {line(name)} {weight:+.3f}"


def turn(outcome: Outcome, *, explain: bool = False) -> Iterator[str]:
    """A turn in several lines: what is wrong with it, the question, the gold, and what was quoted."""
    yield f"{outcome.reason.value or 'right'}: {_turn_name(outcome)} confidence {outcome.confidence:.2f}"
    yield f"  at     {line(outcome.case.place)}"
    for before in outcome.turn.history:
        yield f"  before {line(before)}"
    yield f"  asked  {line(outcome.turn.question)}"
    for group in outcome.turn.gold:
        more = f" (or {len(group) - 1} more)" if len(group) > 1 else ""
        yield f"  gold   {line(group[0])}{more}"
    for needed in outcome.turn.must_contain:
        yield f"  needs  {line(needed)}"
    if outcome.turn.references:
        yield f"  refs   {', '.join(map(str, outcome.turn.references))}"
    for got in outcome.quotes or (outcome.error or "nothing",):
        yield f"  got    {line(got)}"
    if explain:
        yield from _explanation(outcome)


def result(turn: Result) -> str:
    """The result of a turn in words."""
    uncited = "" if turn.cited or not turn.right else ", but an expected reference is not shown"
    return f"{turn.reason.value or 'right'}{uncited}"


def change(change: Change) -> str:
    """A turn whose result has changed: before, now, and the question."""
    sign = "-" if change.broken else "+" if change.mended else "~"
    before, now = result(change.before), result(change.after)
    return f"{sign} {_turn_name(change.now)}: {before} -> {now}: {line(change.now.turn.question)}"


def test(test: Paired) -> str:
    """A rate before and now, and how likely chance makes such a difference."""
    rates = f"{test.metric} {test.before:.3f} -> {test.now:.3f}"
    return f"{rates} of {counted(test.of, 'turn')}, two-sided p = {test.p:.3f}"


def change_counts(comparison: Comparison) -> str:
    """How many turns have changed, are new, and are gone."""
    broken = sum(change.broken for change in comparison.changes)
    mended = sum(change.mended for change in comparison.changes)
    changes = f"{broken} broken, {mended} mended, {len(comparison.added)} new, {len(comparison.gone)} gone"
    return f"{counted(comparison.paired, 'turn')} in both: {changes}"


def since(comparison: Comparison) -> str:
    """How many turns have changed since the baseline, with its name."""
    return f"since {line(comparison.name)}, of {change_counts(comparison)}"


def _comparison(comparison: Comparison, *, brief: bool) -> Iterator[str]:
    yield since(comparison)
    if not brief:
        yield from map(change, comparison.changes)
    yield from map(test, comparison.tests)


def in_percent(share: float) -> str:
    """A share in per cent, with a no-break space: `85.6 %`; without decimals where they would be zeros."""
    return f"{f'{100 * share:.1f}'.removesuffix('.0')}\N{NO-BREAK SPACE}%"


def _said(check: Check, *, percent: bool) -> str:
    """A figure in words."""
    metric = KNOWN.get(check.metric)
    if check.value is None:
        return f"{check.metric} could not be measured"
    if check.said:
        return check.said
    if metric and metric.noun:
        return counted(int(check.value), metric.noun)
    return f"{check.metric} is {in_percent(check.value) if percent else number(check.value)}"


def check(check: Check, *, percent: bool = False) -> str:
    """A figure and its bound as people say it; with `percent`, shares in per cent."""
    as_percent = percent and check.metric in KNOWN and KNOWN[check.metric].percent
    bound = in_percent(check.bound) if as_percent else f"{check.bound:g}"
    wanted = f"at least {bound} wanted"
    if check.at_most:
        wanted = f"{'at most ' if check.bound else ''}{bound} allowed"
    return f"{_said(check, percent=as_percent)}; {wanted}"


def verdict(verdict: Verdict) -> str:
    """Passed or failed, with all checks, failed ones first."""
    lines = [f"  {'✓' if each.passed else '✗'} {check(each)}" for each in verdict.failed_first]
    return "\n".join(["PASSED" if verdict.passed else "FAILED", *lines])


def latency(report: Report) -> Iterator[str]:
    """The latency in one line; no line if nothing was asked."""
    if report.latency:
        p50, p95 = (f"{seconds * 1000:.1f} ms" for seconds in (report.latency.p50, report.latency.p95))
        yield f"latency per question: median {p50}, 95th percentile {p95}"


def render(report: Report, view: View) -> str:
    """The report for a terminal, in printable characters only."""
    parts = [[f"{line(report.name)}: {counts(report)}"], [f"left out: {line(fault)}" for fault in report.left_out]]
    if not view.brief:
        shown = report.outcomes if view.every else report.faults
        parts += [list(turn(outcome, explain=view.explain)) for outcome in shown]
        parts += [] if view.only_failing else [list(_tag_table(report)), list(_curve(report))]
    if report.comparison:
        parts += [list(_comparison(report.comparison, brief=view.brief))]
    parts += [list(_two_by_two(report)), list(_figures(report))]
    parts += [list(latency(report)) if view.timings else [], [verdict(report.verdict)]]
    return "\n\n".join("\n".join(part) for part in parts if part)
