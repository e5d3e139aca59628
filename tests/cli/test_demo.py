"""`chatbot demo`: five questions that the article answers, with their answers."""

import json

import click
import pytest
from click.testing import CliRunner

from chatbot.bot import Chatbot
from chatbot.cli.demo import questions
from chatbot.cli.main import cli


def call(*words):
    """The command in this process."""
    return CliRunner().invoke(cli, ["demo", "--no-semantic", *words], prog_name="chatbot")


@pytest.fixture
def plain(tmp_path):
    """The path of an article that no question can be made from."""
    path = tmp_path / "wet.md"
    path.write_text("Water, water, everywhere, nor any drop to drink.\n", encoding="utf-8")
    return str(path)


def test_five_questions_are_answered():
    """Each is made from the article, and each has an answer below it; at the end stands how to go on."""
    made = list(questions(Chatbot.open(semantic=False)))
    shown = call().stdout
    assert len(made) == len(set(made)) == 5
    places = [shown.index(f"{number}/5 > {question}\n\n") for number, question in enumerate(made, 1)]
    assert places == sorted(places)
    assert "The article does not say." not in shown
    assert shown.endswith("\nAsk your own questions: chatbot\n")


def test_a_key_leads_on(monkeypatch):
    """Each question but the last waits for a key; click waits for one only on a terminal."""
    waits = []
    monkeypatch.setattr(click, "pause", lambda info, *, err: waits.append((info, err)))
    call()
    assert waits == [("Press a key for the next question ...", True)] * 4


def test_json():
    """With --json there is one reply on each line, and all are answered."""
    replies = [json.loads(line) for line in call("--json").stdout.splitlines()]
    assert [reply["answered"] for reply in replies] == [True] * 5


def test_an_article_without_questions(plain):
    """Where no question can be made, it says what to do."""
    result = call("-d", plain)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("chatbot: no question could be made from the article; ask your own: chatbot ask")


def test_it_says_how_to_ask_the_same_document(tmp_path):
    """The line at the end names the documents of the command."""
    path = tmp_path / "my lakes.md"
    path.write_text(
        "# Lakes\n\nA lake is a body of water. Every lake is wet [1].\n\n## References\n\n[1] Smith.\n", "utf-8"
    )
    assert call("-d", str(path)).stdout.endswith(f"\nAsk your own questions: chatbot -d '{path}'\n")
