"""What the command line takes as documents: standard input, folders, patterns; and what it refuses."""

import json

import pytest
from click.testing import CliRunner

from chatbot.cli.main import cli

LAKES = "# Lakes\n\nThe lake is 40 metres deep [1].\n\n## References\n\n[1] Smith, A. Depths. 1990.\n"
RIVERS = "# Rivers\n\nThe river is 300 kilometres long.\n"
DEEP = "How deep is the lake in metres?"


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    """A working folder with a folder of documents."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/lakes.md").write_text(LAKES, encoding="utf-8")
    (tmp_path / "docs/rivers.md").write_text(RIVERS, encoding="utf-8")
    (tmp_path / "docs/picture.bin").write_bytes(b"\0\1\2")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


def call(*words, stdin=None):
    """The command in this process, by words only."""
    return CliRunner().invoke(cli, ["--no-semantic", *words], input=stdin, prog_name="chatbot")


@pytest.mark.parametrize("words", [["ask", DEEP], ["search", "lake"], ["show"], ["check"]])
def test_standard_input_is_a_document(words):
    """`-d -` reads the document from standard input, and answers as from a file."""
    typed, named = call(*words, "-d", "-", stdin=LAKES), call(*words, "-d", "docs/lakes.md")
    assert typed.exit_code == 0
    assert typed.stdout.replace("stdin", "lakes.md").split() == named.stdout.split()


def test_check_takes_a_dash():
    """The argument of `check` may be standard input, too."""
    assert call("check", "-", stdin=LAKES).stdout.startswith("Article                     stdin\n")


def test_read_takes_a_dash():
    """`read` writes what was piped in as it is understood, whatever its format."""
    page = "<html><body><h1>Lakes</h1><p>The lake is 40 metres deep.</p></body></html>"
    assert call("read", "-", stdin=page).stdout == "# Lakes\n\nThe lake is 40 metres deep.\n"


def test_errors_of_standard_input():
    """They name it."""
    result = call("ask", "-d", "-", DEEP, stdin=b"\0")
    assert result.stderr.startswith("chatbot: standard input: is not text")
    assert (result.exit_code, result.stdout) == (1, "")


def test_standard_input_is_limited(monkeypatch):
    """It is not read beyond what a file may have."""
    monkeypatch.setattr("chatbot.documents.model.LIMIT", 10)
    result = call("ask", "-d", "-", DEEP, stdin=LAKES)
    assert result.stderr == "chatbot: standard input: has more than 0 MB; split it into several articles\n"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["ask", "-d", "-", "-"], "so does the question; write the question on the command line"),
        (["-d", "-", "chat"], 'the chat reads its questions there; ask one with: chatbot ask -d - "..."'),
        (["serve", "-d", "-"], "a server reads its documents again when they change; name a file"),
        (["eval", "-d", "-", "cases.jsonl"], "eval reads its documents once per process; save it to a file"),
    ],
)
def test_standard_input_is_taken(words, why):
    """Where it cannot be a document, one line says why."""
    result = call(*words, stdin=LAKES)
    assert result.stderr == f"chatbot: -d - reads the document from standard input, but {why}\n"
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize("name", ["docs", "docs/*"])
def test_a_folder_is_asked(name):
    """All its documents are asked; what could not be read is said on standard error, in one line."""
    result = call("check", "--json", "-d", name)
    assert [json.loads(line)["document"] for line in result.stdout.splitlines()] == ["lakes.md", "rivers.md"]
    assert result.stderr == "chatbot: 1 file not read: picture.bin is not text (it has NUL bytes)\n"
    assert call("ask", "-q", "-d", name, DEEP).stderr == result.stderr  # which --quiet does not concern


def test_a_pattern_names_few():
    """Only what matches is read."""
    result = call("ask", "-d", "docs/*.md", DEEP)
    assert (result.exit_code, result.stderr) == (0, "")


def test_eval_over_a_folder(monkeypatch):
    """The documents of cases that name none may be a folder; unreadable files are left out once, before the run."""
    seen = []
    monkeypatch.setattr("chatbot.evals.evaluate.run_command", lambda request, *_: seen.append(request) or 0)
    result = call("eval", "cases.jsonl", "-d", "docs")
    assert [path.name for path in seen[0].documents] == ["lakes.md", "rivers.md"]
    assert result.stderr == "chatbot: 1 file not read: picture.bin is not text (it has NUL bytes)\n"


@pytest.mark.parametrize("words", [["ask", "-d", "https://example.org/a", "Hm?"], ["https://example.org/a"]])
def test_an_address(words):
    """The program has no network, and says what to type."""
    result = call(*words)
    assert result.stderr.endswith('curl -L https://example.org/a | chatbot ask -d - "..."\n')
    assert (result.exit_code, result.stdout) == (2, "")


def test_a_path_for_a_command():
    """`chatbot FILE` chats about that file."""
    path, chat = call("docs/lakes.md", stdin=DEEP), call("chat", "-d", "docs/lakes.md", stdin=DEEP)
    assert (path.exit_code, path.stdout) == (0, chat.stdout)
    assert "40 metres" in path.stdout


def test_a_path_and_a_question():
    """A question after a path is told what to type."""
    result = call("docs/lakes.md", DEEP)
    asked = f"chatbot ask -d docs/lakes.md '{DEEP}'"
    assert result.stderr == f"chatbot: without a command a chat starts; to ask one question, type: {asked}\n"
    assert result.exit_code == 2


def test_a_missing_path_for_a_command():
    """A name with a suffix is taken for a file."""
    result = call("docs/lake.md")
    assert result.stderr == "chatbot: there is no command 'docs/lake.md' and no such file; check the path\n"
    assert result.exit_code == 2
