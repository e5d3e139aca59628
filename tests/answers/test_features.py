"""The features of a sentence: between 0 and 1, and what their names say."""

from dataclasses import asdict
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.articles import FAQ, GEESE, HONEY

from chatbot.answers.features import FeatureExtractor, has_answer_type, match_score
from chatbot.documents.parser import parse
from chatbot.index.index import Index
from chatbot.language.synonyms import Synonyms
from chatbot.language.synonyms import parse as rules
from chatbot.questions.query import parse_query

NONE = Synonyms({})
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


@cache
def index():
    """Three articles."""
    return Index([parse(HONEY, "a.md"), parse(GEESE, "b.md"), parse(FAQ, "c.md")])


def features(question, text, synonyms=NONE):
    """The features of the sentence that has some text."""
    sentence = next(sentence for sentence in index() if text in sentence.text)
    return FeatureExtractor(index(), parse_query(question, synonyms)).extract([sentence])[0]


@given(
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
)
def test_between_0_and_1(question, context):
    """Whatever is asked, every feature is between 0 and 1."""
    extractor = FeatureExtractor(index(), parse_query(question, NONE, context))
    for sentence in index():
        values = asdict(extractor.extract([sentence])[0])
        assert all(-1e-9 <= value <= 1 + 1e-9 for value in values.values()), values


def test_between_0_and_1_with_synonyms():
    """A synonym that scores more than the word itself cannot lift a share above 1."""
    sweet = rules("honey => raw honey keeps for years because little water", "x")
    assert features("honey", "Raw honey", sweet).sentence_bm25 <= 1


@pytest.mark.parametrize(
    ("better", "worse", "text", "feature"),
    [
        ("honey nectar", "honey zebra", "Honey is made from nectar", "coverage"),
        ("Is nectar made from honey", "Is nectars made from honeyed", "Honey is made from nectar", "exact_coverage"),
        ("Is honey made of wax", "Is wax made of honey", "Honey is made from nectar", "bigram_overlap"),
        ("honey nectar", "honey zebra", "Honey is made from nectar", "context_coverage"),
        ("How many?", "What?", "A hive holds", "answer_type_present"),
    ],
)
def test_features_prefer_the_question_that_fits(better, worse, text, feature):
    """A feature is higher for the question that the sentence fits better."""
    assert getattr(features(better, text), feature) > getattr(features(worse, text), feature)


@pytest.mark.parametrize(
    ("question", "text", "feature", "value"),
    [
        ("honey", "Honey is made", "coverage", 1.0),
        ("honey", "Wax moths", "coverage", 0.0),
        ("zebra", "Honey is made", "out_of_vocabulary", 1.0),
        ("honey", "Honey is made", "out_of_vocabulary", 0.0),
        ("is honey from Zanzibar", "Honey is made", "missing_names", 1.0),
        ("is honey from Ramsey", "Honey is made", "missing_names", 1.0),  # only in the reference list
        ("does honey not keep", "Honey is made", "negation_mismatch", 1.0),
        ("do drones not sting", "Drones do not", "negation_mismatch", 0.0),
        ("honey", "Honey is made", "query_brevity", 1.0),
        ("honey nectar", "Honey is made", "query_brevity", 0.5),
        ("should I eat honey", "Honey is made", "advice_gap", 1.0),
        ("is honey made of wax", "Honey is made", "advice_gap", 0.0),
        ("should I keep it", "Should I keep the receipt?", "is_question", 1.0),
        ("hive", "The hive", "is_heading", 1.0),
        ("honey", "Honey is made", "paragraph_opening", 1.0),
        ("bees", "Bees fan it", "paragraph_opening", 0.5),
    ],
)
def test_extreme_values(question, text, feature, value):
    """Features at the ends of their ranges."""
    assert getattr(features(question, text), feature) == pytest.approx(value)


def test_a_reference_back_counts_its_antecedent():
    """The coverage of "They die in autumn" includes the drones of the sentence before."""
    assert features("when do drones die", "They die").coverage == pytest.approx(1.0)


def test_a_synonym_matches():
    """A term matches by any of its phrases, if all words of that phrase are there."""
    (term,) = parse_query("cashback", rules("cashback => money refund", "x")).query_terms
    assert match_score(term, {"cashback"})
    assert match_score(term, {"money", "refund"})
    assert not match_score(term, {"money"})


def test_features_are_numbers():
    """Every feature is a number, so that a linear model can weigh it."""
    assert all(isinstance(value, float) for value in asdict(features("honey", "Honey is made")).values())


@pytest.mark.parametrize(
    ("question", "text", "present"),
    [
        ("How many bees?", "There are 50,000 bees.", True),
        ("How many bees?", "There are two hundred bees.", True),
        ("How many bees?", "There are bees.", False),
        ("How many of the 40 bees?", "There are 40 bees.", False),  # the question mentions that number
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
def test_answer_type(question, text, present):
    """A number, time, name or reason counts if it is asked for, unless the question itself mentions it."""
    assert has_answer_type(parse_query(question, Synonyms({})), text) is present
