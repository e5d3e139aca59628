"""How often each route replies, and rightly (`evals/route_counts.py`)."""

from collections import Counter

import pytest

from chatbot.answers import routes
from chatbot.evals.cases.cases import Case, CaseTurn
from chatbot.settings import Settings

SETTINGS = Settings(semantic=False, suggestions=False)


@pytest.fixture
def counted(script, tmp_path):
    """A function that asks some turns, and counts the routes."""
    path = tmp_path / "honey.md"
    path.write_text("# Honey\n\nBees make honey from nectar (1). It keeps for many years.\n")
    return lambda *turns: script("route_counts").count_routes(SETTINGS, [Case("c", "here", (path,), turns)])


def test_routes_are_counted_by_their_class(counted):
    """Of each turn only the routes that reply to it, not those of its history."""
    counts = counted(
        CaseTurn("Hello!", answerable=False, smalltalk=True),
        CaseTurn("What do bees make from nectar?", True, (("from nectar",),), history=("Hello!",)),
        CaseTurn("How long does honey keep?", True, (("not this",),), history=("Hello!",)),
    )
    assert counts.turns == 3
    assert counts.replied == Counter(SmallTalk=1, Content=2)
    assert counts.right == Counter(SmallTalk=1, Content=1)


def test_the_routes_are_as_before_afterwards(counted):
    """They are observed only as long as questions are asked."""
    before = routes.Content.reply
    counted(CaseTurn("What do bees make?", answerable=True, gold=(("honey",),)))
    assert routes.Content.reply is before


def test_counts_are_printed_with_shares(script):
    """The most frequent route first."""
    counts = script("route_counts").RouteCounts(4, Counter(More=1, Content=3), Counter(Content=2))
    _, first, second = map(str.split, script("route_counts").lines(counts))
    assert first == ["Content", "3", "0.750", "0.667"]
    assert second == ["More", "1", "0.250", "0.000"]
