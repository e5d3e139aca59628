"""Completion in a shell: what the Tab key offers once the line of terminal.md is in its start file."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from support.platforms import posix

import chatbot
from chatbot.cli.main import cli

ROOT = Path(chatbot.__file__).parent.parent


def offered(*words):
    """What is offered for the last of some words, as (kind, value)."""
    complete = ShellComplete(cli, {}, "chatbot", "_CHATBOT_COMPLETE")
    return [(item.type, item.value) for item in complete.get_completions(list(words[:-1]), words[-1])]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["che"], [("plain", "check")]),
        (["eval", "con"], [("plain", "convert")]),
        (["ask", "--expl"], [("plain", "--explain")]),
        (["ask", "-d", "lak"], [("file", "lak")]),
        (["lak"], [("file", "lak")]),
    ],
)
def test_what_is_offered(words, expected):
    """Commands, options and files; in the place of a command a file too, as `chatbot FILE` chats about one."""
    assert offered(*words) == expected


@pytest.mark.usefixtures("_broken")
def test_a_broken_configuration_does_not_disturb():
    """The Tab key never shows an error."""
    assert ("plain", "--explain") in offered("ask", "--expl")


@pytest.fixture
def _broken(tmp_path, monkeypatch):
    (tmp_path / "chatbot.toml").write_text("documents = 3\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@posix
def test_in_bash(tmp_path):
    """The line of terminal.md lets a new shell define what Tab calls; called as bash calls it, it completes."""
    program = tmp_path / "chatbot"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m chatbot "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    (line,) = re.findall(r"`(echo 'eval .*)`", (ROOT / ".github" / "docs" / "terminal.md").read_text(encoding="utf-8"))
    script = f"""
        {line}
        source ~/.bashrc
        function=$(complete -p chatbot | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
        COMP_WORDS=(chatbot che) COMP_CWORD=1
        $function chatbot
        echo "${{COMPREPLY[@]}}"
    """
    env = {
        **os.environ,
        "HOME": str(tmp_path),
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, check=False)  # noqa: S603, S607
    assert (done.stdout, done.stderr) == ("check\n", "")
