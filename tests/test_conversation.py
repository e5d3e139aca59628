"""A conversation is a value."""

from dataclasses import FrozenInstanceError

import pytest
from support.articles import HONEY, bot

from chatbot.conversation import Conversation
from chatbot.reply import Reply, ReplyKind

REPLY = Reply("a", "a", ReplyKind.NONE)


def test_then():
    """A turn makes a new conversation; the old one stays as it was."""
    empty = Conversation()
    one = empty.then("a", REPLY)
    two = one.then("b", REPLY)
    assert (len(empty.turns), len(one.turns), len(two.turns)) == (0, 1, 2)
    assert [turn.question for turn in two.turns] == ["a", "b"]
    assert two.last == two.turns[-1]
    assert empty.last is None


def test_immutable():
    """Nothing in a conversation can be changed."""
    with pytest.raises(FrozenInstanceError):
        Conversation().turns = ()  # type: ignore[misc]


def test_two_futures():
    """One conversation can go on in two ways, and neither knows of the other."""
    bees = bot(HONEY)
    start = Conversation().then("What is honey made from?", bees.ask("What is honey made from?"))
    first = bees.reply("who says so?", start)
    bees.reply("and drones?", start.then("who says so?", first))
    assert bees.reply("who says so?", start).to_dict() == first.to_dict()
