"""A run from the question set to the exit code."""

import json
import os
import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from support.eval_fakes import BAKES, RISES, SALT, AlteredQuote, Scripted, quote, record, reply, write_set
from support.other_formats import beir

from chatbot.errors import ArticleError, CaseError, ChatbotError, UsageError
from chatbot.evals import evaluate
from chatbot.evals.config import Request
from chatbot.evals.run import runner
from chatbot.evals.run.regression import load
from chatbot.evals.run.results import View

ROOT = Path(__file__).parents[2]
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
    """Runs the command with a scripted bot; returns the exit code and the report."""
    cases = write_set(tmp_path, *RECORDS)
    (tmp_path / "thresholds.toml").write_text(BOUNDS)

    def run(replies=None, path=cases, warn=str, output=None, **options):
        output = [] if output is None else output
        bot = Scripted(GOOD | (replies or {}))
        monkeypatch.setattr(runner, "open_bot", lambda *_: bot)
        code = evaluate.run_command(Request(path, **options), output.append, warn)
        return code, "\n".join(output)

    return run


def test_a_run_that_keeps_its_bounds_passes(command):
    """The exit code is 0, and the verdict lists the bounds."""
    code, output = command()
    assert code == 0
    assert output.splitlines()[0] == "cases.jsonl: 3 cases, 3 turns (2 answerable, 1 unanswerable, 0 small talk)"
    assert output.splitlines()[-7:] == [
        "PASSED",
        "  ✓ right is 1.000; at least 1 wanted",
        "  ✓ abstained is 1.000; at least 1 wanted",
        "  ✓ citations is 1.000; at least 1 wanted",
        "  ✓ shown is 1.000; at most 1.6 allowed",
        "  ✓ 0 altered quotes; 0 allowed",
        "  ✓ 0 errors; 0 allowed",
    ]


def test_the_report_has_tags_intervals_and_baselines(command):
    """Right and abstained always stand together."""
    lines = [line.split() for line in command()[1].splitlines()]
    assert ["answerable", "2", "0"] in lines
    assert ["unanswerable", "0", "1"] in lines
    assert ["direct", "1.00", "of", "2", "-"] in lines
    assert ["far", "-", "1.00", "of", "1"] in lines
    assert ["program", "95", "%", "interval", "of", "abstain", "rank-bm25", "shuffled"] in lines
    assert ["right", "1.000", "[0.342,", "1.000]", "2", "0.000", "0.500", "0.000"] in lines
    assert ["abstained", "1.000", "[0.207,", "1.000]", "1", "1.000", "0.000", "1.000"] in lines
    assert ["balanced", "1.000", "[0.485,", "1.000]", "3", "0.500", "0.250", "0.500"] in lines


RISE = "Why does bread rise?"
MUTATIONS = {
    "a quote altered by a character": (
        reply(quote(RISES, kind=AlteredQuote)),
        "1 altered quote; 0 allowed",
        "got    Xread",
    ),
    "a number dropped": (reply(quote(RISES, ())), "citations is 0.500; at least 1 wanted", "citation: a-1 (direct)"),
    "a number lent": (reply(quote(RISES, (1, 2))), "citations is 0.500; at least 1 wanted", "citation: a-1 (direct)"),
    "a wrong sentence": (reply(SALT), "right is 0.500; at least 1 wanted", "wrong sentence: a-1 (direct)"),
    "a refusal": (reply(), "right is 0.500; at least 1 wanted", "got    nothing"),
    "an exception": (ValueError("out of yeast"), "1 error; 0 allowed", "got    ValueError: out of yeast"),
    "an article that cannot be read": (ArticleError("x.md", "is no text"), "1 error; 0 allowed", "x.md: is no text"),
}


@pytest.mark.parametrize(("faulty", "verdict", "shown"), MUTATIONS.values(), ids=MUTATIONS)
def test_a_fault_of_the_program_fails_the_run(command, faulty, verdict, shown):
    """The exit code is 1; the verdict names the figure, and the report shows the turn."""
    code, output = command({RISE: faulty})
    assert code == 1
    assert output.rpartition("\n\n")[2].startswith("FAILED\n")
    assert verdict in output.rpartition("\n\n")[2]
    assert shown in output


