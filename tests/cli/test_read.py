"""The `read` command, and where answers from other formats stand."""

import json

import pytest
from click.testing import CliRunner
from support.files import PAGE, saved, word

from chatbot import formats
from chatbot.cli.main import cli


def call(*words):
    """The command in this process."""
    return CliRunner().invoke(cli, list(map(str, words)), prog_name="chatbot")


@pytest.fixture
def page(tmp_path):
    """The path of a web page."""
    path = tmp_path / "perch.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_read(page):
    """What was understood is written as it is: the text that answers are cut out of."""
    result = call("read", page)
    assert (result.exit_code, result.stdout, result.stderr) == (0, formats.read(page).text, "")


def test_read_json(page):
    """With --json, the places in the file are written too."""
    written, document = json.loads(call("read", page, "--json").stdout), formats.read(page)
    assert (written["text"], written["sha256"]) == (document.text, document.sha256)
    assert written["places"][1] == {"start": 9, "page": None, "element": "size", "paragraph": None}


def test_read_cannot(tmp_path):
    """A file that cannot be read is one line on standard error."""
    result = call("read", tmp_path / "no.html")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith("there is no such file; check the path\n")


def test_control_characters_are_not_written(tmp_path):
    """An article cannot send commands to the terminal."""
    path = tmp_path / "a.md"
    path.write_text("# A\n\nIt is \x1b[31mred.\n", encoding="utf-8")
    assert call("read", path).stdout == "# A\n\nIt is ␛[31mred.\n"


def test_an_answer_says_where_it_stands(page, tmp_path):
    """The place that a person can look up is shown under the quote, and is in the JSON."""
    question = "How long is a perch?"
    assert "\n— Perch, #size\n" in call("ask", "--no-semantic", "-d", page, question).stdout
    (quote,) = json.loads(call("ask", "--no-semantic", "--json", "-d", page, question).stdout)["quotes"]
    assert (quote["page"], quote["element"], quote["paragraph"]) == (None, "size", None)
    path = tmp_path / "perch.docx"
    path.write_bytes(saved(word()))
    assert "\n— Size, paragraph 3\n" in call("ask", "--no-semantic", "-d", path, question).stdout
