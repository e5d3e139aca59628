"""Weighing: figures between 0 and 1 that mean what they are called."""

from dataclasses import asdict

import pytest
from articles import FAQ, GEESE, HONEY
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answers.feature_extraction import Weigher, held
from chatbot.answers.features import Evidence
from chatbot.documents.parser import parse
from chatbot.index.index import Index
from chatbot.language.synonyms import Synonyms
from chatbot.language.synonyms import parse as rules
from chatbot.questions.query import understand

NONE = Synonyms({})
INDEX = Index([parse(HONEY, "a.md"), parse(GEESE, "b.md"), parse(FAQ, "c.md")])
WORDS = (
    "how",
    "many",
    "bees",
    "honey",
    "nectar",
    "Smith",
    "50,000",
    "not",
    "you",
    "geese",
    "zebra",
    "the",
    "of",
    "refunds",
)


def evidence(question, text, synonyms=NONE, context="", index=INDEX):
    """The evidence for the sentence that has some text."""
    position = next(i for i in range(len(index.places)) if text in index.text(i))
    return Weigher(index, understand(question, synonyms, context)).weigh(position)


@given(
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
)
def test_between_0_and_1(question, context):
    """Whatever is asked, every figure is between 0 and 1."""
    weigher = Weigher(INDEX, understand(question, NONE, context))
    for position in range(len(INDEX.places)):
        values = asdict(weigher.weigh(position))
        assert all(-1e-9 <= value <= 1 + 1e-9 for value in values.values()), values


def test_between_0_and_1_with_synonyms():
    """A synonym that scores more than the word itself cannot lift a share above 1."""
    sweet = rules("honey => raw honey keeps for years because little water", "x")
    assert evidence("honey", "Raw honey", sweet).sentence <= 1


@pytest.mark.parametrize(
    ("better", "worse", "figure"),
    [
        ("honey nectar", "honey zebra", "coverage"),
        ("Is nectar made from honey", "Is nectars made from honeyed", "exact"),
        ("What is honey made of", "What is made of honey", "together"),
        ("honey nectar", "honey zebra", "context"),
        ("How many?", "What?", "asked"),
        ("the honey that is nectar", "honey", "coverage"),
    ],
)
def test_figures_that_speak_for_a_sentence(better, worse, figure):
    """The figure is higher, or as high, for the question that the sentence fits better."""
    text = "Honey is made from nectar"
    if figure == "asked":
        text = "A hive holds"
    assert getattr(evidence(better, text), figure) >= getattr(evidence(worse, text), figure)


@pytest.mark.parametrize(
    ("question", "text", "figure", "value"),
    [
        ("honey", "Honey is made", "coverage", 1.0),
        ("honey", "Wax moths", "coverage", 0.0),
        ("zebra", "Honey is made", "unknown", 1.0),
        ("honey", "Honey is made", "unknown", 0.0),
        ("is honey from Zanzibar", "Honey is made", "names", 1.0),
        ("is honey from Ramsey", "Honey is made", "names", 1.0),  # only in the reference list
        ("does honey not keep", "Honey is made", "denial", 1.0),
        ("do drones not sting", "Drones do not", "denial", 0.0),
        ("honey", "Honey is made", "terse", 1.0),
        ("honey nectar", "Honey is made", "terse", 0.5),
        ("should I keep it", "Should I keep the receipt?", "question", 1.0),
        ("hive", "The hive", "heading", 1.0),
        ("honey", "Honey is made", "opening", 1.0),
        ("bees", "Bees fan it", "opening", 0.5),
    ],
)
def test_figures(question, text, figure, value):
    """Figures at their ends."""
    assert getattr(evidence(question, text), figure) == pytest.approx(value)


def test_a_sentence_that_points_back_counts_what_it_points_to():
    """What "They die in autumn" says it says of the drones before it."""
    assert evidence("when do drones die", "They die").coverage == pytest.approx(1.0)


def test_any_way_of_saying_it_serves():
    """A need is held by any of its phrases, by all words of that phrase."""
    (need,) = understand("cashback", rules("cashback => money refund", "x")).needs
    assert held(need, {"cashback"})
    assert held(need, {"money", "refund"})
    assert not held(need, {"money"})


def test_the_figures_have_names():
    """Every figure is a number, so that a linear model can weigh it."""
    assert all(isinstance(value, float) for value in asdict(evidence("honey", "Honey is made")).values())
    assert Evidence.__dataclass_fields__.keys() >= {"coverage", "context", "names", "denial"}