@pytest.mark.parametrize("faulty", [ValueError("no"), reply(quote(RISES, kind=AlteredQuote))])
def test_errors_and_altered_quotes_fail_without_any_threshold(command, tmp_path, faulty):
    """No question set can waive these bounds."""
    (tmp_path / "thresholds.toml").unlink()
    assert command()[0] == 0
    assert command({RISE: faulty})[0] == 1


def test_an_answer_to_an_unanswerable_question_fails(command):
    """The report shows that the program should have abstained."""
    code, output = command({"Who invented bread?": reply(SALT)})
    assert code == 1
    assert "should have abstained: a-3 (far) confidence 0.50\n" in output
    assert "  asked  Who invented bread?\n  got    Salt" in output


def test_a_wrong_turn_shows_question_gold_and_answer(command, tmp_path):
    """The report shows everything needed to judge a turn."""
    output = command({RISE: reply(SALT, confidence=0.25)})[1]
    wanted = (
        "wrong sentence: a-1 (direct) confidence 0.25\n"
        f"  at     {tmp_path}/cases.jsonl:1\n"
        "  asked  Why does bread rise?\n"
        "  gold   yeast makes gas\n"
        "  refs   1\n"
        "  got    Salt slows the yeast.\n"
    )
    assert wanted in output


def test_quiet_shows_only_the_figures_and_the_verdict(command):
    """A held-out set can be run without its questions being seen."""
    code, output = command({RISE: reply(SALT)}, view=View(brief=True))
    assert code == 1
    assert "Why does bread rise?" not in output
    assert "direct" not in output
    assert "right" in output


def test_control_characters_are_not_printed(command, tmp_path):
    """Questions are data: escape sequences in them never reach the terminal."""
    evil = "rise\x1b[2J\x07\u202e?"
    path = write_set(tmp_path, record("a\x1b1", evil))
    output = command({evil: reply(SALT)}, path=path)[1]
    assert all(line.isprintable() for line in output.splitlines())


def test_the_json_report_is_stable_sorted_and_complete(command):
    """Two runs give the same bytes, with sorted keys and turns sorted by id."""
    first, again = (command({RISE: reply(SALT)}, format="json")[1] for _ in range(2))
    assert first == again
    report = json.loads(first)
    assert json.dumps(report, indent=2, sort_keys=True) == first
    assert [entry["id"] for entry in report["turns"]] == ["a-1", "a-2", "a-3"]
    assert report["turns"][0]["reason"] == "wrong sentence"
    assert report["totals"]["values"]["right"] == 0.5
    assert report["totals"]["intervals"]["right"]["of"] == 2
    assert report["controls"]["abstain"]["values"]["balanced"] == 0.5
    assert report["verdict"]["checks"]["right"] == {"bound": 1.0, "passed": False, "value": 0.5, "at_most": False}
    assert (report["verdict"]["passed"], report["verdict"]["exit_code"], report["schema"]) == (False, 1, 2)


def test_json_and_quiet_leave_the_turns_out(command):
    """The JSON report of a quiet run has no turns."""
    assert json.loads(command(format="json", view=View(brief=True))[1])["turns"] == []


@pytest.mark.parametrize("content", ["", '{"id": "a", "turns"', json.dumps(record(gold=[["yeast makes gaz"]]))])
def test_an_invalid_set_is_not_run(command, tmp_path, content):
    """Nothing is printed, and the error has exit code 4."""
    (tmp_path / "thresholds.toml").unlink()
    path = write_set(tmp_path, content, name="bad.jsonl")
    with pytest.raises(CaseError) as raised:
        command(path=path)
    assert raised.value.exit_code == 4


def test_an_invalid_threshold_file_stops_the_run(command, tmp_path):
    """A misspelt metric would otherwise let everything pass."""
    given = tmp_path / "x.toml"
    given.write_text("[cases]\nrigth = 1")
    with pytest.raises(UsageError):
        command(thresholds=given)


