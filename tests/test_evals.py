"""A run from the question set to the exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from eval_fakes import BAKES, RISES, SALT, AlteredQuote, Scripted, case, quote, record, reply, turn, write_set

from chatbot import evals
from chatbot.errors import ArticleError, CaseError, UsageError
from chatbot.scoring import Reason

ROOT = Path(__file__).parent.parent
PATH = {"PYTHONPATH": str(ROOT)}
BOUNDS = "[cases]\nright = 1.0\nabstained = 1.0\ncitations = 1.0\naltered = 0\nshown = 1.6\n"
RECORDS = (
    record("a-1", "Why does bread rise?", [["yeast makes gas"]], references=[1]) | {"tags": ["direct"]},
    record("a-2", "How long does a loaf bake?", [["40 minutes"]], references=[2]) | {"tags": ["direct"]},
    record("a-3", "Who invented bread?", []) | {"tags": ["far"]},
)
GOOD = {
    "Why does bread rise?": reply(RISES, confidence=0.9),
    "How long does a loaf bake?": reply(BAKES, confidence=0.8),
    "Who invented bread?": reply(confidence=0.2),
}


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command with a scripted bot: gives its exit code and what it echoed."""
    cases = write_set(tmp_path, *RECORDS)
    (tmp_path / "thresholds.toml").write_text(BOUNDS)

    def run(replies=None, path=cases, **options):
        said = []
        bot = Scripted(GOOD | (replies or {}))
        monkeypatch.setattr(evals, "opener", lambda *_: lambda _: bot)
        code = evals.run_command(path, echo=said.append, **options)
        return code, "\n".join(said)

    return run


def test_a_run_that_keeps_its_bounds_passes(command):
    """Exit code 0, and the verdict says why."""
    code, said = command()
    assert code == 0
    assert said.splitlines()[0] == "cases.jsonl: 3 cases, 3 turns (2 answerable, 1 unanswerable, 0 small talk)"
    verdict = "right 1.000 is >= 1; abstained 1.000 is >= 1; citations 1.000 is >= 1; shown 1.000 is <= 1.6"
    assert said.splitlines()[-1] == f"PASSED: {verdict}; altered 0 is <= 0; errors 0 is <= 0"


def test_the_report_has_tags_intervals_and_controls(command):
    """Right and abstained are never told alone."""
    lines = [line.split() for line in command()[1].splitlines()]
    assert ["direct", "1.00", "of", "2", "-"] in lines
    assert ["far", "-", "1.00", "of", "1"] in lines
    assert ["program", "95", "%", "interval", "turns", "abstain", "rank-bm25"] in lines
    assert ["right", "1.000", "[0.342,", "1.000]", "2", "0.000", "0.500"] in lines
    assert ["abstained", "1.000", "[0.207,", "1.000]", "1", "1.000", "0.000"] in lines
    assert ["balanced", "1.000", "[0.485,", "1.000]", "3", "0.500", "0.250"] in lines


RISE = "Why does bread rise?"
MUTATIONS = {
    "a quote altered by a character": (reply(quote(RISES, kind=AlteredQuote)), "altered 1 is not <= 0", "got    Xread"),
    "a number dropped": (reply(quote(RISES, ())), "citations 0.500 is not >= 1", "citation: a-1 (direct)"),
    "a number lent": (reply(quote(RISES, (1, 2))), "citations 0.500 is not >= 1", "citation: a-1 (direct)"),
    "a wrong sentence": (reply(SALT), "right 0.500 is not >= 1", "wrong sentence: a-1 (direct)"),
    "a refusal": (reply(), "right 0.500 is not >= 1", "got    nothing"),
    "an exception": (ValueError("out of yeast"), "errors 1 is not <= 0", "got    ValueError: out of yeast"),
    "an article that cannot be read": (ArticleError("x.md", "is no text"), "errors 1 is not <= 0", "x.md: is no text"),
}


@pytest.mark.parametrize(("told", "verdict", "shown"), MUTATIONS.values(), ids=MUTATIONS)
def test_a_fault_of_the_program_turns_the_report_red(command, told, verdict, shown):
    """Exit code 1, the figure in the verdict, and the turn with what came of it."""
    code, said = command({RISE: told})
    assert code == 1
    assert said.splitlines()[-1].startswith("FAILED: ")
    assert verdict in said.splitlines()[-1]
    assert shown in said


