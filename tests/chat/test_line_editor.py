"""The line editor: keys, completion, and the history of questions."""

import os
import stat

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document as EditedText
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from support.chatting import Typist, last_shown
from support.platforms import posix

from chatbot.chat import line_editor
from chatbot.chat.line_editor import ChatCompleter, vocabulary
from chatbot.common.files import user_state_folder

# Keys


def test_escape_enter_starts_a_line(lakes):
    """Esc Enter starts a new line; Enter sends both lines as one question."""
    with create_pipe_input() as pipe:
        typist = Typist(lakes, ["how deep^[^Mis the lake"], pipe)
        assert typist.read() == "how deep\nis the lake"


def test_pasted_lines_are_one_question(lakes):
    """Several lines that are pasted are one question, sent by Enter."""
    with create_pipe_input() as pipe:
        pipe.send_text("\x1b[200~how deep\nis the lake\x1b[201~\r")
        assert line_editor.session(lakes, InMemoryHistory(), pipe, DummyOutput()).prompt() == "how deep\nis the lake"


def test_control_c_clears_the_line(lakes):
    """Ctrl-C clears the line, and the next one is typed at the same prompt."""
    with create_pipe_input() as pipe:
        typist = Typist(lakes, ["half a question^C/help"], pipe)
        assert typist.read() == "/help"


def test_tab(lakes):
    """Tab completes a command."""
    with create_pipe_input() as pipe:
        session = line_editor.session(lakes, InMemoryHistory(), pipe, DummyOutput())
        session.default_buffer.on_text_changed += lambda line: pipe.send_text("\r") if line.text == "/help" else None
        pipe.send_text("/he\t")
        assert session.prompt() == "/help"


def test_suggestion_from_history(lakes):
    """The rest of an earlier question is suggested, and the right arrow accepts it."""
    past = InMemoryHistory()
    past.append_string("how deep is the lake")
    with create_pipe_input() as pipe:
        session = line_editor.session(lakes, past, pipe, DummyOutput())
        line = session.default_buffer
        line.on_suggestion_set += lambda _: pipe.send_text("\x1b[C")
        line.on_text_changed += lambda _: pipe.send_text("\r") if line.text == "how deep is the lake" else None
        pipe.send_text("how d")
        assert session.prompt() == "how deep is the lake"


def test_undecodable_bytes(lakes, monkeypatch, tmp_path):
    """Bytes that are not UTF-8 can be asked, and are replaced in the history."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with create_pipe_input() as pipe:
        session = line_editor.session(lakes, line_editor.history(pytest.fail), pipe, DummyOutput())
        pipe.send_bytes(b"deep \xff lake\r")
        line = session.prompt()
    assert "\ufffd" in last_shown(lakes, line) or "│" in last_shown(lakes, line)
    assert "+deep ? lake\n" in (tmp_path / "chatbot" / "history").read_text(encoding="utf-8")


# Completion


def completions(bot, text):
    """The completions that Tab offers after some text."""
    return [c.text for c in ChatCompleter(bot.documents).get_completions(EditedText(text), CompleteEvent())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/re", ["/refs", "/ref "]),
        ("/x", []),
        ("/ref ", ["1", "12"]),
        ("/ref 12", ["12"]),
        ("how de", ["depth", "deep"]),
        ("Where do per", ["perch"]),
        ("dn", ["DNA"]),
        ("th", []),
        ("", []),
        ("lake ", []),
    ],
)
def test_completion(lakes, text, expected):
    """Tab offers commands, reference numbers and the article's own words, but no stop words."""
    assert sorted(completions(lakes, text)) == sorted(expected)


def test_completion_of_files(lakes, tmp_path):
    """File names are offered after /save."""
    (tmp_path / "notes.txt").touch()
    assert completions(lakes, f"/save {tmp_path}/no") == ["tes.txt"]


def test_vocabulary_is_sorted_by_use(lakes):
    """The most frequent word comes first; even short words in capitals are offered, and keep them."""
    words = vocabulary(lakes.documents)
    assert words[0] == "lake"
    assert "DNA" in words


# History


def test_history(monkeypatch, tmp_path):
    """Questions are stored under XDG_STATE_HOME, readable only by the user."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    line_editor.history(pytest.fail).append_string("how deep?")
    path = tmp_path / "chatbot" / "history"
    assert "+how deep?" in path.read_text(encoding="utf-8")
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(line_editor.history(pytest.fail).load_history_strings()) == ["how deep?"]


def test_history_falls_back_to_home(monkeypatch, tmp_path):
    """A relative XDG_STATE_HOME is ignored."""
    monkeypatch.setenv("XDG_STATE_HOME", "here")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    assert user_state_folder() == tmp_path / ".local" / "state" / "chatbot"


@posix
def test_history_without_a_place(monkeypatch, tmp_path):
    """If the history cannot be stored, there is one warning and a history in memory."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    warnings: list[str] = []
    past = line_editor.history(warnings.append)
    past.append_string("how deep?")
    assert past.get_strings() == ["how deep?"]
    assert warnings == [f"questions are not kept for the next chat (Not a directory: {tmp_path}/file/chatbot)"]


def test_history_on_a_full_disk(monkeypatch, tmp_path):
    """A history that cannot be written any more does not stop the chat."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    past = line_editor.history(pytest.fail)
    (tmp_path / "chatbot" / "history").unlink()
    (tmp_path / "chatbot").rmdir()
    past.append_string("how deep?")
    assert past.get_strings() == ["how deep?"]
