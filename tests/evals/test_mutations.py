"""The harness is tried with broken programs: each must turn the gate red, and the report must say what broke.

The whole way from the command line to its exit code, with the real program over the real article; what breaks it is put
where the program hands its reply over. A program that is not broken passes the same gate.
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
    """`chatbot eval` over the cases, or over what the file is said to hold: exit code, output, errors."""

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
    """A quote whose first letter is another."""

    @property
    def text(self):
        """Not what stands there."""
        return "X" + super().text[1:]


def quotes(change):
    """A mutation that changes each quote of a reply."""
    return lambda reply, _: replace(reply, quotes=tuple(map(change, reply.quotes)))


def altered(quote):
    """By one character."""
    return Altered(quote.document, quote.span, quote.section, quote.numbers)


def raising(reply, question):
    """An exception in one case."""
    if question == "How big is the gut?":
        raise KeyError("gut")
    return reply


MUTATIONS = {
    "a quote altered by a character": (quotes(altered), "altered 5 is not <= 0", "altered quote: cells"),
    "a number dropped": (quotes(lambda q: replace(q, numbers=())), "citations 0.000 is not >= 1", "citation: cells"),
    "a marker lent": (quotes(lambda q: replace(q, numbers=(5,))), "citations 0.000 is not >= 1", "citation: leaky"),
    "passages shuffled": (lambda reply, _: shuffled(reply), "right 0.000 is not >= 1", "wrong sentence: size"),
    "an exception in one case": (raising, "errors 1 is not <= 0", "error: size"),
}


def test_the_program_as_it_is_passes(run):
    """Or else the mutations would prove nothing."""
    code, said, _ = run()
    assert (code, said.splitlines()[-1][:7]) == (0, "PASSED:")


@pytest.mark.parametrize(("mutate", "verdict", "named"), MUTATIONS.values(), ids=MUTATIONS)
def test_a_broken_program_turns_the_gate_red(run, monkeypatch, mutate, verdict, named):
    """Exit code 1; the verdict names the figure, the report the case."""
    ask = Chatbot.ask
    monkeypatch.setattr(Chatbot, "ask", lambda bot, question, history=(): mutate(ask(bot, question, history), question))
    code, said, _ = run()
    assert code == 1
    assert said.splitlines()[-1].startswith("FAILED: ")
    assert verdict in said.splitlines()[-1]
    assert named in said


@pytest.mark.parametrize(
    ("threshold", "verdict", "named"),
    [
        (0.0, "abstained 0.500 is not >= 1", "should have abstained: portugal"),
        (1.0, "right 0.000 is not >= 1", "missed: cells"),
    ],
)
def test_a_threshold_that_lets_all_or_nothing_through_turns_the_gate_red(run, monkeypatch, threshold, verdict, named):
    """Neither who always answers nor who never does is any good."""
    monkeypatch.setattr(Chatbot, "threshold", threshold)
    opened = Chatbot.open
    monkeypatch.setattr(
        Chatbot, "open", lambda *paths, settings: opened(*paths, settings=replace(settings, threshold=threshold))
    )
    code, said, _ = run()
    assert (code, verdict in said.splitlines()[-1], named in said) == (1, True, True)


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
    """One line on standard error, which names the place; nothing on standard output."""
    code, said, told = run(content=content)
    assert (code, said) == (4, "")
    assert reason in told
    assert len(told.splitlines()) == 1


def test_a_set_without_questions_of_a_kind_fails_a_bound_on_them(run):
    """Passing on nothing is not passing."""
    code, said, _ = run("--fail-under", "abstained=0.0", content=GOLD)
    assert code == 1
    assert "abstained is missing, and has to be >= 0" in said


@pytest.mark.parametrize(
    "options", [("--fail-under", "rigth=1"), ("--fail-on-regression",), ("--format", "pdf"), ("-j", "0")]
)
def test_a_wrong_command_line_is_exit_code_2(run, options):
    """Nothing is run."""
    code, said, _ = run(*options)
    assert (code, said) == (2, "")
