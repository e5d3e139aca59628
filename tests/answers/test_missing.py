"""What a refusal says is missing: the words of the question that no sentence mentions."""

import pytest
from support.articles import GEESE, HONEY, bot

from chatbot.language.synonyms import parse
from chatbot.reply import Reply


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What is the capital of France?", ("capital", "France")),
        ("Which viruses do bees carry to France's farms?", ("viruses", "carry", "France", "farms")),
        ("gluten, Gluten and GLUTEN in honey?", ("gluten",)),
        ("Please tell me: do drones like Éclairs?", ("Éclairs",)),
        ("What happened in 1871?", ("happened", "1871")),
        ("Did Winston write about colonies in Havana?", ("Winston", "write", "Havana")),
        ("How many unicorns are there?", ("unicorns",)),
        ("is the of", ()),
        ("", ()),
    ],
)
def test_words(question, missing):
    """Words are named as they were typed, each once; forms of a word that occurs, and stop words, are not."""
    assert bot(HONEY, threshold=1.0, spelling=False).ask(question).missing == missing


def test_an_answer_lacks_nothing():
    """Only a refusal says what is missing."""
    reply = bot(HONEY, threshold=0.0).ask("What is honey made from in Havana?")
    assert (reply.answered, reply.missing) == (True, ())


def test_every_document_counts():
    """A word that another document has is not missing."""
    question = "Do geese sting in Havana?"
    assert bot(HONEY, threshold=1.0).ask(question).missing == ("geese", "Havana")
    assert bot(HONEY, GEESE, threshold=1.0).ask(question).missing == ("Havana",)


def test_the_context_of_a_conversation_is_not_the_question():
    """A follow-up names its own words only."""
    reply = bot(HONEY, threshold=1.0).ask("And in Havana?", history=["Do zebras fly?"])
    assert reply.missing == ("Havana",)


def test_a_pasted_page_names_a_few():
    """Of hundreds of unknown words eight are named."""
    assert len(bot(HONEY).ask(" ".join(f"word{n}" for n in range(1_000))).missing) == 8


def test_in_json():
    """The words are in the JSON, beside the passages that are near, and come back from it."""
    chatbot = bot(HONEY)
    reply = chatbot.ask("What is the capital of France?")
    assert reply.to_dict()["why"]["missing"] == ["capital", "France"]
    assert Reply.from_dict(reply.to_dict(), chatbot.documents).missing == reply.missing


def test_of_several_questions():
    """A message of which nothing is answered says what its first question lacks, as it shows what is near that."""
    reply = bot(HONEY).ask("What is the capital of France? And who is the president of Peru?")
    assert (reply.missing, [part.missing for part in reply.parts]) == (
        ("capital", "France"),
        [("capital", "France"), ("president", "Peru")],
    )


def test_a_synonym_counts():
    """A word is not missing where the article has what its author calls a synonym."""
    rules = [parse("queen, monarch", "a.synonyms.txt")]
    question = "Does the monarch live in Havana?"
    assert bot(HONEY, threshold=1.0).ask(question).missing == ("monarch", "live", "Havana")
    assert bot(HONEY, threshold=1.0, rules=rules).ask(question).missing == ("live", "Havana")
