"""Markdown: what a reader of the rendered page sees, with its place, and nothing else."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatbot.documents.parser import parse


def read(text, name="a.md"):
    """The kind and text of every sentence."""
    document = parse(text, name)
    return [(sentence.kind.value, document[sentence.span]) for sentence in document.sentences]


def said(text):
    """The texts of the sentences."""
    return [sentence for _, sentence in read(text)]


def paths(text):
    """The headings above each sentence that is no heading."""
    document = parse(text, "a.md")
    body = [sentence for sentence in document.sentences if sentence.kind.value != "heading"]
    return [(document[s.span], document.section_name(s.section)) for s in body]


UNSEEN = [
    ("front matter in TOML", '+++\ntitle = "Rules"\n+++\n\nBees fly.\n', ["Bees fly."]),
    ("plus signs that are not closed", "+++\n\nBees fly.\n", ["Bees fly."]),
    ("front matter", "---\ntitle: Rules\ntags:\n  - one\n---\n\nBees fly.\n", ["Bees fly."]),
    ("a comment", "Bees fly.\n\n<!-- Wasps\n\ndo not. -->\n\nThey hum.\n", ["Bees fly.", "They hum."]),
    ("a comment in a line", "Bees fly. <!-- or not --> They hum.\n", ["Bees fly.", "They hum."]),
    ("a declaration", "<!DOCTYPE html>\n\nBees fly.\n", ["Bees fly."]),
    ("a link definition", "Bees fly [high][up].\n\n[up]: https://example.org 'Up'\n", ["Bees fly [high][up]."]),
    ("a numbered link definition", "Bees fly [high][1].\n\n[1]: https://example.org\n", ["Bees fly [high][1]."]),
    ("images", "[![Build](a.svg)](b) ![Logo](c.png)\n\nBees fly.\n", ["Bees fly."]),
    ("an image before a text", "![Bee](bee.png) Bees fly.\n", ["Bees fly."]),
    ("an anchor", '<a id="top"></a>Bees fly.\n', ["Bees fly."]),
    ("tags", "<div>\n<p align='left'>Bees fly.</p>\n<img src='x.png' alt='Bee'>\n</div>\n", ["Bees fly."]),
    (
        "an image in a sentence",
        "Bees <img src='x.png'> fly.\n\n<img src='y.png'> Wax melts.\n",
        ["Bees <img src='x.png'> fly.", "Wax melts."],
    ),
    ("a script", "<script>\nlet bees = 1;\n\nfly();\n</script>\n\nBees fly.\n", ["Bees fly."]),
    ("a contents list", "- [Bees](#bees)\n  - [Wings](#wings)\n- [Hum](#hum) 3\n\nBees fly.\n", ["Bees fly."]),
    ("an empty heading", "#\n\nBees fly.\n", ["Bees fly."]),
    ("a rule", "Bees fly.\n\n***\n\nThey hum.\n", ["Bees fly.", "They hum."]),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in UNSEEN], ids=[case[0] for case in UNSEEN])
def test_what_is_not_shown(text, expected):
    """What the rendered page does not show is no sentence; its neighbours are cut at their words."""
    assert said(text + "\nThis is the end.\n") == [*expected, "This is the end."]


SHOWN = [
    (
        "wrapped lines",
        "The hive of\nOur Town is\nlarge. It hums.\n",
        [("prose", "The hive of\nOur Town is\nlarge."), ("prose", "It hums.")],
    ),
    ("a hard break", "Rose Lane 5  \nKiel\n", [("prose", "Rose Lane 5"), ("prose", "Kiel")]),
    ("a backslash", "Rose Lane 5\\\nKiel\n", [("prose", "Rose Lane 5"), ("prose", "Kiel")]),
    ("<br>", "Wax melts<br>Honey flows<br/>", [("prose", "Wax melts"), ("prose", "Honey flows")]),
    ("<br> in code", "Write `<br>` and go on.\n", [("prose", "Write `<br>` and go on.")]),
    ("tags in a sentence", "Press <kbd>Esc</kbd> now.\n", [("prose", "Press <kbd>Esc</kbd> now.")]),
    ("a link", "See [the\nrules](x.md) now.\n", [("prose", "See [the\nrules](x.md) now.")]),
    (
        "links to other pages",
        "- [Wax](wax.md)\n- [Bees](#bees)\n",
        [("item", "[Wax](wax.md)"), ("item", "[Bees](#bees)")],
    ),
    (
        "nested lists",
        "- One\n  - Two\n    more\n- Three\n",
        [("item", "One"), ("item", "Two\n    more"), ("item", "Three")],
    ),
    ("numbers", "1. One\n2) Two\n", [("item", "1. One"), ("item", "2) Two")]),
    (
        "an item's paragraphs",
        "- One\n\n  Two is so. Three.\n",
        [("item", "One"), ("prose", "Two is so."), ("prose", "Three.")],
    ),
    ("an item's code", "1. Run\n\n   ```\n   go\n   ```\n", [("item", "1. Run"), ("code", "go")]),
    ("a block quote", "> Bees fly. They\n> hum.\n", [("prose", "Bees fly."), ("prose", "They\n> hum.")]),
    ("a fence", "~~~ py\nx = 1\n\n# no heading\n~~~\n", [("code", "x = 1\n\n# no heading")]),
    ("an indented text", "    Bees fly. They hum.\n", [("prose", "Bees fly."), ("prose", "They hum.")]),
    ("indented code", "    x = f(1);\n    y = 2;\n", [("code", "x = f(1);\n    y = 2;")]),
    ("a table", "| a | b |\n|--|--|\n| c | d |\n", [("table", "| a | b |\n|--|--|\n| c | d |")]),
    ("marks that are no Markdown", "(a) one\n(b) two\n", [("item", "(a) one"), ("item", "(b) two")]),
    (
        "a list in HTML",
        "<ul><li>One</li>\n<li>Two <b>bold</b></li></ul>\n",
        [("item", "One"), ("item", "Two <b>bold</b>")],
    ),
    ("entities", "<p>Salt &amp; oil &#33;</p>\n", [("prose", "Salt &amp; oil &#33;")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in SHOWN], ids=[case[0] for case in SHOWN])
def test_what_is_shown(text, expected):
    """Every block is read as it is shown."""
    opening = "Bees are kept in many towns.\n\n"
    assert read(f"# Title\n\n{opening}{text}\n\n## End\n\nIt is.\n")[2:-2] == expected


@pytest.mark.parametrize(("opening", "expected"), [("```\n", [("code", "Wasps sting.")]), ("<!-- ", [])])
def test_what_is_never_closed(opening, expected):
    """A fence or a comment without an end reaches to the end of the page."""
    assert read(f"# T\n\nBees fly.\n\n{opening}Wasps sting.\n")[2:] == expected


HEADINGS = [
    ("marked", "# A\n\n## B ##\n\nOne.\n\n### C\n\nTwo.\n\n## D\n\nThree.\n", ["B", "B > C", "D"]),
    ("underlined", "A\n===\n\nB\n---\n\nOne.\n\nC of\nlines\n---\n\nTwo.\n", ["B", "C of\nlines"]),
    (
        "in HTML",
        "<h1 align=center>A</h1>\n\n<h2 id=b>B <i>c</i></h2>\n\nOne.\n\n<h3>D</h3>\n\nTwo.\n",
        ["B <i>c</i>", "B <i>c</i> > D"],
    ),
    ("in bold", "# A\n\n## B\n\n**C d**\n\nOne.\n\n**E**\n\nTwo.\n", ["B > C d", "B > E"]),
    ("a label", "# A\n\n## B\n\n**C.** One.\n\nTwo.\n\n*D e.* Three.\n", ["B > C.", "B > C.", "B > D e."]),
    ("a summary", "# A\n\n<details>\n<summary><b>B</b></summary>\n\nOne.\n\n</details>\n\nTwo.\n", ["B", "A"]),
    (
        "behind a box",
        "# A\n\n<details>\n<summary>B</summary>\n\n**C.** One.\n\n</details>\n\n### D\n\nTwo.\n\n*E.* Three.\n",
        ["B > C.", "D", "D > E."],
    ),
    ("in an item", "# A\n\n1. **B**\n\n   One.\n\n2. **C**\n\n   Two.\n\nThree.\n", ["B", "C", "A"]),
    ("an item's own label", "# A\n\n## B\n\n**C.** One.\n\n1. **D.** Two.\n", ["B > C.", "B"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in HEADINGS], ids=[case[0] for case in HEADINGS])
def test_headings(text, expected):
    """A sentence stands under the headings above it, and not under those of a box that ended before it."""
    assert [name for _, name in paths(text)] == expected


def test_a_footnote_with_several_paragraphs():
    """A definition is an entry or a note, whole, and no sentence."""
    text = "# T\n\nBees fly[^1]. They hum[^a].\n\n[^1]: Smith A. Bees. 2001.\n\n[^a]: A loud hum.\n\n    Very loud.\n"
    document = parse(text, "a.md")
    assert next(document[entry.span] for entry in document.references) == "Smith A. Bees. 2001."
    assert [document[note.span] for note in document.notes] == ["A loud hum.\n\n    Very loud."]
    assert said(text) == ["T", "Bees fly[^1].", "They hum[^a]."]
    assert not any("2001" in sentence for sentence in said(text))


def test_entries_inside_a_paragraph():
    """A reference list is cut out of the blocks that its lines are in."""
    text = "# T\n\nBees fly [1].\nReferences\n[1] Smith A. Bees. 2001.\n[2] Doe B. Wax. 2002.\n\nThe end is here.\n"
    assert said(text) == ["T", "Bees fly [1].", "The end is here."]


def test_definitions_as_references():
    """Link definitions with numbers under a heading of references are its entries."""
    document = parse(
        "# T\n\nBees fly [1].\n\n## References\n\n[1]: https://example.org/a\n[2]: https://example.org/b\n", "a.md"
    )
    assert [(entry.number, document[entry.span]) for entry in document.references] == [
        (1, "https://example.org/a"),
        (2, "https://example.org/b"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end):
    """Places are those of the text, however its lines end."""
    text = "# T\n\nOne is\nso.\n\n- Two\n\n<p>\nThree</p>\n".replace("\n", end)
    assert said(text) == ["T", f"One is{end}so.", "Two", "Three"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.txt", "## One\n\nA b\nC d\n", True),
        ("a.txt", "```\nx\n```\n\nA b\nC d\n", True),
        ("a.txt", "```\nx\n\nA b\nC d\n", False),
        ("a.txt", "#1 is the best\n\nA b\nC d\n", False),
        ("a.MD", "A b\nC d\n", True),
        ("a.txt", "A b\nC d\n", False),
    ],
)
def test_which_texts_are_markdown(name, text, expected):
    """By its name, or by a heading or a fence; only there wrapped lines are one text."""
    assert (("prose", "A b\nC d") in read(f"{text}\nIt ends.\n", name)) is expected


def test_told_what_it_is():
    """Who makes Markdown out of another format can say so."""
    assert parse("It is\nSo.", "a.html", is_markdown=True).sentences[0].span == (0, 9)


PIECES = [
    "# ", "## ", "- ", "1. ", "> ", "[1] ", "[^1]: ", "[^a]: ", "[x]: y\n", "[1]: y\n", "\n", "\n\n", "\r\n",
    "\r", "```\n",
    "| a | b |\n", "|---|---|\n", "---\n", "===\n", "It is so. ", "**Bold.** ", "*It.* ", "<details>\n", "</details>\n",
    "<summary>S</summary>\n", "<h2>H</h2>\n", "<!-- c -->", "<!-- ", "-->", "<b>", "</b>", "<p>", "<br>", "![i](u)",
    "[![i](u)](v)", "[a](#b)", "  \n", "\\\n", "`c`", "``", "    ", "\t", "\0", "\ud800", "😀", "&amp;", "<a id=x></a>",
    "<script>", "</script>", "<?", "<!X ", "<![foo[", "<![CDATA[", "\u2028", "§ 3. Title. ", "word", "* * *\n", "(a) ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@example("<![CDATA[ (a) \n\n1. <?</details>\n§ 3. Title. \n")
@example("<p>1. <?<script>[^a]: (a) </details>\nArticle 2. > </b>word -->    b")
@settings(max_examples=300, deadline=None)
def test_every_markdown_is_a_document(text):
    """Nothing is refused; sentences are in order, apart, and in the order of their sections."""
    document = parse(text, "a.md")
    spans = [sentence.span for sentence in document.sentences]
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(document[span] and document[span] == document[span].strip() for span in spans)
    sections = [sentence.section for sentence in document.sentences]
    assert sections == sorted(sections)
    assert not sections or sections[-1] < len(document.sections)
    assert not any(s.start < e.span.end and e.span.start < s.end for s in spans for e in document.references)


LINES = [
    "# {}",
    "{} {}.",
    "- {}",
    "  - {}",
    "1. {}",
    "> {} {}",
    "    {}",
    "",
    "",
    "**{}.** {}",
    "<p>{}</p>",
    "{}  ",
    "---",
]


@given(st.lists(st.sampled_from(LINES), max_size=20))
def test_no_visible_word_is_lost(lines):
    """Every word of the page is in a sentence, once and in its place."""
    words = (f"w{number}x" for number in range(100))
    text = "\n".join(line.format(next(words), next(words)) for line in ["{} is so.", "", *lines])
    document = parse(text, "a.md")
    read_words = "".join(f" {document[sentence.span]} " for sentence in document.sentences)
    assert re.findall(r"w\d+x", read_words) == re.findall(r"w\d+x", text)


@pytest.mark.parametrize(
    "text",
    [
        "![",
        "<!-- ",
        "<a ",
        '<a "',
        "<b>",
        "[a](",
        "> ",
        "- x\n",
        "<details>\n\n",
        "**B.** c\n\n",
        "1. **B**\n\n   c\n\n",
        "a<br>",
    ],
)
def test_long_documents(text):
    """A hundred thousand characters of anything are read at once: no step looks at all of it again."""
    assert parse(text * (100_000 // len(text)), "a.md").text
