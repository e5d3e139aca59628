"""The README and the pages of .github/docs are true: commands print what stands below them, and Python runs.

`tests/support/documentation.py` says how changed output is written into them.
"""

import asyncio
import doctest
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.documentation import BLOCKS, PAGES, ROOT, Shell, blocks, params, written
from support.platforms import posix

from chatbot import Chatbot
from chatbot.chat.slash_commands import COMMANDS
from chatbot.cli.main import cli
from chatbot.semantic.extra import available

SERVED = "http://127.0.0.1:8000"  # where the server of the pages listens
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
QUESTION = "What percentage of immune cells is in the gut?\n"
SYSTEM = "/usr/local/bin:/usr/bin:/bin"  # without our own environment
# what needs a container engine or root, or makes an environment: tests/test_deployment.py, `reader`, .ci/run
ELSEWHERE = ("docker ", "python3 -m venv ", "source ")
FIGURES = "figures"  # the page whose commands take minutes
TABLES = [block for block in blocks("text") if block.content.startswith("$ ")]

plainly = pytest.mark.skipif(available(), reason="these figures are of the base install")
best = pytest.mark.skipif(not available(), reason="the pages show output with the extra `semantic`")


def agrees(block, shell):
    """Assert that the commands of a block print what it says, to the letter."""
    now = shell.replayed(block.content)
    assert now == written(block, now)


@posix
@best
@pytest.mark.parametrize("block", params(block for block in blocks("console") if block.page.stem != FIGURES))
def test_console(block):
    """The commands of a block print what it says, to the letter."""
    agrees(block, Shell())


@posix
@best
@pytest.mark.slow
@pytest.mark.parametrize("block", params(blocks("console", FIGURES)))
def test_held_out_questions(block):
    """So do those that measure the answers."""
    agrees(block, Shell())


@posix
@plainly
@pytest.mark.slow
@pytest.mark.skipif(not (ROOT.parent / "shared" / "evals").exists(), reason="the public question sets are not here")
@pytest.mark.parametrize("block", params(TABLES))
def test_figures(block):
    """The commands that print our figures print such a table; the figures differ with the machine."""
    now = Shell().replayed(block.content)
    rows = [line[:10] for line in written(block, now).splitlines()]
    assert [line[:10] for line in now.splitlines()] == rows


@pytest.fixture(scope="module")
def address():
    """Where `chatbot serve` is, on a free port."""
    pytest.importorskip("fastapi", reason="needs the extra `server`")
    pytest.importorskip("openai")
    with Shell().served("chatbot serve --quiet") as here:
        yield f"http://127.0.0.1{here.rstrip('/')}"


@best
@pytest.mark.parametrize("block", params(blocks("python")))
def test_python(block, request):
    """The Python of a block gives what it says, to the letter: the article has no-break spaces."""
    code = block.content
    if SERVED in code:
        code = code.replace(SERVED, request.getfixturevalue("address"))
    if "chatbot.server" in code:
        pytest.importorskip("fastapi", reason="needs the extra `server`")
    examples = doctest.DocTestParser().get_doctest(code, {}, block.page.stem, str(block.page), 0)
    assert examples.examples
    assert doctest.DocTestRunner().run(examples).failed == 0


@pytest.mark.parametrize("block", params(blocks("json")))
def test_mcp(block, monkeypatch):
    """The configuration for MCP clients starts a server that answers."""
    mcp = pytest.importorskip("mcp", reason="needs the extra `mcp`")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    (started,) = json.loads(block.content)["mcpServers"].values()

    async def ask():
        async with mcp.Client(mcp.StdioServerParameters(**started, cwd=ROOT), read_timeout_seconds=30) as client:
            return await client.call_tool("ask", {"question": "How big is the gut?"})

    assert asyncio.run(ask()).structured_content["answered"]


HANDBOOK = """# Handbook

The notice period is three months [1]. Everybody has thirty days of leave a year.

## References

[1] Civil code, section 622.
"""
GUIDE = """# Guide

## Leave

Annual leave is thirty days a year.

## Canteen

The canteen opens at noon.
"""


def test_a_question_set_of_ones_own(tmp_path):
    """The files and the two commands of the page are all that a document needs; a wrong answer turns them red."""
    folder = tmp_path / "faq"
    folder.mkdir()
    (questions,), (thresholds,), (steps,) = (blocks(language, "evals") for language in ("jsonl", "toml", "yaml"))
    files = {"handbook.md": HANDBOOK, "questions.jsonl": questions.content, "thresholds.toml": thresholds.content}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    commands = [line.removeprefix("- run: chatbot ").split() for line in steps.content.splitlines()]
    assert [command[:2] for command in commands] == [["eval", "lint"], ["eval", "faq/questions.jsonl"]]
    (save,) = re.findall(r"`chatbot\s(eval\s\S+\s--save\s\S+)`", TEXTS[steps.page])

    env = os.environ | {"PYTHONPATH": str(ROOT)}

    def chatbot(arguments):
        command = [sys.executable, "-m", "chatbot", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=env, check=False).returncode  # noqa: S603

    assert [chatbot(arguments) for arguments in (save.split(), *commands)] == [0, 0, 0]
    assert (tmp_path / "report.html").exists()
    assert (tmp_path / "junit.xml").exists()
    (folder / "handbook.md").write_text(
        HANDBOOK.replace("Everybody", "You may bring your dog to the office. Everybody"), encoding="utf-8"
    )
    assert chatbot(commands[1]) == 1


