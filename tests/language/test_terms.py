"""From text to terms: what is folded away, what stays apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.snowball import EnglishStemmer

from chatbot.language.terms import STOP_WORDS, american, fold, remember_stems, stem, terms, weighted_jaccard, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Gut", "gut"),
        ("Fändriks", "fandriks"),
        ("na\u0131\u0308ve cafe\u0301", "na\u0131ve cafe"),
        ("don’t", "don't"),
        ("ﬁbre", "fibre"),
        ("STRAßE", "strasse"),
        ("m²", "m2"),
        ("⑽ \ufdfa", "(10) \ufdfa"),
    ],
)
def test_fold(text, folded):
    """Case, accents, ligatures and typographic apostrophes are folded away; no sign becomes a phrase."""
    assert fold(text) == folded


@given(st.text(st.characters().filter(lambda char: len(unicodedata.normalize("NFKD", char)) <= 4)))
def test_fold_drops_what_compatibility_decomposition_marks_as_accents(text):
    """Folding character by character gives what Unicode's decomposition of the whole text gives."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    assert fold(text) == "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("refund", "refunds"),
        ("refund", "refunded"),
        ("bee", "bees"),
        ("city", "cities"),
        ("swim", "swimming"),
        ("colour", "color"),
        ("behaviour", "behavior"),
        ("centre", "center"),
        ("litres", "liters"),
        ("stabilise", "stabilize"),
        ("organisation", "organization"),
        ("analysed", "analyzed"),
        ("anaemia", "anemia"),
        ("oesophagus", "esophagus"),
        ("travelled", "traveled"),
        ("defence", "defense"),
        ("catalogue", "catalog"),
    ],
)
def test_forms_that_match(one, other):
    """A word matches in another number, form, or spelling."""
    assert stem(fold(one)) == stem(fold(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("four", "for"), ("hour", "hor"), ("tree", "ter"), ("rise", "rize"), ("shoe", "she"), ("not", "note")],
)
def test_words_that_stay_apart(one, other):
    """Words that only look like two spellings of one do not match."""
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("?! ...", []),
        ("is the of", []),
        ("What's this?", []),
        ("dont isnt", []),
        ("Refunds, please", ["refunds"]),
        ("the hive's queen", ["hive", "queen"]),
        ("70-80% of 2,000.5", ["70", "80", "2,000.5"]),
        ("first large system", ["first", "large", "system"]),
        ("I'm ill", ["ill"]),
        ("snake_case", ["snake", "case"]),
        ("well-known", ["well", "known"]),
        ("\ud800 x", ["x"]),
    ],
)
def test_terms(text, expected):
    """Words of meaning are left, in order: no stop words, no punctuation; numbers whole."""
    assert [term.word for term in terms(text)] == expected


def test_stop_words_are_folded():
    """Every stop word is as folding leaves it, or it would stop nothing."""
    assert {fold(word) for word in STOP_WORDS} == STOP_WORDS


def test_repeats_are_kept():
    """A word that is said twice is two terms."""
    assert [term.stem for term in terms("honey, honey")] == ["honey", "honey"]


def test_a_word_that_is_none_is_not_stemmed():
    """What is longer than any word stays as it is, at once."""
    assert stem("ing" * 100_000) == "ing" * 100_000


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_words(text):
    """No text is refused, and folding a word again changes nothing."""
    assert all(word in (fold(word), fold(word).removesuffix("'s")) for word in words(text))
    assert all(term.stem == stem(term.word) for term in terms(text))


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_american_is_lasting(word):
    """A word in American spelling is not rewritten into something else without end."""
    assert american(american(american(word))) == american(american(word))


def test_weighted_jaccard():
    """Similarity is the weight of the common stems over that of all stems; without any stems it is 0."""
    assert weighted_jaccard({"a": 1.0, "b": 0.5}, {"a": 1.0, "b": 0.5}) == 1
    assert weighted_jaccard({"a": 1.0, "b": 0.5}, {"a": 1.0, "c": 0.5}) == 0.5
    assert weighted_jaccard({"a": 1.0}, {"a": 0.5}) == weighted_jaccard({"a": 0.5}, {"a": 1.0}) == 0.5
    assert weighted_jaccard({"a": 1.0}, {"b": 1.0}) == weighted_jaccard({}, {}) == 0


class Known:
    """Stems that were computed before."""

    def stem(self, word):
        """One of them."""
        return {"qwxzvies": "qwx"}.get(word)


def test_stems_that_are_known():
    """They are looked up as long as they are in use; another word is stemmed."""
    stem.cache_clear()
    known = Known()
    remember_stems(known)
    assert (stem("qwxzvies"), stem("bees")) == ("qwx", "bee")
    del known
    stem.cache_clear()
    assert stem("qwxzvies") == "qwxzvi"


@given(st.from_regex(r"[0-9²³½]{1,6}([.,][0-9]{1,3}){0,2}", fullmatch=True))
def test_a_number_is_its_own_stem(number):
    """As the stemmer has it, which is not asked."""
    assert stem(number) == EnglishStemmer().stem(number) == number
