"""What GitHub shows beside the lines of a question set."""

from dataclasses import replace

from report_fakes import EVERYTHING, FINE, HOSTILE, MEAN, flipped, outcome, report

from chatbot.evals.cases.findings import Findings, Kind, error, warning
from chatbot.evals.github.workflow_commands import annotate, command, commands, found
from chatbot.evals.metrics.judge import Reason
from chatbot.evals.run.results import View
from chatbot.evals.run.thresholds import Verdict

MANY = [outcome(f"{'x' * i}", Reason.MISSED) for i in range(1, 15)]
CITED = [outcome(f"{'y' * i}", Reason.CITATION) for i in range(1, 13)]


def told(outcomes=EVERYTHING, before=None, **view):
    """The annotations of a run."""
    return list(commands(report(outcomes, before), View(**view)))


def of(kind, lines):
    """Those of a kind."""
    return [line for line in lines if line.startswith(f"::{kind}")]


def test_a_command_is_one_line_that_nothing_in_it_ends():
    """Escaped as GitHub's own toolkit does it."""
    line = command("error", "50 %\r\n::x", file="a,b:c", title="", line="3")
    assert line == "::error file=a%2Cb%3Ac,line=3::50 %25%0D%0A::x"
    assert command("notice", "x") == "::notice::x"


def test_a_case_is_an_error_at_its_line():
    """With all that a terminal shows of its turns."""
    line = next(line for line in told() if "salt-1" in line)
    place = EVERYTHING[2].case.place.rpartition(":")[2]
    assert line.startswith(
        f"::error file=evals/set.jsonl,line={place},title=wrong sentence%3A salt-1::wrong sentence: "
    )
    assert "%0A  asked  And 1?%0A" in line
    assert "missed: salt-1 turn 3" in line


def test_a_citation_is_a_warning():
    """The answer was right."""
    (line,) = of("warning", told())
    assert "title=citation%3A cite::" in line


def test_a_missed_bound_is_an_error_and_comes_first():
    """All of them in one."""
    assert told()[0] == (
        "::error title=set.jsonl%3A FAILED::citations 0.800 is not >= 1%0Aaltered 1 is not <= 0%0Aerrors 1 is not <= 0"
    )


def test_a_run_without_faults_is_silent():
    """Nothing is to be looked at."""
    assert told(FINE) == []


def test_what_broke_comes_first():
    """Before what was wrong already, and it says so."""
    before = [*MANY[:-1], *flipped(MANY[-1:])]
    lines = told(MANY, before)
    assert f"title=was right%2C now missed%3A {'x' * 14}::" in lines[1]
    assert sum("was right" in line for line in lines) == 1


def test_there_are_no_more_than_github_shows():
    """Ten of a kind, the verdict among them; the rest is counted."""
    lines = told([*MANY, *CITED])
    assert len(of("error", lines)) == len(of("warning", lines)) == 10
    assert lines[-1] == "::notice title=set.jsonl::7 more cases to look at; the report has them all"


def test_hostile_questions_end_no_command():
    """Each is one line of printable characters, with one place."""
    for line in told([*MEAN, outcome("z", Reason.MISSED, HOSTILE)]):
        assert line.startswith(("::error ", "::warning "))
        assert line.isprintable()


def test_a_brief_view_tells_the_verdict_alone():
    """A set can be kept unseen."""
    assert len(told(brief=True)) == 1
    assert told(FINE, brief=True) == []


def test_they_are_told_to_github_alone(capsys):
    """On stderr: stdout is the report's."""
    annotate(report(), View(), {})
    assert capsys.readouterr() == ("", "")
    annotate(report(), View(), {"GITHUB_ACTIONS": "true"})
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == told()


def test_what_is_known_to_be_wrong_is_a_warning_where_the_gate_passed():
    """A red line beside a green gate would teach people to look away; what broke is an error in any case."""
    run = report(EVERYTHING, verdict=Verdict(()))
    assert {line.split(" ")[0] for line in commands(run, View())} == {"::warning"}
    broke = report(EVERYTHING, before=flipped(EVERYTHING), verdict=Verdict(()))
    assert "::error" in {line.split(" ")[0] for line in commands(broke, View())}


def test_the_findings_of_a_check_are_told(capsys):
    """At their lines, as severe as they are; elsewhere than at GitHub's they are not."""
    findings = Findings((error("a.jsonl:3", Kind.GOLD, "gone"), warning("a.jsonl:4", Kind.TAG, "lone")), 2, 2)
    found(findings, {})
    assert capsys.readouterr().err == ""
    found(findings, {"GITHUB_ACTIONS": "true"})
    assert capsys.readouterr().err == "::error file=a.jsonl,line=3::gone\n::warning file=a.jsonl,line=4::lone\n"


def test_a_place_without_a_line():
    """Of a set that is no file of lines."""
    found = outcome("q", Reason.MISSED)
    lines = told([replace(found, case=replace(found.case, place="squad:v2"))])
    assert lines[-1].startswith("::error file=squad%3Av2,title=")
