"""Typos: what is read as what, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.articles import HONEY, bot

from chatbot.documents.parser import parse
from chatbot.index.index import Index
from chatbot.language.spelling import SpellingCorrector

LEXICON = SpellingCorrector(Index([parse(HONEY, "a.md")]).words)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("hony", "honey"),  # left out
        ("honney", "honey"),  # doubled
        ("honey and noctar", "honey and nectar"),  # a wrong letter
        ("nectra", "nectar"),  # swapped
        ("collonies of beez", "colonies of bees"),
        ("VAROA", "varroa"),
        ("Varoa mites", "varroa mites"),  # a sentence's first word has a capital anyway
        ("verroa", "varroa"),
        ("teh hive", "the hive"),
        ("waht is it", "what is it"),
        ("swimmming", "swimming"),  # English, though not the article's
        ("hony?", "honey?"),
        ("«hony»", "«honey»"),
        ("oxalicacid", "oxalic acid"),  # run together
        ("thehive", "the hive"),
        ("honeymade from", "honey made from"),
        ("ho ney", "honey"),  # apart
        ("nec tar and ho ney", "nectar and honey"),
    ],
)
def test_read(written, read):
    """A slip is read as the word that was meant, and what was read as what is said."""
    text, corrections = LEXICON.correct(written)
    assert text == read
    assert corrections
    assert all(correction.written in written for correction in corrections)
    assert all(correction.read in text for correction in corrections)


@pytest.mark.parametrize(
    "text",
    [
        "What is honey made from?",
        "the capital of Peru",  # a real word, though "capillary" or another may be near
        "mine",
        "Is Ramsy right about Varoa?",  # names
        "14 of 28",
        "B12 and IL-6 and CD4",
        "colour and behaviour, stabilise, anaemia",  # British
        "color and behavior, stabilize, anemia",  # American
        "don't dont isnt couldnt",
        "hive's hive’s bees'",
        "oxalic-acid",
        "in take",  # both are words
        "qwxzv",  # like nothing
        "wot r u",
        "",
        "?!",
        "🐝 ÷ \ud800",
        "x" * 5000,
        "hony " * 300,  # pasted, not typed
    ],
)
def test_left_alone(text):
    """Real words in any spelling, numbers, names, and what is like nothing stay as they are."""
    assert LEXICON.correct(text) == (text, ())


@pytest.mark.parametrize(
    "text",
    [
        "What is CRISPR?",
        "is COVID there",
        pytest.param(
            "does lyase matter", marks=pytest.mark.xfail(reason="a term of art that no list knows is read as lease")
        ),
    ],
)
def test_names_in_capitals_and_terms_of_art(text):
    """What is no word of the article is not read as another word that is none either."""
    assert LEXICON.correct(text) == (text, ())


def test_words_are_joined_where_they_stand():
    """Words typed in two are put together in their own place, not where the same letters come first."""
    assert LEXICON.correct("flynec tar and nec tar")[0] == "flynec tar and nectar"


def test_the_frequent_word_wins():
    """Of equally near words the one that the articles use more; then the first by letters."""
    lexicon = SpellingCorrector({"mast": 1, "mist": 3, "must": 3})
    assert lexicon.correct("mbst") == SpellingCorrector({"must": 3, "mist": 3, "mast": 1}).correct("mbst")
    assert lexicon.correct("mbst")[0] == "mist"


def test_a_reply_says_what_was_read():
    """The correction is shown, and the question is answered as if it had been typed well."""
    someone = bot(HONEY)
    typed, meant = someone.ask("What is hony made from?"), someone.ask("What is honey made from?")
    assert typed.to_dict()["corrections"] == [{"from": "hony", "to": "honey"}]
    assert typed.question == "What is hony made from?"
    assert typed.understood == meant.understood == meant.question
    assert typed.quotes == meant.quotes


@given(st.text(st.sampled_from("abehnoy' -?X1é\n"), max_size=40))
def test_only_words_change(text):
    """Whatever is typed, nothing raises, and numbers and other signs survive."""
    read, corrections = LEXICON.correct(text)
    assert [char for char in read if char in "1?"] == [char for char in text if char in "1?"]
    assert corrections or read == text
