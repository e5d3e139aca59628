"""Query expansion: which words are similar, and what that does to a question."""

import pytest
from support.articles import bot, quoted

from chatbot.common.cache import Cache
from chatbot.language import terms
from chatbot.language.synonyms import Synonyms, parse
from chatbot.questions import expansion
from chatbot.questions.expansion import expand, related_stems
from chatbot.questions.query import parse_query

BRIDGE = """# The Old Bridge

The bridge was repaired in 1921 by two masons.

A physician from the town paid for the work.

## The river

The river floods the meadows every spring.
"""


@pytest.mark.parametrize(
    ("word", "near", "nearness"),
    [
        ("doctor", "physician", 0.9),
        ("doctors", "physician", 0.9),
        ("mended", "repair", 0.9),
        ("permeable", "permeabl", 0.8),  # permeability, by its stem
        ("illness", "diseas", 0.5),
        ("nosuchword", "diseas", None),
        ("", "diseas", None),
        ("zz", "diseas", None),  # after the last line of the file
    ],
)
def test_related_stems(word, near, nearness):
    """Related words are stems, whatever form the word has; more similar is nearer to 1."""
    assert related_stems(word).get(near) == nearness


def needs(question, known, synonyms=Synonyms({})):  # noqa: B008 - a frozen value
    """What a question needs where some stems are known."""
    return expand(parse_query(question, synonyms), known.__contains__).query_terms


def test_only_unknown_words_are_widened():
    """What a document has is looked for as it stands; for the rest only words that a document has are looked for."""
    doctor, bridge = needs("a doctor on the bridge", {"physician", "bridg", "structur"})
    assert dict(doctor.related) == {"physician": 0.9}
    assert bridge.related == ()


def test_a_synonym_file_comes_first():
    """A word with a synonym in the synonym file is not expanded."""
    (doctor,) = needs("a doctor", {"mason", "physician"}, parse("doctor => mason", "x"))
    assert doctor.related == ()


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("When was the bridge mended?", "The bridge was repaired in 1921 by two masons."),
        ("Which doctor paid for the work?", "A physician from the town paid for the work."),
    ],
)
def test_other_wording_is_answered(question, sentence):
    """A question in other words finds what the article says in its own."""
    assert quoted(bot(BRIDGE).ask(question)) == [sentence]


def test_it_can_be_switched_off():
    """Without the thesaurus the words are looked for as they stand: there is less to be sure of."""
    question = "When was the bridge mended?"
    with_it, without = (bot(BRIDGE, thesaurus=switch).ask(question).confidence for switch in (True, False))
    assert with_it > without


def test_kept_stems_are_the_same(tmp_path, monkeypatch):
    """With the stems of all similar words kept in a cache, and read from there."""
    words = ("percentage", "doctor", "car", "qwxzv")
    wanted = [dict(expansion.related_stems(word)) for word in words]
    monkeypatch.setattr(expansion, "_cache", None)
    for _ in range(2):
        expansion.keep_in(Cache(tmp_path))
        for remembered in (expansion._kept_stems, expansion.related_stems, terms.stem):
            remembered.cache_clear()
        assert [dict(expansion.related_stems(word)) for word in words] == wanted
        assert len(list(tmp_path.iterdir())) == 1
    expansion._kept_stems.cache_clear()
