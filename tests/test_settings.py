"""Settings: defaults, checked types, and keywords of `Chatbot.open`."""

import re
from dataclasses import FrozenInstanceError, fields

import pytest
from support.articles import HONEY, bot

from chatbot.bot import Chatbot
from chatbot.errors import UsageError
from chatbot.settings import Settings, SettingsKeywords


def test_everything_is_on():
    """By default every means is on, or on where it is installed."""
    assert all(getattr(Settings(), field.name) in (True, None) for field in fields(Settings))


def test_frozen():
    """Settings cannot change under a bot."""
    with pytest.raises(FrozenInstanceError):
        Settings().spelling = False  # type: ignore[misc]


@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0])
def test_threshold(threshold):
    """The threshold is the confidence from which a reply is given."""
    reply = bot(HONEY, threshold=threshold).ask("honey nectar")
    assert reply.answered == (reply.confidence >= threshold)


def test_an_unknown_setting(tmp_path):
    """A setting that does not exist is an error that lists those that do."""
    (tmp_path / "a.md").write_text(HONEY)
    with pytest.raises(TypeError, match="there is no setting 'speling'; choose from threshold, language, smalltalk"):
        Chatbot.open(tmp_path / "a.md", speling=False)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"threshold": 7}, "threshold must be a number from 0 to 1, not 7"),
        ({"threshold": -0.1}, "threshold must be a number from 0 to 1, not -0.1"),
        ({"threshold": "0.5"}, "threshold must be a number from 0 to 1, not '0.5'"),
        ({"threshold": True}, "threshold must be a number from 0 to 1, not True"),
        ({"threshold": float("nan")}, "threshold must be a number from 0 to 1, not nan"),
        ({"spelling": "no"}, "spelling must be True or False, not 'no'"),
        ({"spelling": None}, "spelling must be True or False, not None"),
        ({"semantic": 1}, "semantic must be True or False, not 1"),
    ],
)
def test_values_are_checked(setting, message):
    """A value of a wrong type, or out of range, is refused in one line that names the setting."""
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        Settings(**setting)


def test_keywords_are_the_fields():
    """The typed keywords of `Chatbot.open` are the fields of `Settings`."""
    assert list(SettingsKeywords.__annotations__) == [field.name for field in fields(Settings)]


def test_keywords_change_given_settings():
    """Keywords change the settings that are given with them."""
    assert Settings(spelling=False).with_changes(threshold=0.5) == Settings(spelling=False, threshold=0.5)
