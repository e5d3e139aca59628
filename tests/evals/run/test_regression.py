"""Runs kept and compared."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from eval_fakes import BAKES, RISES, SALT, case, quote, reply, turn
from platforms import linux, posix

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


def kept(tmp_path, outcomes):
    """A run, written and read again."""
    path = tmp_path / "b.jsonl"
    save(path, outcomes)
    return load(path)


def test_a_baseline_is_a_line_a_turn_sorted_and_without_what_changes_by_itself(tmp_path):
    """Its order is not that of the run; small talk is left out."""
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
    assert [turn.id for turn in kept(tmp_path, outcomes)] == ["a", "b"]


def test_one_turn_more_is_one_line_more():
    """So that a review sees what changed."""
    before, after = dumps(run(RIGHT, WRONG)).splitlines(), dumps(run(RIGHT, WRONG, RIGHT)).splitlines()
    assert [line for line in after if line not in before] == [after[-1]]


def test_nothing_is_half_written(tmp_path):
    """The file that was there stays until the new one is whole; a folder that is not there is an error."""
    kept(tmp_path, run(RIGHT))
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
def test_what_is_no_baseline_is_a_usage_error(tmp_path, content):
    """It is named, with how to make one."""
    path = tmp_path / "b.jsonl"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"b\.jsonl(: is not a baseline|:1: is not UTF-8).*--save ") as raised:
        load(path)
    assert "\n" not in str(raised.value)


def test_what_changed_comes_broken_first(tmp_path):
    """A turn that is wrong for another reason is neither broken nor mended."""
    before = kept(tmp_path, run(WRONG, RIGHT, WRONG, RIGHT, UNCITED))
    found = compare("b", before, run(RIGHT, WRONG, TOO_MANY, RIGHT, RIGHT))
    told = [(change.now.case.id, change.broken, change.mended) for change in found.changes]
    assert told == [("a-1", True, False), ("a-0", False, True), ("a-2", False, False), ("a-4", False, True)]
    assert found.paired == 5


def test_only_turns_that_both_have_are_compared(tmp_path):
    """Another question under the same id is another turn."""
    other = outcome(turn("yeast makes gas", question="Why so?"), WRONG, "a-0")
    found = compare(
        "b", kept(tmp_path, run(RIGHT, RIGHT)), [other, *run(RIGHT, RIGHT)[1:], *run(RIGHT, RIGHT, RIGHT)[2:]]
    )
    assert (found.paired, found.changes) == (1, ())
    assert (found.added, found.gone) == (("a-0#1", "a-2#1"), ("a-0#1",))


def test_the_figures_are_taken_over_the_same_turns(tmp_path):
    """Right, abstained, and citations of what was right both times."""
    before = kept(tmp_path, [*run(RIGHT, WRONG, RIGHT, UNCITED), outcome(NEVER, WRONG, "n")])
    found = compare("b", before, [*run(RIGHT, RIGHT, UNCITED, RIGHT), outcome(NEVER, reply(), "n")])
    assert [(test.metric, test.before, test.now, test.of) for test in found.tests] == [
        ("right", 3 / 4, 1.0, 4),
        ("abstained", 0.0, 1.0, 1),
        ("citations", 2 / 3, 2 / 3, 3),
        ("references", 2 / 4, 3 / 4, 4),
    ]


def test_a_reference_that_is_no_longer_shown_breaks_a_turn(tmp_path):
    """Its quote may be right, and honest about the numbers that it prints: somebody took the marker out of the text."""
    asked = turn("yeast", question="Why?", references=(1,))
    unprinted = outcome(turn("Salt slows", question="Why?", references=(1,)), reply(SALT), "a")
    found = compare("b", kept(tmp_path, [outcome(asked, RIGHT, "a")]), [unprinted])
    (change,) = found.changes
    assert (unprinted.right, unprinted.reason.value, change.broken) == (True, "", True)
    assert compare("b", kept(tmp_path, [unprinted]), [outcome(asked, RIGHT, "a")]).changes[0].mended


def test_a_right_turn_that_is_gone_is_lost(tmp_path):
    """One that was wrong is no loss."""
    found = compare("b", kept(tmp_path, run(RIGHT, WRONG, RIGHT)), run(RIGHT))
    assert (found.gone, found.lost) == (("a-1#1", "a-2#1"), ("a-2#1",))


def test_a_question_that_became_answerable_is_another_turn(tmp_path):
    """Its refusal, right before, is no loss now."""
    found = compare("b", kept(tmp_path, [outcome(NEVER, reply())]), [outcome(replace(ASKED, question="Who?"), reply())])
    assert (found.paired, found.added, found.gone) == (0, ("c#1",), ("c#1",))


def test_citations_are_compared_where_both_were_right(tmp_path):
    """A turn that is wrong now has no citations that could be."""
    found = compare("b", kept(tmp_path, run(RIGHT, RIGHT, WRONG)), run(RIGHT, WRONG, RIGHT))
    assert [(test.metric, test.of) for test in found.tests] == [("right", 3), ("citations", 1), ("references", 3)]


def test_nothing_in_common_has_no_tests(tmp_path):
    """A gate on it fails."""
    assert compare("b", kept(tmp_path, run(RIGHT)), [outcome(NEVER, BAKES and reply(), "x")]).tests == ()


def test_turns_of_a_dialogue_stand_or_fall_together(tmp_path):
    """Five turns that one dialogue lost are one loss, not five."""
    turns = [turn("yeast makes gas", question=f"q{i}", number=i + 1) for i in range(5)]
    dialogue = case(*turns, name="d")
    before = kept(tmp_path, [outcome(asked, RIGHT, of=dialogue) for asked in turns])
    (test, *_) = compare("b", before, [outcome(asked, WRONG, of=dialogue) for asked in turns]).tests
    assert (test.before, test.now, test.p_worse) == (1.0, 0.0, 0.5)


def test_what_was_right_and_is_no_more_is_broken(tmp_path):
    """Also where its citations were wrong before; one that is only cited wrongly now is no loss of another kind."""
    found = compare("b", kept(tmp_path, run(UNCITED, WRONG)), run(WRONG, UNCITED))
    assert [(change.broken, change.mended) for change in found.changes] == [(True, False), (False, False)]


def test_any_question_can_be_kept(tmp_path):
    """JSON has an escape for half a surrogate pair."""
    asked = turn("yeast makes gas", question="\ud800?")
    assert [turn.question for turn in kept(tmp_path, [outcome(asked, RIGHT)])] == ["\ud800?"]


@posix
def test_a_link_stays_one_and_a_device_too(tmp_path):
    """A file in the place of /dev/null would be the end of a machine."""
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    save(tmp_path / "link.jsonl", run(RIGHT))
    assert (tmp_path / "link.jsonl").is_symlink()
    assert len(load(tmp_path / "real.jsonl")) == 1
    (tmp_path / "null.jsonl").symlink_to(os.devnull)
    save(tmp_path / "null.jsonl", run(RIGHT))
    assert Path(os.devnull).is_char_device()


@linux
def test_a_device_without_space_is_an_error(tmp_path):
    """And stays a device."""
    (tmp_path / "full.jsonl").symlink_to("/dev/full")
    with pytest.raises(ChatbotError, match=r"full\.jsonl: cannot be written: No space left on device"):
        save(tmp_path / "full.jsonl", run(RIGHT))


def test_what_cannot_be_put_in_its_place_leaves_nothing(tmp_path, monkeypatch):
    """The old file is as it was."""
    kept(tmp_path, run(RIGHT))
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(ChatbotError, match="No space left"):
        save(tmp_path / "b.jsonl", run(WRONG))
    assert [path.name for path in tmp_path.iterdir()] == ["b.jsonl"]
    assert load(tmp_path / "b.jsonl")[0].right
