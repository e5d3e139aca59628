"""The index: sentences and passages by position, and hits in order."""

from articles import GEESE, HONEY, bot
from hypothesis import given
from hypothesis import strategies as st

from chatbot.documents.parser import parse
from chatbot.index.index import Index

INDEX = Index([parse(HONEY, "a.md"), parse(GEESE, "b.md")])


def test_every_sentence_has_a_position():
    """Positions run through the documents in order, every sentence once."""
    texts = [INDEX.text(position) for position in range(len(INDEX.places))]
    assert texts == [document[sentence.span] for document in INDEX.documents for sentence in document.sentences]


def test_members():
    """The sentences of a passage are those inside its span."""
    for passage in INDEX.passages:
        for position in INDEX.members(passage):
            span = INDEX.sentence(position).span
            assert passage.span.start <= span.start < span.end <= passage.span.end
            assert INDEX.document(position) is INDEX.documents[passage.document]
            assert INDEX.passage(position) == passage


def test_neighbours_share_a_paragraph():
    """Before and after are each other's inverse, and never leave the paragraph or the document."""
    for position in range(len(INDEX.places)):
        after = INDEX.after(position)
        if after is not None:
            assert INDEX.before(after) == position
            assert INDEX.document(after) is INDEX.document(position)
            assert INDEX.sentence(after).paragraph == INDEX.sentence(position).paragraph
    assert INDEX.before(0) is None
    assert INDEX.after(len(INDEX.places) - 1) is None
    first_of_second = len(INDEX.documents[0].sentences)
    assert INDEX.before(first_of_second) is None
    assert INDEX.after(first_of_second - 1) is None


def test_a_reference_number_is_no_word():
    """The number of a marker is not searched for, a number of the text is."""
    assert not INDEX.sentence_engine.has("5")
    assert INDEX.sentence_engine.has("50,000")


def test_search():
    """Hits share a term, best first; nothing is found for unknown words or none."""
    someone = bot(HONEY, GEESE)
    hits = someone.search("honey nectar")
    assert "nectar" in someone.document[hits[0].passage.span]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.score > 0 for hit in hits)
    assert bot(HONEY).search("zebra") == bot(HONEY).search("is the of") == bot(HONEY).search("") == []


def test_count():
    """No more hits than asked for."""
    assert len(INDEX.search(["bee", "honey", "gees"], 2)) == 2


def test_ties_by_position():
    """Of passages that say the same the earlier one comes first, in every document."""
    text = "# Geese\n\n## One\n\nGeese fly. They do.\n\n## Two\n\nGeese fly. They do.\n"
    hits = Index([parse(text, "a"), parse(text, "b")]).search(["gees", "fli"], 9)
    assert len({round(hit.score, 9) for hit in hits}) == 1
    assert [hit.passage.position for hit in hits] == [0, 1, 2, 3]


@given(st.lists(st.text("ab. \n#[1]", max_size=60), max_size=4))
def test_any_documents(texts):
    """Any documents can be indexed, none at all too."""
    index = Index([parse(text, "x") for text in texts])
    assert len(index.places) == sum(len(document.sentences) for document in index.documents)
    assert len(index.sentence_engine.scores(["a"])) == len(index.places)
