"""Question sets: what is read, and which faults are refused with which words."""

import json
import os
import re
from pathlib import Path

import pytest
from support.eval_fakes import TEXT, record, write_set
from support.platforms import posix

from chatbot.bot import bundled_article
from chatbot.documents.model import Span
from chatbot.errors import CaseError
from chatbot.evals.cases.cases import load, parse
from chatbot.evals.cases.gold_text import folded
from chatbot.evals.lint import lint

OURS = Path(__file__).parents[3] / "evals" / "leaky_gut"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u00a0b\u2009c\n\t d ", "a b c d"),
        ("70–80 — 5−3 x‑y", "70-80 - 5-3 x-y"),
        ("‘leaky’ “gut” «x»", '\'leaky\' "gut" "x"'),
        ("\ufeffa\u200bb", "ab"),
        ("Case Stays é", "Case Stays é"),
    ],
)
def test_folding_makes_typography_alike_and_nothing_else(text, expected):
    """White space, dashes and quotation marks match each other."""
    assert folded(text) == expected


def test_the_encodings_of_an_accented_letter_match():
    """One is what a Mac pastes; they look the same."""
    assert folded("Mu\u0308ller") == folded("M\u00fcller")


def test_gold_in_another_shape_is_shown_the_right_one(tmp_path):
    """The commonest slip."""
    path = write_set(tmp_path, record() | {"turns": [{"question": "q", "answerable": True, "gold": ["gas"]}]})
    with pytest.raises(CaseError, match=r'"gold"\[0\] must be a list; gold is a list of groups, like \[\["either'):
        load(path)


def test_every_field_is_read(tmp_path):
    """A case has its id, tags, document, place and turns."""
    fields = {
        "references": [1],
        "must_contain": ["gas"],
        "tolerated": ["Salt"],
        "accept_spans": [[7, 20]],
        "smalltalk": False,
    }
    (case,) = load(write_set(tmp_path, record(**fields) | {"tags": ["direct"]}))
    assert (case.id, case.tags, case.documents) == ("a-1", ("direct",), (tmp_path / "bread.md",))
    assert case.place == f"{tmp_path / 'cases.jsonl'}:1"
    (turn,) = case.turns
    assert (turn.gold, turn.references, turn.must_contain) == ((("yeast makes gas",),), (1,), ("gas",))
    assert (turn.tolerated, turn.accept_spans, turn.smalltalk) == (("Salt",), (Span(7, 20),), False)


def test_earlier_questions_are_a_turns_history(tmp_path):
    """In a dialogue each turn comes after the questions before it."""
    asked = [{"question": question, "answerable": False} for question in "abc"]
    (case,) = load(write_set(tmp_path, {"id": "d", "document": "bread.md", "turns": asked}))
    assert [turn.history for turn in case.turns] == [(), ("a",), ("a", "b")]


def test_a_history_of_its_own_replaces_the_dialogues(tmp_path):
    """Only what the user said in it counts."""
    said = [["user", "one"], ["agent", "two"], ["user", "three"]]
    asked = [{"question": "a", "answerable": False}, {"question": "b", "answerable": False, "history": said}]
    (case,) = load(write_set(tmp_path, {"id": "d", "document": "bread.md", "turns": asked}))
    assert case.turns[1].history == ("one", "three")


def test_without_a_document_the_suites_corpus_is_used(tmp_path):
    """The documents given, and without those the bundled article."""
    asked = {"id": "a", "turns": [{"question": "q", "answerable": False}]}
    path = write_set(tmp_path, asked)
    assert load(path, [tmp_path / "bread.md"])[0].documents == (tmp_path / "bread.md",)
    assert load(path)[0].documents == (bundled_article(),)


def test_gold_in_any_document_of_several_will_do(tmp_path):
    """A suite may have several documents."""
    asked = record()
    del asked["document"]
    path = write_set(tmp_path, asked)
    assert load(path, [bundled_article(), tmp_path / "bread.md"])


def test_a_byte_order_mark_blank_lines_and_windows_newlines_are_no_faults(tmp_path):
    """Editors leave such things behind."""
    path = write_set(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(record()).encode() + b"\r\n\r\n")
    assert len(load(path)) == 1


def test_a_line_separator_inside_a_string_ends_no_line(tmp_path):
    """JSON allows U+2028 in strings."""
    line = json.dumps(record(question="one\u2028two"), ensure_ascii=False)
    assert load(write_set(tmp_path, line))[0].turns[0].question == "one\u2028two"


def test_gold_is_looked_for_after_folding(tmp_path):
    """A question set may be typed with other spaces and dashes than the article's."""
    assert load(write_set(tmp_path, record(gold=[["yeast\u00a0makes  gas (1). Salt slows the yeast.\nA loaf"]])))


