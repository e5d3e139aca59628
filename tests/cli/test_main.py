"""The command line: commands, exit codes, the streams that are used, and broken input or terminals."""

import json
import os
import signal
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.platforms import linux, posix

import chatbot
from chatbot.__main__ import main as start
from chatbot.answers.ranking import load_ranker
from chatbot.bot import Chatbot
from chatbot.cli import options
from chatbot.cli.group import INTERRUPTED
from chatbot.cli.main import cli
from chatbot.errors import CaseError
from chatbot.evals.config import Request
from chatbot.evals.run.results import View
from chatbot.semantic.extra import available
from chatbot.settings import Settings

ROOT = Path(chatbot.__file__).parent.parent
LAKES = """\
# Lakes

The lake is 40 metres deep [1]. Nobody has measured the river.

## References

[1] Smith, A. Depths. 1990.
"""
DEEP = "How deep is the lake in metres?"


@pytest.fixture(autouse=True)
def _home(monkeypatch, tmp_path):
    """Nothing is written outside the test's own folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def lakes(tmp_path):
    """The path of a small article."""
    path = tmp_path / "lakes.md"
    path.write_text(LAKES, encoding="utf-8")
    return str(path)


def call(*words, stdin=None):
    """The command in this process."""
    return CliRunner().invoke(cli, words, input=stdin, prog_name="chatbot")


def real(*words, stdin=b"", **environment):
    """A real process: exit code, standard output, standard error."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "chatbot", *words]
    done = subprocess.run(command, input=stdin, capture_output=True, env=env, timeout=60, check=False)  # noqa: S603
    return done.returncode, *(sent.replace(os.linesep.encode(), b"\n") for sent in (done.stdout, done.stderr))


# ask


def test_ask(lakes):
    """An answer is a quote with its reference, on standard output alone; off a terminal nothing is wrapped."""
    result = call("ask", "--document", lakes, DEEP)
    assert result.stdout == "│ The lake is 40 metres deep [1].\n— Lakes\n\n(1) Smith, A. Depths. 1990.\n"
    assert (result.exit_code, result.stderr) == (0, "")


def test_ask_without_quotation_marks(lakes):
    """The words of a question need no quotation marks."""
    assert call("-d", lakes, "ask", *DEEP.split()).stdout == call("-d", lakes, "ask", DEEP).stdout


def test_ask_reads_standard_input(lakes):
    """`-` reads the question from standard input."""
    assert call("ask", "-d", lakes, "-", stdin=f"{DEEP}\n").stdout == call("ask", "-d", lakes, DEEP).stdout


def test_no_answer():
    """A refusal has its own exit code and still is a result."""
    result = call("ask", "What is the capital of France?")
    assert result.exit_code == 3
    assert result.stdout.startswith("The article does not say.\n")


def test_ask_json(lakes):
    """`--json` is the reply object of the library, and the quote is what stands at its offsets."""
    result = call("ask", "--json", "-d", lakes, DEEP)
    reply = json.loads(result.stdout)
    assert reply == Chatbot.open(lakes).ask(DEEP).to_dict()
    (quote,) = reply["quotes"]
    assert LAKES[quote["start"] : quote["end"]] == quote["text"]


def test_options_before_and_after_the_command(lakes):
    """Common options work on either side of the command, and documents add up."""
    before, after = call("--json", "-d", lakes, "ask", DEEP), call("ask", "--json", "-d", lakes, DEEP)
    assert before.stdout == after.stdout
    both = json.loads(call("-d", lakes, "show", "1", "-d", lakes, "--json").stdout)
    assert len(both["references"]) == 2


def test_explain(lakes):
    """`--explain` says in words why an answer is as it is."""
    assert "\nWhy: the confidence is " in call("--explain", "ask", "-d", lakes, DEEP).stdout


def test_explain_json(lakes):
    """With `--json` it adds numbers to the reply object, in the chat too."""
    plain, explained = (
        json.loads(call("ask", *flags, "-d", lakes, DEEP).stdout) for flags in (["--json"], ["--json", "--explain"])
    )
    numbers = explained.pop("explanation")
    assert explained == plain
    assert numbers["threshold"] == Chatbot.open(lakes).threshold
    assert numbers["runner_up"]["text"] == "Nobody has measured the river."
    piped = json.loads(call("chat", "--json", "--explain", "-d", lakes, stdin=DEEP).stdout)
    assert piped["explanation"] == numbers


