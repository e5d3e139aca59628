"""The chat: golden transcripts typed through prompt-toolkit, its commands, keys, completion, history and files.

A transcript in `tests/transcripts` is a session: lines that start with `> ` are typed, all else came out. Keys are
written as terminals do: `^C`, `^D`, `^[` for Escape and `^M` for Enter. After a change that is meant to show,
`CHATBOT_WRITE_TRANSCRIPTS=1 pytest tests/test_repl.py` writes what came out; read the difference before it is kept.
"""

import json
import os
import stat
from pathlib import Path

import pytest
from platforms import posix
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document as Line
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from chatbot.bot import Chatbot
from chatbot.chat import repl, slash_commands, transcript
from chatbot.chat.completion import ChatCompleter, vocabulary
from chatbot.chat.slash_commands import State
from chatbot.common.files import user_state_folder
from chatbot.documents.parser import parse
from chatbot.errors import ChatbotError
from chatbot.terminal import layout
from chatbot.terminal.layout import Page
from chatbot.terminal.text import plain

TRANSCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*.txt"))
WIDTH = 80
LAKES = """\
# Lakes

## Depth

The lake is 40 metres deep [1]. Nobody has measured the river.

## Fish

Perch live in the lake. DNA was found in the lake too.

## References

[1] Smith, A. Depths. 1990.
[12] Jones, B. Soundings. 1991.
"""


@pytest.fixture(scope="module")
def article():
    """A bot for the bundled article."""
    return Chatbot.open(semantic=False)


@pytest.fixture(scope="module")
def lakes():
    """A bot for a small article."""
    return Chatbot([parse(LAKES, "lakes.md")])


class Typist:
    """Types lines at the prompt, one each time that it is asked, and writes down the session."""

    def __init__(self, bot, lines, pipe, past=None):
        self.session = repl.session(bot, past or InMemoryHistory(), pipe, DummyOutput())
        self.pipe = pipe
        self.lines = list(lines)
        self.written = []

    def read(self):
        """Type the next line, or Ctrl-D after the last, and give back what the prompt makes of it."""
        line = self.lines.pop(0) if self.lines else "^D"
        self.written.append(f"> {line}\n")
        keys = line.replace("^[", "\x1b").replace("^M", "\r").replace("^C", "\x03").replace("^D", "\x04")
        self.pipe.send_text(keys if line.endswith(("^C", "^D")) else keys + "\r")
        return self.session.prompt()

    def show(self, block):
        """Write down what came out."""
        self.written.append(plain(block))


def typed(bot, lines, past=None, state=None):
    """The session of some lines, as a transcript."""
    with create_pipe_input() as pipe:
        typist = Typist(bot, lines, pipe, past)
        repl.run(state or State(bot), typist.read, typist.show, lambda: WIDTH)
        return "".join(typist.written)


def said(bot, *lines):
    """What the last of some lines shows."""
    state = State(bot)
    for line in lines:
        state, shown = slash_commands.step(state, line)
    return plain(shown)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(article, path):
    """What is typed gives what is written, to the letter."""
    golden = path.read_text(encoding="utf-8")
    written = typed(article, [line[2:] for line in golden.splitlines() if line.startswith("> ")])
    if os.environ.get("CHATBOT_WRITE_TRANSCRIPTS"):
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")


def test_transcripts_are_there():
    """A lost folder is not a pass."""
    assert len(TRANSCRIPTS) >= 3


# Keys


def test_escape_enter_starts_a_line(lakes):
    """Esc Enter puts a line break into the question; Enter sends both lines as one question."""
    with create_pipe_input() as pipe:
        typist = Typist(lakes, ["how deep^[^Mis the lake"], pipe)
        assert typist.read() == "how deep\nis the lake"


def test_pasted_lines_are_one_question(lakes):
    """A bracketed paste of several lines is one question, sent by Enter."""
    with create_pipe_input() as pipe:
        pipe.send_text("\x1b[200~how deep\nis the lake\x1b[201~\r")
        assert repl.session(lakes, InMemoryHistory(), pipe, DummyOutput()).prompt() == "how deep\nis the lake"


