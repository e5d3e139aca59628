"""How often each route of `chatbot/answers/routes.py` gives the reply, and how often the turn is right when it does.

Routes are observed from outside, by their class names, while questions are asked. A message with several questions
counts for the routes of all its parts. Small talk is right when nothing is quoted.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from measuring import after

from chatbot.answers import routes
from chatbot.evals.metrics.judge import judge
from chatbot.evals.run.runner import open_bot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chatbot.evals.cases.cases import Case, CaseTurn
    from chatbot.settings import Settings


@dataclass
class RouteCounts:
    """The number of turns, and by route of those that it replied to and of the right ones among them."""

    turns: int = 0
    replied: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)

    def add(self, other: RouteCounts) -> None:
        """Add the counts of further turns."""
        self.turns += other.turns
        self.replied += other.replied
        self.right += other.right


def _is_route(value: object) -> bool:
    """Whether something in the module is a class that it defines with a method `reply`, and not their protocol."""
    defined = isinstance(value, type) and value.__module__ == routes.__name__ and "reply" in vars(value)
    return defined and not getattr(value, "_is_protocol", False)


def _observed(route: type, names: list[str]) -> Any:
    """The route's method, which also appends the route's name to a list when it gives a reply."""
    original = vars(route)["reply"]

    @wraps(original)
    def reply(*args: Any, **options: Any) -> Any:
        found = original(*args, **options)
        if found is not None:
            names.append(route.__name__)
        return found

    return reply


@contextmanager
def observed() -> Iterator[list[str]]:
    """Append the name of each route that gives a reply to the list, as long as the context lasts."""
    names: list[str] = []
    with ExitStack() as stack:
        for route in filter(_is_route, list(vars(routes).values())):
            stack.enter_context(patch.object(route, "reply", _observed(route, names)))
        yield names


def _count(settings: Settings, case: Case, turn: CaseTurn, names: list[str]) -> RouteCounts:
    bot = open_bot(settings, case.documents)
    before, _ = after(bot, turn.history)
    names.clear()  # the history has its own routes
    outcome = judge(case, turn, bot.reply(turn.question, before))
    right = outcome.abstained if turn.smalltalk else outcome.right
    replied = Counter(set(names))
    return RouteCounts(1, replied, replied if right else Counter())


def count_routes(settings: Settings, cases: Iterable[Case]) -> RouteCounts:
    """The counts of all turns of some cases; suggestions, which are tried out on the routes, must be switched off."""
    counts = RouteCounts()
    with observed() as names:
        for case in cases:
            for turn in case.turns:
                counts.add(_count(settings, case, turn, names))
    return counts


def lines(counts: RouteCounts) -> Iterator[str]:
    """The counts as text, the most frequent route first."""
    yield f"{'route':<20}{'replied':>9}{'share':>9}{'right':>9}"
    for name, replied in counts.replied.most_common():
        yield f"{name:<20}{replied:>9}{replied / counts.turns:>9.3f}{counts.right[name] / replied:>9.3f}"