# search, show, check, eval


def test_search(lakes):
    """Passages come with their scores; without any the exit code says so."""
    assert call("search", "-d", lakes, "river").stdout.startswith("1. score ")
    nothing = call("search", "-d", lakes, "zebra")
    assert (nothing.exit_code, nothing.stdout) == (3, "")
    assert nothing.stderr == "chatbot: no passage has any of these words\n"
    (hit,) = json.loads(call("search", "--json", "-d", lakes, "river").stdout)["hits"]
    assert LAKES[hit["start"] : hit["end"]] == hit["text"]
    assert hit["score"] > 0


@pytest.mark.parametrize("number", ["1", "(1)", "[1]"])
def test_show(lakes, number):
    """A reference and the sentences that cite it."""
    assert call("show", "-d", lakes, number).stdout == (
        "(1) Smith, A. Depths. 1990.\n\nCited in:\n\n│ The lake is 40 metres deep [1].\n— Lakes\n"
    )


def test_show_all(lakes):
    """Without a number all references are listed; as JSON with the sentences that cite them."""
    assert call("show", "-d", lakes).stdout == "(1) Smith, A. Depths. 1990.\n"
    (entry,) = json.loads(call("show", "-d", lakes, "--json").stdout)["references"]
    assert (entry["number"], entry["text"]) == (1, "Smith, A. Depths. 1990.")
    assert [quote["text"] for quote in entry["cited"]] == ["The lake is 40 metres deep [1]."]


def test_check(lakes):
    """`check` takes the article as its argument or by option."""
    result = call("check", lakes)
    assert result.stdout.startswith("Article                     lakes.md\n")
    assert result.stdout == call("check", "--document", lakes).stdout
    report = json.loads(call("check", "--json", lakes).stdout)
    assert (report["references"], report["markers"], report["never_cited"]) == ([1], 1, [])
    assert report["findable"] == {"found": 2, "asked": 2, "sentences": 2, "short": 0, "not_found": []}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LAKES, 0),
        (LAKES.replace("[1]. N", "[1] [3]. N"), 1),
        (LAKES.replace("river.", "river. The lake is 40 metres."), 1),
    ],
)
def test_check_strictly(tmp_path, text, code):
    """With `--strict` the exit code is 1 where anything is found: in what is printed, or not found when asked for."""
    path = tmp_path / "lakes.md"
    path.write_text(text, encoding="utf-8")
    assert call("check", str(path)).exit_code == 0
    assert call("check", "--strict", str(path)).exit_code == code


def test_eval(monkeypatch):
    """`eval` hands its options to the evals and gives their exit code; what they say is made harmless."""
    seen = []

    def run_command(request, echo, tell):
        seen.append(request)
        echo("right 0.5\n\x1b[2Jworse")
        tell("3 turns\x07")
        return 1

    monkeypatch.setattr("chatbot.evals.evaluate.run_command", run_command)
    given = "eval cases.jsonl -d a.md --thresholds t.toml --fail-under right=0.8 --fail-over shown=2 --forced --squad"
    chosen = (
        "--no-semantic --id a --id b --tag c --baseline b.jsonl --fail-on-regression --alpha 0.05 --save n.jsonl -j 3"
    )
    shown = "--json --only-failing --explain --timings -o r.xml --output r.html --skip-invalid"
    result = call(*given.split(), *chosen.split(), *shown.split())
    assert seen == [
        Request(
            cases=Path("cases.jsonl"),
            documents=(Path("a.md"),),
            settings=Settings(threshold=0.0, semantic=False),
            thresholds=Path("t.toml"),
            bounds={"right": 0.8, "shown": 2.0},
            skip_invalid=True,
            ids=("a", "b"),
            tags=("c",),
            baseline=Path("b.jsonl"),
            fail_on_regression=True,
            alpha=0.05,
            save=Path("n.jsonl"),
            squad=True,
            jobs=3,
            format="json",
            outputs=(Path("r.xml"), Path("r.html")),
            view=View(only_failing=True, explain=True, timings=True),
        )
    ]
    assert (result.exit_code, result.stdout) == (1, "right 0.5\n␛[2Jworse\n")
    assert result.stderr == "chatbot: 3 turns␇\n"


