"""Annotations and step summaries for GitHub Actions."""

from dataclasses import replace
from typing import Any

import pytest
from support.eval_fakes import record, write_set
from support.report_fakes import EVERYTHING, FINE, HOSTILE, MEAN, flipped, outcome, report

from chatbot.evals import evaluate, github
from chatbot.evals.cases.findings import Findings, Kind, error, warning
from chatbot.evals.config import Request
from chatbot.evals.github import case_annotations, command, publish_findings, publish_report
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.reports.markdown import LIMIT, render
from chatbot.evals.run.results import View
from chatbot.evals.run.thresholds import Verdict

MANY = [outcome(f"{'x' * i}", Reason.MISSED) for i in range(1, 15)]
CITED = [outcome(f"{'y' * i}", Reason.CITATION) for i in range(1, 13)]


def annotated(outcomes=EVERYTHING, before=None, **view):
    """The annotations of a run."""
    return list(case_annotations(report(outcomes, before), View(**view)))


def of_kind(kind, lines):
    """The annotations of one kind."""
    return [line for line in lines if line.startswith(f"::{kind}")]


def test_a_command_is_one_line_that_nothing_in_it_ends():
    """Line breaks and separators are escaped as in GitHub's own toolkit."""
    line = command("error", "50 %\r\n::x", file="a,b:c", title="", line="3")
    assert line == "::error file=a%2Cb%3Ac,line=3::50 %25%0D%0A::x"
    assert command("notice", "x") == "::notice::x"


def test_a_case_is_an_error_at_its_line():
    """The message has everything that the terminal report shows of its turns."""
    line = next(line for line in annotated() if "salt-1" in line)
    place = EVERYTHING[2].case.place.rpartition(":")[2]
    assert line.startswith(
        f"::error file=evals/set.jsonl,line={place},title=wrong sentence%3A salt-1::wrong sentence: "
    )
    assert "%0A  asked  And 1?%0A" in line
    assert "missed: salt-1 turn 3" in line


def test_a_citation_is_a_warning():
    """A turn whose answer is right but whose citations are wrong gets a warning."""
    (line,) = of_kind("warning", annotated())
    assert "title=citation%3A cite::" in line


def test_a_missed_bound_is_an_error_and_comes_first():
    """All missed bounds stand in one annotation before those of the cases."""
    assert annotated()[0] == (
        "::error title=set.jsonl%3A FAILED::citations is 0.800; at least 1 wanted%0A1 altered quote; 0 allowed%0A"
        "1 error; 0 allowed"
    )


def test_a_run_without_faults_is_silent():
    """Nothing is annotated."""
    assert annotated(FINE) == []


def test_what_broke_comes_first():
    """A case that broke since the baseline comes before known faults, and its title says so."""
    before = [*MANY[:-1], *flipped(MANY[-1:])]
    lines = annotated(MANY, before)
    assert f"title=was right%2C now missed%3A {'x' * 14}::" in lines[1]
    assert sum("was right" in line for line in lines) == 1


def test_there_are_no_more_than_github_shows():
    """At most ten of each kind, the verdict included; a notice counts the others."""
    lines = annotated([*MANY, *CITED])
    assert len(of_kind("error", lines)) == len(of_kind("warning", lines)) == 10
    assert lines[-1] == "::notice title=set.jsonl::7 more cases to look at; the report has them all"


def test_hostile_questions_end_no_command():
    """Each annotation is one printable line."""
    for line in annotated([*MEAN, outcome("z", Reason.MISSED, HOSTILE)]):
        assert line.startswith(("::error ", "::warning "))
        assert line.isprintable()


def test_a_brief_view_annotates_the_verdict_only():
    """The questions of a held-out set stay unseen."""
    assert len(annotated(brief=True)) == 1
    assert annotated(FINE, brief=True) == []


def test_annotations_are_printed_only_in_actions(capsys, monkeypatch):
    """They go to stderr: stdout belongs to the report."""
    publish_report(report(), View(), str)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    publish_report(report(), View(), str)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == annotated()


