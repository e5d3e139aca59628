"""A document is the same after it was kept as arrays."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.documents import FILES, TEXTS
from test_properties import QUICK, Article, mutated

from chatbot import formats
from chatbot.documents.model import Document, Marker, Reference, Sentence, Span
from chatbot.documents.parser import parse
from chatbot.documents.stored import packed, unpacked


def revived(document):
    """A document from its arrays."""
    return unpacked(packed(document), document.name, document.text, document.sha256)


def check(document):
    """Everything that can be asked of a document is the same."""
    found = revived(document)
    assert found == document
    assert document == found
    for place in range(0, len(document.text) + 1, 7):
        assert (found.line(place), found.place(place)) == (document.line(place), document.place(place))
    assert [found.context(i) for i in range(len(found.sections))] == [
        document.context(i) for i in range(len(document.sections))
    ]


@pytest.mark.parametrize("name", TEXTS)
def test_articles(name):
    """Lists by chapter, notes, marks, tables, titles."""
    check(parse(TEXTS[name], "x.md"))


@pytest.mark.parametrize("name", FILES)
def test_formats(name):
    """The places in the source too."""
    check(formats.document(FILES[name], name))


@QUICK
@given(st.randoms(use_true_random=False), st.booleans())
def test_generated_articles(random, is_mutated):
    """Every style of citation, and what a mutation makes of it."""
    text = Article(random).text
    check(parse(mutated(random, text) if is_mutated else text, "x"))


def test_a_number_too_large_for_an_array():
    """It is no error: such a document is read, and not kept."""
    huge = 10**30
    sentence = Sentence(Span(0, 4), 0, 0, markers=(Marker(Span(1, 2), (huge,)),))
    document = Document("x", "A b.", None, (), (sentence,), (Reference(huge, Span(0, 1)),), "0")
    with pytest.raises(OverflowError):
        packed(document)


def test_sentences_are_made_when_they_are_looked_at():
    """Not all of them at once."""
    document = revived(parse(Article(Random(1)).text * 3, "x"))  # noqa: S311 - no secret
    assert not isinstance(document.sentences, tuple)
    assert document.sentences[3] == tuple(document.sentences)[3]
