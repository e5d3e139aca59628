"""Drives the chat in tests: types lines at its prompt, or takes its steps without a prompt."""

from functools import cache

from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from chatbot.bot import Chatbot
from chatbot.chat import line_editor, repl
from chatbot.chat.slash_commands import State, step
from chatbot.documents.parser import parse
from chatbot.terminal.text import plain

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


@cache
def lakes_bot():
    """A bot for a small article."""
    return Chatbot([parse(LAKES, "lakes.md")])


class Typist:
    """Types one line at each prompt and records the session."""

    def __init__(self, bot, lines, pipe, past=None):
        self.session = line_editor.session(bot, past or InMemoryHistory(), pipe, DummyOutput())
        self.pipe = pipe
        self.lines = list(lines)
        self.written = []

    def read(self):
        """Type the next line, or Ctrl-D after the last one, and return what the prompt returns."""
        line = self.lines.pop(0) if self.lines else "^D"
        self.written.append(f"> {line}\n")
        keys = line.replace("^[", "\x1b").replace("^M", "\r").replace("^C", "\x03").replace("^D", "\x04")
        self.pipe.send_text(keys if line.endswith(("^C", "^D")) else keys + "\r")
        return self.session.prompt()

    def show(self, block):
        """Record what the chat shows."""
        self.written.append(plain(block))


def typed(bot, lines, past=None, state=None):
    """The transcript of a session in which some lines are typed."""
    with create_pipe_input() as pipe:
        typist = Typist(bot, lines, pipe, past)
        repl.run(state or State(bot), typist.read, typist.show, lambda: WIDTH)
        return "".join(typist.written)


def last_shown(bot, *lines):
    """What the chat shows for the last of some lines."""
    state, shown = State(bot), ""
    for line in lines:
        after = step(state, line)
        state, shown = after.state, plain(after.shown)
    return shown
