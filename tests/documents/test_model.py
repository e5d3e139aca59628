"""The article as values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.documents.model import Marker, Reference, Sentence, Span
from chatbot.documents.parser import parse

ARTICLE = parse("Title\n\n## One\n\nFirst [1].\n\n## Two\n\nSecond [2].\n\n## References\n\n1. A\n2. B\n", "a.md")


def test_text_leaves_by_span():
    """A span gives the text that stands there, unaltered."""
    assert ARTICLE[Span(7, 13)] == "## One"


@pytest.mark.parametrize(("offset", "line"), [(0, 1), (5, 1), (6, 2), (7, 3), (15, 5)])
def test_lines_count_from_one(offset, line):
    """The line of an offset is counted from 1; a line feed belongs to the line that it ends."""
    assert ARTICLE.line(offset) == line


@given(st.text(alphabet="a\r\n", max_size=30))
def test_line_agrees_with_counting(text):
    """The line number is one more than the line ends before the offset, whichever they are."""
    document = parse(text, "x")
    lines = [number for number, line in enumerate(text.splitlines(keepends=True), 1) for _ in line]
    assert [document.line(offset) for offset in range(len(text))] == lines


@given(st.integers(0, 80), st.integers(1, 80))
def test_the_sentences_in_a_span(start, length):
    """A sentence is in a span if they share a character."""
    span = Span(start, start + length)
    shared = [s for s in ARTICLE.sentences if range(max(start, s.span.start), min(span.end, s.span.end))]
    assert list(ARTICLE.sentences_in(span)) == shared


def test_documents_are_values():
    """Equal sources make equal documents, fit for a set."""
    assert {parse("A", "x"), parse("A", "x"), parse("B", "x")} == {parse("A", "x"), parse("B", "x")}


def test_the_heading_of_a_section():
    """A section knows its heading."""
    headings = [ARTICLE.heading(index) for index in range(len(ARTICLE.sections))]
    assert [ARTICLE[heading] for heading in headings if heading] == ["Title", "One", "Two", "References"]


@pytest.mark.parametrize(("text", "title"), [("# Lakes\n\nWater is wet.\n", "Lakes"), ("Water is wet.", "water.txt")])
def test_the_title_of_a_document(text, title):
    """A document without a title goes by its name."""
    assert parse(text, "water.txt").title_text == title


def test_a_reference_by_its_number():
    """The printed number finds the entry; a number that no entry bears finds none."""
    assert ARTICLE.reference(2, 0) == Reference(2, ARTICLE.references[1].span)
    assert ARTICLE.reference(3, 0) is None


def test_of_equal_numbers_the_first():
    """When a list restarts, a number means the first entry that bears it."""
    document = parse("So [1].\n\nReferences\n\n1. A\n2. B\n1. C\n2. D\n", "x")
    assert [entry.number for entry in document.references] == [1, 2, 1, 2]
    first = document.reference(1, 0)
    assert first is not None
    assert document[first.span] == "A"


def test_numbers_of_a_sentence_each_once():
    """A sentence's numbers are those of its markers, each once, as printed."""
    markers = (Marker(Span(0, 1), (3, 1)), Marker(Span(2, 3), (1, 2)))
    assert Sentence(Span(0, 9), 0, 0, markers=markers).numbers == (3, 1, 2)
