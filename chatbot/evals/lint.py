"""`chatbot eval lint CASES`: problems of a question set, found without asking anything."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from math import inf, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.common.wording import counted
from chatbot.errors import CaseError
from chatbot.evals.cases import cases, gold_checks
from chatbot.evals.cases.findings import Finding, Findings, Kind, error, warning
from chatbot.evals.formats.detect import QuestionSet, unchecked
from chatbot.evals.metrics.confidence import wilson
from chatbot.evals.run import thresholds

if TYPE_CHECKING:
    from chatbot.evals.cases.cases import Case, CaseTurn

_MARGIN = 0.1  # an interval wider than this on one side says little about a bound
_MAX_TURNS = 2_000  # more than any bound needs


def _words(question: str) -> tuple[str, ...]:
    """A question without case, punctuation and spacing."""
    return tuple(re.findall(r"\w+", question.casefold()))


def _asked(cases: Sequence[Case]) -> Iterator[tuple[Case, int, CaseTurn]]:
    return ((case, position, turn) for case in cases for position, turn in enumerate(case.turns, 1))


def _duplicates(cases: Sequence[Case]) -> Iterator[Finding]:
    """Questions that occur twice, about the same documents, after the same history."""
    seen: dict[object, tuple[Case, CaseTurn]] = {}
    for case, position, turn in _asked(cases):
        key = (case.documents, tuple(map(_words, turn.history)), _words(turn.question))
        first, before = seen.setdefault(key, (case, turn))
        if before is not turn:
            differs = "" if (before.answerable, before.gold) == (turn.answerable, turn.gold) else ", with other gold"
            message = f"{gold_checks.where(case, position)}: asks the same as {first.id} ({first.place}){differs}"
            yield warning(case.place, Kind.DUPLICATE, message)


def _tags(cases: Sequence[Case]) -> Iterator[Finding]:
    """Tags of a single case, whose metrics would say nothing; likely misspellings are named."""
    tagged: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for tag in dict.fromkeys(case.tags):
            tagged[tag].append(case)
    often = [tag for tag, found in tagged.items() if len(found) > 1]
    for tag, found in tagged.items():
        if len(found) == 1 and len(cases) > 1:
            meant = get_close_matches(tag, often, 1, 0.8)
            hint = f'; is "{meant[0]}" meant?' if meant else ""
            yield warning(found[0].place, Kind.TAG, f'{found[0].id}: no other case has the tag "{tag}"{hint}')


def _half(bound: float, of: float) -> float:
    """The wider side of the 95 % interval of a metric at its bound."""
    if not of:
        return inf
    low, high = wilson(bound * of, of)
    return max(bound - low, high - bound)


def _halves(bound: float, sizes: Sequence[int]) -> float:
    """The same for the mean of metrics over `sizes` turns each."""
    return sqrt(sum(_half(bound, of) ** 2 for of in sizes)) / len(sizes)


def _small(path: Path, metric: str, bound: float, sizes: Mapping[str, int]) -> Iterator[Finding]:
    """A bound that is too precise for the number of turns."""
    reach = _halves(bound, list(sizes.values()))
    if reach <= _MARGIN:
        return
    over = " and ".join(f"{counted(of, f'{name} turn')}" for name, of in sizes.items())
    if 0 in sizes.values():
        yield warning(str(path), Kind.SMALL, f"the threshold {metric} = {bound:g} cannot be checked: there are {over}")
        return
    needed = next(n for n in range(1, _MAX_TURNS) if _halves(bound, [n] * len(sizes)) <= _MARGIN)
    enough = f"{needed} of each" if len(sizes) > 1 else f"{needed}"
    margin = f"the threshold {metric} = {bound:g} over {over} has a margin of ±{reach:.2f}"
    message = f"{margin}; {enough} would make it ±{_MARGIN}"
    yield warning(str(path), Kind.SMALL, message)


def _sizes(path: Path, answerable: int, unanswerable: int) -> Iterator[Finding]:
    """The thresholds that are too precise for the set; citations count over right turns, which may be fewer."""
    yes, no = {"answerable": answerable}, {"unanswerable": unanswerable}
    over = {"right": yes, "abstained": no, "balanced": yes | no, "first": yes, "citations": yes}
    for metric, bound in thresholds.load(path).items():
        if metric in over and 0 <= bound <= 1:
            yield from _small(path, metric, bound, over[metric])


def _sides(path: Path, answerable: int, unanswerable: int) -> Iterator[Finding]:
    if not unanswerable:
        yield warning(
            str(path), Kind.ONE_SIDED, "no turn is unanswerable: answers where there should be none go unnoticed"
        )
    if not answerable:
        yield warning(str(path), Kind.ONE_SIDED, "no turn is answerable: a program that says nothing would be perfect")


def _left_out(found: QuestionSet) -> Iterator[Finding]:
    """Invalid questions of an imported set, and the number of those left out."""
    for fault in found.invalid:
        yield error(fault.place, Kind.GOLD, fault.reason)
    if found.left_out:
        first = found.left_out[0]
        message = f"{first.reason} ({counted(len(found.left_out), 'query').replace('querys', 'queries')} in all)"
        yield warning(first.place, Kind.LEFT_OUT, message)


def _set_findings(path: Path, found: QuestionSet) -> Iterator[Finding]:
    counts = [turn.answerable for _, _, turn in _asked(found.cases) if not turn.smalltalk]
    yield from _sides(path, sum(counts), len(counts) - sum(counts))
    yield from _sizes(path, sum(counts), len(counts) - sum(counts))


def _findings(path: Path, found: QuestionSet) -> Iterator[Finding]:
    cache = gold_checks.ArticleCache()
    single = [finding for case in found.cases for finding in gold_checks.check(case, cache)]
    yield from _left_out(found)
    order = {case.place: number for number, case in enumerate(found.cases)}
    yield from sorted(
        [*single, *_duplicates(found.cases), *_tags(found.cases)], key=lambda finding: order[finding.place]
    )
    yield from _set_findings(path, found)


def lint(path: Path, documents: Sequence[Path] = (), within: Sequence[Path] | None = None) -> Findings:
    """Find all problems of a question set of any format, first of its cases, then of the set.

    `documents` and `within` are as in `unchecked`. If a set cannot be read, that is the only finding. Raises UsageError
    for invalid thresholds.
    """
    try:
        with unchecked(path, documents, within) as found:
            turns = sum(len(case.turns) for case in found.cases)
            return Findings(tuple(_findings(path, found)), len(found.cases), turns)
    except CaseError as fault:
        ours = path.suffix.lower() == ".jsonl" and path.is_file() and fault.place != str(path)
        # one invalid line makes a set unreadable, but its author wants to see all of them
        faults = cases.faults(path) if ours else []
        reported = faults if fault.place in {other.place for other in faults} else [fault]
        return Findings(tuple(error(other.place, Kind.FORM, other.reason) for other in reported))
