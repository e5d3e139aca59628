"""Gaps: which questions form a group, in what order, and how they are reported."""

import json
import random

import pytest
from click.testing import CliRunner

from chatbot.cli.main import cli
from chatbot.errors import CaseError
from chatbot.evals.cases import cases
from chatbot.question_log import gaps
from chatbot.question_log.store import QuestionLog, Record, read
from chatbot.reply import Reply, ReplyKind


def record(question, *, number=0, answered=False, kind="none", helpful=None, comment="", understood=None):
    """A record of a log."""
    read = question if understood is None else understood
    return Record(f"{number:026}", "", question, read, answered, kind, 0.1, (), helpful, comment)


def records(*questions):
    """Records of unanswered questions."""
    return [record(question, number=number) for number, question in enumerate(questions)]


def grouped(*questions):
    """The wordings of each group of some unanswered questions."""
    return [[question for question, _ in gap.wordings] for gap in gaps.group(records(*questions))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I cancel my subscription?", "Can I cancel the subscription"),
        ("Do you ship to Canada?", "Is shipping to Canada possible?"),
        ("How long is the warranty?", "What is the warranty period?"),
        ("What colour is the lid?", "what color are the lids"),
        ("Who are you?", "who are you"),
    ],
)
def test_similar(one, other):
    """Questions that share most of their words are one gap."""
    assert len(grouped(one, other)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is the capital of France?", "What is the capital of Spain?"),
        ("How do I cancel my subscription?", "How much is the subscription for students?"),
        ("How do I return a parcel?", "How do I track my order?"),
        ("???", "Who are you?"),
    ],
)
def test_dissimilar(one, other):
    """Questions that share only a word, or only how they are phrased, are two gaps."""
    assert len(grouped(one, other)) == 2


def test_what_is_a_gap():
    """A gap is a question that was not answered, or not helpfully; small talk is no gap."""
    found = gaps.group(
        [
            record("Where is the key?", answered=True, kind="quote"),
            record("What is wax?", answered=True, kind="quote", helpful=True),
            record("Who was Ada?", answered=True, kind="quote", helpful=False, comment="No year."),
            record("hello", kind="smalltalk"),
            record("Is there tea?", helpful=True),
        ]
    )
    assert [(gap.question, gap.unanswered, gap.unhelpful) for gap in found] == [
        ("Is there tea?", 1, 0),
        ("Who was Ada?", 0, 1),
    ]
    assert found[1].comments == ("No year.",)


def test_most_asked_first():
    """Gaps are sorted by how often they were asked, then by their text; so are the wordings of a gap."""
    found = gaps.group(records("b tea?", "Cake size?", "cake size", "cake  SIZE?", "What size is the cake", "a jam?"))
    assert [(gap.question, gap.count) for gap in found] == [("Cake size?", 4), ("a jam?", 1), ("b tea?", 1)]
    assert found[0].wordings == (("Cake size?", 3), ("What size is the cake", 1))
    assert found[0].shared == ("cake", "size")


def test_the_order_of_the_log_changes_nothing():
    """The same questions in another order give the same gaps."""
    questions = [
        "cancel subscription",
        "How to cancel?",
        "warranty length",
        "warranty",
        "ship to Canada",
        "Canada?",
    ] * 3
    expected = grouped(*questions)
    for seed in range(5):
        shuffled = random.Random(seed).sample(questions, len(questions))  # noqa: S311
        assert grouped(*shuffled) == expected


def test_as_it_was_understood():
    """A question counts as it was understood: with its typos corrected and its context added."""
    (gap,) = gaps.group([record("And tea?", understood="And tea? (How hot is coffee?)")])
    assert gap.question == "And tea? (How hot is coffee?)"


@pytest.fixture
def log(tmp_path):
    """A log of three questions about two topics, one of them voted unhelpful."""
    path = tmp_path / "questions.db"
    with QuestionLog(path) as kept:
        for question in ("Where is my parcel?", "where's the \x1bparcel", "Do you sell tea?"):
            name = kept.record(Reply(question, question, ReplyKind.NONE), ())
        kept.vote(name, helpful=False, comment="You do,\nI saw it.")
    return path


def call(*words):
    """The result of a command, run in this process."""
    return CliRunner().invoke(cli, words, prog_name="chatbot")


def test_command(log):
    """`chatbot gaps` lists groups with counts, wordings, votes and comments, safe for a terminal."""
    result = call("gaps", str(log))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "3 questions not answered, or not helpfully, in 2 groups:",
        "",
        "    2  Where is my parcel?",
        "       where's the ␛parcel (1)",
        "       in common: parcel",
        "",
        "    1  Do you sell tea?",
        "       voted unhelpful: 1",
        "       comment: You do, I saw it.",
    ]


def test_json(log):
    """`--json` gives the same as one object."""
    value = json.loads(call("gaps", "--json", str(log)).stdout)
    assert value["schema"] == 1
    assert [(gap["question"], gap["count"], gap["unhelpful"]) for gap in value["gaps"]] == [
        ("Where is my parcel?", 2, 0),
        ("Do you sell tea?", 1, 1),
    ]
    assert value == gaps.listing(gaps.group(read(log)))


def test_drafts(log, tmp_path):
    """`--cases` writes drafts that `chatbot eval` refuses until `answerable` is filled in."""
    drafts = call("gaps", "--cases", str(log)).stdout
    path = tmp_path / "gaps.jsonl"
    path.write_text(drafts, encoding="utf-8")
    result = call("eval", str(path))
    assert result.exit_code == 4
    assert 'gaps.jsonl:1: "turns"[0] "answerable" is still open: make it true, with gold' in result.stderr
    path.write_text(drafts.replace("null", "false"), encoding="utf-8")
    first, second = cases.load(path)
    assert (first.id, first.tags, first.turns[0].question) == ("gap-001", ("gap",), "Where is my parcel?")
    assert not second.turns[0].answerable
    path.write_text(drafts.replace("null", '"no"'), encoding="utf-8")
    with pytest.raises(CaseError, match="must be true or false"):
        cases.load(path)


def test_no_gaps(tmp_path):
    """A log without gaps has 0 questions; a missing log is an error that names the file."""
    path = tmp_path / "questions.db"
    QuestionLog(path).close()
    assert call("gaps", str(path)).stdout.startswith("0 questions")
    assert call("gaps", "--cases", str(path)).stdout == ""
    missing = call("gaps", str(tmp_path / "nothing.db"))
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "nothing.db" in missing.stderr


def test_many():
    """Twenty thousand different questions are grouped, and none is lost."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [a + b + c + d for a in letters for b in letters for c in "aeiou" for d in letters[:6]]
    found = gaps.group(record(f"{word} {words[-number]}", number=number) for number, word in enumerate(words))
    assert sum(gap.count for gap in found) == len(words)
