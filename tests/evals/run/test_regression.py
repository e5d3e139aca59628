"""Saving runs and comparing them."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from support.eval_fakes import BAKES, RISES, SALT, case, quote, reply, turn
from support.platforms import linux, posix

from chatbot.errors import ChatbotError, UsageError
from chatbot.evals.metrics.judge import judge
from chatbot.evals.run.regression import compare, dumps, load, save

ASKED = turn("yeast makes gas", question="Why?", references=(1,))
NEVER = turn(question="Who?")
ANSWERED = "should have abstained"
TURN = b'{"id": "a", "turn": 1, "question": "q", "answerable": true, "right": true, "cited": true, "reason": "x"}'


def outcome(asked, answer, name="c", of=None):
    """The outcome of a reply to a turn of a case."""
    return judge(of or case(asked, name=name), asked, answer)


def run(*replies):
    """A run of cases with the same question, one for each reply."""
    return [outcome(ASKED, answer, f"a-{i}") for i, answer in enumerate(replies)]


RIGHT, WRONG, UNCITED = reply(RISES), reply(SALT), reply(quote(RISES, ()))
TOO_MANY = reply(RISES, SALT, SALT, SALT, SALT)


def saved(tmp_path, outcomes):
    """A run, saved and loaded."""
    path = tmp_path / "b.jsonl"
    save(path, outcomes)
    return load(path)


def test_a_saved_run_has_a_sorted_line_per_turn(tmp_path):
    """The order of the run does not matter, and small talk is left out."""
    talk = turn(question="Hi", smalltalk=True)
    outcomes = [outcome(NEVER, WRONG, "b"), outcome(ASKED, RIGHT, "a"), outcome(talk, reply(), "0")]
    lines = [json.loads(line) for line in dumps(outcomes).splitlines()]
    assert lines == [
        {"schema": 1},
        {"id": "a", "turn": 1, "question": "Why?", "answerable": True, "right": True, "cited": True, "reason": ""},
        {
            "id": "b",
            "turn": 1,
            "question": "Who?",
            "answerable": False,
            "right": False,
            "cited": True,
            "reason": ANSWERED,
        },
    ]
    assert dumps(outcomes) == dumps(reversed(outcomes))
    assert [turn.id for turn in saved(tmp_path, outcomes)] == ["a", "b"]


def test_one_turn_more_is_one_line_more():
    """A diff shows only the turn that was added."""
    before, after = dumps(run(RIGHT, WRONG)).splitlines(), dumps(run(RIGHT, WRONG, RIGHT)).splitlines()
    assert [line for line in after if line not in before] == [after[-1]]


def test_nothing_is_half_written(tmp_path):
    """No temporary file is left; a missing folder is an error."""
    saved(tmp_path, run(RIGHT))
    assert [path.name for path in tmp_path.iterdir()] == ["b.jsonl"]
    with pytest.raises(ChatbotError, match=r"b\.jsonl: cannot be written: No such file"):
        save(tmp_path / "nowhere" / "b.jsonl", [])


FAULTS = {
    "empty": b"",
    "no JSON": b"{",
    "no UTF-8": b"\xff",
    "a report": b'{"schema": 2, "turns": []}',
    "another version": b'{"schema": 9}\n',
    "a turn without a question": b'{"schema": 1}\n{"id": "a"}',
    "an unknown reason": b'{"schema": 1}\n' + TURN,
    "a list": b'{"schema": 1}\n[]',
    "nested too deeply": b"[" * 100_000,
    "a number without end": b'{"schema": 1' + b"0" * 5000 + b"}",
    "a turn twice": b'{"schema": 1}\n' + 2 * (TURN.replace(b'"x"', b'""') + b"\n"),
    "right, and why it is wrong": b'{"schema": 1}\n' + TURN.replace(b'"x"', b'"missed"'),
    "wrong without a reason": b'{"schema": 1}\n'
    + TURN.replace(b'"x"', b'""').replace(b'"right": true', b'"right": false'),
}


@pytest.mark.parametrize("content", FAULTS.values(), ids=FAULTS)
def test_an_invalid_baseline_is_a_usage_error(tmp_path, content):
    """The error names the file and says how to write it."""
    path = tmp_path / "b.jsonl"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"b\.jsonl(: is not a baseline|:1: is not UTF-8).*--save ") as raised:
        load(path)
    assert "\n" not in str(raised.value)


def test_broken_turns_come_first(tmp_path):
    """A turn that is wrong for another reason is neither broken nor mended."""
    before = saved(tmp_path, run(WRONG, RIGHT, WRONG, RIGHT, UNCITED))
    found = compare("b", before, run(RIGHT, WRONG, TOO_MANY, RIGHT, RIGHT))
    found_changes = [(change.now.case.id, change.broken, change.mended) for change in found.changes]
    assert found_changes == [("a-1", True, False), ("a-0", False, True), ("a-2", False, False), ("a-4", False, True)]
    assert found.paired == 5


def test_only_turns_that_both_have_are_compared(tmp_path):
    """Another question under the same id is another turn."""
    other = outcome(turn("yeast makes gas", question="Why so?"), WRONG, "a-0")
    found = compare(
        "b", saved(tmp_path, run(RIGHT, RIGHT)), [other, *run(RIGHT, RIGHT)[1:], *run(RIGHT, RIGHT, RIGHT)[2:]]
    )
    assert (found.paired, found.changes) == (1, ())
    assert (found.added, found.gone) == (("a-0#1", "a-2#1"), ("a-0#1",))


def test_the_figures_are_taken_over_the_same_turns(tmp_path):
    """Rates are compared over the turns in both runs; citations over those that were right in both."""
    before = saved(tmp_path, [*run(RIGHT, WRONG, RIGHT, UNCITED), outcome(NEVER, WRONG, "n")])
    found = compare("b", before, [*run(RIGHT, RIGHT, UNCITED, RIGHT), outcome(NEVER, reply(), "n")])
    assert [(test.metric, test.before, test.now, test.of) for test in found.tests] == [
        ("right", 3 / 4, 1.0, 4),
        ("abstained", 0.0, 1.0, 1),
        ("citations", 2 / 3, 2 / 3, 3),
        ("references", 2 / 4, 3 / 4, 4),
    ]


def test_a_reference_that_is_no_longer_shown_breaks_a_turn(tmp_path):
    """If the marker was removed from the text, the quote is right but the expected reference is missing."""
    asked = turn("yeast", question="Why?", references=(1,))
    unprinted = outcome(turn("Salt slows", question="Why?", references=(1,)), reply(SALT), "a")
    found = compare("b", saved(tmp_path, [outcome(asked, RIGHT, "a")]), [unprinted])
    (change,) = found.changes
    assert (unprinted.right, unprinted.reason.value, change.broken) == (True, "", True)
    assert compare("b", saved(tmp_path, [unprinted]), [outcome(asked, RIGHT, "a")]).changes[0].mended


def test_a_right_turn_that_is_gone_is_lost(tmp_path):
    """A wrong turn that is gone is not a loss."""
    found = compare("b", saved(tmp_path, run(RIGHT, WRONG, RIGHT)), run(RIGHT))
    assert (found.gone, found.lost) == (("a-1#1", "a-2#1"), ("a-2#1",))


def test_a_question_that_became_answerable_is_another_turn(tmp_path):
    """Its refusal, which was right before, does not count as broken."""
    found = compare(
        "b", saved(tmp_path, [outcome(NEVER, reply())]), [outcome(replace(ASKED, question="Who?"), reply())]
    )
    assert (found.paired, found.added, found.gone) == (0, ("c#1",), ("c#1",))


def test_citations_are_compared_where_both_were_right(tmp_path):
    """A wrong turn has no citations to compare."""
    found = compare("b", saved(tmp_path, run(RIGHT, RIGHT, WRONG)), run(RIGHT, WRONG, RIGHT))
    assert [(test.metric, test.of) for test in found.tests] == [("right", 3), ("citations", 1), ("references", 3)]


def test_runs_without_common_turns_have_no_tests(tmp_path):
    """There is nothing to compare."""
    assert compare("b", saved(tmp_path, run(RIGHT)), [outcome(NEVER, BAKES and reply(), "x")]).tests == ()


def test_the_turns_of_a_dialogue_are_one_observation(tmp_path):
    """Five turns lost in one dialogue are one loss, not five."""
    turns = [turn("yeast makes gas", question=f"q{i}", number=i + 1) for i in range(5)]
    dialogue = case(*turns, name="d")
    before = saved(tmp_path, [outcome(asked, RIGHT, of=dialogue) for asked in turns])
    (test, *_) = compare("b", before, [outcome(asked, WRONG, of=dialogue) for asked in turns]).tests
    assert (test.before, test.now, test.p_worse) == (1.0, 0.0, 0.5)


def test_a_right_turn_that_is_wrong_now_is_broken(tmp_path):
    """It is broken even if its citations were wrong before; a turn that became right but uncited is not mended."""
    found = compare("b", saved(tmp_path, run(UNCITED, WRONG)), run(WRONG, UNCITED))
    assert [(change.broken, change.mended) for change in found.changes] == [(True, False), (False, False)]


def test_any_question_can_be_saved(tmp_path):
    """A lone surrogate is escaped."""
    asked = turn("yeast makes gas", question="\ud800?")
    assert [turn.question for turn in saved(tmp_path, [outcome(asked, RIGHT)])] == ["\ud800?"]


@posix
def test_links_and_devices_are_not_replaced(tmp_path):
    """The file behind a link is written, and a device is written to."""
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    save(tmp_path / "link.jsonl", run(RIGHT))
    assert (tmp_path / "link.jsonl").is_symlink()
    assert len(load(tmp_path / "real.jsonl")) == 1
    (tmp_path / "null.jsonl").symlink_to(os.devnull)
    save(tmp_path / "null.jsonl", run(RIGHT))
    assert Path(os.devnull).is_char_device()


@linux
def test_a_device_without_space_is_an_error(tmp_path):
    """The device stays."""
    (tmp_path / "full.jsonl").symlink_to("/dev/full")
    with pytest.raises(ChatbotError, match=r"full\.jsonl: cannot be written: No space left on device"):
        save(tmp_path / "full.jsonl", run(RIGHT))


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    """No temporary file is left."""
    saved(tmp_path, run(RIGHT))
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(ChatbotError, match="No space left"):
        save(tmp_path / "b.jsonl", run(WRONG))
    assert [path.name for path in tmp_path.iterdir()] == ["b.jsonl"]
    assert load(tmp_path / "b.jsonl")[0].right
