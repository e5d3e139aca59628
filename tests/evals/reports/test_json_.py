"""The report as JSON: what its schema says, no more and no less."""

import json
from copy import deepcopy
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator
from support.report_fakes import EVERYTHING, FINE, MEAN, flipped, outcome, report, silent

from chatbot.evals.metrics.judge import Reason
from chatbot.evals.metrics.registry import KNOWN
from chatbot.evals.reports import json_
from chatbot.evals.run import baselines
from chatbot.evals.run.results import View

SCHEMA = json.loads((files("chatbot.evals.reports") / "assets" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
VIEWS = [
    View(),
    View(brief=True),
    View(only_failing=True),
    View(explain=True),
    View(timings=True),
    View(brief=True, only_failing=True, explain=True, timings=True),
]
RUNS = {"everything": EVERYTHING, "fine": FINE, "hostile": MEAN, "nothing": (outcome(),), "silent": (silent("s"),)}


def faults(value):
    """What the schema says against a value."""
    return [f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in VALIDATOR.iter_errors(value)]


def made(*args, view=None, **fields):
    """A report as it is read."""
    return json.loads(json_.render(report(*args, **fields), view or View(explain=True, timings=True)))


def places(value, place=()):
    """Where the values of a report are, depth first."""
    yield place
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*place, key))


def at(value, place):
    """The value at a place."""
    for key in place:
        value = value[key]
    return value


def test_the_schema_is_valid():
    """It is valid JSON Schema of the draft that it names."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("view", VIEWS, ids=str)
@pytest.mark.parametrize("outcomes", RUNS.values(), ids=RUNS)
def test_every_report_keeps_to_the_schema(outcomes, view):
    """In any view, with and without a baseline, whatever the texts."""
    assert faults(made(outcomes, view=view)) == []
    assert faults(made(outcomes, flipped(outcomes), view=view, left_out=("x",), threshold=None)) == []


def test_the_schema_knows_the_reasons_the_figures_and_the_baselines():
    """It allows every reason, figure and baseline that exists."""
    assert SCHEMA["$defs"]["reason"]["enum"] == [reason.value for reason in Reason]
    whole = made()
    whole["totals"]["values"] = dict.fromkeys(KNOWN)
    whole["controls"] = dict.fromkeys(baselines.NAMES, whole["totals"])
    assert faults(whole) == []


SOME = (outcome("b", Reason.NOT_RETRIEVED, evidence=(("covered", 1.5),)), silent("far"))
WHOLE = made(SOME, flipped(SOME), left_out=("x",))
FREE = {"values", "intervals", "tags", "controls", "checks", "tests", "evidence"}  # their keys are names
OPTIONAL = {"latency", "seconds"}
OBJECTS = [place for place in places(WHOLE) if isinstance(at(WHOLE, place), dict)]


def fixed(place):
    """Whether the keys of an object are fixed."""
    return not place or place[-1] not in FREE


def test_a_key_that_is_missing_is_refused():
    """In every object with fixed keys."""
    for place in filter(fixed, OBJECTS):
        for key in at(WHOLE, place).keys() - OPTIONAL:
            changed = deepcopy(WHOLE)
            del at(changed, place)[key]
            assert not VALIDATOR.is_valid(changed), (place, key)


def test_a_key_too_many_is_refused():
    """In every object with fixed keys, and as the name of a figure or baseline."""
    for place in OBJECTS:
        if fixed(place) or place[-1] in ("values", "intervals", "controls"):
            changed = deepcopy(WHOLE)
            at(changed, place)["? ?"] = None
            assert not VALIDATOR.is_valid(changed), place


def test_a_value_of_another_type_is_refused():
    """At every place of a report."""
    for place in places(WHOLE):
        changed = deepcopy(WHOLE)
        if place:
            at(changed, place[:-1])[place[-1]] = {"x": ["y"]}
            assert not VALIDATOR.is_valid(changed), place


def test_nothing_is_described_that_no_report_has():
    """A report of everything has every property of the schema."""
    described = {name for part in (SCHEMA, *SCHEMA["$defs"].values()) for name in part.get("properties", {})}
    assert described <= {key for place in places(WHOLE) for key in place}


def test_a_line_is_a_turn():
    """The turns that the view shows are in the order of the cases."""
    lines = json_.lines(report(), View(only_failing=True)).splitlines()
    assert [json.loads(line)["id"] for line in lines][:3] == ["salt-1", "salt-1", "lost"]
    assert json_.lines(report(), View(brief=True)) == ""