def test_control_c_clears_the_line(lakes):
    """Ctrl-C forgets what is typed and the chat goes on at the same prompt."""
    with create_pipe_input() as pipe:
        typist = Typist(lakes, ["half a question^C/help"], pipe)
        assert typist.read() == "/help"


def test_control_c_on_an_empty_line(lakes):
    """Ctrl-C on an empty line says how to leave; Ctrl-D leaves."""
    assert typed(lakes, ["^C", "^D"]) == "> ^C\nCtrl-D or /quit leaves.\n> ^D\n"


def test_control_c_during_an_answer(lakes):
    """Ctrl-C while an answer is looked for gives the prompt back, and the conversation is as before."""

    class Slow(Chatbot):
        def reply(self, *_):
            raise KeyboardInterrupt

    assert "Interrupted.\n" in typed(Slow(lakes.documents), ["how deep is the lake"])


def test_tab(lakes):
    """Tab completes a command."""
    with create_pipe_input() as pipe:
        session = repl.session(lakes, InMemoryHistory(), pipe, DummyOutput())
        session.default_buffer.on_text_changed += lambda line: line.text == "/help" and pipe.send_text("\r")
        pipe.send_text("/he\t")
        assert session.prompt() == "/help"


def test_suggestion_from_history(lakes):
    """The rest of an earlier question is offered, and the right arrow takes it."""
    past = InMemoryHistory()
    past.append_string("how deep is the lake")
    with create_pipe_input() as pipe:
        session = repl.session(lakes, past, pipe, DummyOutput())
        line = session.default_buffer
        line.on_suggestion_set += lambda _: pipe.send_text("\x1b[C")
        line.on_text_changed += lambda _: line.text == "how deep is the lake" and pipe.send_text("\r")
        pipe.send_text("how d")
        assert session.prompt() == "how deep is the lake"