@pytest.mark.parametrize("told", [ValueError("no"), reply(quote(RISES, kind=AlteredQuote))])
def test_errors_and_altered_quotes_fail_without_any_threshold(command, tmp_path, told):
    """No question set can waive them."""
    (tmp_path / "thresholds.toml").unlink()
    assert command()[0] == 0
    assert command({RISE: told})[0] == 1


def test_an_answer_where_there_is_none_fails(command):
    """Threshold 0 would do this."""
    code, said = command({"Who invented bread?": reply(SALT)})
    assert code == 1
    assert "should have abstained: a-3 (far) confidence 0.50\n  asked  Who invented bread?\n  got    Salt" in said


def test_a_wrong_turn_shows_question_gold_and_got(command):
    """All that is needed to judge it."""
    said = command({RISE: reply(SALT, confidence=0.25)})[1]
    wanted = (
        "wrong sentence: a-1 (direct) confidence 0.25\n"
        "  asked  Why does bread rise?\n"
        "  gold   yeast makes gas\n"
        "  refs   1\n"
        "  got    Salt slows the yeast.\n"
    )
    assert wanted in said


def test_quiet_shows_the_figures_and_the_verdict_alone(command):
    """So a held-out set can be run without its questions being seen."""
    code, said = command({RISE: reply(SALT)}, quiet=True)
    assert code == 1
    assert "Why does bread rise?" not in said
    assert "direct" not in said
    assert "right" in said


def test_what_a_terminal_would_obey_is_not_printed(command, tmp_path):
    """Questions are data."""
    evil = "rise\x1b[2J\x07\u202e?"
    path = write_set(tmp_path, record("a\x1b1", evil))
    said = command({evil: reply(SALT)}, path=path)[1]
    assert all(line.isprintable() for line in said.splitlines())


def test_the_json_report_is_stable_sorted_and_complete(command):
    """Two runs give the same bytes; keys are sorted, turns by id."""
    first, again = (command({RISE: reply(SALT)}, as_json=True)[1] for _ in range(2))
    assert first == again
    report = json.loads(first)
    assert json.dumps(report, indent=2, sort_keys=True) == first
    assert [entry["id"] for entry in report["turns"]] == ["a-1", "a-2", "a-3"]
    assert report["turns"][0]["reason"] == "wrong sentence"
    assert report["totals"]["values"]["right"] == 0.5
    assert report["totals"]["intervals"]["right"]["of"] == 2
    assert report["controls"]["abstain"]["values"]["balanced"] == 0.5
    assert report["verdict"]["checks"]["right"] == {"bound": 1.0, "passed": False, "value": 0.5}
    assert (report["verdict"]["passed"], report["verdict"]["exit_code"], report["schema"]) == (False, 1, 1)


def test_json_and_quiet_leave_the_turns_out(command):
    """The figures stay."""
    assert json.loads(command(as_json=True, quiet=True)[1])["turns"] == []


@pytest.mark.parametrize("content", ["", '{"id": "a", "turns"', json.dumps(record(gold=[["yeast makes gaz"]]))])
def test_an_invalid_set_is_no_run(command, tmp_path, content):
    """Nothing is echoed; the error carries exit code 4."""
    path = write_set(tmp_path, content, name="bad.jsonl")
    with pytest.raises(CaseError) as raised:
        command(path=path)
    assert raised.value.exit_code == 4


def test_a_senseless_threshold_file_is_no_run(command, tmp_path):
    """A misspelt metric would let everything pass."""
    given = tmp_path / "x.toml"
    given.write_text("[cases]\nrigth = 1")
    with pytest.raises(UsageError):
        command(threshold_file=given)


def test_a_given_threshold_file_decides(command, tmp_path):
    """It replaces the one beside the cases."""
    given = tmp_path / "lax.toml"
    given.write_text("[cases]\nright = 0.1\n")
    assert command({RISE: reply(SALT)}, threshold_file=given)[0] == 0