def test_what_is_known_to_be_wrong_is_a_warning_where_the_gate_passed():
    """Known faults are warnings if the run passed; what broke since the baseline is always an error."""
    run = report(EVERYTHING, verdict=Verdict(()))
    assert {line.split(" ")[0] for line in case_annotations(run, View())} == {"::warning"}
    broke = report(EVERYTHING, before=flipped(EVERYTHING), verdict=Verdict(()))
    assert "::error" in {line.split(" ")[0] for line in case_annotations(broke, View())}


def test_the_findings_of_a_check_are_annotated(capsys, monkeypatch):
    """Each finding is annotated at its line with its severity, in Actions only."""
    findings = Findings((error("a.jsonl:3", Kind.GOLD, "gone"), warning("a.jsonl:4", Kind.TAG, "lone")), 2, 2)
    publish_findings(findings)
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    publish_findings(findings)
    assert capsys.readouterr().err == "::error file=a.jsonl,line=3::gone\n::warning file=a.jsonl,line=4::lone\n"


def test_a_place_without_a_line():
    """A set that is not a file of lines is annotated as a file."""
    found = outcome("q", Reason.MISSED)
    lines = annotated([replace(found, case=replace(found.case, place="squad:v2"))])
    assert lines[-1].startswith("::error file=squad%3Av2,title=")


@pytest.fixture
def step(tmp_path, monkeypatch):
    """The file of the step summary."""
    path = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    return path


def test_a_report_is_appended_to_the_summary(step):
    """Text that the step has already written stays."""
    step.write_text("# Before\n", encoding="utf-8")
    for _ in range(2):
        publish_report(report(), View(), str)
    text = render(report(), View())
    assert step.read_text(encoding="utf-8") == f"# Before\n{text}\n\n{text}\n\n"


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_step_nothing_is_written(tmp_path, monkeypatch, value):
    """A run outside Actions leaves no file."""
    monkeypatch.chdir(tmp_path)
    if value is not None:
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", value)
    publish_report(report(), View(), str)
    assert not list(tmp_path.iterdir())


def test_a_summary_that_cannot_be_written_is_a_warning(tmp_path, monkeypatch):
    """The run still has its verdict."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    warnings: list[str] = []
    publish_report(report(), View(), warnings.append)
    assert warnings == [f"GITHUB_STEP_SUMMARY: {tmp_path}: cannot be written: Is a directory"]


def test_the_summary_stays_below_the_limit(step):
    """The limit includes what was there before."""
    step.write_text("x" * (LIMIT - 20_000), encoding="utf-8")
    many = [outcome for outcome in (*EVERYTHING, *MEAN) if outcome.reason is not Reason.NONE] * 50
    publish_report(report(many), View(), str)
    assert LIMIT - 20_000 < step.stat().st_size <= LIMIT


def test_a_run_is_published(tmp_path, monkeypatch, capsys):
    """`chatbot eval` writes the summary and annotations in Actions; the report itself is the same as elsewhere."""
    cases = write_set(tmp_path, record(), record("a-2", "How long does a loaf bake?", [["Salt slows the yeast."]]))
    request = Request(cases=cases)
    reports: list[Any] = []
    assert evaluate.run_command(request, reports.append, str) == 0
    assert capsys.readouterr() == ("", "")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert evaluate.run_command(request, reports.append, str) == 0
    assert (tmp_path / "summary.md").read_text(encoding="utf-8").startswith("## ✅ Passed: `cases.jsonl`")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"::warning file={cases},line=2,title=")
    assert reports[0] == reports[1]


@pytest.mark.parametrize("line", ["::error::x", "  ::add-mask::the", "a ##[add-mask]the", "x\n::stop-commands::x"])
def test_no_command_in_a_report(monkeypatch, line):
    """A question that looks like a command of the runner is none in the report; elsewhere it stays as it is."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    shown = github.inert(line)
    assert shown.replace("\u2060", "") == line
    assert not any(part.lstrip().startswith("::") for part in shown.split("\n"))
    assert "##[" not in shown
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert github.inert(line) == line
