"""Tables of questions: what is read from them, however they were saved, and what is refused."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.eval_fakes import TEXT
from support.other_formats import write

from chatbot.errors import CaseError
from chatbot.evals.formats import csv_table, detect
from chatbot.evals.formats.base import turn

WHY = {"question": "Why?", "answerable": True, "gold": [["yeast makes gas"]]}


def read(path, content):
    """The records of a table."""
    return [draft.record for draft in csv_table.read(write(path, content)).drafts]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "question,answer\nWhy?,yeast makes gas\n"),
        ("a.csv", "\ufeffQuestion;Answer\r\nWhy?;yeast makes gas\r\n"),
        ("a.csv", "answers,notes,question\nyeast makes gas,mine,Why?"),
        ("a.csv", "\nquestion,answer\n,,,\n\n Why? , yeast makes gas ,,\n"),
        ("a.csv", '"question"\t"answer"\n"Why?"\t"yeast makes gas"\n'),
        ("a.tsv", "question\tanswer\nWhy?\tyeast makes gas\n"),
        ("a.csv", "Why?,yeast makes gas\n"),
        ("a.csv", "Why?;yeast makes gas\n"),
        ("a.tsv", "Why?\tyeast makes gas\n"),
    ],
)
def test_however_it_was_saved(tmp_path, name, content):
    """Separators, marks, empty rows, spaces, the order of columns: the same question comes out."""
    (record,) = read(tmp_path / name, content)
    assert record["turns"] == [WHY]


def test_every_column(tmp_path):
    """Id, document, references and tags are taken; further answers are alternatives."""
    content = (
        "id,question,answer,answer 2,Answer_3,document,reference,tags\n"
        'x-1,Why?,yeast makes gas,"makes, gas",,bread.md,"3; 5-7",direct; short\n'
        ",Who?,,,,,,\n"
    )
    first, second = read(tmp_path / "a.csv", content)
    assert first == {
        "id": "x-1",
        "turns": [WHY | {"gold": [["yeast makes gas", "makes, gas"]], "references": [3, 5, 6, 7]}],
        "tags": ["direct", "short"],
        "document": "bread.md",
    }
    assert second == {"id": "a-d991a24e", "turns": [{"question": "Who?", "answerable": False, "gold": []}]}


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("3", [3]),
        ("3, 5", [3, 5]),
        ("[3]", [3]),
        ("(3) (5–6)", [3, 5, 6]),
        ("3;5 ; 7", [3, 5, 7]),
        ("[1], [2]", [1, 2]),
    ],
)
def test_references(tmp_path, cell, numbers):
    """Numbers as people write them."""
    (record,) = read(tmp_path / "a.tsv", f"question\tanswer\treferences\nWhy?\tgas\t{cell}\n")
    assert record["turns"][0]["references"] == numbers


def test_a_cell_of_several_lines(tmp_path):
    """The next row's line is counted right."""
    path = write(tmp_path / "a.csv", 'question,answer\n"Why\nso?","a\nb"\nWho?,\n')
    assert [draft.place for draft in csv_table.read(path).drafts] == [f"{path}:2", f"{path}:5"]


def test_quotation_marks_in_tsv(tmp_path):
    """They are what is typed, unless a whole cell is quoted as spreadsheets do."""
    content = 'question\tanswer\n"Leaky" is what?\t"the ""gut"" wall"\n'
    assert read(tmp_path / "a.tsv", content)[0]["turns"] == [turn('"Leaky" is what?', ['the "gut" wall'])]


FAULTS = {
    "no answer column": ("question,id\nWhy?,7\n", ':1: has no column "answer" (its columns: question, id)'),
    "no question column": ("id,answer\n7,gas\n", ':1: has no column "question"'),
    "a slip in a column": (
        "question,answer,refrences\nWhy?,,3\n",
        ':1: has an unknown column "refrences"; is "references" m',
    ),
    "a column twice": ("question,answer,id,id\nWhy?,,3,4\n", ':1: has the column "id" twice'),
    "no question": ("question,answer\n,gas\n", ":2: has no question"),
    "three columns without a header": ("Why?,gas,more\n", ":1: has 3 cells for 2 columns"),
    "references that are none": (
        "question,answer,references\nWhy?,gas,see 3\n",
        ':2: "references" must be numbers like "3"',
    ),
    "references backwards": (
        "question,answer,references\nWhy?,gas,7-5\n",
        ':2: "references" has a range that runs backwards: 7-5',
    ),
    "a column of nothing": (f"question,{'_' * 100_000}x\n", ':1: has no column "answer"'),
    "an endless column": (f"question,answer,{'xyz' * 30_000}\n", ": has no cases"),
    "an open quotation mark": ('question,answer\n"Why?,gas\n', ":2: is not CSV: unexpected end of data"),
    "no row": ("question,answer\n", ": has no cases; a question set without questions proves nothing"),
    "nothing": ("", ": has no cases"),
    "no UTF-8": (b"question,answer\nWhy?,\xe9\n", ":2: is not UTF-8 (byte 22 of the file)"),
    "an id twice": ("question,answer,id\nWhy?,,1\nWho?,,1\n", ':3: has the id "1" of'),
    "no such document": ("question,answer,document\nWhy?,gas,none.md\n", ":2: its document"),
    "an answer that is not there": (
        "question,answer\nWhy?,carbon dioxide\n",
        ':2: turn 1: not in bread.md: "carbon dioxide"',
    ),
}


@pytest.mark.parametrize(("content", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_faulty_table_is_refused(tmp_path, content, reason):
    """With its place, in one line."""
    article = write(tmp_path / "bread.md", TEXT)
    path = write(tmp_path / "a.csv", content)
    with pytest.raises(CaseError) as raised, detect.opened(path, [article]):
        pass
    assert str(raised.value).startswith(f"{path}{reason}")
    assert "\n" not in str(raised.value)


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip).filter(bool)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1), st.sampled_from([",", ";", "\t"]))
def test_what_is_written_is_read(tmp_path_factory, rows, delimiter):
    """Any text survives a table as Python's csv writes it."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([("question", "answer"), *rows])
    path = tmp_path_factory.mktemp("table") / ("a.tsv" if delimiter == "\t" else "a.csv")
    turns = [record["turns"][0] for record in read(path, written.getvalue())]
    assert [(found["question"], found["gold"]) for found in turns] == [(one, [[two]]) for one, two in rows]


def test_ids_are_made_of_the_questions(tmp_path):
    """A row more at the top makes no other case new to a baseline; who asks twice has two cases."""
    rows = "Why?,yeast\nWho?,\nWhy?,gas\n"
    ids = [record["id"] for record in read(tmp_path / "a.csv", rows)]
    more = [record["id"] for record in read(tmp_path / "a.csv", "New?,\n" + rows)]
    assert more[1:] == ids
    assert ids[2] == f"{ids[0]}-2"
