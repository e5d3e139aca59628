"""The index: sentences and passages by position, and hits in order."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.articles import GEESE, HONEY, bot

from chatbot.documents.parser import parse
from chatbot.index.index import Index


@cache
def index():
    """Two articles."""
    return Index([parse(HONEY, "a.md"), parse(GEESE, "b.md")])


def test_every_sentence_has_a_position():
    """Positions run through the documents in order, every sentence once."""
    texts = [sentence.text for sentence in index()]
    assert texts == [document[sentence.span] for document in index().documents for sentence in document.sentences]
    assert [sentence.position for sentence in index()] == list(range(len(index())))
    with pytest.raises(IndexError):
        index()[len(index())]


def test_members():
    """The sentences of a passage are those inside its span."""
    for passage in index().passages:
        for sentence in index().members(passage):
            span = sentence.sentence.span
            assert passage.span.start <= span.start < span.end <= passage.span.end
            assert sentence.document is passage.document
            assert sentence.passage == passage
        assert passage.members == tuple(sentence.sentence for sentence in index().members(passage))


def test_neighbours_share_a_paragraph():
    """Before and after are each other's inverse, and never leave the paragraph or the document."""
    for sentence in index():
        after = sentence.after
        if after is not None:
            assert after.before == sentence
            assert after.document is sentence.document
            assert after.sentence.paragraph == sentence.sentence.paragraph
    assert index()[0].before is None
    assert index()[len(index()) - 1].after is None


def test_neighbours_stay_in_their_document():
    """The same document given twice is two documents: its end is no neighbour of its beginning."""
    document = parse("Bees fly. Wax is soft.", "a")
    twice = Index([document, document])
    assert [sentence.number for sentence in twice] == [0, 0, 1, 1]
    assert twice[1].after is None
    assert twice[2].before is None


def test_a_reference_number_is_no_word():
    """The number of a marker is not searched for, a number of the text is."""
    assert not index().sentence_engine.has("5")
    assert index().sentence_engine.has("50,000")


def test_the_terms_of_as_many_stems_as_a_byte_counts():
    """The number of the last stem is the largest of its type; nothing is added to it there."""
    words = [f"x{number:03}" for number in range(256)]
    index = Index([parse(" ".join(words) + ".\n", "codes.txt")])
    assert [stem for sentence in index for stem in sentence.stems] == words


def test_search():
    """Hits share a term, best first; nothing is found for unknown words or none."""
    someone = bot(HONEY, GEESE)
    hits = someone.search("honey nectar")
    assert "nectar" in hits[0].text
    assert hits[0].section == someone.document[hits[0].passage.headings[-1]]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.score > 0 for hit in hits)
    assert bot(HONEY).search("zebra") == bot(HONEY).search("is the of") == bot(HONEY).search("") == []


def test_count():
    """No more hits than asked for."""
    assert len(index().search(["bee", "honey", "gees"], 2)) == 2


def test_ties_by_position():
    """Of passages that say the same the earlier one comes first, in every document."""
    text = "# Geese\n\n## One\n\nGeese fly. They do.\n\n## Two\n\nGeese fly. They do.\n"
    hits = Index([parse(text, "a"), parse(text, "b")]).search(["gees", "fli"], 9)
    assert len({round(hit.score, 9) for hit in hits}) == 1
    assert [hit.passage.position for hit in hits] == [0, 1, 2, 3]


@given(st.lists(st.text("ab. \n#[1]", max_size=60), max_size=4))
def test_any_documents(texts):
    """Any documents can be indexed, none at all too."""
    found = Index([parse(text, "x") for text in texts])
    assert len(found) == sum(len(document.sentences) for document in found.documents)
    assert len(found.sentence_engine.scores(["a"])) == len(found)


def test_an_entry_is_read_with_its_number():
    """As the reader was trained; its heading is the same in every document."""
    text = "# Bees\n\nBees fly [7].\n\n## Works cited\n\n7. Smith A. Flight. 2001.\n"
    (entry,) = Index([parse(text, "a.md")]).entries
    assert (entry.place.text, entry.place.headings) == ("(7) Smith A. Flight. 2001.", "References")
