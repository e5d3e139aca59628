"""Which sentences could answer: those that share something, without near-duplicates, ties by position."""

import pytest
from articles import FAQ, HONEY
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answers.candidates import distinct, pool, weighed
from chatbot.answers.feature_extraction import Weigher
from chatbot.answers.ranker import fitted
from chatbot.documents.model import Kind
from chatbot.documents.parser import parse
from chatbot.index.index import Index
from chatbot.language.synonyms import Synonyms
from chatbot.questions.query import understand

MODEL = fitted("plain")
NONE = Synonyms({})
REFERENCES = "\n## References\n\n1. Smith A. Bees. J Foo. 2001;1:2-3.\n2. Jones B. Wax. J Foo. 2002;1:2-3.\n"


def candidates(question, *texts, focused=False, without_twins=True):
    """The texts of the candidates, best first."""
    index = Index([parse(text, "x") for text in texts])
    found = weighed(index, understand(question, NONE, focused=focused), MODEL)
    return [index.text(candidate.position) for candidate in (distinct(index, found) if without_twins else found)]


def test_nothing_in_common():
    """A question without a word of the article has no candidate; one of stop words alone neither."""
    assert candidates("zebra", HONEY) == candidates("who is the of", HONEY) == candidates("", HONEY) == []


def test_ties_by_position():
    """Sentences with equal evidence stand in text order."""
    text = "# T\n\n" + "\n\n".join(
        f"## {name}\n\nBees fly. Wax is soft.\n" for name in ("North", "South", "East", "West")
    )
    index = Index([parse(text, "x"), parse(text, "y")])
    found = weighed(index, understand("bees fly", NONE), MODEL)
    same = [candidate.position for candidate in found if index.text(candidate.position) == "Bees fly."]
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
    found = candidates("do bees make honey", text)
    assert len([text for text in found if text in (first, second)]) == kept


@pytest.mark.parametrize(("one", "other"), [("", " [1]"), (" [1]", "")])
def test_the_cited_one_is_kept(one, other):
    """Of near-duplicates the one that prints a reference is shown, wherever it stands."""
    first, second = f"Bees make honey{one}. Drones rest [2].", f"Bees make honey{other}. Queens rest."
    text = f"# T\n\n## A\n\n{first}\n\n## B\n\n{second}\n{REFERENCES}"
    found = candidates("bees make honey", text)
    assert "Bees make honey [1]." in found
    assert "Bees make honey." not in found


def test_what_was_asked_for_is_kept():
    """A sentence is not dropped for one that lacks what the question asks."""
    first, second = "Geese carry pollen near rivers.", "Geese follow pollen near rivers [1]."
    found = candidates(
        "Do geese carry pollen near rivers?", f"# T\n\n## A\n\n{first}\n\n## B\n\n{second} Ants run [2].\n{REFERENCES}"
    )
    assert first in found


def test_a_sentence_is_kept_over_its_heading():
    """Of a heading and a sentence that say the same the sentence is shown."""
    found = candidates(
        "bees make honey", "# Bees\n\n## Bees make honey\n\nBees make honey.\n\n## Wax\n\nWax is soft.\n"
    )
    assert found.count("Bees make honey") + found.count("Bees make honey.") == 1
    assert "Bees make honey." in found


def test_focus():
    """Nothing is a candidate that is not about what the question is all about."""
    assert "The varroa mite feeds on the fat body of bees [5]." in candidates("drones or bees", HONEY)
    assert "The varroa mite feeds on the fat body of bees [5]." not in candidates("drones or bees", HONEY, focused=True)
    assert candidates("zebra honey", HONEY, focused=True) == []


def test_advice_only_where_the_reader_is_addressed():
    """For a question about the asker only sentences that speak to the reader are candidates."""
    assert candidates("should I eat honey", HONEY) == []
    assert all("you" in text.lower() or " I " in text for text in candidates("should I keep the receipt", FAQ))


@given(
    st.lists(st.sampled_from(["bees", "honey", "wax", "nectar", "hive", "mite", "acid"]), min_size=1, max_size=5).map(
        " ".join
    )
)
def test_the_pool(question):
    """The pool is of distinct sentences, never of one without anything in common, nor too large to weigh."""
    index = Index([parse(HONEY, "x")])
    weigher = Weigher(index, understand(question, NONE))
    found = pool(index, weigher)
    assert len(found) == len(set(found)) <= 16
    assert all(weigher.sentence_scores[i] > 0 or weigher.passage_score(i) > 0 for i in found)


def test_headings_can_be_candidates():
    """A heading is a sentence of its own kind and may be all there is."""
    index = Index([parse("# Bees\n\n## Zebras\n\nThey fly.\n\n## Wax\n\nIt is soft.\n", "x")])
    found = weighed(index, understand("zebras", NONE), MODEL)
    assert Kind.HEADING in {index.sentence(candidate.position).kind for candidate in found}
