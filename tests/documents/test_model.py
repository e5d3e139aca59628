"""The article as values."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.documents.model import Marker, Place, PlaceStart, Reference, Sentence, Span
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


PHONES = parse("# Phones\n\nTwo.\n\n## A\n\n### Weight\n\nLow.\n\n## B\n\n### Weight\n\nHigh.\n", "phones.md")


def test_the_headings_above_a_section():
    """A section is named by the headings that it stands under; under the title alone, by that."""
    named = {PHONES[s.span]: PHONES.section_name(s.section) for s in PHONES.sentences}
    assert (named["Low."], named["High."], named["Two."]) == ("A > Weight", "B > Weight", "Phones")
    assert PHONES.heading_path(0) == ()
    assert parse("Two.", "x").section_name(0) == ""


def test_subsections():
    """A section has those behind it that are deeper, up to the next of its level."""
    assert [PHONES.subsections(section) for section in range(3)] == [range(5), range(1, 3), range(2, 3)]


def test_a_section_that_goes_on():
    """Behind a box with a heading of its own stands the section around it again."""
    document = parse("# T\n\n<details><summary>S</summary>\n\nA b.\n\n</details>\n\nC d.\n", "x.md")
    assert [(document.section_name(i), s.goes_on) for i, s in enumerate(document.sections)] == [
        ("T", False),
        ("S", False),
        ("T", True),
    ]


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


@pytest.mark.parametrize(("offset", "page"), [(6, None), (7, 1), (19, 1), (28, 2), (10_000, 2)])
def test_the_place_of_an_offset(offset, page):
    """A text stands where the last place at or before it is; before the first place nothing is known."""
    placed = replace(ARTICLE, places=(PlaceStart(7, Place(page=1)), PlaceStart(28, Place(page=2))))
    found = placed.place(offset)
    assert (found and found.page) == page


def test_plain_text_has_no_places():
    """Plain text has lines only."""
    assert ARTICLE.place(30) is None


@pytest.mark.parametrize(
    ("place", "label"),
    [
        (Place(page=4), "p. 4"),
        (Place(element="methods"), "#methods"),
        (Place(element="one.xhtml#methods"), "one.xhtml#methods"),
        (Place(paragraph=12), "paragraph 12"),
        (Place(element="/html/body/p[2]"), ""),
        (Place(element="one.xhtml#/html/body/p[2]"), ""),
        (Place(), ""),
    ],
)
def test_the_label_of_a_place(place, label):
    """A label is what a person can look up, which an XPath is not."""
    assert place.label == label