def test_eval_as_it_is(monkeypatch):
    """Without options it is everything, as text; `--quiet` shows no turn."""
    seen = []
    monkeypatch.setattr("chatbot.evals.evaluate.run_command", lambda request, *_: seen.append(request) or 0)
    call("eval", "cases.jsonl")
    call("eval", "cases.jsonl", "--quiet", "--format", "jsonl")
    plain, quiet = seen
    assert plain == Request(Path("cases.jsonl"))
    assert quiet == Request(Path("cases.jsonl"), format="jsonl", view=View(brief=True))


@pytest.mark.parametrize(
    "words",
    [
        ["eval", "run", "c.jsonl", "--tag", "lint", "-q"],
        ["eval", "c.jsonl", "--tag", "lint", "-q"],
        ["eval", "-q", "c.jsonl", "--tag", "lint"],
        ["eval", "--tag", "lint", "c.jsonl", "-q"],
        ["eval", "-q", "--tag", "lint", "c.jsonl"],
        ["-q", "eval", "--tag", "lint", "--", "c.jsonl"],
    ],
)
def test_run_may_be_left_out(monkeypatch, words):
    """`eval CASES` is `eval run CASES`, whatever the order of the options; a value is not taken for a command."""
    seen = []
    monkeypatch.setattr("chatbot.evals.evaluate.run_command", lambda request, *_: seen.append(request) or 0)
    assert call(*words).exit_code == 0
    assert seen == [Request(Path("c.jsonl"), tags=("lint",), view=View(brief=True))]


def test_eval_without_a_question_set():
    """`eval` alone shows its help as a usage error; the help lists the options of a run and the commands."""
    bare, asked = call("eval"), call("eval", "--help")
    assert (bare.exit_code, bare.stdout, asked.exit_code) == (2, "", 0)
    assert bare.stderr == asked.stdout
    assert all(text in asked.stdout for text in ("--baseline", "\n  convert ", "\n  lint ", "\n  run "))


def test_check_of_a_question_set_is_eval_lint(tmp_path):
    """`check CASES`, the old spelling of `eval lint CASES`, does the same and says what to type."""
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps({"id": "a", "turns": [{"question": "Why?", "answerable": False}]}), encoding="utf-8")
    for flags in ([], ["--strict"], ["--json"]):
        old, new = call("check", str(path), *flags), call("eval", "lint", str(path), *flags)
        assert (old.exit_code, old.stdout) == (new.exit_code, new.stdout)
        assert new.stderr == ""
        assert old.stderr == f"chatbot: check is for articles; for a question set type: chatbot eval lint {path}\n"
    assert call("check", "--quiet", str(path)).stderr == old.stderr


# Piped chat


def test_piped(lakes):
    """Piped questions are answered line by line in one conversation, with commands, each below its question."""
    result = call("-d", lakes, stdin=f"\ufeff{DEEP}\n\n/source\n/quit\nnever asked\n")
    assert result.stdout == (
        f"> {DEEP}\n\n│ The lake is 40 metres deep [1].\n— Lakes\n\n(1) Smith, A. Depths. 1990.\n\n"
        "> /source\n\n(1) Smith, A. Depths. 1990.\n\n"
    )
    assert (result.exit_code, result.stderr) == (0, "")


def test_piped_json(lakes):
    """With `--json` there is one reply object for each line, also for a line that is refused."""
    result = call("chat", "-d", lakes, "--json", stdin=f"{DEEP}\n/refs\nZebras?\n")
    replies = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(reply["question"], reply["answered"]) for reply in replies] == [
        (DEEP, True),
        ("/refs", False),
        ("Zebras?", False),
    ]
    assert result.exit_code == 2
    assert result.stderr == "chatbot: commands are taken only in the chat without --json\n"


def test_piped_errors_do_not_end_the_chat(lakes):
    """A wrong command is one line on standard error; the next line is answered; the exit code remembers."""
    result = call("-d", lakes, stdin=f"/sauce\n{DEEP}\n")
    assert result.stderr == "chatbot: there is no command /sauce; did you mean /source?\n"
    assert result.stdout.startswith(f"> {DEEP}\n\n│ The lake is 40 metres deep [1].\n")
    assert result.exit_code == 1


