"""Passages: a few sentences of one section, nothing left out, nothing twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.articles import FAQ, GEESE, HONEY

from chatbot.documents.model import Kind
from chatbot.documents.parser import parse
from chatbot.index.passages import sentence_terms, split

MANY = "# Many\n\n" + " ".join(
    f"Bees fly on day {word}."
    for word in ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
)


@given(
    st.lists(
        st.sampled_from(["# A\n\n", "## B\n\n", "Bees fly. ", "They sting.\n\n", "- an item\n", "\n", "| a | b |\n"]),
        max_size=40,
    )
)
def test_a_partition(pieces):
    """Every sentence but the headings is in exactly one passage, in order, within one section."""
    document = parse("".join(pieces), "x")
    passages = split([document])
    members = [i for passage in passages for i in passage.sentences]
    body = [i for i, sentence in enumerate(document.sentences) if sentence.kind is not Kind.HEADING]
    assert members == (body or list(range(len(document.sentences))))
    assert [passage.position for passage in passages] == list(range(len(passages)))
    for passage in passages:
        sections = {document.sentences[i].section for i in passage.sentences}
        assert sections == {document.sentences[passage.sentences.start].section}
        assert passage.headings == document.context(sections.pop())
        assert passage.span.start == document.sentences[passage.sentences.start].span.start
        assert passage.span.end == document.sentences[passage.sentences.stop - 1].span.end


def test_a_long_paragraph_is_cut():
    """No passage has more than a handful of sentences."""
    assert max(len(passage.sentences) for passage in split([parse(MANY, "x")])) <= 6


def test_short_paragraphs_are_joined():
    """A paragraph of one sentence takes in the next one of its section, never one of another."""
    joined = split([parse("# T\n\n## A\n\nBees fly.\n\nThey sting.\n\n## B\n\nWax is soft.\n", "x")])
    assert [len(passage.sentences) for passage in joined] == [2, 1]


def test_several_documents():
    """Passages never cross documents and know theirs."""
    passages = split([parse(HONEY, "a"), parse(GEESE, "b"), parse(FAQ, "c")])
    assert list(dict.fromkeys(passage.document.name for passage in passages)) == ["a", "b", "c"]
    assert [position for passage in passages for position in passage.positions] == sorted(
        position for passage in passages for position in passage.positions
    )


def test_headings_alone():
    """A document of headings alone has a passage for each."""
    assert len(split([parse("# A\n\n## B\n\n## C\n", "x")])) == 3
    assert split([parse("", "x")]) == ()


@pytest.mark.parametrize(
    ("marker", "entry"),
    [("[1]", "1."), ("[1, 2]", "1."), ("(1)", "1."), ("[^1]", "[^1]:"), ("^1^", "1."), ("<sup>1</sup>", "1.")],
)
def test_markers_are_no_terms(marker, entry):
    """The terms of a sentence are without its citation markers."""
    other = entry.replace("1", "2")
    text = (
        f"# T\n\nBees make 7 jars of honey{marker}. Wax is soft{marker.replace('1', '2')}.\n\n## References\n\n"
        f"{entry} Smith A. Bees. J Foo. 2001;1:2-3.\n{other} Jones B. Wax. J Foo. 2002;1:2-3.\n"
    )
    document = parse(text, "x")
    sentence = next(sentence for sentence in document.sentences if sentence.markers)
    assert [term.word for term in sentence_terms(document, sentence)] == ["bees", "make", "7", "jars", "honey"]
