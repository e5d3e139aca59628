"""Finished runs to make reports of: with every kind of fault, with none, and with hostile texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from support.eval_fakes import BAKES, ENTRY, RISES, SALT, case, turn

from chatbot.evals.metrics.judge import Outcome, Reason
from chatbot.evals.metrics.registry import figures
from chatbot.evals.metrics.risk_coverage import risk_coverage
from chatbot.evals.run import regression, thresholds
from chatbot.evals.run.results import Report, latency

HOSTILE = (
    "<script>alert(1)</script> & \"x' | `y` ```z``` [a](http://evil.example/) <http://evil.example/> www.evil.example "
    "@everyone #1 :bomb: $x$ **b** </pre></details> ]]> ::error::no %0A \\| "
    "\x00\x1b[31m\u202e\ud800\uffff\r\n::error::no"
)
BOUNDS = {"right": 0.5, "citations": 1.0, "altered": 0.0, "errors": 0.0}


def outcome(name="a", reason=Reason.NONE, question="Why does bread rise?", tags=("direct",), **fields):
    """The outcome of a turn with this reason, at a place of its own."""
    right = reason in (Reason.NONE, Reason.CITATION, Reason.ALTERED)
    answerable = reason is not Reason.ANSWERED
    asked = turn(*(["yeast makes gas"] if answerable else []), question=question, references=(1,) if answerable else ())
    values: dict[str, Any] = {
        "confidence": 0.75,
        "quotes": (RISES,),
        "cited": (1,),
        "shown": 1,
        "seconds": 0.25,
    } | fields
    place = f"evals/set.jsonl:{sum(map(ord, name))}"
    whole = replace(case(asked, name=name, tags=tags), place=place)
    cited = right and reason is not Reason.CITATION
    return Outcome(
        whole, values.pop("turn", asked), right, first_right=right, citations_right=cited, reason=reason, **values
    )


def silent(name, **fields):
    """The outcome of an unanswerable question that was refused."""
    asked = turn(question="Who invented bread?")
    fields = {"abstained": True, "quotes": (), "cited": (), "shown": 0, "confidence": 0.1, "turn": asked} | fields
    return outcome(name, **fields)


def dialogue(name, *reasons):
    """The outcomes of a case with one turn per reason."""
    turns = tuple(turn("salt", question=f"And {i}?", history=("Why?",) * i, number=i + 1) for i in range(len(reasons)))
    whole = replace(case(*turns, name=name, tags=("followup",)), place=f"evals/set.jsonl:{sum(map(ord, name))}")
    return tuple(
        replace(outcome(name, reason), case=whole, turn=each) for each, reason in zip(turns, reasons, strict=True)
    )


EVERYTHING = (
    outcome("right-1", confidence=0.9, hits=("bread.md:0-5", "bread.md:7-47"), relevant=("bread.md:7-47",)),
    outcome("right-2", hits=("bread.md:7-47",), relevant=("bread.md:7-47", "bread.md:0-5")),
    *dialogue("salt-1", Reason.NONE, Reason.WRONG_SENTENCE, Reason.MISSED),
    outcome("lost", Reason.NOT_RETRIEVED, quotes=(SALT,), evidence=(("covered", 1.5),), understood="why rise"),
    outcome("open", Reason.ANSWERED, "Who invented bread?", tags=("far",), quotes=(BAKES,), confidence=0.6),
    outcome("much", Reason.TOO_MANY, quotes=(RISES, SALT, BAKES, ENTRY)),
    outcome("cite", Reason.CITATION, cited=(2,)),
    outcome("alter", Reason.ALTERED, altered=1, quotes=("X" + RISES[1:],)),
    outcome("crash", Reason.ERROR, quotes=(), cited=(), shown=0, error="ValueError: out of yeast", confidence=0.0),
    silent("far-1", tags=("far",)),
)
FINE = (outcome("right-1", confidence=0.9), silent("far-1"))
MEAN = (
    outcome(HOSTILE, Reason.WRONG_SENTENCE, HOSTILE, (HOSTILE,), quotes=(HOSTILE,), understood=HOSTILE),
    outcome("crash", Reason.ERROR, HOSTILE, (), quotes=(), error=HOSTILE, evidence=((HOSTILE, 1.0),)),
    outcome("right", question=HOSTILE, turn=turn(HOSTILE, question=HOSTILE, history=(HOSTILE,)), quotes=(HOSTILE,)),
)


def report(outcomes=EVERYTHING, before=None, name="set.jsonl", **fields):
    """The report of some outcomes, compared with earlier ones if there are any."""
    measured = figures(outcomes)
    compared = regression.compare("base.jsonl", map(regression.result, before), outcomes) if before else None
    values: dict[str, Any] = {
        "baselines": {"abstain": figures([silent("s")]), "rank-bm25": figures([])},
        "curve": tuple(risk_coverage(outcomes)),
        "threshold": 0.6,
        "verdict": thresholds.Verdict(tuple(thresholds.checks(measured, BOUNDS))),
        "comparison": compared,
        "latency": latency(outcomes),
    }
    return Report(name, tuple(outcomes), measured, **(values | fields))


def flipped(outcomes=EVERYTHING):
    """An earlier run in which right turns were wrong, and wrong turns right."""
    return [
        replace(o, right=True, reason=Reason.NONE)
        if o.reason is not Reason.NONE
        else replace(o, right=False, reason=Reason.MISSED)
        for o in outcomes
    ]
