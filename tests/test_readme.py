"""The README is true: its commands print what stands below them, its Python runs, its set-up lines are those of CI.

After a change that is meant to show, `CHATBOT_WRITE_TRANSCRIPTS=1 pytest tests/test_readme.py` writes into the README
what came out, with `-m ''` the figures of its `text` blocks too; read the difference before it is kept. It is what a
terminal of 80 columns without colour shows.
"""

import asyncio
import doctest
import json
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.platforms import posix

from chatbot import Chatbot
from chatbot.chat import repl
from chatbot.chat.slash_commands import State
from chatbot.cli.main import cli
from chatbot.semantic.extra import available
from chatbot.terminal.text import Page, plain

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = FENCED.findall(README.read_text(encoding="utf-8"))
WIDTH = 80
SERVED = "http://127.0.0.1:8000"  # where the README's server listens

plainly = pytest.mark.skipif(available(), reason="the README shows figures of the base install")
best = pytest.mark.skipif(not available(), reason="the README shows output with the extra `semantic`")


def blocks(kind):
    """What stands in the fenced blocks of a kind."""
    return [content for language, content in BLOCKS if language == kind]


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


def drain(screen):
    """All that a terminal was sent; on Linux its end is an error."""
    sent = b""
    try:
        while piece := os.read(screen, 65536):
            sent += piece
    except OSError:
        pass
    return sent.decode().replace("\r\n", "\n")


def run(command):
    """What a terminal shows of one command of the shell; not what goes to stderr, like progress when it is slow."""
    import pty  # not on Windows

    screen, theirs = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PY": sys.executable, "COLUMNS": str(WIDTH), "NO_COLOR": "1"}
    script = f'chatbot() {{ "$PY" -m chatbot "$@"; }}; python() {{ "$PY" "$@"; }}; {command}'
    with subprocess.Popen(  # noqa: S603 - what the README says
        ["/bin/bash", "-c", script], stdin=subprocess.DEVNULL, stdout=theirs, cwd=ROOT, env=env
    ):
        os.close(theirs)
        shown = drain(screen)
    os.close(screen)
    assert shown  # or else stderr says why
    return shown


@contextmanager
def served(arguments):
    """What `chatbot serve ARGUMENTS &` starts, on a free port instead of 8000: where it is."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "chatbot", "serve", *arguments, "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 - what the README says
    try:
        for _ in range(400):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield f":{port}/"
    finally:
        server.terminate()
        server.wait(20)


def replayed(block):
    """A block as it comes out now; `$ chatbot` alone is a chat, whose typed lines start with `> `."""
    lines = block.splitlines()
    if lines[0].startswith("$ chatbot serve") and lines[0].endswith(" &"):
        with served(lines[0].split()[3:-1]) as here:
            shown = [f"{x}\n{run(x[2:].replace(':8000/', here))}" for x in lines[1:] if x.startswith("$ ")]
        return f"{lines[0]}\n" + "".join(shown)
    if lines[0] == "$ chatbot":
        return "$ chatbot\n" + chat([line[2:] for line in lines if line.startswith("> ")])
    return "".join(f"{line}\n{run(line[2:])}" for line in lines if line.startswith("$ "))


def written(block, now):
    """Put what came out in place of what stood in the README; the block as it stands there then."""
    if not os.environ.get("CHATBOT_WRITE_TRANSCRIPTS"):
        return block
    text = README.read_text(encoding="utf-8")
    assert text.count(f"\n{block}```") == 1
    README.write_text(text.replace(f"\n{block}```", f"\n{now}```"), encoding="utf-8")
    return now


@posix
@best
@pytest.mark.parametrize("number", range(len(blocks("console"))))
def test_console(number):
    """The commands of a block print what it says, to the letter."""
    block = blocks("console")[number]
    now = replayed(block)
    assert now == written(block, now)


@posix
@plainly
@pytest.mark.slow
@pytest.mark.skipif(not (ROOT.parent / "shared" / "evals").exists(), reason="the public question sets are not here")
@pytest.mark.parametrize("number", range(len(blocks("text"))))
def test_figures(number):
    """The commands that print our figures print such a table; the figures differ with the machine."""
    block = blocks("text")[number]
    now = replayed(block)
    rows = [line[:10] for line in written(block, now).splitlines()]
    assert [line[:10] for line in now.splitlines()] == rows


@pytest.fixture(scope="module")
def address():
    """Where `chatbot serve` is, on a free port."""
    pytest.importorskip("fastapi", reason="needs the extra `server`")
    pytest.importorskip("openai")
    with served(["--quiet"]) as here:
        yield f"http://127.0.0.1{here.rstrip('/')}"


@best
@pytest.mark.parametrize("block", blocks("python"))
def test_python(block, request):
    """The Python of a block gives what it says, to the letter: the article has no-break spaces."""
    if SERVED in block:
        block = block.replace(SERVED, request.getfixturevalue("address"))
    examples = doctest.DocTestParser().get_doctest(block, {}, "README", "README.md", 0)
    assert examples.examples
    assert doctest.DocTestRunner().run(examples).failed == 0


@pytest.mark.parametrize("block", blocks("json"))
def test_mcp(block, monkeypatch):
    """The configuration for MCP clients starts a server that answers."""
    mcp = pytest.importorskip("mcp", reason="needs the extra `mcp`")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    (started,) = json.loads(block)["mcpServers"].values()

    async def ask():
        async with mcp.Client(mcp.StdioServerParameters(**started, cwd=ROOT), read_timeout_seconds=30) as client:
            return await client.call_tool("ask", {"question": "How big is the gut?"})

    assert asyncio.run(ask()).structured_content["answered"]


HANDBOOK = """# Handbook

