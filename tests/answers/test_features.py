"""The evidence for a sentence: the kind of answer asked for."""

import pytest

from chatbot.answers.features import names_asked
from chatbot.language.synonyms import Synonyms
from chatbot.questions.query import understand


@pytest.mark.parametrize(
    ("question", "text", "present"),
    [
        ("How many bees?", "There are 50,000 bees.", True),
        ("How many bees?", "There are two hundred bees.", True),
        ("How many bees?", "There are bees.", False),
        ("How many of the 40 bees?", "There are 40 bees.", False),  # that number was brought along
        ("How many of the 40 bees?", "Of 40 bees 12 fly.", True),
        ("When do bees fly?", "Bees fly in March.", True),
        ("When was it?", "It was in 1999.", True),
        ("When was it?", "It was 12 metres.", False),
        ("Who found bees?", "They were found by Smith.", True),
        ("Who found bees?", "They were found by someone.", False),
        ("Where do bees live?", "Bees live in Peru.", True),
        ("Where does Peru lie?", "In the hills Peru lies.", False),
        ("Why do bees sting?", "Bees sting because they fear us.", True),
        ("Why do bees sting?", "Bees sting.", False),
        ("What is honey?", "Honey is sweet.", None),
    ],
)
def test_the_kind_asked_for(question, text, present):
    """A number, time, name or reason counts where it is asked for, unless the question itself brought it."""
    assert names_asked(understand(question, Synonyms({})), text) is present
