"""Our own metrics against their definitions."""

from dataclasses import replace

import pytest
from support.eval_fakes import BAKES, RISES, RYE, SALT, case, reply, turn

from chatbot.evals.metrics.judge import failed, judge
from chatbot.evals.metrics.registry import METRICS, TwoByTwo, by_tag, figures, two_by_two, value

GAS = "yeast makes gas"


def estimated(figure):
    """The value of an estimate, and the number of turns it is over."""
    return figure.value, figure.of


def outcome(asked, answer, name="c", tags=()):
    """The outcome of a reply."""
    return judge(case(asked, name=name, tags=tags), asked, answer)


RUN = [
    outcome(turn(GAS, references=(1,)), reply(RISES, confidence=0.9), "a", ("direct",)),
    outcome(turn(GAS, references=(2,)), reply(SALT, RISES, confidence=0.8), "b", ("direct", "hard")),
    outcome(turn(GAS), reply(confidence=0.1), "c", ("hard",)),
    outcome(turn(), reply(confidence=0.1), "d", ("far",)),
    outcome(turn(), reply(BAKES, confidence=0.85), "e", ("far",)),
    outcome(turn(GAS), reply(RISES, SALT, BAKES, RYE, SALT, confidence=1.0), "f", ("overview",)),
    outcome(turn(smalltalk=True), reply(SALT, SALT, SALT, confidence=0.0), "g", ("smalltalk",)),
    failed(case(turn(GAS), name="h", tags=("direct",)), turn(GAS), ValueError("no")),
]


def values(outcomes, **how):
    """Each figure without its interval; those of rankings are left out, because no turn here has one."""
    return {name: value(figure) for name, figure in figures(outcomes, **how).items() if "@" not in name}


def test_the_figures_of_a_run():
    """Small talk is left out, a turn that raised is not, and an overview only from the sentences shown."""
    assert values(RUN) == {
        "right": 3 / 5,
        "abstained": 1 / 2,
        "balanced": 0.55,
        "first": 2 / 5,
        "citations": 2 / 3,
        "citation_precision": 1 / 2,  # (1) and, for (2), (1): one of two numbers
        "citation_recall": 1 / 2,
        "auc": pytest.approx((2 + 1 + 0.5 + 2 + 0) / 10),
        "shown": 4 / 3,
        "altered": 0,
        "errors": 1,
        "RR": 0,  # nothing was searched for, but by the one that failed
    }


def test_figures_over_nothing_are_missing_not_zero():
    """A figure over no turns is None; a count is 0."""
    assert {name for name, figure in values([], squad=True).items() if figure is not None} == {"altered", "errors"}


def test_a_turn_counts_under_each_of_its_tags():
    """Tags are in alphabetical order."""
    tags = by_tag(RUN)
    assert list(tags) == ["direct", "far", "hard", "overview", "smalltalk"]
    assert estimated(tags["direct"]["right"]) == (2 / 3, 3)
    assert estimated(tags["hard"]["right"]) == (1 / 2, 2)
    assert tags["far"]["right"] is None
    assert list(tags["far"]) == [metric.name for metric in METRICS]


CITED = {
    "all of them": ((1, 2), RYE, 1, 1),
    "one of two": ((1, 2), RISES, 1, 1 / 2),
    "one too many": ((1,), RYE, 1 / 2, 1),
    "another number": ((1,), BAKES, 0, 0),
    "none": ((1,), SALT, None, 0),
    "none expected": ((), RYE, None, None),
}


@pytest.mark.parametrize(("wanted", "quoted", "precision", "recall"), CITED.values(), ids=CITED)
def test_citation_precision_and_recall(wanted, quoted, precision, recall):
    """Both are taken over the turns that expect references."""
    found = values([outcome(turn(GAS, references=wanted), reply(quoted))])
    assert (found["citation_precision"], found["citation_recall"]) == (precision, recall)


def test_cases_that_share_a_line_are_not_a_dialogue():
    """All questions of a SQuAD file stand on one line and are still independent."""
    one_line = [replace(o, case=replace(o.case, place="squad.json:1")) for o in RUN]
    assert figures(one_line)["right"] == figures(RUN)["right"]


def test_answered_or_not_and_answerable_or_not():
    """A turn that raised counts in the cell where it is wrong."""
    assert two_by_two(RUN) == TwoByTwo(3, 2, 1, 1)


def test_a_tag_that_a_case_has_twice_counts_its_turns_once():
    """A repeated tag gives a turn no double weight."""
    (found,) = by_tag([outcome(turn(GAS), reply(RISES), tags=("a", "a"))]).values()
    assert estimated(found["right"]) == (1, 1)


def test_a_repeated_number_counts_once():
    """A number that is shown or expected twice changes neither precision nor recall."""
    shown = replace(outcome(turn(GAS, references=(1, 1, 2)), reply(RISES)), cited=(1, 1, 7))
    found = figures([shown])
    assert estimated(found["citation_precision"]) == (1 / 2, 2)
    assert estimated(found["citation_recall"]) == (1 / 2, 2)


def test_small_talk_counts_only_in_altered_and_errors():
    """Altered quotes and exceptions are never acceptable."""
    hi = turn(smalltalk=True)
    talk = replace(outcome(hi, reply(RISES, confidence=0.9)), altered=1, relevant=("a",), shown=3)
    found = figures([talk, failed(case(hi), hi, ValueError("no"))], squad=True)
    assert {name: value(figure) for name, figure in found.items() if value(figure) is not None} == {
        "altered": 1,
        "errors": 1,
    }


def test_only_answerable_turns_have_a_ranking():
    """Passages of an unanswerable turn are ignored."""
    asked = replace(outcome(turn(), reply()), hits=("a",), relevant=("a",))
    assert figures([asked])["R@5"] is None
