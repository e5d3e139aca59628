"""The reader: what it is given, and that a score depends on nothing else."""

from importlib import resources

import pytest

from chatbot.errors import SemanticError
from chatbot.semantic import reader as semantic
from chatbot.semantic.extra import available
from chatbot.semantic.reader import Place, reader, token_ids

ANSWER = Place("The tower was built in 1889 by an engineer from Dijon.", "Towers", "History", "It stands on a hill.")
OTHERS = (Place("Its lifts are painted yellow."), Place(""), Place("word " * 500, "title " * 99, "heading " * 99))


def test_a_pair_has_two_segments():
    """The questions, latest first, and then the sentence with its place."""
    first, second = token_ids("who?", ["when?", "where?", "dropped?"], Place("He.", "A", "B", "C"))
    assert first == [101, 2040, 1029, 102, 2043, 1029, 102, 2073, 1029, 102]
    assert second == [2002, 1012, 102, 1037, 1012, 1038, 1012, 1039, 102]


@pytest.mark.parametrize("text", ["", "word " * 10_000, "\0", "ﷺ" * 1000])
def test_a_pair_is_never_too_long(text):
    """The model was trained with 144 pieces."""
    first, second = token_ids(text, [text] * 9, Place(text, text, text, text))
    assert len(first) + len(second) <= 144


def test_a_missing_model_is_named(monkeypatch, tmp_path):
    """The error says what to do."""
    reader.cache_clear()
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    with pytest.raises(SemanticError, match=r"reader's model cannot be read: .*install chatbot again"):
        semantic.reader()


@pytest.mark.skipif(not available(), reason="needs the extra `semantic`")
class TestModel:
    """What needs the model."""

    def test_an_answer_scores_above_other_sentences(self):
        """In other words than the question's."""
        answer, *others = reader().scores("Who constructed the tower?", (), (ANSWER, *OTHERS))
        assert answer > max(others)

    def test_a_score_depends_on_nothing_else(self):
        """Not on the other sentences, and not on their order."""
        together = reader().scores("Who built it?", ("Tell me of the tower",), (ANSWER, *OTHERS))
        alone = [reader().scores("Who built it?", ("Tell me of the tower",), [place])[0] for place in (*OTHERS, ANSWER)]
        assert together == [alone[-1], *alone[:-1]]
        assert reader().scores("Who?", (), []) == []
