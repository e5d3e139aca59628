"""Turns on a page: gold is marked where it is quoted, by the rules by which it is matched."""

from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.evals.cases.gold_text import folded
from chatbot.evals.reports.html_turns import marked

CASES = {
    "once": ("Salt slows the yeast.", ["the yeast"], "Salt slows [the yeast]."),
    "twice": ("salt and salt", ["salt"], "[salt] and [salt]"),
    "other typography": ("a “leaky\u00a0gut” – so", ['"leaky gut" - so'], "a [“leaky\u00a0gut” – so]"),
    "other spaces": ("a  b\n c", ["b c"], "a  [b\n c]"),
    "overlapping": ("abcd", ["abc", "bcd"], "[abcd]"),
    "one inside another": ("the immune cells (3)", ["immune cells", "immune"], "the [immune cells] (3)"),
    "spaces without width": ("so\u200blid", ["solid"], "[solid]"),
    "not there": ("Salt.", ["Sugar"], "Salt."),
    "another case": ("Salt.", ["salt"], "Salt."),
    "nothing to find": ("Salt.", ["", "  "], "Salt."),
}


def shown(pieces):
    """The pieces as one text, marks in brackets; what nobody can see is not written."""
    return "".join(f"[{piece.text}]" if isinstance(piece, Element) else piece for piece in pieces)


@pytest.mark.parametrize(("text", "strings", "wanted"), CASES.values(), ids=CASES)
def test_gold_is_marked(text, strings, wanted):
    """Where it occurs, as it stands there."""
    assert shown(marked(text, strings)) == wanted


@given(st.text("ab \n“-–'\u200b"), st.lists(st.text("ab “\"-'", max_size=3)))
def test_nothing_is_lost_and_what_matches_is_marked(text, strings):
    """The pieces are the text; a mark is there where the string is in the folded text."""
    pieces = marked(text, strings)
    expected = any(folded(string) and folded(string) in folded(text) for string in strings)
    assert any(isinstance(piece, Element) for piece in pieces) == expected
    if "\u200b" not in text:  # which is seen by nobody, and so not written
        plain = "".join(piece.text if isinstance(piece, Element) else piece for piece in pieces)
        assert plain.replace("\n", " ") == text.replace("\n", " ") or "\n" in text
