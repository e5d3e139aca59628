"""The excerpts of the training data as documents and cases (`evals/excerpts.py`, `evals/excerpt_cases.py`)."""

import json
from typing import Any

import pytest

from chatbot.documents.parser import parse

BEES: dict[str, Any] = {
    "document": "bees",
    "title": "Bees",
    "source": "ours",
    "sentences": [
        {"heading": "Bees", "text": "Bees make honey (2)."},
        {"heading": "Winter", "text": "They huddle together."},
        {"heading": "Winter", "text": "They eat what they stored (51)."},
    ],
    "references": [
        {"number": 2, "text": "Berg A. Honey. J Bees. 2001;3:4-9."},
        {"number": 51, "text": "Dahl C. Winter stores. J Bees. 2007;9:10-19."},
    ],
}


@pytest.fixture
def excerpts(script):
    """The script as a module."""
    return script("excerpts")


def test_an_excerpt_is_read_as_it_was_written(excerpts):
    """Title, headings, sentences and entries are found again, also after a gap in the numbers of the entries."""
    document = parse(excerpts.markdown(BEES), "bees.md")
    assert document.title_text == "Bees"
    assert [document[s.heading] for s in document.sections if s.heading][:2] == ["Bees", "Winter"]
    texts = [document[sentence.span] for sentence in document.sentences]
    assert [text for text in texts if text.endswith(".")] == [sentence["text"] for sentence in BEES["sentences"]]
    assert [(e.number, document[e.span]) for e in document.references] == [
        (entry["number"], entry["text"]) for entry in BEES["references"]
    ]


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [("A", "B", "A"), ("", "B", "B"), ("", "", "name")],
    ids=["title", "heading", "name"],
)
def test_every_document_has_a_title(excerpts, title, heading, expected):
    """That of the excerpt, else its first heading, else its name."""
    sentences = [{"heading": heading, "text": "One."}]
    text = excerpts.markdown({"document": "name", "title": title, "sentences": sentences})
    assert parse(text, "x.md").title_text == expected
    assert text.count("#") == (1 if expected != "A" else 3)


@pytest.fixture
def excerpt_cases(script):
    """The script as a module."""
    return script("excerpt_cases")


def data(folder, turns):
    """The folder of the training data: copies of the excerpt with and without its list, and one case on each."""
    folder.mkdir()
    listed = [{**BEES, "document": f"bees-{i}", "title": f"Bees {i}"} for i in range(100)]
    others = [{**copy, "document": f"other-{copy['document']}"} for copy in listed]
    for copy in others:
        del copy["references"]
    for name, copies in (("references", listed), ("questions", others)):
        cases = [{"document": copy["document"], "kind": "dialogue", "turns": turns} for copy in copies]
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, cases)))
    (folder / "documents.jsonl").write_text("\n".join(map(json.dumps, [*listed, *others])))
    return folder


TURNS = [
    {"question": "what do they do in winter?", "answers": [3], "half": [2]},
    {"question": "do they sing?", "answers": [], "half": []},
]


def test_only_excerpts_of_the_test_half_are_asked(excerpt_cases, tmp_path):
    """All questions on them, each on its document, and no others."""
    train = data(tmp_path / "train", TURNS)
    work = tmp_path / "work"
    work.mkdir()
    cases = excerpt_cases.excerpt_cases(train, work)
    records = [json.loads(line) for line in (train / "documents.jsonl").read_text().splitlines()]
    names = excerpt_cases.tested(excerpt_cases.held_back(records))
    assert 5 < len(names) < 20
    assert {case.documents[0].stem for case in cases} == names
    assert {path.stem for path in work.iterdir()} == names
    assert {case.tags for case in cases} == {("dialogue",), ("list: dialogue",)}


def test_a_turn_as_a_case(excerpt_cases, tmp_path):
    """Gold is the sentence, half an answer is tolerated, and a turn knows the questions before it."""
    work = tmp_path / "work"
    work.mkdir()
    case = excerpt_cases.excerpt_cases(data(tmp_path / "train", TURNS), work)[0]
    first, second = case.turns
    assert first.gold == (("They eat what they stored (51).",),)
    assert first.tolerated == ("They eat what they stored (51).", "They huddle together.")
    assert (second.answerable, second.gold, second.history) == (False, (), ("what do they do in winter?",))


def test_entries_that_answer_are_gold_and_must_be_shown(excerpt_cases, tmp_path):
    """A sentence that cites them is as good."""
    train = data(tmp_path / "train", TURNS)
    turns = [{"question": "where is that from?", "answers": [1], "entries": [2]}]
    cases = [{"document": f"bees-{i}", "kind": "source", "turns": turns} for i in range(100)]
    (train / "references.jsonl").write_text("\n".join(map(json.dumps, cases)))
    case = excerpt_cases.excerpt_cases(train, tmp_path)[-1]
    assert case.tags == ("list: source",)
    assert case.turns[0].gold == (("Bees make honey (2).", "Berg A. Honey. J Bees. 2001;3:4-9."),)
    assert case.turns[0].references == (2,)


def test_excerpts_are_joined(excerpt_cases, tmp_path):
    """Their titles become headings of the second level, over their own; those with a list are left out."""
    train = data(tmp_path / "train", TURNS)
    for name in ("work", "joined"):
        (tmp_path / name).mkdir()
    cases = excerpt_cases.excerpt_cases(train, tmp_path / "work")
    joined = excerpt_cases.joined_cases(cases, train, tmp_path / "joined")
    assert [case.id for case in joined] == [case.id for case in cases if not excerpt_cases.is_on_list(case)]
    texts = [path.read_text() for path in sorted((tmp_path / "joined").iterdir())]
    assert texts[0].count("\n## Bees ") == texts[0].count("\n### Winter") == 5
    assert sum(text.count("\n## Bees ") for text in texts) == len(joined)
    assert joined == excerpt_cases.joined_cases(cases, train, tmp_path / "joined")
