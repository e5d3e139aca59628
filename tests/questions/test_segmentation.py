"""A message as questions and background."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.questions.segmentation import Message, asks, has_terms, opens, segment

SPLIT = [
    ("two things: does honey keep, and what do bees eat?", ("does honey keep", "what do bees eat?")),
    ("I have a couple of questions - what is wax and who lays eggs?", ("what is wax", "who lays eggs?")),
    ("How big is a hive, and did mites harm it?", ("How big is a hive", "did mites harm it?")),
    ("Who eats honey, and do drones sting?", ("Who eats honey", "do drones sting?")),
    ("What is honey made from? And who makes it?", ("What is honey made from?", "And who makes it?")),
    ("How many bees are in a hive and what do they eat?", ("How many bees are in a hive", "what do they eat?")),
    ("Do bees sting and are they dangerous?", ("Do bees sting", "are they dangerous?")),
    ("What is honey; who makes it?", ("What is honey;", "who makes it?")),
    ("What is honey?\nWho makes it?", ("What is honey?", "Who makes it?")),
    ("Explain what honey is and tell me who makes it", ("Explain what honey is", "tell me who makes it")),
    ("What is wax? Where is honey kept? Who lays eggs?", ("What is wax?", "Where is honey kept?", "Who lays eggs?")),
]
WHOLE = [
    "",
    "  ",
    "honey",
    "What is honey and nectar?",
    "Tell me about bees and wasps",
    "Compare bees and wasps.",
    "Which bees, if any, sting?",
    "How and why do bees fly?",
    "salt and pepper and what is it?",
    "What is the name of the queen and king?",
    "How do they know what to eat?",
    "Does Smith et al. agree with the 2.5 percent of bees?",
    "What did Prof. Smith say about probiotics and children?",
    "What are T cells? B cells?",
    "Is it e.g. nectar that bees in the U.S. eat?",
    "the hive of the queen and the drones",
]


@pytest.mark.parametrize(("message", "questions"), SPLIT, ids=[message for message, _ in SPLIT])
def test_several_questions(message, questions):
    """Where both sides are questions, each stands by itself."""
    assert segment(message).questions == questions


@pytest.mark.parametrize("message", WHOLE)
def test_one_question(message):
    """What is no question on both sides stays whole: lists, names, abbreviations, fragments."""
    assert segment(message) == Message((message.strip(),))


@pytest.mark.parametrize(
    ("message", "question", "background"),
    [
        ("I have two hives. Do they need honey in winter?", "Do they need honey in winter?", "I have two hives."),
        ("My bees look tired.\nWhat is the varroa mite?", "What is the varroa mite?", "My bees look tired."),
        ("What is the varroa mite? My bees look tired.", "What is the varroa mite?", "My bees look tired."),
    ],
)
def test_background(message, question, background):
    """A remark next to a question is its context, not a question."""
    assert segment(message) == Message((question,), background)


@pytest.mark.parametrize(
    ("clause", "asking"),
    [
        ("what is honey", True),
        ("And what is honey", True),
        ("in which hive", True),
        ("tell me about bees", True),
        ("bees sting?", True),
        ("what's honey", True),
        ("whatever bees do", False),
        ("bees sting", False),
        ("area of the hive", False),
        ("", False),
    ],
)
def test_asks(clause, asking):
    """A question mark, a question word, or a request asks."""
    assert asks(clause) is asking
    assert opens(clause) is (asking and clause != "bees sting?")


@pytest.mark.parametrize(
    ("clause", "something"), [("why?", False), ("who is it?", False), ("can you tell me", False), ("why bees?", True)]
)
def test_says_something(clause, something):
    """A clause says something if a word is left without what wraps it."""
    assert has_terms(clause) is something


@given(
    st.lists(
        st.sampled_from([*"?.,;:\n ", " and what is ", " but how ", "honey", "Tell me", "I", "made of"]), max_size=15
    ).map("".join)
)
def test_nothing_is_lost_or_written(message):
    """The letters of the questions and the background are the message's own."""
    found = segment(message)
    assert found.questions
    said = "".join([*found.questions, found.context])
    assert not set(said) - {*message, " "}
    assert all(
        question.strip() in message or " ".join(message.split()).find(" ".join(question.split())) >= 0
        for question in found.questions
    )