def test_a_given_threshold_file_is_used(command, tmp_path):
    """It replaces the file in the folder of the set."""
    given = tmp_path / "lax.toml"
    given.write_text("[cases]\nright = 0.1\n")
    assert command({RISE: reply(SALT)}, thresholds=given)[0] == 0


def test_progress_is_shown(command, monkeypatch):
    """A run that takes seconds shows on stderr how many cases are done, also with `--quiet`."""
    counted, streams = [], []
    monkeypatch.setattr(evaluate, "counted_off", lambda items, text, total: counted.append((text, total)) or items)
    monkeypatch.setattr(evaluate, "progress", lambda text, stream: streams.append((text, stream)) or nullcontext())
    command(view=View(brief=True))
    assert streams == [("Asking the cases ...", sys.stderr)]
    assert counted == [("Asking the cases ...", 3)]


def test_the_latency_is_a_note(command):
    """It is part of the report only on request, because it differs between runs."""
    notes: list[str] = []
    assert "median" not in command(warn=notes.append)[1]
    assert re.fullmatch(r"3 turns; latency per question: median \d+\.\d ms, 95th percentile \d+\.\d ms", notes[0])
    command(view=View(brief=True), warn=notes.append)
    assert len(notes) == 2
    assert "\nlatency per question: " in command(view=View(timings=True))[1]
    assert json.loads(command(format="json", view=View(timings=True))[1])["latency"].keys() == {"p50", "p95"}


def test_some_cases_can_be_selected(command):
    """Of selected cases only the bounds of the options are checked, not those of the whole set."""
    code, output = command({RISE: reply(SALT)}, tags=("far",))
    assert code == 0
    assert output.splitlines()[0] == "cases.jsonl: 1 case, 1 turn (0 answerable, 1 unanswerable, 0 small talk)"
    assert command({RISE: reply(SALT)}, ids=("a-1",))[0] == 0
    assert command({RISE: reply(SALT)}, ids=("a-1",), bounds={"right": 0.5})[0] == 1
    assert "3 cases" in command(tags=("far", "direct"))[1]


def test_a_case_selected_by_id_is_shown_even_if_it_is_right(command):
    """Its evidence is shown on request."""
    output = command(ids=("a-1",), view=View(every=True, explain=True))[1]
    assert "right: a-1 (direct) confidence 0.90" in output
    assert "  read   q" in output


def test_a_run_without_cases_is_an_error(command):
    """A run of nothing must not pass."""
    with pytest.raises(CaseError, match="no case has the tag nowhere"):
        command(tags=("nowhere",))
    with pytest.raises(UsageError, match='has no case "a-9"'):
        command(ids=("a-1", "a-9"))


def test_bounds_of_options_replace_those_of_the_file(command):
    """They may be lower or higher."""
    assert command({RISE: reply(SALT)}, bounds={"right": 0.5, "citations": 0.0})[0] == 0
    assert command(bounds={"right": 1.0, "F1": 0.9})[0] == 1  # F1 is measured because it has a bound


def test_a_missing_figure_fails_and_says_so(command, tmp_path):
    """A set without unanswerable questions cannot keep a bound on refusals."""
    path = write_set(tmp_path, RECORDS[0])
    code, output = command(path=path, bounds={"abstained": 0.1})
    assert code == 1
    assert "abstained could not be measured; at least 0.1 wanted" in output.rpartition("\n\n")[2]


def test_a_run_is_saved_and_compared_with(command, tmp_path):
    """Broken turns come before mended ones; they fail the run only with `fail_on_regression`."""
    saved = tmp_path / "baseline.jsonl"
    worse = {RISE: reply(SALT), "Who invented bread?": reply(SALT)}
    command({"Who invented bread?": reply(SALT)}, save=saved)
    better = {RISE: reply(SALT)}
    code, output = command(better, baseline=saved, bounds={"right": 0, "citations": 0})
    assert code == 0
    wanted = [
        "since baseline.jsonl, of 3 turns in both: 1 broken, 1 mended, 0 new, 0 gone",
        "- a-1 (direct): right -> wrong sentence: Why does bread rise?",
        "+ a-3 (far): should have abstained -> right: Who invented bread?",
        "right 1.000 -> 0.500 of 2 turns, two-sided p = 1.000",
        "abstained 0.000 -> 1.000 of 1 turn, two-sided p = 1.000",
        "citations 1.000 -> 1.000 of 1 turn, two-sided p = 1.000",
        "references 1.000 -> 0.500 of 2 turns, two-sided p = 1.000",
    ]
    assert "\n".join(wanted) in output
    lax = {"right": 0, "citations": 0, "abstained": 0}
    assert command(better, baseline=saved, bounds=lax, fail_on_regression=True)[0] == 1
    assert command(better, baseline=saved, bounds=lax, fail_on_regression=True, alpha=0.05)[0] == 0
    assert command(worse, baseline=saved, bounds=lax, fail_on_regression=True, alpha=0.9)[0] == 1
    assert command({}, baseline=saved, bounds=lax, fail_on_regression=True)[0] == 0


