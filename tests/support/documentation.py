"""The README and the pages of .github/docs: their code blocks, and shells that replay their commands.

After a change that is meant to show, `CHATBOT_WRITE_TRANSCRIPTS=1 pytest tests/test_readme.py` writes what came out
into the pages, with `-m ''` the figures too; read the difference before it is kept. It is what a terminal of 80 columns
without colour shows.
"""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from chatbot import Chatbot
from chatbot.chat import repl
from chatbot.chat.slash_commands import State
from chatbot.terminal.text import Page, plain

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / ".github" / "docs").glob("*.md")))
WIDTH = 80
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """What stands in a fenced block."""

    page: Path
    language: str
    content: str


BLOCKS = [
    Block(page, language, content)
    for page in PAGES
    for language, content in _FENCED.findall(page.read_text(encoding="utf-8"))
]


def blocks(language, page=None):
    """The blocks of a language, on all pages or on one, which is named without its suffix."""
    return [block for block in BLOCKS if block.language == language and page in (None, block.page.stem)]


def params(some):
    """Some blocks as parameters of a test, each called after its page."""
    return [pytest.param(block, id=f"{block.page.stem}-{number}") for number, block in enumerate(some)]


def chat(lines):
    """A session of some typed lines, from the banner to Ctrl-D."""
    bot, typed = Chatbot.open(), iter(lines)
    written = [plain(repl.banner(bot, Page(WIDTH))) + "\n"]

    def read():
        line = next(typed, None)
        if line is None:
            raise EOFError
        written.append(f"> {line}\n")
        return line

    repl.run(State(bot), read, lambda shown: written.append(plain(shown)), lambda: WIDTH)
    return "".join(written).rstrip("\n") + "\n"


def _drain(screen):
    """All that a terminal was sent; on Linux its end is an error."""
    sent = b""
    try:
        while piece := os.read(screen, 65536):
            sent += piece
    except OSError:
        pass
    return sent.decode().replace("\r\n", "\n")


@dataclass(frozen=True)
class Shell:
    """A reader's shell: the folder, a first line that has been typed, and where programs are looked for."""

    folder: Path = ROOT
    first: str = ":"
    path: str = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    @property
    def env(self):
        """The environment of its commands."""
        ours = {
            "PATH": self.path,
            "COLUMNS": str(WIDTH),
            "NO_COLOR": "1",
            "SETS": str(ROOT.parent / "shared"),
        }
        inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        return inherited | ours

    def _command(self, command):
        return ["/bin/bash", "-c", f"{self.first}; {command}"]

    def run(self, command):
        """What a terminal shows of a command; not what goes to stderr, like progress when it is slow."""
        import pty  # not on Windows

        screen, theirs = pty.openpty()
        with subprocess.Popen(  # noqa: S603 - what the page says
            self._command(command), stdin=subprocess.DEVNULL, stdout=theirs, cwd=self.folder, env=self.env
        ):
            os.close(theirs)
            shown = _drain(screen)
        os.close(screen)
        assert shown  # or else stderr says why
        return shown

    @contextmanager
    def served(self, command):
        """What `chatbot serve ...` starts, on a free port instead of 8000: the port with its punctuation."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = subprocess.Popen(  # noqa: S603 - what the page says
            self._command(f"exec {command} --port {port}"), cwd=self.folder, env=self.env
        )
        try:
            for _ in range(400):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield f":{port}/"
        finally:
            server.terminate()
            server.wait(20)

    def replayed(self, content):
        """A block as it comes out now; `$ chatbot` alone is a chat, whose typed lines start with `> `."""
        lines = content.splitlines()
        commands = [line for line in lines if line.startswith("$ ")]
        if lines[0].startswith("$ chatbot serve") and lines[0].endswith(" &"):
            with self.served(lines[0][2:-2]) as here:
                shown = [f"{line}\n{self.run(line[2:].replace(':8000/', here))}" for line in commands[1:]]
            return f"{lines[0]}\n" + "".join(shown)
        if lines[0] == "$ chatbot":
            return "$ chatbot\n" + chat([line[2:] for line in lines if line.startswith("> ")])
        return "".join(f"{line}\n{self.run(line[2:])}" for line in commands)


def written(block, now):
    """Put what came out in place of what stood on the page, if that is wanted; the content that stands there then."""
    if not os.environ.get("CHATBOT_WRITE_TRANSCRIPTS"):
        return block.content
    text = block.page.read_text(encoding="utf-8")
    fenced = f"```{block.language}\n{{}}```\n"
    assert text.count(fenced.format(block.content)) == 1
    block.page.write_text(text.replace(fenced.format(block.content), fenced.format(now)), encoding="utf-8")
    return now
