"""A run as a person reads it in a terminal, and as JSON that is the same, byte for byte, for the same run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chatbot.metrics import Estimate, by_tag, totals
from chatbot.scoring import Reason
from chatbot.terminal import sanitised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chatbot.gates import Check, Verdict
    from chatbot.metrics import Totals
    from chatbot.scoring import Outcome

SCHEMA = 1
_WIDTH = 110  # characters of a question, a gold string or a quote that are shown


def _line(text: str, width: int = _WIDTH) -> str:
    """A text on one line, cut when it is long, without anything that a terminal would obey."""
    line = " ".join(sanitised(text).split())
    return line if len(line) <= width else line[: width - 1] + "…"


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _rate(estimate: Estimate | None) -> str:
    return f"{estimate.value:.2f} of {estimate.of:<4}" if estimate else "-"


def _heading(name: str, outcomes: Sequence[Outcome]) -> str:
    cases = len({outcome.case.place for outcome in outcomes})
    answerable = sum(outcome.turn.answerable for outcome in outcomes)
    talk = sum(outcome.turn.smalltalk for outcome in outcomes)
    unanswerable = len(outcomes) - answerable - talk
    split = f"{answerable} answerable, {unanswerable} unanswerable, {talk} small talk"
    return f"{_line(name)}: {cases} cases, {len(outcomes)} turns ({split})"


def _tag_table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield f"{'tag':<22} {'right':<13} {'abstained':<13}"
    for tag, figures in by_tag(outcomes).items():
        yield f"{_line(tag, 22):<22} {_rate(figures.right):<13} {_rate(figures.abstained):<13}".rstrip()


def _total_table(figures: Totals, controls: Mapping[str, Totals]) -> Iterator[str]:
    yield f"{'':<10} {'program':>7}  {'95 % interval':<16} {'turns':>5}" + "".join(f" {name:>10}" for name in controls)
    beside = [control.values for control in controls.values()]
    for name, value in figures.values.items():
        figure = getattr(figures, name)
        spread = f"[{figure.low:.3f}, {figure.high:.3f}]" if isinstance(figure, Estimate) else ""
        of = str(figure.of) if isinstance(figure, Estimate) else ""
        others = "".join(f" {_number(values[name]):>10}" for values in beside)
        yield f"{name:<10} {_number(value):>7}  {spread:<16} {of:>5}{others}"


def _wrong(outcome: Outcome) -> Iterator[str]:
    """A turn that is wrong, or wrongly cited: why, what was asked, what was wanted, what came."""
    number = outcome.case.turns.index(outcome.turn) + 1
    turn = f" turn {number}" if len(outcome.case.turns) > 1 else ""
    tags = f" ({_line(', '.join(outcome.case.tags))})" if outcome.case.tags else ""
    yield f"{outcome.reason.value}: {_line(outcome.case.id)}{turn}{tags} confidence {outcome.confidence:.2f}"
    yield f"  asked  {_line(outcome.turn.question)}"
    for group in outcome.turn.gold:
        more = f" (or {len(group) - 1} more)" if len(group) > 1 else ""
        yield f"  gold   {_line(group[0])}{more}"
    for needed in outcome.turn.must_contain:
        yield f"  needs  {_line(needed)}"
    if outcome.turn.references:
        yield f"  refs   {', '.join(map(str, outcome.turn.references))}"
    for got in outcome.quotes or (outcome.error or "nothing",):
        yield f"  got    {_line(got)}"


def _check(check: Check) -> str:
    sign = "<=" if check.at_most else ">="
    return f"{check.metric} {_number(check.value)} {'is' if check.passed else 'is not'} {sign} {check.bound:g}"


def _verdict(verdict: Verdict) -> str:
    return f"{'PASSED' if verdict.passed else 'FAILED'}: {'; '.join(map(_check, verdict.checks))}"


def _faults(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The turns to look at, by reason, in the order of the cases."""
    order = list(Reason)
    return sorted((o for o in outcomes if o.reason is not Reason.NONE), key=lambda outcome: order.index(outcome.reason))


def as_text(
    name: str, outcomes: Sequence[Outcome], controls: Mapping[str, Totals], verdict: Verdict, *, brief: bool = False
) -> str:
    """The report for a terminal, of nothing but printable characters; `brief`: the figures and the verdict alone."""
    lines = [_heading(name, outcomes), ""]
    if not brief:
        for outcome in _faults(outcomes):
            lines += [*_wrong(outcome), ""]
        lines += [*_tag_table(outcomes), ""]
    return "\n".join([*lines, *_total_table(totals(outcomes), controls), "", _verdict(verdict)])


def _rounded(value: float | None) -> float | None:
    return value if value is None or isinstance(value, int) else round(value, 4)


def _figures(figures: Totals) -> dict[str, Any]:
    estimates = {name: getattr(figures, name) for name in figures.values}
    spreads = {
        name: {"low": _rounded(estimate.low), "high": _rounded(estimate.high), "of": estimate.of}
        for name, estimate in estimates.items()
        if isinstance(estimate, Estimate)
    }
    return {"values": {name: _rounded(value) for name, value in figures.values.items()}, "intervals": spreads}


def _turn(outcome: Outcome) -> dict[str, Any]:
    """A turn's outcome; its seconds are left out, because no two runs take the same."""
    return {
        "id": outcome.case.id,
        "turn": outcome.case.turns.index(outcome.turn) + 1,
        "question": outcome.turn.question,
        "answerable": outcome.turn.answerable,
        "right": outcome.right,
        "first_right": outcome.first_right,
        "abstained": outcome.abstained,
        "citations_right": outcome.citations_right,
        "altered": outcome.altered,
        "shown": outcome.shown,
        "quotes": list(outcome.quotes),
        "confidence": round(outcome.confidence, 4),
        "reason": outcome.reason.value,
        "error": outcome.error,
    }


def as_json(
    name: str, outcomes: Sequence[Outcome], controls: Mapping[str, Totals], verdict: Verdict, *, brief: bool = False
) -> str:
    """The report as one JSON object, keys sorted, turns by id, ASCII; `brief`: without the turns."""
    checks = {
        check.metric: {"value": _rounded(check.value), "bound": check.bound, "passed": check.passed}
        for check in verdict.checks
    }
    turns = [] if brief else sorted(map(_turn, outcomes), key=lambda turn: (turn["id"], turn["turn"]))
    report = {
        "schema": SCHEMA,
        "cases": name,
        "totals": _figures(totals(outcomes)),
        "tags": {tag: _figures(figures) for tag, figures in by_tag(outcomes).items()},
        "controls": {control: _figures(figures) for control, figures in controls.items()},
        "verdict": {"passed": verdict.passed, "exit_code": verdict.exit_code, "checks": checks},
        "turns": turns,
    }
    return json.dumps(report, indent=2, sort_keys=True)
