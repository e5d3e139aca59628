"""The summary of a step."""

from eval_fakes import record, write_set
from report_fakes import EVERYTHING, MEAN, report

from chatbot.evals import evaluate
from chatbot.evals.config import Request
from chatbot.evals.github import step_summary
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.reports.markdown import LIMIT, render
from chatbot.evals.run.results import View


def test_a_report_is_appended(tmp_path):
    """What the step has put there before stays."""
    path = tmp_path / "summary.md"
    path.write_text("# Before\n", encoding="utf-8")
    for _ in range(2):
        step_summary.append(report(), View(), {"GITHUB_STEP_SUMMARY": str(path)})
    text = render(report(), View())
    assert path.read_text(encoding="utf-8") == f"# Before\n{text}\n\n{text}\n\n"


def test_without_a_step_nothing_is_written(tmp_path, monkeypatch):
    """A run at home leaves no file."""
    monkeypatch.chdir(tmp_path)
    step_summary.append(report(), View(), {})
    step_summary.append(report(), View(), {"GITHUB_STEP_SUMMARY": ""})
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_a_warning(tmp_path, capsys):
    """The run has its verdict all the same."""
    step_summary.append(report(), View(), {"GITHUB_STEP_SUMMARY": str(tmp_path)})
    told = f"chatbot: GITHUB_STEP_SUMMARY: {tmp_path}: cannot be written: Is a directory\n"
    assert capsys.readouterr().err == told


def test_the_file_stays_below_the_limit(tmp_path):
    """With what stood there before."""
    path = tmp_path / "summary.md"
    path.write_text("x" * (LIMIT - 20_000), encoding="utf-8")
    many = [outcome for outcome in (*EVERYTHING, *MEAN) if outcome.reason is not Reason.NONE] * 50
    step_summary.append(report(many), View(), {"GITHUB_STEP_SUMMARY": str(path)})
    assert LIMIT - 20_000 < path.stat().st_size <= LIMIT


def test_a_run_tells_github(tmp_path, monkeypatch, capsys):
    """The summary of its step, and annotations; its own report is as it is elsewhere."""
    cases = write_set(tmp_path, record(), record("a-2", "How long does a loaf bake?", [["Salt slows the yeast."]]))
    request, said = Request(cases=cases, quiet=True), []
    assert evaluate.run_command(request, said.append) == 0
    assert capsys.readouterr() == ("", "")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert evaluate.run_command(request, said.append) == 0
    assert (tmp_path / "summary.md").read_text(encoding="utf-8").startswith("## ✅ Passed: `cases.jsonl`")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"::warning file={cases},line=2,title=")
    assert said[0] == said[1]