The notice period is three months [1]. Everybody has thirty days of leave a year.

## References

[1] Civil code, section 622.
"""


def test_a_question_set_of_ones_own(tmp_path):
    """The files and the two commands of the README are all that a document needs; a wrong answer turns them red."""
    folder = tmp_path / "faq"
    folder.mkdir()
    files = {"handbook.md": HANDBOOK, "questions.jsonl": blocks("jsonl")[0], "thresholds.toml": blocks("toml")[1]}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    steps = [line.removeprefix("- run: chatbot ").split() for line in blocks("yaml")[0].splitlines()]
    assert [step[:2] for step in steps] == [["eval", "lint"], ["eval", "faq/questions.jsonl"]]
    (save,) = re.findall(r"`chatbot\s(eval\s\S+\s--save\s\S+)`", README.read_text(encoding="utf-8"))

    env = os.environ | {"PYTHONPATH": str(ROOT)}

    def chatbot(arguments):
        command = [sys.executable, "-m", "chatbot", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=env, check=False).returncode  # noqa: S603

    assert [chatbot(arguments) for arguments in (save.split(), *steps)] == [0, 0, 0]
    assert (tmp_path / "report.html").exists()
    assert (tmp_path / "junit.xml").exists()
    (folder / "handbook.md").write_text(
        HANDBOOK.replace("Everybody", "You may bring your dog to the office. Everybody"), encoding="utf-8"
    )
    assert chatbot(steps[1]) == 1


def test_configuration(tmp_path, monkeypatch):
    """The configuration of the README is valid, and asks its own documents."""
    (tmp_path / "chatbot.toml").write_text(blocks("toml")[0], encoding="utf-8")
    (tmp_path / "policies").mkdir()
    for name in ("handbook.md", "policies/leave.md"):
        (tmp_path / name).write_text(HANDBOOK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["ask", "--json", "How long is the notice period?"])
    assert json.loads(result.stdout)["quotes"][0]["document"] == "handbook.md"


def test_every_block_is_run():
    """Each block runs here; the set-up lines in .ci/run, and the script tag in tests/server/test_browser.py."""
    assert {language for language, _ in BLOCKS} == {
        "sh",
        "console",
        "python",
        "text",
        "json",
        "jsonl",
        "toml",
        "yaml",
        "html",
    }
    starts, tests = blocks("sh")
    assert re.fullmatch(r"python3 -m venv .*/chatbot\n", starts)
    assert re.fullmatch(r"python3 -m venv .* -m pytest\n", tests)


@pytest.mark.parametrize("name", [*sorted(cli.commands), "eval lint", "eval convert"])
def test_every_command_is_documented(name):
    """Every command of the program is in the README."""
    assert f"`chatbot {name}" in README.read_text(encoding="utf-8")
