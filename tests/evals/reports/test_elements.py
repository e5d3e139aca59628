"""Elements of texts that may hold anything."""

from xml.etree.ElementTree import fromstring, tostring

from hypothesis import given
from hypothesis import strategies as st

from chatbot.evals.reports.elements import clean, element


def test_children_and_texts_stand_in_their_order():
    """A text after a child too; None is nothing."""
    made = element("p", "a", None, element("b", "c"), "d", "e", element("i"), lang="en", class_="x", aria_label="y")
    assert tostring(made, encoding="unicode") == '<p lang="en" class="x" aria-label="y">a<b>c</b>de<i /></p>'


def test_lines_stay():
    """Other controls are pictured, what cannot be seen is taken away."""
    assert clean("a\nb\x00\u202e\ud800\uffff") == "a\nb␀\ufffd\ufffd"


@given(st.text(st.characters()), st.text(st.characters()))
def test_whatever_a_text_holds_it_stays_text(text, value):
    """It is read back as it was written."""
    made = fromstring(tostring(element("p", text, title=value), encoding="utf-8"))
    assert (made.text or "", made.get("title")) == (clean(text), clean(value))