def test_piped_text_has_no_clipboard(lakes):
    """There is no terminal to copy with: /copy says what to use."""
    result = call("-d", lakes, stdin=f"{DEEP}\n/copy\n")
    assert result.stderr == "chatbot: /copy is for a chat at a terminal; use /save FILE\n"
    assert result.exit_code == 2


def test_piped_conversation_is_kept(lakes, tmp_path):
    """Later lines know the earlier ones: all turns are saved."""
    call("-d", lakes, stdin=f"{DEEP}\nZebras?\n/save {tmp_path}/talk.jsonl\n")
    assert len((tmp_path / "talk.jsonl").read_text(encoding="utf-8").splitlines()) == 2


# Errors


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["ask", "-d", "none.md", "Hm?"], 1, "chatbot: none.md: there is no such file; check the path\n"),
        (["check", "."], 1, "chatbot: .: has no file, apart from hidden ones; check the path\n"),
        (["check", "e\x1b[2J.md"], 1, "chatbot: e␛[2J.md: there is no such file; check the path\n"),
        (["show", "9"], 1, "chatbot: there is no reference 9: the article has 5, numbered 1-5\n"),
        (["show", "x"], 2, "chatbot: 'x' is not a reference number; type a number, like 1\n"),
        (["ask", " "], 2, "chatbot: the question is empty\n"),
        (["ask", "-"], 2, "chatbot: the question is empty\n"),
    ],
)
def test_errors(words, code, message):
    """What a user can put right is one line on standard error, and nothing on standard output."""
    result = call(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", message)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (
            ["How deep is it?"],
            "there is no command 'How deep is it?'; to ask a question, type: chatbot ask 'How deep is it?'",
        ),
        (["how", "big", "is", "it"], "there is no command 'how'; to ask a question, type: chatbot ask how big is it"),
        (["show?"], "there is no command 'show?'; did you mean: chatbot show"),
        (["asks", "Hm?"], "there is no command 'asks'; did you mean: chatbot ask 'Hm?'"),
        (["lakes"], "there is no command 'lakes'; chatbot --help lists them"),
        (["lakes.md"], "there is no command 'lakes.md' and no such file; check the path"),
        (["ask", "--verbose", "Hm?"], "no such option '--verbose'"),
        (
            ["search", "-n", "0", "lake"],
            "invalid value for '--count' / '-n': 0 is not in the range x>=1 (see chatbot s",
        ),
        (["ask"], "missing argument 'QUESTION...' (see chatbot ask --help)"),
        (["--config", "a", "--no-config", "ask", "Hm?"], "--config and --no-config contradict each other; give one"),
    ],
)
def test_usage(words, hint):
    """A usage error is one line that begins like every other error, and says what is wrong or what to type."""
    result = call(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(f"chatbot: {hint}")


def test_exit_code_of_an_error(monkeypatch):
    """Each error has its own exit code."""

    def run_command(_, echo, __):
        echo("")
        raise CaseError("cases.jsonl:3", "no turns")

    monkeypatch.setattr("chatbot.evals.evaluate.run_command", run_command)
    result = call("eval", "cases.jsonl")
    assert (result.exit_code, result.stderr) == (4, "chatbot: cases.jsonl:3: no turns\n")


def test_interrupted(monkeypatch):
    """Ctrl-C ends quietly with 130."""

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Chatbot, "ask", interrupt)
    result = call("ask", "Hm?")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "")


class _Interrupting:
    """A finder of modules that is interrupted at the command line's own."""

    def find_spec(self, name, *_):
        if name == "chatbot.cli.main":
            raise KeyboardInterrupt


def test_interrupted_while_it_starts(monkeypatch):
    """Ctrl-C while modules are loaded, or while options are read, ends as quietly as later."""
    monkeypatch.setattr("chatbot.cli.config.find", lambda _: _Interrupting().find_spec("chatbot.cli.main"))
    assert call("check").exit_code == 130
    monkeypatch.delitem(sys.modules, "chatbot.cli.main")
    monkeypatch.setattr(sys, "meta_path", [_Interrupting(), *sys.meta_path])
    with pytest.raises(SystemExit) as caught:
        start()
    assert caught.value.code == 130


