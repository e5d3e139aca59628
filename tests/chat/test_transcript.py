"""Saving a conversation as text or as JSON lines."""

import json

import pytest
from support.chatting import last_shown

from chatbot.chat import transcript
from chatbot.chat.slash_commands import State, ask
from chatbot.errors import ChatbotError


def conversation(bot, *questions):
    """A conversation with some questions."""
    state = State(bot)
    for question in questions:
        state = ask(state, question).state
    return state.conversation


def test_save_text(lakes, tmp_path):
    """The text of a conversation is saved as it was shown."""
    path = tmp_path / "talk.txt"
    assert last_shown(lakes, "How deep is the lake?", f"/save {path}") == f"Saved 1 turn to {path}.\n"
    assert path.read_text(encoding="utf-8").startswith("> How deep is the lake?\n\n")


def test_save_json_lines(lakes, tmp_path):
    """A file named .jsonl gets one reply object per line."""
    path = tmp_path / "talk.jsonl"
    talk = conversation(lakes, "How deep is the lake?", "And the river?")
    transcript.save(talk, str(path))
    saved = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert saved == [turn.reply.to_dict() for turn in talk.turns]


def test_save_overwrites_nothing(lakes, tmp_path):
    """A file that exists is not changed, and the error is one line."""
    path = tmp_path / "talk.txt"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(ChatbotError) as caught:
        transcript.save(conversation(lakes, "How deep?"), str(path))
    assert str(caught.value) == f"{path} already exists and was not changed; choose another name"
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["nowhere/talk.txt", "a\0b", "x" * 300, "~nobody-at-all/talk.txt"])
def test_save_where_it_cannot_be(lakes, tmp_path, monkeypatch, name):
    """A file that cannot be written is an error that names it in one line."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ChatbotError, match=r"cannot be written .*; choose another place"):
        transcript.save(conversation(lakes, "How deep?"), name)


def test_saved_text_is_harmless(lakes):
    """A saved question cannot control the terminal in which the file is shown."""
    talk = conversation(lakes, "How \x1b[2J deep \udcff?")
    assert "\x1b" not in transcript.text(talk)
    assert transcript.text(talk).startswith("> How ␛[2J deep \ufffd?\n")
    assert transcript.json_lines(talk).isascii()
