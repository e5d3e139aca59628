"""The `cache` command, and the options that switch the cache off."""

import json

import pytest
from click.testing import CliRunner

from chatbot.bot import bundled_article
from chatbot.cli.main import cli
from chatbot.common import cache as caches

ASK = ("ask", "--no-semantic", "How big is the gut?")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder of the cache, which is not there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cache" / "chatbot"


def call(*words):
    """Run a command."""
    return CliRunner().invoke(cli, words)


def test_shown_and_cleared(folder):
    """Path, number and size; nothing is left."""
    assert call("cache").stdout == f"{folder}\n0 files, 0.0 MB of at most 1024 MB\n"
    call(*ASK)
    size = sum(path.stat().st_size for path in folder.iterdir())
    count = len(list(folder.iterdir()))
    assert count >= 4
    assert call("cache").stdout == f"{folder}\n{count} files, {size / 1e6:.1f} MB of at most 1024 MB\n"
    shown = {"path": str(folder), "entries": count, "bytes": size, "limit": 1 << 30}
    assert json.loads(call("cache", "--json").stdout) == shown
    assert call("cache", "clear").stdout == f"{count} files removed\n"
    assert list(folder.iterdir()) == []
    assert json.loads(call("cache", "clear", "--json").stdout) == {"removed": 0}


def test_other_actions():
    """There are none."""
    assert call("cache", "delete").exit_code == 2


def test_what_cannot_be_cleared(folder, monkeypatch):
    """One line says why."""

    def refused(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(caches.Cache, "clear", refused)
    result = call("cache", "clear")
    assert (result.exit_code, result.stderr) == (1, f"chatbot: {folder}: cannot be cleared: Permission denied\n")


def test_without_a_home_folder(monkeypatch):
    """One line says what to do."""
    monkeypatch.setattr(caches, "user_cache", lambda: None)
    result = call("cache")
    assert result.exit_code == 1
    assert result.stderr.endswith("nothing is kept; set XDG_CACHE_HOME to a folder\n")


@pytest.mark.parametrize("words", [ASK, ("search", "gut"), ("show",), ("check",), ("read", str(bundled_article()))])
def test_no_cache(folder, words):
    """With the option or the key nothing is kept; the option wins over the key."""
    commanded = call(*words, "--no-cache", "--no-semantic").stdout
    assert not folder.exists()
    with open("chatbot.toml", "w") as file:
        file.write("cache = false\nsemantic = false\n")
    assert call(*words).stdout == commanded
    assert not folder.exists()
    assert call(*words, "--cache").stdout == commanded
    assert any(folder.iterdir())
