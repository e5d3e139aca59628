"""JUnit's XML: valid, complete, and the same every time."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from support.report_fakes import EVERYTHING, FINE, MEAN, flipped, report

from chatbot.evals.metrics.judge import Reason
from chatbot.evals.reports.junit import render
from chatbot.evals.run.results import View

SCHEMA = Path(__file__).parents[3] / ".cache" / "junit" / "junit-10.xsd"
RUNS = {"everything": EVERYTHING, "fine": FINE, "hostile": MEAN, "dialogue": EVERYTHING[2:5]}
VIEWS = [View(), View(brief=True), View(only_failing=True, explain=True), View(timings=True)]


def parsed(*args, **options):
    """The suite of a report."""
    return ElementTree.fromstring(render(report(*args), View(**options)).encode()).find("testsuite")


def named(suite, name):
    """The test of a name."""
    return next(test for test in suite.iter("testcase") if test.get("name") == name)


@pytest.fixture(scope="module")
def schema():
    """What Jenkins and pytest hold such files against."""
    if not SCHEMA.exists():
        pytest.skip("there is no schema: .ci/run has the lines that fetch it")
    return xmlschema.XMLSchema(SCHEMA)


@pytest.mark.parametrize("view", VIEWS, ids=str)
@pytest.mark.parametrize("outcomes", RUNS.values(), ids=RUNS)
def test_it_keeps_to_the_schema(schema, outcomes, view):
    """In any view, whatever the texts."""
    schema.validate(render(report(outcomes, flipped(outcomes), left_out=("x: <b>",)), view))


def test_a_case_is_a_test():
    """Cases are classes of their set, in its order; the bounds follow."""
    names = [(test.get("classname"), test.get("name")) for test in parsed().iter("testcase")]
    assert names[:3] == [("set", "right-1"), ("set", "right-2"), ("set", "salt-1")]
    assert names[-4:-2] == [("set.gate", "gate: right >= 0.5"), ("set.gate", "gate: citations >= 1")]


def test_a_wrong_turn_is_a_failure_that_says_why():
    """It has the reason, the question, and the lines of the text report."""
    first, second = named(parsed(), "salt-1").findall("failure")
    assert (first.get("type"), first.get("message")) == ("wrong sentence", "wrong sentence: And 1?")
    assert second.text.startswith("missed: salt-1 turn 3 (followup) confidence 0.75\n  at     evals/set.jsonl:")


def test_a_crash_is_an_error():
    """An exception is an error and not a failure."""
    error = named(parsed(), "crash").find("error")
    assert error.get("type") == "error"
    assert "ValueError: out of yeast" in error.text


def test_a_bound_that_is_missed_is_a_failure():
    """A bound that is kept is a passed test."""
    suite = parsed()
    assert (
        named(suite, "gate: citations >= 1").find("failure").get("message") == "citations is 0.800; at least 1 wanted"
    )
    assert named(suite, "gate: right >= 0.5").find("failure") is None


def test_tests_are_counted():
    """A test with an error does not count as a failure too."""
    suite = parsed()
    counted = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counted == {"tests": "14", "failures": "9", "errors": "1", "skipped": "0"}


def test_figures_are_properties():
    """Figures have their intervals as properties too."""
    found = {item.get("name"): item.get("value") for item in parsed(EVERYTHING, flipped()).iter("property")}
    assert found["errors"] == "1"
    assert found["abstained"] == "0.500"
    assert found["abstained, 95 % interval"] == "[0.095, 0.905] of 2"
    assert found["verdict"].startswith("FAILED\n")
    assert found["baseline"].startswith("since base.jsonl, of 12 turns in both: 8 broken")


def test_times_are_shown_on_request_only():
    """Without times, two runs give the same bytes."""
    assert {test.get("time") for test in parsed().iter("testcase")} == {"0"}
    assert parsed().get("time") == "0"
    assert named(parsed(timings=True), "salt-1").get("time") == "0.750"


def test_a_brief_view_has_the_bounds_alone():
    """The question set can stay unseen."""
    assert {test.get("classname") for test in parsed(brief=True).iter("testcase")} == {"set.gate"}


def test_a_view_of_what_fails_has_no_case_that_is_right():
    """All bounds are there all the same."""
    names = {test.get("name") for test in parsed(only_failing=True).iter("testcase")}
    assert "salt-1" in names
    assert "gate: right >= 0.5" in names
    assert "right-1" not in names


def test_what_was_wrong_in_the_baseline_too_is_skipped():
    """CI shows it but does not fail; a turn of the same dialogue that broke is a failure."""
    wrong = [outcome for outcome in EVERYTHING if outcome.reason is not Reason.NONE]
    root = ElementTree.fromstring(render(report(wrong, before=wrong), View()))
    cases = [test for test in root.iter("testcase") if not test.attrib["classname"].endswith(".gate")]
    assert all(test[0].tag == "skipped" and test[0].attrib["message"].startswith("known: ") for test in cases)
    assert not any(test.find("failure") is not None for test in cases)
    broke = ElementTree.fromstring(render(report(wrong, before=flipped(wrong)), View()))
    assert not list(broke.iter("skipped"))
    assert root[0].get("skipped") == str(len(cases))


def test_cases_that_were_left_out_are_skipped():
    """They were not run, so they are neither passed nor failed."""
    text = render(report(left_out=("squad: no gold",)), View())
    suite = ElementTree.fromstring(text)[0]
    assert named(suite, "left out: squad: no gold").find("skipped").get("message") == "squad: no gold"
    assert suite.get("skipped") == "1"


def test_what_xml_forbids_is_replaced():
    """Only forbidden characters of a question are replaced."""
    text = render(report(MEAN), View())
    message = next(ElementTree.fromstring(text.encode()).iter("failure")).attrib["message"]
    assert message.startswith("wrong sentence: <script>alert(1)</script> & \"x' | `y`")
    assert not {"\x00", "\x1b", "\ud800", "\uffff", "\u202e"} & set(text)
