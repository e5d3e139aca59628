"""Where a run comes from: its date, versions, documents and mode."""

import platform
from datetime import datetime, timezone
from pathlib import Path

import pytest
from support.chatting import lakes_bot
from support.eval_fakes import case, turn

from chatbot import Chatbot, __version__
from chatbot.errors import UsageError
from chatbot.evals.run import provenance as module
from chatbot.evals.run.provenance import now, provenance
from chatbot.settings import Settings


def test_what_is_said_of_a_run(monkeypatch):
    """The versions of what scores, the names of the documents, each once, and how they were read."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    bot = Chatbot([lakes_bot().document], Settings(semantic=False))
    made = provenance(bot, [case(turn("x")), case(turn("y"))])
    assert made.date == datetime(2023, 11, 14, 22, 13, 20, tzinfo=timezone.utc)
    assert dict(made.versions)["chatbot"] == __version__
    assert dict(made.versions)["Python"] == platform.python_version()
    assert dict(made.versions)["rank-bm25"] == "0.2.2"
    assert "onnxruntime" not in dict(made.versions)
    assert made.documents == tuple(dict.fromkeys(Path(p).name for p in case(turn("x")).documents))
    assert made.mode == "words only"


def test_a_package_of_another_name(monkeypatch):
    """A package that is not installed under its name has no version."""
    monkeypatch.setattr(module, "_PACKAGES", ("rank-bm25", "nothing-of-this-name"))
    assert "nothing-of-this-name" not in dict(module._versions(semantic=True))


def test_now(monkeypatch):
    """Without SOURCE_DATE_EPOCH it is the time of the clock."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setattr(module, "time", lambda: 86_400.0)
    assert now() == datetime(1970, 1, 2, tzinfo=timezone.utc)


@pytest.mark.parametrize("given", ["yesterday", "9" * 30, "1.5"])
def test_no_date(monkeypatch, given):
    """A SOURCE_DATE_EPOCH that is no number of seconds is an error that says what it must be."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    with pytest.raises(UsageError, match=r"^SOURCE_DATE_EPOCH must be the seconds since 1970, not '"):
        now()