def test_undecodable_bytes(lakes, monkeypatch, tmp_path):
    """Bytes that are no UTF-8 are a question like any other, and the history takes them."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with create_pipe_input() as pipe:
        session = repl.session(lakes, repl.history(pytest.fail), pipe, DummyOutput())
        pipe.send_bytes(b"deep \xff lake\r")
        line = session.prompt()
    assert "\ufffd" in said(lakes, line) or "│" in said(lakes, line)
    assert "+deep ? lake\n" in (tmp_path / "chatbot" / "history").read_text(encoding="utf-8")


# Banner and toolbar


def test_banner(lakes):
    """The banner names the article, counts what it has, is honest about the answers, and points to help."""
    assert plain(repl.banner(lakes, Page(WIDTH))) == (
        "Lakes\n2 passages, 2 references\n\n"
        "Every answer is a quote from the article, with the article's own references. It\n"
        "is as right, and as up to date, as the article is, and is no advice on your own\n"
        "case: for health, law or money ask someone qualified.\n\n"
        "Ask a question, or type /help.\n"
    )


def test_banner_and_toolbar_of_several():
    """Several articles are all named in the banner; a title cannot steer the terminal."""
    bot = Chatbot([parse("# One\x1b[2J\n\nText here.\n", "1.md"), parse("# Two\n\nText here.\n", "2.md")])
    assert plain(repl.banner(bot, Page())).startswith("One␛[2J\nTwo\n2 passages, 0 references\n")
    assert repl.toolbar(bot)[0][1].startswith(" One␛[2J and 1 more · 2 passages")


# Commands


def test_table():
    """Every command of the issue is in the table, once."""
    names = [command.name for command in slash_commands.COMMANDS]
    assert " ".join(names) == "help refs ref source why more sections search save clear quit"


def test_help_lists_every_command(lakes):
    """Help is derived from the table."""
    text = said(lakes, "/help")
    assert [c.usage for c in slash_commands.COMMANDS if c.usage not in text or c.summary not in text] == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("/hlep", "There is no command /hlep. Did you mean /help?"),
        ("/SOURC", "There is no command /SOURC. Did you mean /source?"),
        ("/how deep is the lake?", "There is no command /how. /help lists the commands."),
        ("/", "/help lists the commands."),
        ("/ref", "Type /ref N: reference N, and the sentences that cite it."),
        ("/ref x", "'x' is no reference number; try a number like 1"),
        ("/ref 99", "there is no reference 99: the article has 2, numbered 1, 12"),
        ("/search ", "Type /search WORDS: the passages with these words, and their scores."),
    ],
)
def test_wrong_commands(lakes, line, message):
    """What starts with a slash is never sent as a question; the message says what to type."""
    with pytest.raises(ChatbotError) as caught:
        slash_commands.step(State(lakes), line)
    assert str(caught.value) == message


def test_a_wrong_command_is_one_line_in_the_chat(lakes):
    """The chat says it in a line and goes on."""
    assert typed(lakes, ["/hlep"]) == "> /hlep\n\nThere is no command /hlep. Did you mean /help?\n\n> ^D\n"


@pytest.mark.parametrize("line", ["/why", "/source", "/more", "/save x.txt"])
def test_nothing_asked_yet(lakes, line):
    """Commands about the last answer say that there is none yet."""
    assert said(lakes, line) == "Nothing is asked yet. Type a question first.\n"


def test_why(lakes):
    """/why shows the confidence and the evidence."""
    assert said(lakes, "How deep is the lake?", "/why").startswith("Why: confidence ")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How deep is the lake in metres?", "(1) Smith, A. Depths. 1990.\n"),
        ("Has anybody measured the river?", "No reference is printed for this.\n"),
        ("Zebras?", "Nothing was quoted, so there is no reference.\n"),
    ],
)
def test_source(lakes, question, expected):
    """/source shows the entries behind the last answer, or that there are none."""
    assert said(lakes, question, "/source") == expected


def test_more_is_a_turn(lakes):
    """/more is asked in the conversation, like a question."""
    state = slash_commands.step(slash_commands.step(State(lakes), "How deep is the lake?").state, "/more").state
    assert [turn.question for turn in state.conversation.turns] == ["How deep is the lake?", slash_commands.MORE]


@pytest.mark.parametrize("line", ["/ref 1", "/ref (1)", "/ref [1]", "/REF 1"])
def test_ref(lakes, line):
    """A reference number is understood as it is printed."""
    assert said(lakes, line).startswith("(1) Smith, A. Depths. 1990.\n\nCited in:\n\n│ The lake is 40 metres deep [1].")


def test_search(lakes):
    """/search shows passages with scores, or that there are none."""
    assert said(lakes, "/search perch").startswith("1. score ")
    assert said(lakes, "/search zebra") == "No passage has any of these words.\n"


def test_refs_and_sections(lakes):
    """/refs and /sections list all of them."""
    assert said(lakes, "/refs") == "(1) Smith, A. Depths. 1990.\n(12) Jones, B. Soundings. 1991.\n"
    assert said(lakes, "/sections").startswith("Lakes\n  Depth\n  Fish\n")


def test_clear(lakes):
    """/clear forgets the conversation."""
    state = slash_commands.step(slash_commands.step(State(lakes), "How deep?").state, "/clear").state
    assert state == State(lakes)


@pytest.mark.parametrize("line", ["/quit", "quit", "exit", "Exit", "/exit"])
def test_quit(lakes, line):
    """There are several ways to leave."""
    assert typed(lakes, [line, "never typed"]) == f"> {line}\n"


def test_blank_lines(lakes):
    """A blank line is nothing at all."""
    assert typed(lakes, ["", "   "]) == "> \n>    \n> ^D\n"


def test_a_refused_question(lakes):
    """A question that the bot refuses is one line, and the conversation is as before."""
    with pytest.raises(ChatbotError):
        slash_commands.step(State(lakes), "why " * 300_000)


def test_resized(lakes):
    """The width is measured anew for each answer."""
    widths = iter([80, 30])
    blocks = []
    lines = iter(["/refs", "/refs"])
    with create_pipe_input() as pipe:
        typist = Typist(lakes, lines, pipe)
        repl.run(State(lakes), typist.read, lambda block: blocks.append(plain(block)), lambda: next(widths))
    assert blocks[0] != blocks[1]
    assert max(map(len, blocks[1].splitlines())) <= 30


# Completion


def completions(bot, text):
    """What Tab offers after some text."""
    return [c.text for c in ChatCompleter(bot.documents).get_completions(Line(text), CompleteEvent())]


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
    """After /save the names of files are offered."""
    (tmp_path / "notes.txt").touch()
    assert completions(lakes, f"/save {tmp_path}/no") == ["tes.txt"]


def test_vocabulary_is_sorted_by_use(lakes):
    """The commonest word comes first; names in capitals keep them, even short ones."""
    words = vocabulary(lakes.documents)
    assert words[0] == "lake"
    assert "DNA" in words


# History


def test_history(monkeypatch, tmp_path):
    """Questions are kept under XDG_STATE_HOME, readable by the user only."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    repl.history(pytest.fail).append_string("how deep?")
    path = tmp_path / "chatbot" / "history"
    assert "+how deep?" in path.read_text(encoding="utf-8")
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(repl.history(pytest.fail).load_history_strings()) == ["how deep?"]