def test_configuration(tmp_path, monkeypatch):
    """The configuration of the page is valid, and asks its own documents."""
    (configuration,) = blocks("toml", "terminal")
    (tmp_path / "chatbot.toml").write_text(configuration.content, encoding="utf-8")
    (tmp_path / "policies").mkdir()
    for name in ("handbook.md", "policies/leave.md"):
        (tmp_path / name).write_text(HANDBOOK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["ask", "--json", "How long is the notice period?"])
    assert json.loads(result.stdout)["quotes"][0]["document"] == "handbook.md"


def test_synonyms(tmp_path):
    """The synonyms of the page lead to an answer in other words."""
    (synonyms,) = (block for block in blocks("text") if block not in TABLES)
    name = synonyms.content.partition("\n")[0].removeprefix("# ")
    (tmp_path / name).write_text(synonyms.content, encoding="utf-8")
    guide = tmp_path / name.replace(".synonyms", "")
    guide.write_text(GUIDE, encoding="utf-8")
    question = "How much holiday is there a year?"
    assert Chatbot.open(guide, semantic=False).ask(question).answered
    assert not Chatbot.open(guide, semantic=False, synonyms=False).ask(question).answered


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """The shell of somebody who has just followed the README in a fresh clone, up to the line that activates."""
    clone = tmp_path_factory.mktemp("fresh") / "clone"
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").replace("/", "").split()
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(".git", *ignored))
    starts, activates, _ = (block.content.strip() for block in blocks("sh", "README"))
    shell = Shell(clone, activates, SYSTEM)
    command = ["/bin/bash", "-c", starts]
    started = subprocess.run(  # noqa: S603 - what the README says
        command, input=QUESTION, capture_output=True, text=True, cwd=clone, env=shell.env, check=True
    )
    assert "immune cells (3)." in started.stdout
    return shell


@posix
@best
@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if page.stem != FIGURES], ids=lambda page: page.stem)
def test_followed_literally(page, reader):
    """A reader who types the commands of a page, in their order, sees what it shows."""
    for block in (block for block in BLOCKS if block.page == page):
        if block.language == "console":
            assert reader.replayed(block.content) == block.content
        elif block.language == "sh" and not block.content.startswith(ELSEWHERE):
            reader.run(f"{block.content.strip()} && echo done")


def test_every_block_is_run():
    """Each block runs here, or in the place that is named here."""
    here = {"console", "python", "text", "json", "jsonl", "toml", "yaml"}
    elsewhere = {
        "sh": "below, in .ci/run and in tests/test_deployment.py",
        "html": "tests/server/test_browser.py",
        "mermaid": "GitHub draws it",
    }
    assert {block.language for block in BLOCKS} == here | elsewhere.keys()
    starts, activates, tests = (block.content for block in blocks("sh", "README"))
    assert re.fullmatch(r"python3 -m venv .*/chatbot\n", starts)  # alone: what is pasted with it would be a question
    assert activates == "source .venv/bin/activate\n"
    assert re.fullmatch(r"python3 -m venv .* -m pytest\n", tests)


@pytest.mark.parametrize("name", [*sorted(cli.commands), "eval lint", "eval convert"])
def test_every_command_is_documented(name):
    """Every command of the program is on a page."""
    assert any(f"`chatbot {name}" in text for text in TEXTS.values())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_of_the_chat_is_documented(command):
    """Every command of the chat is in the table of the page on the terminal."""
    (text,) = (text for page, text in TEXTS.items() if page.stem == "terminal")
    assert f"| `{command.usage}` |" in text


KINDS = ("answerable", "unanswerable")


def counts(table):
    """The counts of a run's report: the turns answered and abstained, answerable ones first, and the right ones."""
    answerable, unanswerable = (re.findall(rf"^{kind} +(\d+) +(\d+)$", table, re.MULTILINE)[0] for kind in KINDS)
    share, of = re.findall(r"^right +(\S+) +\[.*\] +(\d+) ", table, re.MULTILINE)[0]
    return (*map(int, (*answerable, *unanswerable)), round(float(share) * int(of)))


def row(table):
    """The cells of the README's table that follow from a run's report."""
    answered, missed, quoted, refused, right = counts(table)
    answerable, unanswerable = answered + missed, quoted + refused
    shares = (right / answerable, right / (answered + quoted), missed / (missed + refused), refused / unanswerable)
    right_of, of_answers, of_refusals, refused_of = (f"{share:.0%}".replace("%", " %") for share in shares)
    return [str(answerable), right_of, of_answers, of_refusals, str(unanswerable), refused_of]


def test_the_limits_are_the_measured_ones():
    """The README's table of limits follows from the figures on their page."""
    (figures,) = blocks("console", FIGURES)
    measured = [row(table) for table in figures.content.split("$ ")[1:]]
    (limits,) = re.findall(r"^## Limits\n(.*?)^## ", TEXTS[PAGES[0]], re.MULTILINE | re.DOTALL)
    rows = [line.strip("| ").split(" | ") for line in limits.splitlines() if line.startswith("| ")]
    assert [cells[1:] for cells in rows[1:]] == measured
