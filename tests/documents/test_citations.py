"""Citation markers: every printed style, and all that only looks like one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.documents.citations import find
from chatbot.documents.model import Span


def read(text, entries=9):
    """What a text of one paragraph cites, as printed and as numbers, given how many entries its list has."""
    markers = find(text, [Span(0, len(text))], range(1, entries + 1))
    return [(text[marker.span.start : marker.span.end], list(marker.numbers)) for marker in markers]


STYLES = [
    ("It is so (3).", [("(3)", [3])]),
    ("It is so (3, 4).", [("(3, 4)", [3, 4])]),
    ("It is so (3,4).", [("(3,4)", [3, 4])]),
    ("It is so (4-6).", [("(4-6)", [4, 5, 6])]),
    ("It is so (4–6, 8).", [("(4–6, 8)", [4, 5, 6, 8])]),
    ("It is so (3; 5).", [("(3; 5)", [3, 5])]),
    ("It is so ( 3 ).", [("( 3 )", [3])]),
    ("It is so (see 3).", [("(see 3)", [3])]),
    ("It is so (refs. 3,4).", [("(refs. 3,4)", [3, 4])]),
    ("It is so [3].", [("[3]", [3])]),
    ("It is so[3].", [("[3]", [3])]),
    ("It is so [3, 5–7].", [("[3, 5–7]", [3, 5, 6, 7])]),
    ("It is so [3][4].", [("[3]", [3]), ("[4]", [4])]),
    ("It is so [2],[3].", [("[2]", [2]), ("[3]", [3])]),
    ("It is so [2]–[5].", [("[2]–[5]", [2, 3, 4, 5])]),
    ("It is so [3: 58–60, fig. 2].", [("[3: 58–60, fig. 2]", [3])]),
    ("It is so [3, p. 7].", [("[3, p. 7]", [3])]),
    ("It is so [e.g., 7], [8].", [("[e.g., 7]", [7]), ("[8]", [8])]),
    ("It is so.[^3]", [("[^3]", [3])]),
    ("It is so.[^3][^4]", [("[^3]", [3]), ("[^4]", [4])]),
    ("It is so.^3^", [("^3^", [3])]),
    ("It is so.^3,4^", [("^3,4^", [3, 4])]),
    ("It is so.<sup>3</sup>", [("<sup>3</sup>", [3])]),
    ("It is so.<sup>3, 5-7</sup>", [("<sup>3, 5-7</sup>", [3, 5, 6, 7])]),
    ("It is so.<sup>[3]</sup>", [("<sup>[3]</sup>", [3])]),
    ("It is so.³", [("³", [3])]),
    ("It is so.³,⁴", [("³,⁴", [3, 4])]),
    ("It is so.³˒⁴", [("³˒⁴", [3, 4])]),
    ("It is so.³⁻⁵", [("³⁻⁵", [3, 4, 5])]),
    ("In 1999³ it was so.", [("³", [3])]),
    ("First (1), then [2], then.³", [("(1)", [1]), ("[2]", [2]), ("³", [3])]),
]

LOST = [
    ("It ended the war.1In the north it went on.", 2, [("1", [1])]),
    ("It ended the war.1,2The number rose in 1999.", 2, [("1,2", [1, 2])]),
    ("It runs on v1.2In the north, or not.", 2, []),
    ("It is endemic.1–3 Next it is not.", 4, [("1–3", [1, 2, 3])]),
    ("It needs acids.1 The rest does not.", 2, [("1", [1])]),
    ("It is so (for review, see:1).", 2, [("1", [1])]),
    ("The growth factor1,2 is long.", 2, [("1,2", [1, 2])]),
    ("It is (quite long)1 and wide.", 2, [("1", [1])]),
    ("In 2006,1 it was so.", 2, [("1", [1])]),
    ("As shown by Smith et al.,1 it is.", 2, [("1", [1])]),
    ("It was (reviewed in1).", 2, [("1", [1])]),
    ("Start.1 Far off.40 See Fig.2 of it. Two.2", 50, [("1", [1]), ("40", [40]), ("2", [2])]),
    ("It is mild (5–19).1 It is (so).2 It ends.3 Sox2, figure3, CD4.", 20, [("1", [1]), ("2", [2]), ("3", [3])]),
    ("First.1 Second.2 Third.3 (Far)40 Fourth.4", 50, [("1", [1]), ("2", [2]), ("3", [3]), ("4", [4])]),
]

NOTHING = [
    "It was so in that year (1999).",
    "It was so [1999].",
    "It lies in [0, 1].",
    "It has three parts: (1) one, (2) two, and (3) three.",
    "It is the result of (1) one; (2) two.",
    "(1) First do this.",
    "The values were 35 (2–8) and 32 (3–4).",
    "Of them 42% (7) were so.",
    "It follows from Equation (3).",
    "See Fig. (3) and Table (4).",
    "It is so (n = 3).",
    "See Table 3 and Figure 4.",
    "It is 10^3^ and x^2^.",
    "It is 10³ m² or 5 cm³ and R² too.",
    "It is 10<sup>3</sup> m<sup>2</sup>.",
    "It is ³H, and Ca²⁺.",
    "It has CD4, H2O, IL-6, Sox2 and p53.",
    "It is 3.5 m long, at 7:3.",
    "It was on page.",
    "It is [9-3] and [a].",
]


@pytest.mark.parametrize(("text", "expected"), STYLES)
def test_styles(text, expected):
    """A printed marker stays in place and means the numbers that it names."""
    assert read(text) == expected


@pytest.mark.parametrize(("text", "entries", "expected"), LOST)
def test_lost_superscripts(text, entries, expected):
    """Superscripts that lost their markup are found by where they stand and by their order."""
    assert read(text, entries) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_no_citation(text):
    """A number that is something else is no citation, though an entry bears it."""
    assert read(text) == []


@pytest.mark.parametrize(("text", "_"), STYLES)
def test_no_list_no_citation(text, _):
    """Without a reference list there are no citations."""
    assert find(text, [Span(0, len(text))], ()) == []


def test_a_number_without_an_entry_is_no_citation():
    """A marker that names a number the list does not have is none, whatever else it names."""
    assert read("It is [3], [40] and [3, 40].") == [("[3]", [3])]


def test_a_range_skips_numbers_without_an_entry():
    """Inside a range only the numbers count that have an entry."""
    assert [marker.numbers for marker in find("So [2-5].", [Span(0, 9)], (2, 3, 5))] == [(2, 3, 5)]


def test_one_style_an_article():
    """Where brackets cite, numbers in parentheses and lost superscripts do not."""
    text = "It is so [1]. It is (2) of those [2, 3]. It is long.2 It is [4]. There (1) and m².\n"
    assert [printed for printed, _ in read(text, 4)] == ["[1]", "[2, 3]", "[4]"]


def test_only_the_given_places_are_read():
    """Nothing outside the given places is a citation."""
    text = "One (1). Two (2). Three (3)."
    assert [marker.numbers for marker in find(text, [Span(9, 17)], (1, 2, 3))] == [(2,)]


@given(st.text(alphabet="ab1239 .,;:()[]^<>sup/³⁴⁻–-\n", max_size=80), st.sets(st.integers(1, 12)))
def test_markers_are_in_order_and_have_entries(text, entries):
    """For every text: markers rise, do not overlap, and mean numbers that have an entry."""
    markers = find(text, [Span(0, len(text))], entries)
    assert all(a.span.end <= b.span.start for a, b in pairwise(markers))
    assert all(marker.numbers and entries.issuperset(marker.numbers) for marker in markers)


STRAY = [
    ("One is so [1]. " * 21, "It may be.[^1]", 21),
    ("One is so [1]. " * 21, "It may be<sup>1-5</sup>.", 21),
    ("One is so.[^1] " * 21, "It may be [1, 2].", 21),
    ("One is so<sup>1</sup>. " * 3, "It may be (1–9).", 3),
]


@pytest.mark.parametrize(("usual", "stray", "count"), STRAY)
@pytest.mark.parametrize("entries", [1, 9])
def test_a_stray_marker_of_another_style(usual, stray, count, entries):
    """A style that is used often is not dropped for one marker, or one range, of another style."""
    for text in (usual + stray, f"{stray} {usual}"):
        found = read(text, entries)
        assert [numbers for printed, numbers in found if printed in usual] == [[1]] * count


def test_a_range_of_a_whole_list():
    """A range over more works than anybody cites at once is no citation, however short it is printed."""
    assert read("See [1-100].", 9000) == [("[1-100]", list(range(1, 101)))]
    assert read("See [1-9000], and [2].", 9000) == [("[2]", [2])]
    assert read("See [1-60, 101-160].", 9000) == []


def test_markers_that_print_the_same_share_their_numbers():
    """A text that repeats a range thousands of times keeps its numbers once."""
    text = "See [1-90]. " * 3
    markers = find(text, [Span(0, len(text))], range(1, 100))
    assert len(markers) == 3
    assert len({id(marker.numbers) for marker in markers}) == 1
