"""An earlier run, kept in a file that reads well in a review, and what has changed since.

One line a turn, sorted, with nothing in it that changes by itself: a difference in git is a turn that became right, or
wrong for another reason, or one that is new. Two runs are compared over the turns that both have, question and all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from chatbot.common.files import UnreadableFileError, read_utf8, write_atomically
from chatbot.common.json_values import fields, flag, json_line, json_value, number, text
from chatbot.errors import ChatbotError, UsageError
from chatbot.evals.metrics.judge import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from chatbot.evals.metrics.judge import Outcome

SCHEMA = 1


class Result(NamedTuple):
    """How a turn came out, as a baseline keeps it. `cited`: every reference that the case wants was shown."""

    id: str
    turn: int
    question: str
    answerable: bool
    right: bool
    cited: bool
    reason: Reason

    @property
    def name(self) -> str:
        """The case and the turn."""
        return f"{self.id}#{self.turn}"

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong with it."""
        return self.reason is Reason.NONE and self.cited


def _key(turn: Result) -> tuple[str, int, str, bool]:
    return turn[:4]


def _reason(value: Any) -> Reason:
    try:
        return Reason(value)
    except ValueError:
        raise ValueError(f"must be one of {', '.join(repr(reason.value) for reason in Reason)}") from None


_LINE = {
    "id": text,
    "turn": number,
    "question": text,
    "answerable": flag,
    "right": flag,
    "cited": flag,
    "reason": _reason,
}


def _result(outcome: Outcome) -> Result:
    turn = outcome.turn
    asked = (outcome.case.id, turn.number, turn.question, turn.answerable)
    return Result(*asked, outcome.right, set(turn.references) <= set(outcome.cited), outcome.reason)


def dumps(outcomes: Iterable[Outcome]) -> bytes:
    """A run as the text of a baseline; small talk is left out."""
    turns = sorted(_result(outcome) for outcome in outcomes if not outcome.turn.smalltalk)
    lines = [{"schema": SCHEMA}, *({**turn._asdict(), "reason": turn.reason.value} for turn in turns)]
    return b"".join(map(json_line, lines))


