"""What can be switched."""

from dataclasses import FrozenInstanceError, fields

import pytest
from articles import HONEY, bot

from chatbot.bot import Chatbot
from chatbot.settings import Settings


def test_everything_is_on():
    """By default every means is on, or on where it is installed."""
    assert all(getattr(Settings(), field.name) in (True, None) for field in fields(Settings))


def test_frozen():
    """Settings cannot change under a bot."""
    with pytest.raises(FrozenInstanceError):
        Settings().spelling = False


@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0])
def test_threshold(threshold):
    """The threshold is the confidence from which a reply is given."""
    reply = bot(HONEY, threshold=threshold).ask("honey nectar")
    assert reply.answered == (reply.confidence >= threshold)


def test_an_unknown_switch(tmp_path):
    """A switch that there is not is an error, not ignored."""
    (tmp_path / "a.md").write_text(HONEY)
    with pytest.raises(TypeError, match="speling"):
        Chatbot.open(tmp_path / "a.md", speling=False)