def test_a_part_is_compared_with_its_part_of_the_baseline(command, tmp_path):
    """Cases that were not selected do not count as gone."""
    saved = tmp_path / "baseline.jsonl"
    command(save=saved)
    assert "of 2 turns in both: 0 broken, 0 mended, 0 new, 0 gone" in command(baseline=saved, tags=("direct",))[1]


CONTRADICTIONS = {
    "a regression from nothing": ({"fail_on_regression": True}, "needs --baseline FILE"),
    "a level without a test": ({"alpha": 0.05}, "give both"),
    "a part saved as the whole set": ({"save": Path("x"), "tags": ("far",)}, "leave --id and --tag out"),
    "no such baseline": ({"baseline": Path("nowhere.jsonl")}, "nowhere.jsonl: cannot be read"),
    "no such kind of report": ({"outputs": (Path("x.docx"),)}, "x.docx: a report ends in one of .txt, .json"),
}


@pytest.mark.parametrize(("options", "reason"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictory_options_are_refused_before_the_run(command, options, reason):
    """The error says what is missing or contradictory."""
    with pytest.raises(UsageError, match=re.escape(reason)):
        command(**options)


SAME = {
    "the set": lambda folder: {"outputs": (folder / "cases.jsonl",)},
    "the set, by a link": lambda folder: {"outputs": (link(folder, "cases.jsonl"),)},
    "the set, as a baseline": lambda folder: {"save": folder / "cases.jsonl"},
    "its article": lambda folder: {"outputs": (folder / "sub" / ".." / "bread.md",)},
    "its bounds": lambda folder: {"save": folder / "thresholds.toml"},
    "the baseline": lambda folder: {"baseline": saved_at(folder), "outputs": (saved_at(folder),)},
    "one file twice": lambda folder: {"outputs": (folder / "r.json", folder / "sub" / ".." / "r.json")},
    "a report and a baseline": lambda folder: {"outputs": (folder / "r.jsonl",), "save": folder / "r.jsonl"},
}


def link(folder, name):
    """A link to a file."""
    (folder / "link.jsonl").symlink_to(name)
    return folder / "link.jsonl"


def saved_at(folder):
    """A saved run without turns."""
    (folder / "b.jsonl").write_text('{"schema": 1}\n')
    return folder / "b.jsonl"


@pytest.mark.parametrize("options", SAME.values(), ids=SAME)
def test_inputs_are_never_overwritten(command, tmp_path, options):
    """Neither an input nor another output is overwritten; the run stops before it asks anything."""
    (tmp_path / "sub").mkdir()
    given = options(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    with pytest.raises(UsageError, match=r"is an input of this run|would be written twice"):
        command(**given)
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_no_report_is_written_into_a_question_set(tmp_path):
    """A TREC folder would take it for a document."""
    folder = beir(tmp_path / "beir")
    with pytest.raises(UsageError, match=r"r\.md is an input of this run, or part of one"):
        evaluate.run_command(Request(folder, outputs=(folder / "r.md",)), lambda _: None, str)


def test_a_baseline_may_be_replaced(command, tmp_path):
    """The run that is compared with a baseline may replace it."""
    saved = tmp_path / "baseline.jsonl"
    command(save=saved)
    command({RISE: reply(SALT)}, baseline=saved, save=saved)
    assert not load(saved)[0].right


def test_a_file_that_cannot_be_written_does_not_stop_the_others(command, tmp_path):
    """Neither does a closed pipe."""
    nowhere, there, saved = tmp_path / "r.txt", tmp_path / "r.json", tmp_path / "b.jsonl"
    nowhere.mkdir()
    with pytest.raises(ChatbotError, match="cannot be written"):
        command(outputs=(nowhere, there), save=saved)
    assert json.loads(there.read_text())["verdict"]["passed"]
    assert len(load(saved)) == 3

    class Closed(list[str]):
        """A pipe that nobody reads any more."""

        append = staticmethod(lambda _: (_ for _ in ()).throw(BrokenPipeError))

    there.unlink()
    with pytest.raises(BrokenPipeError):
        command(outputs=(there,), output=Closed())
    assert there.exists()


def test_small_talk_is_counted_apart(command, tmp_path):
    """It is neither answerable nor unanswerable, whatever the case says."""
    talk = record("t", "Hi", smalltalk=True)
    output = command({"Hi": reply()}, path=write_set(tmp_path, *RECORDS, talk))[1]
    assert output.splitlines()[0] == "cases.jsonl: 4 cases, 4 turns (2 answerable, 1 unanswerable, 1 small talk)"


def test_reports_are_written_to_files(command, tmp_path):
    """The suffix of a file decides its format."""
    paths = tuple(tmp_path / name for name in ("r.txt", "r.json", "r.jsonl"))
    code, output = command(outputs=paths)
    text, whole, lines = (path.read_text(encoding="utf-8") for path in paths)
    assert (code, text) == (0, output + "\n")
    assert json.loads(whole)["verdict"]["passed"]
    assert [json.loads(line)["id"] for line in lines.splitlines()] == ["a-1", "a-2", "a-3"]


def test_a_report_that_cannot_be_written_is_an_error(command, tmp_path):
    """The error names the file, and the report is still shown."""
    nowhere = tmp_path / "r.txt"
    nowhere.mkdir()
    output: list[str] = []
    with pytest.raises(ChatbotError, match=r"r\.txt: cannot be written: Is a directory"):
        command(outputs=(nowhere,), output=output)
    assert "PASSED" in output[0]


def test_an_output_without_a_folder_is_refused_before_the_run(command, tmp_path):
    """A mistyped path must not lose a long run."""
    with pytest.raises(UsageError, match=r"there is no folder .*nowhere; make it first"):
        command(outputs=(tmp_path / "nowhere" / "r.txt",))


def test_quiet_files_are_complete(command, tmp_path):
    """Files have all turns even if the shown report has none."""
    path = tmp_path / "r.json"
    output = command({RISE: reply(SALT)}, view=View(brief=True), format="json", outputs=(path,))[1]
    assert (len(json.loads(output)["turns"]), len(json.loads(path.read_text())["turns"])) == (0, 3)


def test_a_run_of_a_part_notes_that_thresholds_are_not_applied(command):
    """The note appears only if there are thresholds to apply."""
    notes: list[str] = []
    command(tags=("far",), warn=notes.append)
    assert notes[1:] == ["thresholds.toml is for the whole set and is not applied to a part of it"]
    notes.clear()
    command(warn=notes.append)
    assert not notes[1:]


def test_an_unreadable_article_makes_the_set_invalid(tmp_path):
    """There is one error, not one for each turn, also if the synonym file is invalid."""
    path = write_set(tmp_path, *RECORDS)
    (tmp_path / "bread.synonyms.txt").write_text("no synonyms")
    with pytest.raises(CaseError, match=r"cases.jsonl:1: its document cannot be asked: .*bread.synonyms.txt:1: "):
        evaluate.run_command(Request(path), lambda _: None, str)


def test_an_invalid_set_is_published_on_github(command, tmp_path, monkeypatch, capsys):
    """It is annotated at its line, and stands in the step summary."""
    (tmp_path / "thresholds.toml").unlink()
    path = write_set(tmp_path, record(gold=[["yeast makes gaz"]]), name="bad.jsonl")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    with pytest.raises(CaseError):
        command(path=path)
    assert capsys.readouterr().err.startswith(f"::error file={path},line=1,title=invalid question set::turn 1: not in")
    assert (tmp_path / "summary.md").read_text(encoding="utf-8").startswith("## ❌ Invalid: `bad.jsonl`")


def test_only_failing_turns_are_shown_on_request(command):
    """Right turns and the table of tags are left out."""
    output = command({RISE: reply(SALT)}, view=View(only_failing=True, explain=True))[1]
    assert "tag  " not in output
    assert "  read   q" in output
    lines = command({RISE: reply(SALT)}, format="jsonl", view=View(only_failing=True))[1]
    assert [json.loads(line)["id"] for line in lines.splitlines()] == ["a-1"]


def test_the_bundled_article_answers_its_own_question(tmp_path):
    """The real program answers a question about the bundled article."""
    asked = {"question": "How many square meters is the gut?", "answerable": True}
    asked |= {"gold": [["It reaches about 40 square meters"]], "references": [1]}
    path = tmp_path / "real.jsonl"
    path.write_text(json.dumps({"id": "r", "turns": [asked]}))
    output: list[str] = []
    assert evaluate.run_command(Request(path), output.append, str) == 0
    assert output[0].rpartition("\n\n")[2].startswith("PASSED\n")


def test_the_table_has_a_row_per_set_and_counts_invalid_cases(tmp_path):
    """An invalid case in a public set does not hide the figures of the others."""
    (tmp_path / "evals" / "mini").mkdir(parents=True)
    write_set(tmp_path / "evals" / "mini", *RECORDS, record("bad", gold=[["makes gaz"]]))
    table = [sys.executable, str(ROOT / "evals" / "table.py"), str(tmp_path), "--mode", "plain"]
    table += ["--set", "mini", "--jobs", "1"]
    done = subprocess.run(table, capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ | PATH)  # noqa: S603
    _, heading, row, *_ = done.stdout.splitlines()
    assert heading.split()[:2] == ["turns", "forced"]
    assert row.split()[:2] == ["mini", "3"]
    assert "1 invalid cases left out" in row


def test_a_run_is_the_same_in_any_process(tmp_path):
    """Two processes with different hash seeds give the same bytes."""
    path = write_set(tmp_path, *RECORDS)
    run = [sys.executable, "-m", "chatbot", "eval", str(path), "--json"]
    seeds = (os.environ | PATH | {"PYTHONHASHSEED": seed} for seed in "12")
    runs = [subprocess.run(run, capture_output=True, check=True, env=env) for env in seeds]  # noqa: S603
    assert runs[0].stdout == runs[1].stdout != b""


@pytest.mark.slow
def test_a_thousand_turns_are_the_same_again_and_in_four_processes(tmp_path):
    """A second run and one with four processes give the same bytes; notes go to stderr."""
    questions = ["Why does bread rise?", "Who invented bread?", "How long does a loaf bake?", "Does rye keep?"]
    records = [record(f"q-{i}", f"{questions[i % 4]} And {i}?", [["yeast makes gas"]]) for i in range(1000)]
    path = write_set(tmp_path, *records)
    run = [sys.executable, "-m", "chatbot", "eval", str(path), "--json"]
    plain, again, parallel = (
        subprocess.run([*run, *options], capture_output=True, check=True, env=os.environ | PATH)  # noqa: S603
        for options in ([], [], ["-j", "4"])
    )
    assert plain.stdout == again.stdout == parallel.stdout
    assert len(json.loads(plain.stdout)["turns"]) == 1000
    assert b"1,000 turns; latency per question" in parallel.stderr


def test_a_report_can_be_made_again(command, tmp_path, monkeypatch):
    """With SOURCE_DATE_EPOCH the HTML report has that date, and the same bytes whenever it is made."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    paths = [tmp_path / name for name in ("one.html", "two.html")]
    for path in paths:
        command(outputs=(path,))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert "14 November 2023, 22:13 UTC" in paths[0].read_text(encoding="utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    command(outputs=(tmp_path / "three.html",))
    assert (tmp_path / "three.html").read_bytes() != paths[0].read_bytes()