def save(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Write a run as a baseline. Raises ChatbotError if it cannot be written."""
    try:
        write_atomically(path, dumps(outcomes))
    except OSError as error:
        raise ChatbotError(f"{path}: cannot be written: {error.strerror}") from error


def _lines(path: Path) -> list[Any]:
    try:
        return [json_value(line) for line in read_utf8(path).split("\n") if line.strip()]
    except UnreadableFileError as fault:
        raise UsageError(f"{fault}; write it with --save {path}") from fault
    except ValueError as fault:
        raise UsageError(f"{path}: is not a baseline: {fault}; write it again with --save {path}") from fault


_RIGHT = frozenset((Reason.NONE, Reason.CITATION, Reason.ALTERED))  # what a right turn may still have wrong


def _turns(lines: Iterable[Any]) -> Iterator[Result]:
    """The turns, each of which stands once and says one thing: a file that was merged by hand may not."""
    seen = set()
    for line in lines:
        turn = Result(**fields(line, _LINE, tuple(_LINE)))
        if _key(turn) in seen:
            raise ValueError(f'has turn {turn.turn} of "{turn.id}" twice')
        if turn.right is not (turn.reason in _RIGHT):
            raise ValueError(f'contradicts itself about turn {turn.turn} of "{turn.id}"')
        seen.add(_key(turn))
        yield turn


def load(path: Path) -> tuple[Result, ...]:
    """The turns of a baseline. Raises UsageError for a file that is none, or of another version."""
    head, *lines = _lines(path) or [None]
    if head != {"schema": SCHEMA}:
        raise UsageError(f"{path}: is not a baseline of this version; write it again with --save {path}")
    try:
        return tuple(_turns(lines))
    except ValueError as fault:
        raise UsageError(f"{path}: is not a baseline: {fault}; write it again with --save {path}") from fault


class Change(NamedTuple):
    """A turn that came out otherwise: how it did before, how it does, and what became of it now."""

    before: Result
    after: Result
    now: Outcome

    @property
    def broken(self) -> bool:
        """Whether it was right, or rightly cited, and is no more."""
        was, now = self.before, self.after
        uncited = was.right and was.cited and not now.cited
        return (was.right and not now.right) or (was.reason is Reason.NONE is not now.reason) or uncited

    @property
    def mended(self) -> bool:
        """Whether nothing is wrong with it any more."""
        return self.after.sound and not self.before.sound


class Paired(NamedTuple):
    """A rate before and now, over the same turns, and how likely chance alone would do this or more.

    `p` is two-sided; `p_worse` is the probability of a loss as large as this one. Both are exact: each case's change is
    as likely to have gone the other way. With one turn a case that is McNemar's exact test.
    """

    metric: str
    before: float
    now: float
    of: int
    p: float
    p_worse: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has changed since a baseline.

    `added` and `gone` are the names of turns that only one of the runs has, `lost` those gone that were right.
    """

    name: str
    paired: int
    changes: tuple[Change, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]
    lost: tuple[str, ...]
    tests: tuple[Paired, ...]


def sign_flips(changes: Sequence[int]) -> tuple[float, float]:
    """(two-sided p, p of a loss): the exact distribution of the sum when every change may have gone the other way."""
    sums = Counter({0: 1})
    for change in filter(None, changes):
        flipped: Counter[int] = Counter()
        for total, ways in sums.items():
            flipped[total + change] += ways
            flipped[total - change] += ways
        sums = flipped
    seen, every = sum(changes), sum(sums.values())
    both = sum(ways for total, ways in sums.items() if abs(total) >= abs(seen))
    worse = sum(ways for total, ways in sums.items() if total <= seen)
    return both / every, worse / every


Pair = tuple[Result, "Outcome"]


def _test(
    metric: str,
    pairs: Sequence[Pair],
    before: Callable[[Result], bool],
    now: Callable[[Outcome], bool],
) -> Paired | None:
    if not pairs:
        return None
    by_case: dict[str, int] = defaultdict(int)
    for earlier, outcome in pairs:
        by_case[earlier.id] += now(outcome) - before(earlier)
    was, is_now = (sum(map(before, (e for e, _ in pairs))), sum(map(now, (o for _, o in pairs))))
    return Paired(metric, was / len(pairs), is_now / len(pairs), len(pairs), *sign_flips(list(by_case.values())))


def _tests(pairs: Sequence[Pair]) -> Iterable[Paired | None]:
    can = [pair for pair in pairs if pair[1].turn.answerable]
    cannot = [pair for pair in pairs if not pair[1].turn.answerable]
    both = [(earlier, outcome) for earlier, outcome in can if earlier.right and outcome.right]
    citing = [(earlier, outcome) for earlier, outcome in can if outcome.turn.references]
    yield _test("right", can, lambda e: e.right, lambda o: o.right)
    yield _test("abstained", cannot, lambda e: e.right, lambda o: o.right)
    yield _test("citations", both, lambda e: e.reason is not Reason.CITATION, lambda o: o.reason is not Reason.CITATION)
    yield _test("references", citing, lambda e: e.cited, lambda o: _result(o).cited)


def compare(name: str, before: Iterable[Result], outcomes: Iterable[Outcome]) -> Comparison:
    """What has changed between a baseline and a run of the same set, as far as both have the same turns."""
    earlier: Mapping[Any, Result] = {_key(turn): turn for turn in before}
    now = {_key(_result(outcome)): outcome for outcome in outcomes if not outcome.turn.smalltalk}
    pairs = [(earlier[key], outcome) for key, outcome in now.items() if key in earlier]
    changes = [Change(was, _result(outcome), outcome) for was, outcome in pairs if was != _result(outcome)]
    gone = [turn for key, turn in earlier.items() if key not in now]
    return Comparison(
        name,
        len(pairs),
        # what broke is what a reader looks for
        tuple(sorted(changes, key=lambda change: not change.broken)),
        tuple(outcome.query for key, outcome in now.items() if key not in earlier),
        tuple(turn.name for turn in gone),
        tuple(turn.name for turn in gone if turn.right),
        tuple(test for test in _tests(pairs) if test),
    )
