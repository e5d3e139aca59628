"""Gold held against its document: what is missing, what is near, references, copies."""

import pytest
from support.eval_fakes import ENTRY, TEXT, record, write_set
from support.other_formats import write

from chatbot.evals.cases.cases import parse
from chatbot.evals.cases.gold_checks import ArticleCache, check, copied


def lint_messages(tmp_path, *records):
    """The findings of some cases, each as its kind and message."""
    articles = ArticleCache()
    path = write_set(tmp_path, *records)
    return [(finding.kind.value, finding.message) for case in parse(path) for finding in check(case, articles)]


def test_a_good_case_has_no_findings(tmp_path):
    """Gold that is there, with the number that is printed with it."""
    assert lint_messages(tmp_path, record(references=[1])) == []


def test_everything_that_is_missing_is_told(tmp_path):
    """Not only the first, each with the nearest text and its line if there is one."""
    gold = [["yeast makes gaz (1)", "steam engine"], ["Salt slows the  yeasts."]]
    assert lint_messages(tmp_path, record(gold=gold)) == [
        ("gold", 'a-1: not in bread.md: "yeast makes gaz (1)"; the nearest is "yeast makes gas (1)" (line 3)'),
        ("gold", 'a-1: not in bread.md: "steam engine"'),
        (
            "gold",
            'a-1: not in bread.md: "Salt slows the  yeasts."; the nearest is "Salt slows the yeast." (line 3)',
        ),
    ]


@pytest.mark.parametrize(
    ("gold", "nearest"),
    [("ises because yeats ma", '"rises because yeast makes" (line 3)'), ("A" + TEXT, None), ("", None)],
)
def test_the_nearest_text_is_whole_words(tmp_path, gold, nearest):
    """Of a string that is longer than the document there is none."""
    assert ArticleCache()(write(tmp_path / "bread.md", TEXT)).nearest(gold) == nearest


def test_a_document_that_cannot_be_read_is_an_error(tmp_path):
    """Whether it is missing or no article."""
    write(tmp_path / "empty.md", "")
    (kind, missing), (_, empty) = lint_messages(
        tmp_path, record() | {"document": "no.md"}, record("b") | {"document": "empty.md"}
    )
    assert (kind, missing) == (
        "gold",
        f"a-1: its document {tmp_path / 'no.md'} cannot be read: No such file or directory",
    )
    assert empty == f"b: {tmp_path / 'empty.md'}: has no sentence to quote; give an article with text"


def test_a_span_behind_the_end_is_an_error(tmp_path):
    """As it is to `eval`."""
    assert lint_messages(tmp_path, record(accept_spans=[[1, 9999]])) == [
        ("gold", "a-1: turn 1: accept_spans ends after the document")
    ]


@pytest.mark.parametrize(
    ("gold", "references", "messages"),
    [
        (["yeast makes gas"], [9], ["bread.md has no reference 9"]),
        (["yeast makes gas"], [1, 2], ["no sentence with the gold cites the reference 2"]),
        (["Salt slows the yeast"], [1], ["no sentence with the gold cites the reference 1"]),
        (["Salt slows the yeast.\nA loaf bakes"], [2], []),
        (["Salt slows the yeast", "keeps for a week"], [2], []),
        ([ENTRY], [2], []),
    ],
)
def test_references(tmp_path, gold, references, messages):
    """They resolve, and stand where the gold stands: in one of its sentences, or it is the entry itself."""
    found = lint_messages(tmp_path, record(gold=[gold], references=references))
    assert found == [("reference", f"a-1: {message}") for message in messages]


def test_gold_that_stands_everywhere_is_told(tmp_path):
    """Any of the sentences would count, unless more is asked for or the place is given."""
    many = TEXT.replace("Salt slows", " ".join(["Salt is fine."] * 4) + " Salt slows")
    write(tmp_path / "salty.md", many)
    about = {"document": "salty.md"}
    assert lint_messages(tmp_path, record(gold=[["Salt"]]) | about) == [
        ("many", 'a-1: 5 sentences have the gold "Salt", and each counts as right; give more of the text')
    ]
    write(tmp_path / "fine.md", many.replace("Salt is fine.", "It is fine.", 2))
    assert lint_messages(tmp_path, record(gold=[["Salt"]]) | {"document": "fine.md"}) == []  # three are few enough
    assert lint_messages(tmp_path, record(gold=[["Salt"]], must_contain=["slows"]) | about) == []
    assert lint_messages(tmp_path, record(gold=[["Salt"]], accept_spans=[[60, 70]]) | about) == []


@pytest.mark.parametrize(
    ("question", "gold", "expected"),
    [
        ("Is it true that tight junctions hold the wall together?", "the tight junctions hold the wall together", True),
        ("How does the wall of the gut hold together?", "tight junctions hold the wall together", False),
        ("What are tight junctions?", "tight junctions hold the wall together", False),
        ("Does yeast make gas?", "yeast makes gas", False),
        ("Does yeast make gas slowly?", "yeast makes gas slowly", True),
        ("Where do cells, walls and tight junctions meet?", "tight junctions and cells", False),
        ("?", "", False),
    ],
)
def test_copies(question, gold, expected):
    """A long run of the gold's content words, in their order, and most of them; common words alone are none."""
    assert copied(question, gold) is expected


def test_a_leak_is_told_once_a_turn(tmp_path):
    """Whichever of its strings is copied."""
    question = "Is it that bread rises because yeast makes gas?"
    gold = ["Bread rises because yeast makes gas", "Bread rises because yeast makes gas (1)"]
    assert lint_messages(tmp_path, record(question=question, gold=[gold])) == [
        ("leak", 'a-1: the question has the wording of the gold "Bread rises because yeast makes gas"')
    ]
