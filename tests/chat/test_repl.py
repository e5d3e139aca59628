"""The chat's loop: golden transcripts typed at the prompt, the banner, and interruptions.

A transcript in `tests/transcripts` is a session: lines that start with `> ` are typed, the others are what the chat
shows. Keys are written as terminals do: `^C`, `^D`, `^[` for Escape and `^M` for Enter. After an intended change,
`CHATBOT_WRITE_TRANSCRIPTS=1 pytest tests/chat` writes the new transcripts; read the difference before committing it.
"""

import os
from functools import cache
from pathlib import Path

import pytest
from prompt_toolkit.application.current import set_app
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from support.chatting import WIDTH, typed

from chatbot.bot import Chatbot
from chatbot.chat import line_editor, repl
from chatbot.chat.slash_commands import State
from chatbot.documents.parser import parse
from chatbot.semantic.extra import available, reader_name
from chatbot.settings import Settings
from chatbot.terminal.text import Page, plain

TRANSCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*.txt"))


@cache
def bundled():
    """A bot for the bundled article."""
    return Chatbot.open(semantic=False)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path):
    """Typing the lines of a transcript gives that transcript."""
    golden = path.read_text(encoding="utf-8")
    written = typed(bundled(), [line[2:] for line in golden.splitlines() if line.startswith("> ")])
    if os.environ.get("CHATBOT_WRITE_TRANSCRIPTS"):
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")


def test_transcripts_are_there():
    """There are transcripts to test."""
    assert len(TRANSCRIPTS) >= 3


def test_banner(lakes):
    """The banner has the article's title and size, says what to expect of answers, and points to help."""
    assert plain(repl.banner(lakes, Page(WIDTH))) == (
        f"Lakes\n2 passages, 2 references, {reader_name(semantic=available())}\n\n"
        "Every answer is a quote from the article, with the article's own references. It\n"
        "is only as correct and as up to date as the article, and it is not advice on\n"
        "your own case: for health, law or money, ask a professional.\n\n"
        "Ask a question, or type /help.\n"
    )


def test_banner_and_toolbar_of_several():
    """The banner lists the titles of all articles, and no title can control the terminal."""
    bot = Chatbot([parse("# One\x1b[2J\n\nText here.\n", "1.md"), parse("# Two\n\nText here.\n", "2.md")])
    assert plain(repl.banner(bot, Page())).startswith("One␛[2J\nTwo\n2 passages, 0 references, ")
    assert line_editor.toolbar(bot, 100)[0][1].startswith(" One␛[2J and 1 more · 2 passages")


def test_a_banner_of_many():
    """Of many documents the banner lists the first ten, and says where the others are."""
    bot = Chatbot([parse(f"# No {i}\n\nText here.\n", f"{i}.md") for i in range(12)], Settings(semantic=False))
    text = plain(repl.banner(bot, Page()))
    assert "No 9\nand 2 more; /document lists them\n12 passages" in text


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (100, " Leaky Gut and Immune System · 4 passages, 5 references · Tab completes · /help · Ctrl-D leaves "),
        (90, " Leaky Gut and Immune System · 4 passages, 5 references · /help · Ctrl-D leaves "),
        (60, " Leaky Gut and Immune System · /help · Ctrl-D leaves "),
        (40, " Leaky Gut and Immune System · /help "),
        (20, " /help "),
        (2, " /help "),
    ],
)
def test_a_narrow_toolbar(columns, expected):
    """Where the line at the bottom is too wide it loses whole parts, the least important first."""
    assert line_editor.toolbar(bundled(), columns)[0][1] == expected


def test_a_long_title_in_the_toolbar():
    """A long title is cut between words."""
    bot = Chatbot([parse(f"# {'Wide lakes ' * 9}\n\nText here.\n", "1.md")], Settings(semantic=False))
    assert line_editor.toolbar(bot, 150)[0][1].startswith(" Wide lakes Wide lakes Wide lakes Wide lakes Wide … · ")


def test_the_toolbar_follows_the_terminal():
    """The prompt measures the terminal each time it is drawn."""
    with create_pipe_input() as pipe:
        session = line_editor.session(bundled(), InMemoryHistory(), pipe, DummyOutput())
        shown = session.bottom_toolbar
        assert callable(shown)
        with set_app(session.app):
            assert shown() == line_editor.toolbar(bundled(), 80)


def test_copy(lakes):
    """/copy gives the terminal the last answer with its references."""
    lines = iter(["How deep is the lake in metres?", "/copy", "/quit"])
    copied: list[str] = []
    blocks: list[str] = []
    repl.run(State(lakes), lambda: next(lines), lambda block: blocks.append(plain(block)), lambda: 80, copied.append)
    assert copied == ["The lake is 40 metres deep [1].\n\n(1) Smith, A. Depths. 1990."]
    assert "OSC 52" in blocks[-1]


def test_control_c_on_an_empty_line(lakes):
    """Ctrl-C on an empty line says how to leave, and Ctrl-D leaves."""
    assert typed(lakes, ["^C", "^D"]) == "> ^C\nPress Ctrl-D or type /quit to leave.\n> ^D\n"


def test_control_c_during_an_answer(lakes):
    """Ctrl-C interrupts an answer and leads back to the prompt."""

    class Slow(Chatbot):
        def reply(self, *_):
            raise KeyboardInterrupt

    assert "Interrupted.\n" in typed(Slow(lakes.documents), ["how deep is the lake"])


def test_a_wrong_command_is_one_line_in_the_chat(lakes):
    """An unknown command is reported in one line, and the chat goes on."""
    assert typed(lakes, ["/hlep"]) == "> /hlep\n\nthere is no command /hlep; did you mean /help?\n\n> ^D\n"


@pytest.mark.parametrize("line", ["/quit", "quit", "exit", "Exit", "/exit"])
def test_quit(lakes, line):
    """/quit, quit and exit leave the chat."""
    assert typed(lakes, [line, "never typed"]) == f"> {line}\n"


def test_blank_lines(lakes):
    """A blank line is ignored."""
    assert typed(lakes, ["", "   "]) == "> \n>    \n> ^D\n"


def test_resized(lakes):
    """The width of the screen is measured for each answer."""
    widths = iter([80, 30])
    lines = iter(["/refs", "/refs", "/quit"])
    blocks = []
    repl.run(State(lakes), lambda: next(lines), lambda block: blocks.append(plain(block)), lambda: next(widths, 80))
    assert blocks[0] != blocks[1]
    assert max(map(len, blocks[1].splitlines())) <= 30
