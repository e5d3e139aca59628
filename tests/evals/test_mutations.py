"""Mutation tests of the harness: every broken program must fail the run, and the report must show what broke.

They go from the command line to the exit code, with the real program and the bundled article. Each mutation changes the
reply that the program returns; the unchanged program passes.
"""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from chatbot import Chatbot
from chatbot.cli.main import cli
from chatbot.evals.run import runner
from chatbot.evals.run.baselines import shuffled
from chatbot.reply import Quote


def asked(name, question, gold="", references=()):
    """A case of one turn."""
    turn = {"question": question, "answerable": bool(gold), "gold": [[gold]] if gold else []}
    return {"id": name, "tags": ["mutation"], "turns": [turn | {"references": list(references)}]}


CASES = (
    asked("cells", "What percentage of immune cells is in the gut?", "70-80% of the body's immune cells", (3,)),
    asked("size", "How big is the gut?", "about 40 square meters", (1,)),
    asked("leaky", "What is leaky gut?", "also called 'leaky gut'"),
    asked("portugal", "Who discovered the cells of the gut in Portugal?"),
    asked("price", "How much does a colonoscopy cost?"),
)
BOUNDS = "[cases]\nright = 1.0\nabstained = 1.0\ncitations = 1.0\n"


@pytest.fixture
def run(tmp_path):
    """Runs `chatbot eval` on the cases or on other content; returns the exit code, stdout and stderr."""

    def run(*options, content=None):
        cases = tmp_path / "cases.jsonl"
        cases.write_text(content if content is not None else "".join(f"{json.dumps(case)}\n" for case in CASES))
        (tmp_path / "thresholds.toml").write_text(BOUNDS)
        runner.open_bot.cache_clear()
        done = CliRunner().invoke(cli, ["eval", str(cases), "--no-semantic", *options])
        runner.open_bot.cache_clear()
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, done.stderr

    return run


class Altered(Quote):
    """A quote whose first letter is changed."""

    @property
    def text(self):
        """The altered text."""
        return "X" + super().text[1:]


def quotes(change):
    """The mutation that changes every quote of a reply."""
    return lambda reply, _: replace(reply, quotes=tuple(map(change, reply.quotes)))


def altered(quote):
    """The quote, altered by one character."""
    return Altered(quote.document, quote.span, quote.section, quote.numbers)


def raising(reply, question):
    """The mutation that raises in one case."""
    if question == "How big is the gut?":
        raise KeyError("gut")
    return reply


MUTATIONS = {
    "a quote altered by a character": (quotes(altered), "5 altered quotes; 0 allowed", "altered quote: cells"),
    "a number dropped": (
        quotes(lambda q: replace(q, numbers=())),
        "citations is 0.000; at least 1 wanted",
        "citation: cells",
    ),
    "a marker lent": (
        quotes(lambda q: replace(q, numbers=(5,))),
        "citations is 0.000; at least 1 wanted",
        "citation: leaky",
    ),
    "passages shuffled": (
        lambda reply, _: shuffled(reply),
        "right is 0.000; at least 1 wanted",
        "wrong sentence: size",
    ),
    "an exception in one case": (raising, "1 error; 0 allowed", "error: size"),
}


def test_the_unchanged_program_passes(run):
    """Otherwise the mutations would prove nothing."""
    code, output, _ = run()
    assert (code, output.rpartition("\n\n")[2][:7]) == (0, "PASSED\n")


@pytest.mark.parametrize(("mutate", "verdict", "named"), MUTATIONS.values(), ids=MUTATIONS)
def test_a_broken_program_fails_the_run(run, monkeypatch, mutate, verdict, named):
    """The exit code is 1; the verdict names the figure, and the report names the case."""
    ask = Chatbot.ask
    monkeypatch.setattr(Chatbot, "ask", lambda bot, question, history=(): mutate(ask(bot, question, history), question))
    code, output, _ = run()
    assert code == 1
    assert output.rpartition("\n\n")[2].startswith("FAILED\n")
    assert verdict in output.rpartition("\n\n")[2]
    assert named in output


@pytest.mark.parametrize(
    ("threshold", "verdict", "named"),
    [
        (0.0, "abstained is 0.500; at least 1 wanted", "should have abstained: portugal"),
        (1.0, "right is 0.000; at least 1 wanted", "missed: cells"),
    ],
)
def test_a_threshold_of_0_or_1_fails_the_run(run, monkeypatch, threshold, verdict, named):
    """A program that always or never answers fails."""
    monkeypatch.setattr(Chatbot, "threshold", threshold)
    opened = Chatbot.open
    monkeypatch.setattr(
        Chatbot, "open", lambda *paths, settings: opened(*paths, settings=replace(settings, threshold=threshold))
    )
    code, output, _ = run()
    assert (code, verdict in output.rpartition("\n\n")[2], named in output) == (1, True, True)


GOLD = json.dumps(CASES[0])
INVALID = {
    "an empty set": ("", "has no cases"),
    "a set of blank lines": ("\n\n", "has no cases"),
    "a truncated line": (GOLD + "\n" + GOLD[: len(GOLD) // 2], "cases.jsonl:2: is not JSON"),
    "a gold string with one letter changed": (
        GOLD.replace('immune cells"', 'immune cellz"'),
        "cases.jsonl:1: turn 1: not in",
    ),
    "a case twice": (f"{GOLD}\n{GOLD}\n", "cases.jsonl:2: has the id"),
}


@pytest.mark.parametrize(("content", "reason"), INVALID.values(), ids=INVALID)
def test_an_invalid_set_is_exit_code_4(run, content, reason):
    """There is one line on stderr, which names the place, and nothing on stdout."""
    code, output, errors = run(content=content)
    assert (code, output) == (4, "")
    assert reason in errors
    assert len(errors.splitlines()) == 1


def test_a_set_without_questions_of_a_kind_fails_a_bound_on_them(run):
    """A figure over no turns fails its bound."""
    code, output, _ = run("--fail-under", "abstained=0.0", content=GOLD)
    assert code == 1
    assert "abstained could not be measured; at least 0" in output


@pytest.mark.parametrize(
    "options", [("--fail-under", "rigth=1"), ("--fail-on-regression",), ("--format", "pdf"), ("-j", "0")]
)
def test_a_wrong_command_line_is_exit_code_2(run, options):
    """Nothing is run."""
    code, output, _ = run(*options)
    assert (code, output) == (2, "")
