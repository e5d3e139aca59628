"""The configuration file: where it is found, what it sets, what wins over it, and its errors."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from support.articles import bot

from chatbot.chat.repl import banner
from chatbot.cli.main import cli
from chatbot.settings import Settings
from chatbot.terminal.text import Page, plain

LAKES = "# Lakes\n\nThe lake is 40 metres deep.\n"
RIVERS = "# Rivers\n\nThe river is 300 kilometres long.\n"
DEEP = "How deep is the lake in metres?"


@pytest.fixture(autouse=True)
def project(monkeypatch, tmp_path):
    """A folder with two documents; the working folder is one below it."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "work").mkdir()
    (tmp_path / "docs/lakes.md").write_text(LAKES, encoding="utf-8")
    (tmp_path / "rivers.md").write_text(RIVERS, encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def configure(folder, text, name="chatbot.toml"):
    """Write a configuration file."""
    (folder / name).write_text(text, encoding="utf-8")


def call(*words):
    """The command in this process."""
    return CliRunner().invoke(cli, words, prog_name="chatbot")


@pytest.fixture
def evals(monkeypatch):
    """The requests that `eval` makes."""
    seen = []
    monkeypatch.setattr("chatbot.evals.evaluate.run_command", lambda request, *_: seen.append(request) or 0)
    return seen


@pytest.fixture
def served(monkeypatch):
    """What `serve` is started with."""
    seen = []
    monkeypatch.setattr("chatbot.cli.serve._server_settings", lambda host, **given: seen.append((host, given)) or 1 / 0)
    return seen


def test_documents(project):
    """The documents are relative to the file, which is found from below it; those of the command line replace them."""
    configure(project, 'documents = ["docs"]\nsemantic = false\n')
    assert "40 metres" in call("ask", DEEP).stdout
    assert "300 kilometres" in call("ask", "-d", "../rivers.md", "How long is the river?").stdout
    assert call("ask", "-d", "../rivers.md", DEEP).exit_code == 3


def test_the_nearest_file_counts(project):
    """A file in the working folder hides those above it."""
    configure(project, "documents = 3\n")
    configure(project / "work", 'documents = ["../docs/lakes.md"]\nsemantic = false\n')
    assert call("ask", DEEP).exit_code == 0


@pytest.mark.parametrize(
    "words", [["--config", "../other.toml", "ask", DEEP], ["ask", "--config", "../other.toml", DEEP]]
)
def test_a_named_file(project, words):
    """`--config` reads that file instead, wherever it stands; the other one may even be broken."""
    configure(project, "nonsense")
    configure(project, 'documents = ["docs/lakes.md"]\nsemantic = false\n', "other.toml")
    assert call(*words).exit_code == 0


@pytest.mark.parametrize("words", [["--no-config", "show", "5"], ["show", "5", "--no-config"]])
def test_no_file(project, words):
    """`--no-config` asks the bundled article as if there were no file."""
    configure(project, "nonsense")
    assert call(*words).stdout.startswith("(5) Rosenfeldt")


def test_both():
    """To name a file and to want none is a contradiction."""
    result = call("show", "--no-config", "--config", "x.toml")
    assert "--config and --no-config contradict each other" in result.stderr
    assert result.exit_code == 2


def test_settings(project, evals):
    """The threshold and the reader are set; the command line wins, in both directions."""
    configure(project, "threshold = 0.25\nsemantic = false\n")
    call("eval", "cases.jsonl")
    call("eval", "cases.jsonl", "--threshold", "0.5", "--semantic")
    call("eval", "cases.jsonl", "--forced")
    assert [request.settings for request in evals] == [
        Settings(threshold=0.25, semantic=False),
        Settings(threshold=0.5, semantic=True),
        Settings(threshold=0.0, semantic=False),
    ]


def test_evals(project, evals):
    """The options of `eval`, with paths relative to the file; with `cases` it needs no argument."""
    configure(project, '[evals]\ncases = "q.jsonl"\nfail-under = ["right=0.8"]\njobs = 3\noutput = ["r.html"]\n')
    assert call("eval").exit_code == 0
    call("eval", "other.jsonl", "-j", "1", "--fail-under", "first=0.5")
    first, second = evals
    assert (first.cases, first.jobs, first.outputs) == (project / "q.jsonl", 3, (project / "r.html",))
    assert first.bounds == {"right": 0.8}
    assert (second.cases, second.jobs, second.bounds) == (Path("other.jsonl"), 1, {"first": 0.5})


def test_server(project, served):
    """The options of `serve`; the command line wins."""
    configure(project, '[server]\nport = 1\nhost = "h"\nallow-origin = ["https://a.org"]\nseconds = 5\n')
    call("serve", "--host", "other")
    assert served == [
        (
            "other",
            {
                "origins": ("https://a.org",),
                "hosts": (),
                "proxies": (),
                "rate": 120,
                "seconds": 5.0,
                "token_file": None,
            },
        )
    ]


def test_it_is_named(project):
    """`--version` says which file is in use."""
    assert "configuration" not in call("--version").stdout
    configure(project, "nonsense")
    assert call("--version").stdout.splitlines()[1] == f"configuration: {project / 'chatbot.toml'}"


def test_the_chat_names_it():
    """So does the chat's banner, so that nobody wonders whom they are asking."""
    shown = plain(banner(bot(LAKES), Page(None), Path("/work/chatbot.toml")))
    assert "\nConfiguration: /work/chatbot.toml\n" in shown
    assert "Configuration" not in plain(banner(bot(LAKES), Page(None)))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("nonsense", ": is not TOML: "),
        (
            "document = []",
            ': unknown key "document" (known: documents, engine, threshold, semantic, cache, server, evals)',
        ),
        ('documents = "docs"', ": documents must be a list, each item a string, not 'docs'"),
        ("documents = [1]", ": documents must be a list, each item a string, not [1]"),
        ("threshold = true", ": threshold must be a number, not True"),
        ("threshold = 2", ": threshold: 2.0 is not in the range 0<=x<=1."),
        ("semantic = 1", ": semantic must be true or false, not 1"),
        ("server = 1", ": server must be a table, written as [server]"),
        ('[server]\nport = "80"', ": [server] port must be a whole number, not '80'"),
        ("[server]\nport = 99999", ": [server] port: 99999 is not in the range 0<=x<=65535."),
        ("[server]\nprot = 1", ': [server]: unknown key "prot" (known: host, port, token-file, '),
        ("[evals]\njson = true", ': [evals]: unknown key "json" (known: '),
        ("[evals]\nforced = 1", ": [evals] forced must be true or false, not 1"),
        ('[evals]\nformat = "pdf"', ": [evals] format: 'pdf' is not one of"),
    ],
)
@pytest.mark.parametrize("words", [["ask", "Hm?"], ["eval", "cases.jsonl"], []])
def test_errors(project, text, fault, words):
    """Whatever is asked, one line names the file and the key."""
    configure(project, text)
    result = call(*words)
    assert result.stderr.startswith(f"chatbot: {project / 'chatbot.toml'}{fault}")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_a_missing_file():
    """A file that is named must be there."""
    result = call("show", "--config", "none.toml")
    assert (result.exit_code, result.stderr) == (2, "chatbot: none.toml: cannot be read: No such file or directory\n")


@pytest.mark.parametrize("words", [["--help"], ["serve", "--help"]])
def test_help_needs_no_file(project, words):
    """Who asks for help gets it, also with a broken file."""
    configure(project, "nonsense")
    assert call(*words).exit_code == 0