def test_a_failing_turn_leaves_the_others_alone():
    """It counts among the failures of its own question only."""
    asked = [turn("yeast makes gas", question="a"), turn(question="b"), turn("40 minutes", question="c")]
    bot = Scripted({"a": reply(RISES), "b": KeyError("b"), "c": reply(BAKES)})
    report = evals.run(lambda _: bot, [case(*asked)])
    assert [outcome.reason for outcome in report.outcomes] == [Reason.NONE, Reason.ERROR, Reason.NONE]
    assert (report.totals.right.value, report.totals.abstained.value) == (1.0, 0.0)


def test_a_bot_that_cannot_be_opened_fails_its_turns():
    """So does a search that raises."""

    def nothing(documents):
        raise ArticleError(str(documents), "is not there")

    report = evals.run(nothing, [case(turn(), turn())])
    assert report.totals.errors == 2


def test_each_turn_is_asked_with_its_history():
    """The bot is given the questions before it."""
    bot = Scripted({"b": reply()}, asked=[])
    evals.run(lambda _: bot, [case(turn(question="b", history=("a",)))])
    assert bot.asked == [("b", ("a",))]


def test_a_wrong_turn_that_was_not_retrieved_is_told_apart():
    """By a search for the understood question."""
    bot = Scripted({"q": reply(SALT)}, found=(SALT, BAKES))
    report = evals.run(lambda _: bot, [case(turn("yeast makes gas"))])
    assert report.outcomes[0].reason is Reason.NOT_RETRIEVED


def test_documents_are_opened_once(tmp_path):
    """Two cases about one document share its index."""
    path = write_set(tmp_path)
    bot_for = evals.opener()
    article = (path.parent / "bread.md",)
    assert bot_for(article) is bot_for(article)


def test_a_forced_bot_answers_whatever_its_confidence(tmp_path):
    """To be read beside plain retrieval."""
    article = (write_set(tmp_path).parent / "bread.md",)
    question = "Who taught the king of France to bake rye?"
    assert not evals.opener()(article).ask(question).answered
    assert evals.opener(evals.FORCED)(article).ask(question).answered


def test_progress_is_shown_after_a_second_and_only_in_a_terminal(command, monkeypatch, capsys):
    """Nothing of it in a pipe or with --quiet."""
    command()
    assert capsys.readouterr().err == ""
    bars = []
    monkeypatch.setitem(sys.modules, "tqdm", type("tqdm", (), {"tqdm": lambda items, **how: bars.append(how) or items}))
    command()
    command(quiet=True)
    assert [(how["delay"], how["disable"], how["file"]) for how in bars] == [
        (1, None, sys.stderr),
        (1, True, sys.stderr),
    ]


def test_the_bundled_article_answers_its_own_question(tmp_path):
    """The whole way with the real program."""
    asked = {"question": "How many square meters is the gut?", "answerable": True}
    asked |= {"gold": [["It reaches about 40 square meters"]], "references": [1]}
    path = tmp_path / "real.jsonl"
    path.write_text(json.dumps({"id": "r", "turns": [asked]}))
    said = []
    assert evals.run_command(path, echo=said.append) == 0
    assert said[0].splitlines()[-1].startswith("PASSED: ")


def test_the_table_has_a_row_for_each_set_and_counts_what_it_leaves_out(tmp_path):
    """A flaw in a public set hides no other figure."""
    (tmp_path / "mini").mkdir()
    write_set(tmp_path / "mini", *RECORDS, record("bad", gold=[["makes gaz"]]))
    table = [sys.executable, str(ROOT / "evals" / "table.py"), str(tmp_path), "--set", "mini", "--jobs", "1"]
    done = subprocess.run(table, capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ | PATH)  # noqa: S603
    heading, row = done.stdout.splitlines()
    assert heading.split()[:3] == ["set", "turns", "forced"]
    assert row.split()[:2] == ["mini", "3"]
    assert row.endswith("(1 invalid cases left out)")


def test_a_run_is_the_same_in_any_process(tmp_path):
    """Byte for byte, whatever the hash seed."""
    path = write_set(tmp_path, *RECORDS)
    program = f"from chatbot.evals import *; from pathlib import Path; run_command(Path({str(path)!r}), as_json=True)"
    seeds = (os.environ | PATH | {"PYTHONHASHSEED": seed} for seed in "12")
    runs = [subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=env) for env in seeds]  # noqa: S603
    assert runs[0].stdout == runs[1].stdout != b""