@pytest.mark.parametrize("question", ["why " * 300_000, "lake \x00\x1b[2J", "a" * 100_000, "？！", "<script>"])
def test_odd_questions(lakes, question):
    """A question of a megabyte, of controls or of one word ends in a line and an exit code, not a traceback."""
    result = call("ask", "-d", lakes, "-", stdin=question)
    assert result.exit_code in (0, 1, 3)
    assert "\x1b" not in result.output
    assert len(result.stderr.splitlines()) <= 1


def test_help_documents_the_exit_codes():
    """The exit codes are part of the help, and each command's options too."""
    text = call("--help").stdout
    assert "130  interrupted with Ctrl-C" in text
    assert all(f"\n  {name} " in text for name in ("ask", "chat", "check", "eval", "search", "show"))
    assert "--document" in call("ask", "-h").stdout


def test_version():
    """`--version` is the package's; it says how articles are read."""
    reader = "trained reader" if available() else "words only"
    assert call("--version").stdout == call("ask", "--version").stdout == f"chatbot {chatbot.__version__} ({reader})\n"


# Colour


class Terminal:
    """A standard output that is a terminal."""

    def isatty(self):
        """As terminals say."""
        return True


@pytest.mark.parametrize(
    ("environment", "no_color", "expected"),
    [
        ({"TERM": "xterm"}, False, True),
        ({"TERM": "xterm", "NO_COLOR": ""}, False, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "xterm"}, True, False),
    ],
)
def test_colour(monkeypatch, environment, no_color, expected):
    """Colour is for terminals that can show it and users that want it."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert options.Options(no_color=no_color).colour is expected


def test_closed_streams():
    """A closed standard stream is no terminal."""
    assert options.on_terminal(None) is False


# Real processes


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["ask", "--help"]])
def test_help_is_quick(words):
    """Help and version import none of the slow packages."""
    command = [sys.executable, "-X", "importtime", "-m", "chatbot", *words]
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "chatbot" in imported
    assert not imported & {"nltk", "numpy", "prompt_toolkit", "rank_bm25", "wcwidth"}


def test_a_real_answer(lakes):
    """The module runs as a program, and off a terminal there is no escape sequence."""
    code, out, err = real("ask", "-d", lakes, DEEP)
    assert code == 0
    assert out.decode() == "│ The lake is 40 metres deep [1].\n— Lakes\n\n(1) Smith, A. Depths. 1990.\n"
    assert err == b""


@linux
def test_undecodable_arguments(lakes):
    """Bytes that are no text do not stop it, in the question or in a path."""
    assert real("ask", "-d", lakes, b"lake \xff\x1b[2J")[0] in (0, 3)
    code, out, err = real("ask", "-d", b"\xff.md", "Hm?")
    assert (code, out) == (1, b"")
    assert err.decode() == "chatbot: \ufffd.md: there is no such file; check the path\n"


def test_undecodable_input(lakes):
    """Piped bytes that are no text are a question like any other."""
    code, out, err = real("-d", lakes, "--json", stdin=b"\xff\xfe\x00\n")
    assert (code, err) == (0, b"")
    assert json.loads(out)["answered"] is False


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_our_characters(lakes, encoding):
    """A screen that has no bar still gets its answer."""
    code, out, err = real("ask", "-d", lakes, DEEP, PYTHONIOENCODING=encoding)
    assert (code, err) == (0, b"")
    assert b"The lake is 40 metres deep [1]." in out


def _pipe(script, **environment):
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PY": sys.executable, **environment}
    return subprocess.run(["/bin/sh", "-c", script], capture_output=True, env=env, timeout=60, check=False)  # noqa: S603


@posix
def test_broken_pipe(lakes):
    """A reader that leaves early is no error message."""
    done = _pipe(f'yes "{DEEP}" | head -2000 | "$PY" -m chatbot -d "{lakes}" | head -1')
    assert done.stdout.decode() == f"> {DEEP}\n"
    assert done.stderr == b""


@posix
def test_closed_standard_streams(lakes):
    """Closed streams are taken as empty ones."""
    assert _pipe(f'"$PY" -m chatbot -d "{lakes}" <&-').returncode == 0
    assert _pipe(f'"$PY" -m chatbot ask -d "{lakes}" "{DEEP}" >&-').returncode == 0


def _heeding_interrupts():
    """A shell's background jobs, CI among them, ignore Ctrl-C; the program is not to inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@posix
