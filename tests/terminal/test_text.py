"""Styled text: safe in any terminal, legible without colour, and never wider than the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.articles import lakes
from wcwidth import wcswidth

from chatbot.terminal.text import MAX_WIDTH, Page, cells, names, painted, paragraph, plain, sanitised, stacked, wrapped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words", "plain words"),
        ("two\nlines", "two lines"),
        ("two\r\n    lines", "two lines"),
        ("a\ttab", "a tab"),
        ("next\x85line\u2028and\u2029more", "next line and more"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("a\x00b\x7fc", "a␀b␡c"),
        ("a\x9b31mb", "a\ufffd31mb"),
        ("\u202eevil\u202c and \u2066isolated\u2069", "evil and isolated"),
        ("in\u200bvisi\u00adble\ufeff", "invisible"),
        ("pay\u200dpal", "paypal"),
        ("👩\u200d🔬 \u06cc\u200c\u06a9", "👩\u200d🔬 \u06cc\u200c\u06a9"),
        ("lone \udc80 surrogate", "lone \ufffd surrogate"),
        ("tag\U000e0041", "tag"),
        ("no\u00a0break, e\u0301 and 漢", "no\u00a0break, e\u0301 and 漢"),
    ],
)
def test_sanitised(text, expected):
    """Control characters become visible, invisible formats are removed, line breaks become spaces."""
    assert sanitised(text) == expected


@given(st.text())
def test_sanitised_text_is_printable(text):
    """Sanitised text has no control character, surrogate or bidirectional override."""
    clean = sanitised(text)
    assert not [c for c in clean if ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000]
    assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    assert sanitised(clean) == clean


_TEXTS = st.text(st.sampled_from("ab  –é漢字👍\u00a0"), max_size=80)


@given(st.lists(st.tuples(st.sampled_from(["", "number"]), _TEXTS), max_size=4), st.integers(2, 30))
def test_wrapped_lines_fit_and_lose_nothing(fragments, width):
    """No line is too wide, and nothing but spaces at line ends is lost."""
    lines = [plain(line) for line in wrapped(fragments, width)]
    assert all(wcswidth(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == plain(fragments).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 11, "│ one two\n│ three\n"),
        ("one two three", 3, "│ one two\n│ three\n"),  # at least 8 cells of text; a narrower terminal wraps them
        ("one two three", 12, "│ one two\n│ three\n"),
        ("漢字漢字漢字", 10, "│ 漢字漢字\n│ 漢字\n"),
        ("indestructible", 12, "│ indestruct\n│ ible\n"),
        ("    code stays in", 14, "│     code\n│ stays in\n"),
        ("one two three", None, "│ one two three\n"),
        ("", 20, "│ \n"),
    ],
)
def test_paragraph(text, width, expected):
    """A paragraph has its prefix on every line, and its width is measured in cells."""
    bar = (("bar", "│ "),)
    assert plain(paragraph([("", text)], width, bar, bar)) == expected


@pytest.mark.parametrize("text", ["plain", "naïve – “quoted”", "漢字", "e\u0301", "👩\u200d🔬"])
def test_cells(text):
    """The short cut for common text measures as wcwidth does."""
    assert cells(text) == wcswidth(text)


def test_paint():
    """Styles become escape sequences, which neighbours with the same style share."""
    fragments = [("", "a "), ("number", "(1"), ("number", ")"), ("quote", " b")]
    assert painted(fragments) == "a \x1b[1;36m(1)\x1b[0m b"


def test_stacked():
    """Blocks are separated by one empty line; empty blocks are left out."""
    assert plain(stacked([[], [("", "a\n")], [], [("", "b\n")]])) == "a\n\nb\n"
    assert stacked([]) == []


def test_names_of_documents():
    """Documents are named by title, and told apart even if they are equal; a single document needs no name."""
    one, two, three = documents = lakes("a.md"), lakes("b.md"), lakes("a.md")
    page = Page(documents=documents)
    assert [page.name(document) for document in documents] == ["Lakes (a.md)", "Lakes (b.md)", "Lakes (a.md, 2)"]
    assert Page(documents=(one, lakes(text="# Ponds\n\nWet.\n"))).name(one) == "Lakes"
    untitled = lakes("c.md", "Wet.\n"), lakes("d.md", "Dry.\n")
    assert names(untitled) == ["c.md", "d.md"]
    assert (two.name, three.name) == ("b.md", "a.md")
    assert Page(documents=(one,)).name(one) == ""


def test_maximum_width():
    """Lines are readable on a wide screen."""
    assert 60 <= MAX_WIDTH <= 100
