"""Ranking: the linear model, the pool of candidates, near-duplicates, and ties."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.articles import HONEY

from chatbot.answers.features import FeatureExtractor, Features
from chatbot.answers.ranking import Ranker, candidates, distinct, load_ranker, pool
from chatbot.documents.model import Kind
from chatbot.documents.parser import parse
from chatbot.index.index import Index
from chatbot.language.synonyms import Synonyms
from chatbot.questions.query import parse_query

RANKER = load_ranker("plain")
NONE = Synonyms({})
REFERENCES = "\n## References\n\n1. Smith A. Bees. J Foo. 2001;1:2-3.\n2. Jones B. Wax. J Foo. 2002;1:2-3.\n"


def found(question, *texts):
    """The texts of the distinct candidates, best first."""
    index = Index([parse(text, "x") for text in texts])
    query = parse_query(question, NONE)
    return [candidate.sentence.text for candidate in distinct(candidates(index, query, RANKER))]


def test_nothing_in_common():
    """A question without a word of the article has no candidate; one of stop words alone neither."""
    assert found("zebra", HONEY) == found("who is the of", HONEY) == found("", HONEY) == []


def test_ties_by_position():
    """Sentences with equal evidence stand in text order."""
    text = "# T\n\n" + "\n\n".join(
        f"## {name}\n\nBees fly. Wax is soft.\n" for name in ("North", "South", "East", "West")
    )
    index = Index([parse(text, "x"), parse(text, "y")])
    ranking = candidates(index, parse_query("bees fly", NONE), RANKER)
    same = [candidate.sentence.position for candidate in ranking if candidate.sentence.text == "Bees fly."]
    assert len(same) > 1
    assert same == sorted(same)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("Bees make honey.", "Bees make honey.", 1),
        ("Bees make honey.", "Honey bees make the honey.", 1),
        ("Bees make honey.", "Bees make honey [1].", 1),
        ("Bees make honey.", "Bees do not make honey.", 2),  # a denial says the contrary
        ("Bees make 12 jars of honey.", "Bees make 21 jars of honey.", 2),  # so does another number
        ("Bees make honey.", "Bees make wax.", 2),
    ],
)
def test_near_duplicates(first, second, kept):
    """Of sentences that say the same one is left; a denial or another number is not the same."""
    text = f"# T\n\n## A\n\n{first} Drones rest [1].\n\n## B\n\n{second} Queens rest [2].\n{REFERENCES}"
    texts = found("do bees make honey", text)
    assert len([text for text in texts if text in (first, second)]) == kept


@pytest.mark.parametrize(("one", "other"), [("", " [1]"), (" [1]", "")])
def test_the_cited_one_is_kept(one, other):
    """Of near-duplicates the one that prints a reference is shown, wherever it stands."""
    first, second = f"Bees make honey{one}. Drones rest [2].", f"Bees make honey{other}. Queens rest."
    text = f"# T\n\n## A\n\n{first}\n\n## B\n\n{second}\n{REFERENCES}"
    texts = found("bees make honey", text)
    assert "Bees make honey [1]." in texts
    assert "Bees make honey." not in texts


def test_what_was_asked_for_is_kept():
    """A sentence is not dropped for one that lacks what the question asks."""
    first, second = "Geese carry pollen near rivers.", "Geese follow pollen near rivers [1]."
    texts = found(
        "Do geese carry pollen near rivers?", f"# T\n\n## A\n\n{first}\n\n## B\n\n{second} Ants run [2].\n{REFERENCES}"
    )
    assert first in texts


def test_a_sentence_is_kept_over_its_heading():
    """Of a heading and a sentence that say the same the sentence is shown."""
    texts = found("bees make honey", "# Bees\n\n## Bees make honey\n\nBees make honey.\n\n## Wax\n\nWax is soft.\n")
    assert texts.count("Bees make honey") + texts.count("Bees make honey.") == 1
    assert "Bees make honey." in texts


@given(
    st.lists(st.sampled_from(["bees", "honey", "wax", "nectar", "hive", "mite", "acid"]), min_size=1, max_size=5).map(
        " ".join
    )
)
def test_the_pool(question):
    """The pool is of distinct sentences, never of one without anything in common, nor too large to weigh."""
    index = Index([parse(HONEY, "x")])
    extractor = FeatureExtractor(index, parse_query(question, NONE))
    sentences = pool(index, extractor)
    assert len(sentences) == len(set(sentences)) <= 16
    assert all(extractor.sentence_scores[s.position] > 0 or extractor.passage_score(s) > 0 for s in sentences)


def test_headings_can_be_candidates():
    """A heading is a sentence of its own kind and may be all there is."""
    index = Index([parse("# Bees\n\n## Zebras\n\nThey fly.\n\n## Wax\n\nIt is soft.\n", "x")])
    ranking = candidates(index, parse_query("zebras", NONE), RANKER)
    assert Kind.HEADING in {candidate.sentence.kind for candidate in ranking}


ANY_FEATURES = st.builds(Features, **{field.name: st.floats(0, 1) for field in fields(Features)})


@pytest.mark.parametrize("mode", ["plain", "semantic"])
def test_weights_name_features(mode):
    """Every weight belongs to a feature; the thresholds are shares."""
    ranker = load_ranker(mode)
    assert {*ranker.rank, *ranker.confidence} <= {field.name for field in fields(Features)}
    assert 0 < ranker.threshold < 1
    assert 0 < ranker.second <= 1


def test_the_plain_mode_needs_no_vectors():
    """The plain ranker has no weight for a feature that needs the extra."""
    semantic = {"cosine", "cosine_with_heading", "passage_cosine", "reader_score"}
    assert not semantic & {*RANKER.rank, *RANKER.confidence}


@pytest.mark.parametrize("mode", ["plain", "semantic"])
@given(features=ANY_FEATURES)
def test_the_confidence_is_a_probability(mode, features):
    """The confidence is between 0 and 1, whatever the features."""
    assert 0 < load_ranker(mode).probability(features) < 1


@given(ANY_FEATURES)
def test_the_score_is_linear(features):
    """The score is the weighted sum of the features; the probability is the logistic function of sum and bias."""
    ranker = Ranker({"coverage": 2.0, "is_heading": -1.0}, {"coverage": 0.0}, 0.0, 0.5, 0.5)
    assert ranker.score(features) == pytest.approx(2 * features.coverage - features.is_heading)
    assert ranker.probability(features) == 0.5