def test_a_real_interrupt(lakes):
    """Ctrl-C ends a piped chat quietly with 130."""
    command = [sys.executable, "-m", "chatbot", "-d", lakes]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603
        command,
        env=env,
        preexec_fn=_heeding_interrupts,  # noqa: PLW1509
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(f"{DEEP}\n".encode())
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.wait(30)
        assert (process.returncode, process.stderr.read()) == (INTERRUPTED, b"")


def _on_a_terminal(words, typed=b"", **environment):
    """What a real terminal is sent on standard output; progress, on standard error, depends on the time."""
    pty = pytest.importorskip("pty")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": "", **environment}
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "chatbot", *words]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=env) as process:  # noqa: S603
        os.close(theirs)
        os.write(ours, typed)
        sent = b""
        while chunk := _chunk(ours):
            sent += chunk
    os.close(ours)
    return process.returncode, sent.decode()


def _chunk(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end is closed
        return b""


def test_colour_on_a_terminal(lakes):
    """On a terminal there is colour, and none with NO_COLOR; the words are the same."""
    code, coloured = _on_a_terminal(["ask", "--quiet", "-d", lakes, DEEP])
    _, plain = _on_a_terminal(["ask", "--quiet", "-d", lakes, DEEP], NO_COLOR="1")
    assert code == 0
    assert "\x1b[1;36m[1]\x1b[0m" in coloured
    assert plain == "│ The lake is 40 metres deep [1].\r\n— Lakes\r\n\r\n(1) Smith, A. Depths. 1990.\r\n"


def test_a_chat_on_a_terminal(lakes):
    """A chat in a terminal has a banner, a question, an answer, and ends with Ctrl-D."""
    code, sent = _on_a_terminal(["-d", lakes, "--no-color"], f"{DEEP}\r/quit\r".encode())
    assert code == 0
    assert "1 passage, 1 reference" in sent
    assert "│ The lake is 40 metres deep [1]." in sent


def test_copy_on_a_terminal(lakes):
    """/copy sends a terminal the answer in the escape sequence for its clipboard."""
    _, sent = _on_a_terminal(["-d", lakes, "--no-color"], f"{DEEP}\r/copy\r/quit\r".encode())
    copied = sent.partition("\x1b]52;c;")[2].partition("\x07")[0]
    assert b64decode(copied).decode() == "The lake is 40 metres deep [1].\n\n(1) Smith, A. Depths. 1990."


@linux
@pytest.mark.parametrize(
    "words", [("check",), ("ask", DEEP), ("eval", "cases.jsonl", "-o", "kept.json"), ("--help",), ("ask", "-h")]
)
def test_a_full_device_is_one_line_and_exit_code_1(tmp_path, words):
    """Other files that the command writes are complete."""
    turn = {"question": "Why?", "answerable": False}
    (tmp_path / "cases.jsonl").write_text(json.dumps({"id": "a", "turns": [turn]}))
    with open("/dev/full", "w") as full:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "chatbot", *words, "--quiet"],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
    message = "chatbot: output could not be written: No space left on device"
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, message)
    assert (tmp_path / "kept.json").exists() is (words[0] == "eval")


def test_an_error_that_quotes_much_is_cut(tmp_path):
    """A line that nobody reads to its end tells nothing."""
    (tmp_path / "cases.jsonl").write_text(json.dumps({"id": "a", "turns": [], "x" * 5_000_000: 1}))
    done = CliRunner().invoke(cli, ["eval", str(tmp_path / "cases.jsonl")])
    assert (done.exit_code, len(done.stderr) < 3000) == (4, True)
    assert done.stderr.endswith('" (known: id, tags, document, turns)\n')


def test_the_help_says_the_threshold():
    """The default of --threshold is a number that one can start from, that of each mode."""
    shown = CliRunner().invoke(cli, ["ask", "--help"]).stdout
    assert all(f"{load_ranker(mode).threshold:.2f}" in shown for mode in ("semantic", "plain"))
