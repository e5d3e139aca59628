"""The table of metrics by question set (`evals/table.py`), and what it is computed from (`evals/measuring.py`)."""

import json

import pytest
from click.testing import CliRunner

from chatbot.evals.cases.cases import Case, CaseTurn
from chatbot.settings import Settings

TEXT = "# Honey\n\nBees make honey from nectar (1). It keeps for many years.\n"
PLAIN = Settings(semantic=False)
NECTAR = CaseTurn("What do bees make from nectar?", answerable=True, gold=(("from nectar",),))
TAX = CaseTurn("Who pays the tax on petrol?", answerable=False)


@pytest.fixture
def case(tmp_path):
    """A function that makes a case about honey."""
    path = tmp_path / "honey.md"
    path.write_text(TEXT)
    return lambda *turns, documents=(path,): Case("c", "here", documents, turns)


def test_a_turn_is_asked_with_and_without_a_threshold(script, case):
    """Without one something is quoted, if any word is found. A turn that cannot be right is not asked again."""
    measuring = script("measuring")
    words = "Which queens and kings ate honey at their weddings?"
    unsure = CaseTurn(words, answerable=True, gold=(("keeps for many years",),))
    answer, refusal, other = measuring.measured(PLAIN, [case(NECTAR, unsure, CaseTurn(words, answerable=False))])
    assert answer.program.right
    assert answer.forced is answer.program
    assert (refusal.program.abstained, refusal.forced.abstained) == (True, False)
    assert other.program.abstained
    assert other.forced is other.program


def test_a_turn_that_raises_is_an_error(script, case, tmp_path):
    """It is neither right nor a refusal, and the run goes on."""
    measuring = script("measuring")
    missing = case(NECTAR, documents=(tmp_path / "missing.md",))
    figures = measuring.figures(measuring.measured(PLAIN, [missing, case(NECTAR)]))
    assert (figures["turns"], figures["errors"], figures["right"]) == (2, 1, 0.5)


def test_earlier_questions_are_asked_once(script):
    """The reply to a turn is part of the history of the next, so a conversation of three turns is three replies."""
    measuring = script("measuring")
    asked = []

    class Bot:
        def reply(self, question, conversation):
            asked.append((question, len(conversation.turns)))

    bot = Bot()
    for end in (1, 2, 3):
        measuring.after(bot, ("a", "b", "c")[:end])
    assert asked == [("a", 0), ("b", 1), ("c", 2)]


@pytest.fixture
def shared(tmp_path):
    """A folder like ../shared with one set of two questions."""
    folder = tmp_path / "shared" / "evals" / "tiny"
    folder.mkdir(parents=True)
    (folder / "honey.md").write_text(TEXT)
    cases = [
        {"id": "a", "document": "honey.md", "turns": [
            {"question": NECTAR.question, "answerable": True, "gold": [["from nectar"]]}]},
        {"id": "b", "document": "honey.md", "turns": [{"question": TAX.question, "answerable": False}]},
    ]  # fmt: skip
    (folder / "cases.jsonl").write_text("\n".join(map(json.dumps, cases)))
    return tmp_path / "shared"


def table(script, *arguments):
    """The lines that the script prints, split at spaces."""
    result = CliRunner().invoke(script("table").main, [*map(str, arguments), "--jobs", "1", "--mode", "plain"])
    assert result.exit_code == 0, result.output
    return [line.split() for line in result.output.splitlines()]


def test_a_row_per_set_and_the_difference_of_its_variant(script, shared):
    """A variant is asked with its set; --set leaves out the others."""
    mode, columns, tiny, copy, _, _, difference, _ = table(script, shared, "--set", "tiny+list")
    assert mode == ["plain"]
    values = dict(zip(columns, tiny[1:], strict=False))
    assert (values["turns"], values["right"], values["abstained"], values["lent"]) == ("2", "1.000", "1.000", "0")
    assert copy[0] == "tiny+list"
    assert difference == ["tiny+list", "-", "tiny", "2", "0.000", "0.000", "0.000"]


def test_the_excerpts_have_rows_for_parts_and_kinds(script, shared):
    """Their hard kinds together, their reference lists, and with --kinds each kind."""
    train = shared / "train"
    train.mkdir()
    sentences = [{"heading": "Honey", "text": "Bees make honey from nectar."}]
    names = [f"honey-{i}" for i in range(100)]
    excerpts = [{"document": name, "title": "Honey", "source": "ours", "sentences": sentences} for name in names]
    cases = [
        {"document": name, "kind": kind, "turns": [{"question": NECTAR.question, "answers": answers}]}
        for name in names
        for kind, answers in (("direct", [1]), ("other-words", [1]), ("unanswerable", []))
    ]
    for name, records in {"documents": excerpts, "questions": cases, "references": []}.items():
        (train / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)))
    printed = table(script, shared, "--set", "joined", "--kinds")
    turns = {" ".join(line[:-15]): int(line[-15]) for line in printed if line and line[0] in ("train", "joined")
             if len(line) > 15}  # fmt: skip
    assert turns["train"] == turns["joined"] == 3 * turns["train other words"] // 2 > 0
    assert turns["train reference lists"] == 0
    assert {"direct", "other-words", "unanswerable"} <= {line[0] for line in printed if len(line) == 7}