LINE = json.dumps(record())
FAULTS = {
    "no JSON": ("{nothing}", "is not JSON: Expecting property name enclosed in double quotes (column 2)"),
    "a truncated line": (LINE[:-20], "is not JSON: "),
    "nested too deeply": ("[" * 100_000, "is nested too deeply"),
    "an answer given twice": (LINE.replace('"gold"', '"answerable": false, "gold"'), 'has "answerable" twice'),
    "a number without end": (
        LINE.replace('"gold"', f'"references": [{"9" * 5000}], "gold"'),
        "a number of 5,000 digits",
    ),
    "a number beyond all": (LINE.replace('"gold"', '"references": [1e999], "gold"'), '"references"[0] must be a whole'),
    "no object": ("[]", "must be an object"),
    "an unknown field": (record() | {"golds": []}, 'has an unknown field "golds" (known: id, tags, document, turns)'),
    "no id": ({"turns": []}, 'has no "id"'),
    "no turns": ({"id": "a", "turns": []}, '"turns" must not be empty'),
    "an empty id": (record(name=" "), '"id" must be a text that is not empty'),
    "an unknown field in a turn": (record(answer="x"), '"turns"[0] has an unknown field "answer" (known: question,'),
    "no question": ({"id": "a", "turns": [{"answerable": False}]}, '"turns"[0] has no "question"'),
    "no answerable": ({"id": "a", "turns": [{"question": "q"}]}, '"turns"[0] has no "answerable"'),
    "a question that is no text": (record(question=7), '"turns"[0] "question" must be a text that is not empty'),
    "answerable that is no flag": (record(answerable="yes"), '"turns"[0] "answerable" must be true or false'),
    "an empty group": (record(gold=[[]]), '"turns"[0] "gold"[0] must not be empty'),
    "an empty gold string": (record(gold=[["gas", "\u200b"]]), '"gold"[0][1] must be a text that is not empty'),
    "a reference that is no number": (record(references=["1"]), '"references"[0] must be a whole number that is not'),
    "a reference that is a flag": (record(references=[True]), '"references"[0] must be a whole number that is not'),
    "tags that are no list": (record() | {"tags": "x"}, '"tags" must be a list'),
    "a span that ends first": (record(accept_spans=[[5, 5]]), '"accept_spans"[0] must be [start, end] with start'),
    "a speaker nobody knows": (record(history=[["bot", "x"]]), '"history"[0] must be ["user", text] or ["agent", te'),
    "answerable without gold": (record(gold=[], answerable=True), '"turns"[0] is answerable but has no gold'),
    "unanswerable with gold": (record(answerable=False), '"turns"[0] is not answerable but has gold'),
    "gold with one letter changed": (
        record(gold=[["yeast makes gaz"]]),
        'turn 1: not in bread.md: "yeast makes gaz"',
    ),
    "must_contain that is not there": (record(must_contain=["steam"]), 'turn 1: not in bread.md: "steam"'),
    "tolerated that is not there": (record(tolerated=["steam"]), 'turn 1: not in bread.md: "steam"'),
    "a span behind the end": (record(accept_spans=[[0, 10_000]]), "turn 1: accept_spans ends after the document"),
    "a NUL in a name": (record() | {"document": "a\0b"}, '"document" has characters that no file name can have'),
    "lone surrogate pair in a name": (record() | {"document": "a\ud800"}, '"document" has characters that no file'),
    "a document without end": (record() | {"document": "/dev/zero"}, "/dev/zero cannot be read: "),
    "a folder for a document": (record() | {"document": "."}, " cannot be read: "),
    "no such document": (record() | {"document": "cake.md"}, "cake.md cannot be read: No such file or directory"),
}


@pytest.mark.parametrize(("line", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_faulty_line_is_refused_with_its_place(tmp_path, line, reason):
    """The error names file and line and says what is wrong; its exit code is 4."""
    path = write_set(tmp_path, record(name="fine"), line)
    with pytest.raises(CaseError, match=re.escape(reason)) as raised:
        load(path)
    assert str(raised.value).startswith(f"{path}:2: ")
    assert raised.value.exit_code == 4


def test_gold_of_texts_instead_of_groups_is_refused(tmp_path):
    """Each group is a list."""
    asked = record()
    asked["turns"][0]["gold"] = ["yeast makes gas"]
    with pytest.raises(CaseError, match=re.escape('"turns"[0] "gold"[0] must be a list')):
        load(write_set(tmp_path, asked))


def test_an_id_is_given_once(tmp_path):
    """The error names the line that had it first."""
    path = write_set(tmp_path, record(), record())
    with pytest.raises(CaseError) as raised:
        load(path)
    assert str(raised.value) == f'{path}:2: has the id "a-1" of {path}:1'


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_a_set_without_cases_is_no_pass(tmp_path, content):
    """Zero questions prove nothing."""
    path = tmp_path / "none.jsonl"
    path.write_bytes(content)
    with pytest.raises(CaseError) as raised:
        load(path)
    assert str(raised.value) == f"{path}: has no cases; a question set without questions proves nothing"


def test_bytes_that_are_no_utf8_are_refused(tmp_path):
    """With the place of the first such byte."""
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b'{"id": "\xe9"}')
    with pytest.raises(CaseError, match=re.escape(":1: is not UTF-8 (byte 9)")):
        load(path)


def test_a_missing_file_is_an_invalid_set(tmp_path):
    """Nothing to ask is no pass either."""
    with pytest.raises(CaseError, match=r"nowhere\.jsonl: cannot be read: No such file or directory"):
        load(tmp_path / "nowhere.jsonl")


def test_parse_looks_into_no_document(tmp_path):
    """The form can be checked without the documents."""
    assert parse(write_set(tmp_path, record(gold=[["steam"]])))
    assert "steam" not in TEXT


@pytest.mark.parametrize("name", ["dev", "test"])
def test_our_own_sets_are_valid(name):
    """Their gold is in the bundled article."""
    assert len(load(OURS / f"{name}.jsonl")) > 100


@posix
def test_a_document_that_can_be_read_once_is_refused(tmp_path):
    """It is read again when it is asked; nobody waits for a pipe."""
    path = write_set(tmp_path, record() | {"document": "pipe.md"})
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(CaseError, match=r"pipe\.md cannot be read: it is a pipe or a device"):
        load(path)
    assert lint(path).found[0].kind.value == "gold"


def test_a_document_has_the_size_of_an_article(tmp_path, monkeypatch):
    """What the program would not read is not looked into."""
    monkeypatch.setattr("chatbot.evals.cases.gold_text.LIMIT", 10)
    with pytest.raises(CaseError, match=r"bread\.md cannot be read: it is larger than 0 MB"):
        load(write_set(tmp_path, record()))
