"""A question, understood: needs, what is asked for, names, numbers, denial, whom it concerns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.language.sentence_cues import addresses_reader, is_negated, refers_back
from chatbot.language.synonyms import Synonyms
from chatbot.language.terms import fold
from chatbot.questions.query import AnswerType, is_pasted, parse_query, unwrapped

NONE = Synonyms({})


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many bees?", AnswerType.NUMBER),
        ("What percentage of bees?", AnswerType.NUMBER),
        ("When do bees fly?", AnswerType.TIME),
        ("In which year?", AnswerType.TIME),
        ("Who found it?", AnswerType.PERSON),
        ("Where do bees live?", AnswerType.PLACE),
        ("Why do bees sting?", AnswerType.REASON),
        ("What is the reason for it?", AnswerType.REASON),
        ("What is honey?", AnswerType.OTHER),
        ("", AnswerType.OTHER),
    ],
)
def test_what_is_asked_for(question, asked):
    """The opening of a question says what kind of answer it wants."""
    assert parse_query(question, NONE).answer_type is asked


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Can you please tell me what honey is?", ["honey"]),
        ("Does the article mention honey?", ["honey"]),
        ("According to the text, what is honey?", ["honey"]),
        ("Is it true that honey keeps?", ["honey", "keeps"]),
        ("I would like to know what honey is", ["honey"]),
        ("please", []),
        ("tell me", ["tell"]),
    ],
)
def test_wrapping_is_not_asked_for(question, words):
    """What only wraps a question is no need of it; where nothing else is said, it is."""
    assert [term.word for term in parse_query(question, NONE).terms] == words


@pytest.mark.parametrize(
    ("question", "names", "numbers"),
    [
        ("Did Fändriks measure 40 metres?", {"fandriks"}, {"40"}),
        ("WHO IS FANDRIKS", set(), set()),
        ("Helander?", set(), set()),
        ("what about 2,000 or 3.5", set(), {"2,000", "3.5"}),
    ],
)
def test_names_and_numbers(question, names, numbers):
    """Capitalised words inside a sentence are names; where all words are capitalised none is."""
    query = parse_query(question, NONE)
    assert (query.names, query.numbers) == (names, numbers)


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        ("bees do not sting", True),
        ("bees don’t sting", True),
        ("no bees", True),
        ("bees without a sting", True),
        ("a note on knots", False),
    ],
)
def test_negative(text, denies):
    """A denial is seen, however it is written; a word that has its letters is none."""
    assert is_negated(text) is denies


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("It is sweet.", True),
        ("This honey is sweet.", True),
        ("However, it is sweet.", True),
        ("“They sting.", True),
        ("As a result, it is.", True),
        ("Italy is sweet.", False),
        ("Theories differ.", False),
        ("Honey and its taste.", False),
        ("", False),
    ],
)
def test_opens_backwards(text, points):
    """A sentence that opens with a word for what came before points back."""
    assert refers_back(text) is points


@pytest.mark.parametrize(
    ("question", "advice"),
    [
        ("How do I clean a hive?", False),
        ("how can we help bees", False),
        ("Where can I see bees?", False),
        ("What do we call a male bee?", False),
        ("Do bees eat honey?", False),
        ("Should bees eat honey?", False),
        ("Should I eat honey?", True),
        ("How much honey should I eat?", True),
        ("Can my son eat honey?", True),
        ("I'm allergic, can I eat honey?", True),
        ("Is it safe for me?", True),
        ("Is it ok to eat wax?", True),
    ],
)
def test_asks_advice(question, advice):
    """A question about what is right for the asker is distinguished from one about the subject."""
    assert parse_query(question, NONE).asks_advice is advice


def test_addresses_reader():
    """A sentence that says "you" speaks to its reader."""
    assert addresses_reader("You can eat it.")
    assert not addresses_reader("Bees can eat it; youth cannot.")


def test_the_context_is_no_term_of_the_question():
    """Terms of the context are searched for, with a lower weight; a term of both counts once."""
    query = parse_query("and wax?", NONE, "honey and wax")
    assert [term.word for term in query.terms] == ["wax"]
    assert query.stems == ["wax", "honey"]
    weights = {need.terms[0].word: need.weight for need in query.query_terms}
    assert 0 < weights["honey"] < weights["wax"]


def test_without_a_word_of_its_own_the_context_is_asked():
    """A question like "why?" asks for what was talked about, fully."""
    query = parse_query("why?", NONE, "honey")
    assert [(need.terms[0].word, need.weight) for need in query.query_terms] == [("honey", 1.0)]


@given(st.text(st.characters(exclude_categories=())), st.text())
def test_any_text_is_a_question(text, context):
    """Nothing that can be typed is refused, and what is left without wrapping is not more."""
    query = parse_query(text, NONE, context)
    assert query.text == text
    assert len(unwrapped(text)) <= len(fold(text))


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("Do drones sting?", True),
        ("and is honey sweet", True),
        ("Doesn't honey keep?", True),
        ("Can you tell me what drones do?", False),
        ("What do drones do?", False),
        ("Is honey sweet or sour?", False),  # which of the two is asked, not whether it is so
        ("drones", False),
    ],
)
def test_yes_or_no(question, whole):
    """A yes-or-no question is distinguished from one that asks for something."""
    assert parse_query(question, NONE).yes_or_no is whole


def test_a_pasted_text():
    """What is repeated in a text too long for a question is searched once; in a question it counts each time."""
    assert [term.phrases for term in parse_query("bees and bees", NONE).query_terms] == [(("bee",),)] * 2
    assert [term.phrases for term in parse_query("bees and wax, " * 300, NONE).query_terms] == [
        (("bee",),),
        (("wax",),),
    ]


@pytest.mark.parametrize(
    ("text", "expected"), [("a" * 2000, False), ("a" * 2001, True), ("ﬃ" * 667, True), ("ﬃ", False)]
)
def test_long_texts(text, expected):
    """A text is too long for a question by its characters as they are read."""
    assert is_pasted(text) is expected
