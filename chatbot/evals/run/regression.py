"""Saved runs, and what has changed since one.

A saved run has one sorted line per turn and nothing that changes by itself, so a difference in git is a turn that
became right or wrong, is wrong for another reason, or is new. Two runs are compared over the turns that both have: the
same case, turn, question and answerability.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from chatbot.common.files import UnreadableFileError, read_utf8, write_atomically
from chatbot.common.json_values import fields, flag, json_line, json_value, number, text
from chatbot.errors import ChatbotError, UsageError
from chatbot.evals.metrics.confidence import sign_flip_test
from chatbot.evals.metrics.judge import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from chatbot.evals.metrics.judge import Outcome

SCHEMA = 1
_RIGHT = frozenset((Reason.NONE, Reason.CITATION, Reason.ALTERED))  # the reasons that a right turn may have


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """The result of a turn as it is saved. `cited`: every reference that the case expects was shown."""

    id: str
    turn: int
    question: str
    answerable: bool
    right: bool
    cited: bool
    reason: Reason

    @property
    def key(self) -> tuple[str, int, str, bool]:
        """What identifies the turn in another run."""
        return self.id, self.turn, self.question, self.answerable

    @property
    def name(self) -> str:
        """The id of the case and the number of the turn."""
        return f"{self.id}#{self.turn}"

    @property
    def faultless(self) -> bool:
        """Whether nothing is wrong."""
        return self.reason is Reason.NONE and self.cited


def result(outcome: Outcome) -> Result:
    """What is saved of an outcome."""
    turn = outcome.turn
    cited = set(turn.references) <= set(outcome.cited)
    return Result(outcome.case.id, turn.number, turn.question, turn.answerable, outcome.right, cited, outcome.reason)


def _results(outcomes: Iterable[Outcome]) -> Iterator[tuple[Result, Outcome]]:
    """All outcomes but those of small talk, with what is saved of them."""
    return ((result(outcome), outcome) for outcome in outcomes if not outcome.turn.smalltalk)


def dumps(outcomes: Iterable[Outcome]) -> bytes:
    """A run as the content of a file."""
    turns = sorted(turn for turn, _ in _results(outcomes))
    lines = [{"schema": SCHEMA}, *({**asdict(turn), "reason": turn.reason.value} for turn in turns)]
    return b"".join(map(json_line, lines))


def save(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Write a run to a file. Raises ChatbotError if it cannot be written."""
    try:
        write_atomically(path, dumps(outcomes))
    except OSError as error:
        raise ChatbotError(f"{path}: cannot be written: {error.strerror}") from error


def _reason(value: Any) -> Reason:
    try:
        return Reason(value)
    except ValueError:
        raise ValueError(f"must be one of {', '.join(repr(reason.value) for reason in Reason)}") from None


_FIELDS = {
    "id": text,
    "turn": number,
    "question": text,
    "answerable": flag,
    "right": flag,
    "cited": flag,
    "reason": _reason,
}


def _parse(lines: Iterable[Any]) -> Iterator[Result]:
    """The turns; a file that was merged by hand may have a turn twice, or contradict itself."""
    seen = set()
    for line in lines:
        turn = Result(**fields(line, _FIELDS, tuple(_FIELDS)))
        if turn.key in seen:
            raise ValueError(f'has turn {turn.turn} of "{turn.id}" twice')
        if turn.right is not (turn.reason in _RIGHT):
            raise ValueError(f'contradicts itself about turn {turn.turn} of "{turn.id}"')
        seen.add(turn.key)
        yield turn


def load(path: Path) -> tuple[Result, ...]:
    """The turns of a saved run. Raises UsageError for a file that is none, or has another version."""
    try:
        lines = [json_value(line) for line in read_utf8(path).split("\n") if line.strip()]
        head, *turns = lines or [None]
        if head != {"schema": SCHEMA}:
            raise UsageError(f"{path}: is not a baseline of this version; write it again with --save {path}")
        return tuple(_parse(turns))
    except UnreadableFileError as fault:
        raise UsageError(f"{fault}; write it with --save {path}") from fault
    except ValueError as fault:
        raise UsageError(f"{path}: is not a baseline: {fault}; write it again with --save {path}") from fault


@dataclass(frozen=True, slots=True)
class Change:
    """The results of a turn in the earlier run and in this one, with the outcome in this one."""

    before: Result
    after: Result
    now: Outcome

    @property
    def broken(self) -> bool:
        """Whether the turn was right, or correctly cited, and no longer is."""
        was, now = self.before, self.after
        uncited = was.right and was.cited and not now.cited
        return (was.right and not now.right) or (was.reason is Reason.NONE is not now.reason) or uncited

    @property
    def mended(self) -> bool:
        """Whether nothing is wrong with the turn any more."""
        return self.after.faultless and not self.before.faultless


@dataclass(frozen=True, slots=True)
class Paired:
    """A rate in both runs over the same turns, and the exact probability of such a change by chance."""

    metric: str
    before: float
    now: float
    of: int  # turns
    p: float  # two-sided
    p_worse: float  # of a loss at least as large as this one


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has changed since the earlier run in the file `name`."""

    name: str
    paired: int  # turns that both runs have
    changes: tuple[Change, ...]  # those of them whose results differ, broken ones first
    added: tuple[str, ...]  # the names of turns that only this run has
    gone: tuple[str, ...]  # the names of turns that only the earlier run has
    lost: tuple[str, ...]  # those of them that were right
    tests: tuple[Paired, ...]


def _test(metric: str, pairs: Sequence[Change], good: Callable[[Result], bool]) -> Paired | None:
    if not pairs:
        return None
    by_case: dict[str, int] = defaultdict(int)
    for pair in pairs:
        by_case[pair.before.id] += good(pair.after) - good(pair.before)
    before, now = (sum(map(good, run)) / len(pairs) for run in zip(*((p.before, p.after) for p in pairs), strict=True))
    return Paired(metric, before, now, len(pairs), *sign_flip_test(list(by_case.values())))


def _tests(pairs: Sequence[Change]) -> tuple[Paired, ...]:
    answerable = [pair for pair in pairs if pair.after.answerable]
    unanswerable = [pair for pair in pairs if not pair.after.answerable]
    right_in_both = [pair for pair in answerable if pair.before.right and pair.after.right]
    with_references = [pair for pair in answerable if pair.now.turn.references]
    tests = (
        _test("right", answerable, lambda turn: turn.right),
        _test("abstained", unanswerable, lambda turn: turn.right),
        _test("citations", right_in_both, lambda turn: turn.reason is not Reason.CITATION),
        _test("references", with_references, lambda turn: turn.cited),
    )
    return tuple(test for test in tests if test)


def compare(name: str, before: Iterable[Result], outcomes: Iterable[Outcome]) -> Comparison:
    """Compare an earlier run of a question set, saved under `name`, with the outcomes of this run."""
    earlier = {turn.key: turn for turn in before}
    now = {turn.key: (turn, outcome) for turn, outcome in _results(outcomes)}
    pairs = [Change(earlier[key], *turn) for key, turn in now.items() if key in earlier]
    gone = [turn for key, turn in earlier.items() if key not in now]
    return Comparison(
        name,
        paired=len(pairs),
        changes=tuple(sorted((p for p in pairs if p.before != p.after), key=lambda change: not change.broken)),
        added=tuple(turn.name for key, (turn, _) in now.items() if key not in earlier),
        gone=tuple(turn.name for turn in gone),
        lost=tuple(turn.name for turn in gone if turn.right),
        tests=_tests(pairs),
    )