def test_history_falls_back_to_home(monkeypatch, tmp_path):
    """A relative XDG folder counts as none."""
    monkeypatch.setenv("XDG_STATE_HOME", "here")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    assert user_state_folder() == tmp_path / ".local" / "state" / "chatbot"


@posix
def test_history_without_a_place(monkeypatch, tmp_path):
    """Where it cannot be kept, one warning says so, and the chat has a history all the same."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    warnings = []
    past = repl.history(warnings.append)
    past.append_string("how deep?")
    assert past.get_strings() == ["how deep?"]
    assert warnings == [f"questions are not kept for the next chat (Not a directory: {tmp_path}/file/chatbot)"]


def test_history_on_a_full_disk(monkeypatch, tmp_path):
    """A history that can no longer be written does not stop the chat."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    past = repl.history(pytest.fail)
    (tmp_path / "chatbot" / "history").unlink()
    (tmp_path / "chatbot").rmdir()
    past.append_string("how deep?")
    assert past.get_strings() == ["how deep?"]


# Saving


def conversation(bot, *questions):
    """A conversation of some questions."""
    state = State(bot)
    for question in questions:
        state = slash_commands.ask(state, question).state
    return state.conversation


def test_save_text(lakes, tmp_path):
    """The conversation is saved as it was shown."""
    path = tmp_path / "talk.txt"
    assert said(lakes, "How deep is the lake?", f"/save {path}") == f"Saved 1 turn to {path}.\n"
    assert path.read_text(encoding="utf-8").startswith("> How deep is the lake?\n\n")


def test_save_json_lines(lakes, tmp_path):
    """A name in .jsonl gets one reply object a line."""
    path = tmp_path / "talk.jsonl"
    talk = conversation(lakes, "How deep is the lake?", "And the river?")
    transcript.save(talk, str(path))
    saved = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert saved == [turn.reply.to_dict() for turn in talk.turns]


def test_save_overwrites_nothing(lakes, tmp_path):
    """A file that is there stays as it is, and the message is one line."""
    path = tmp_path / "talk.txt"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(ChatbotError) as caught:
        transcript.save(conversation(lakes, "How deep?"), str(path))
    assert str(caught.value) == f"{path} is there already and stays as it is; choose another name"
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["nowhere/talk.txt", "a\0b", "x" * 300, "~nobody-at-all/talk.txt"])
def test_save_where_it_cannot_be(lakes, tmp_path, monkeypatch, name):
    """A place that cannot be written is named in one line."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ChatbotError, match=r"cannot be written .*; choose another place"):
        transcript.save(conversation(lakes, "How deep?"), name)


def test_saved_text_is_harmless(lakes):
    """A saved question cannot steer the terminal that the file is shown in."""
    talk = conversation(lakes, "How \x1b[2J deep \udcff?")
    assert "\x1b" not in transcript.text(talk)
    assert transcript.text(talk).startswith("> How ␛[2J deep \ufffd?\n")
    assert transcript.json_lines(talk).isascii()


def test_json_escapes_every_control_character():
    """JSON is safe in a terminal too, and means what it meant."""
    value = "\x00\x1b\x7f\x9b\u202e\udc80é"
    written = transcript.as_json(value)
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written) == value


def test_widest():
    """Lines stay readable on a wide screen."""
    assert 60 <= layout.WIDEST <= 100
