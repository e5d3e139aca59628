"""DrQA's sets: a question a line, its answers alternatives."""

import pytest
from support.eval_fakes import TEXT
from support.other_formats import write, write_lines

from chatbot.errors import CaseError
from chatbot.evals.formats import detect

WHY = {"question": "Why does bread rise?", "answer": ["yeast makes gas", "makes gas"]}
WHO = {"question": "Who invented it?", "answer": []}


@pytest.fixture
def article(tmp_path):
    """What the questions are about."""
    return write(tmp_path / "bread.md", TEXT)


@pytest.mark.parametrize("name", ["set.jsonl", "set.txt", "set.json"])
def test_any_answer_serves(tmp_path, article, name):
    """Whatever the file is called; no answer at all: unanswerable."""
    path = write_lines(tmp_path / name, WHY, WHO, {"id": 9, "question": "Salt?", "answer": "Salt slows"})
    with detect.opened(path, [article]) as found:
        assert [case.id for case in found.cases] == ["set-d427fedb", "set-83763f34", "9"]
        assert [case.place for case in found.cases] == [f"{path}:{i}" for i in (1, 2, 3)]
        assert [case.turns[0].gold for case in found.cases] == [
            (("yeast makes gas", "makes gas"),),
            (),
            (("Salt slows",),),
        ]


def test_a_document_of_its_own(tmp_path, article):
    """It is relative to the file."""
    path = write_lines(tmp_path / "set.jsonl", WHY | {"document": article.name})
    with detect.opened(path) as found:
        assert found.cases[0].documents == (article,)


def test_one_alternative_in_the_document_is_enough(tmp_path, article):
    """Others are alternative names, like "Mueller" for "Müller"."""
    path = write_lines(tmp_path / "set.jsonl", WHY | {"answer": ["carbon dioxide", "yeast makes gas"]})
    with detect.opened(path, [article]) as found:
        assert found.cases[0].turns[0].gold == (("yeast makes gas",),)


def test_answers_that_cannot_be_quoted_are_invalid(tmp_path, article):
    """A case is refused, or left out on demand."""
    path = write_lines(tmp_path / "set.jsonl", WHY, WHY | {"answer": ["CO2"]})
    with (
        pytest.raises(CaseError, match=r'set\.jsonl:2: turn 1: not in bread.md: "CO2"'),
        detect.opened(path, [article]),
    ):
        pass
    with detect.opened(path, [article], skip_invalid=True) as found:
        assert (len(found.cases), [fault.place for fault in found.left_out]) == (1, [f"{path}:2"])


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ('{"question": "Why?", "ans', ":2: is not JSON: Unterminated string"),
        ('{"question": "Why?", "answer": 7}', ':2: "answer" must be a list'),
        ('{"question": "Why?", "answer": [7]}', ':2: "answer" must be texts'),
        ('{"question": " ", "answer": []}', ':2: "turns"[0] "question" must be a text that is not empty'),
        ("7", ":2: must be an object"),
    ],
)
def test_a_faulty_line_is_refused(tmp_path, article, second, reason):
    """With its place."""
    path = write(tmp_path / "set.jsonl", f'{{"question": "Salt?", "answer": []}}\n{second}\n')
    with pytest.raises(CaseError) as raised, detect.opened(path, [article]):
        pass
    assert reason in str(raised.value)
