"""A document as a tree: what a reader sees, with leaves that are places in the text."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.articles import HONEY, LAKES

from chatbot.documents.model import Place, PlaceStart
from chatbot.documents.parser import parse
from chatbot.documents.rendering import Element, Leaf, as_lists, rendered
from chatbot.documents.rendering.nodes import leaves

PLAIN = """Keeping bees

A hive holds about 50,000 bees
in summer.¹

- Wax
- Honey

a\tb
1\t2

----

References

1. Smith AB. Bees. 2001. PMID: 123
   doi:10.1000/182
2. Jones C. Wax. https://example.org/wax.
"""


def shown(text, name="a.md"):
    """The tree of a text, with the texts of the leaves, as nested lists."""
    document = parse(text, name)

    def nested(node):
        if isinstance(node, Leaf):
            return document.text[node.start : node.end] if node.shown is None else (node.shown,)
        return [node.tag, *(node.attributes.values()), *map(nested, node.children)]

    return [nested(node) for node in rendered(document)]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("# One *two*", [["h1", "One ", ["em", "two"]]]),
        ("a **b** `c`\nd", [["p", "a ", ["strong", "b"], " ", ["code", "c"], "\n", "d"]]),
        ("a\\* &amp; b", [["p", "a", ("*",), " ", ("&",), " b"]]),
        ("a  \nb", [["p", "a", ["br"], "b"]]),
        ("[a](https://x.org/b_(c) 'd') e", [["p", ["a", "https://x.org/b_(c)", "a"], " e"]]),
        ("[a](javascript:b) c", [["p", "[a](javascript:b) c"]]),
        ("[a](data.csv)", [["p", ["a", "a"]]]),
        ("<https://x.org>", [["p", ["a", "https://x.org", "https://x.org"]]]),
        ("![a b](c.png) d", [["p", ["span", "image", "a b"], " d"]]),
        ("> a\n> b", [["blockquote", ["p", "a", "\n", "b"]]]),
        ("- a\n- b\n  1. c", [["ul", ["li", "a"], ["li", "b", ["ol", ["li", "c"]]]]]),
        ("3. a\n4. b", [["ol", "3", ["li", "a"], ["li", "b"]]]),
        ("```sh\na\n\nb\n```", [["pre", "a\n", "\n", "b\n"]]),
        ("a\n\n---\n\nb", [["p", "a"], ["hr"], ["p", "b"]]),
        ("---\ntitle: a\n---\n\n# b", [["h1", "b"]]),
    ],
)
def test_markdown(text, tree):
    """Markup is elements; what it is written with is not in any leaf."""
    assert shown(text) == tree


def test_html_is_shown_as_meant_or_as_written():
    """Tags with a meaning become elements without attributes, those that arrange nothing, all others text."""
    tree = shown("a<sup>2</sup> <img src=x onerror=b><span class=c>d</span> <script>e</script> <b onclick=f>g</b>")
    assert tree == [
        ["p", "a", ["sup", "2"], " ", "d", " ", "<script>", "e", "</script>", " ", ["b", "g"]],
    ]
    assert shown("<div><h2>Care</h2>\n<p>Wax <em>melts</em>.</p></div>") == [
        ["h2", "Care"],
        ["p", "Wax ", ["em", "melts"], "."],
    ]


def test_tables():
    """A cell has its alignment, and a bar that is no border stays in it."""
    tree = shown("| a | b |\n|---|--:|\n| 1 \\| 2 | `3` |")
    assert tree == [
        [
            "table",
            ["thead", ["tr", ["th", "a"], ["th", "right", "b"]]],
            ["tbody", ["tr", ["td", ("1 | 2",)], ["td", "right", ["code", "3"]]]],
        ]
    ]


def test_plain_text():
    """A plain text has the blocks that its parser made out; no line with a word is left out, no rule is shown."""
    assert shown(PLAIN, "a.txt") == [
        ["h1", "Keeping bees"],
        ["p", "A hive holds about 50,000 bees\nin summer.¹"],
        ["ul", ["li", "Wax"], ["li", "Honey"]],
        ["table", ["tbody", ["tr", ["td", "a"], ["td", "b"]], ["tr", ["td", "1"], ["td", "2"]]]],
        ["h2", "References"],
        [
            "ol",
            "entries",
            [
                "li",
                ["span", "label", "1."],
                "Smith AB. Bees. 2001. ",
                ["a", "https://pubmed.ncbi.nlm.nih.gov/123", "PMID: 123"],
                "\n",
                "doi:",
                ["a", "https://doi.org/10.1000/182", "10.1000/182"],
            ],
            [
                "li",
                ["span", "label", "2."],
                "Jones C. Wax. ",
                ["a", "https://example.org/wax", "https://example.org/wax"],
                ".",
            ],
        ],
    ]


def test_a_repeated_title_stands_once():
    """A heading right below the same heading is not shown again."""
    assert shown("# Bees\n\n# Bees\n\nA hive.\n") == [["h1", "Bees"], ["p", "A hive."]]


def as_items(document):
    """The items of the last block."""
    last = rendered(document)[-1]
    return last.children if isinstance(last, Element) else []


@pytest.mark.parametrize("text", [HONEY, LAKES])
def test_every_entry_is_an_item(text):
    """The reference list is one list with an item for each entry, behind its heading."""
    document = parse(text, "a.md")
    *_, (heading, title), (entries, *items) = shown(text)
    assert (heading, title, entries, items[0]) == ("h2", "References", "ol", "entries")
    assert len(items[1:]) == len(document.references)
    ends = [max(leaf.end for leaf in leaves([item])) for item in as_items(document)]
    assert ends == [entry.span.end for entry in document.references]


def test_what_other_formats_are_read_as_is_markdown():
    """A document that was read from another format is Markdown, whatever its name is."""
    read = parse("*a* b c", "a.pdf", is_markdown=True)
    document = replace(read, places=(PlaceStart(0, Place(page=1)),))
    assert as_lists(rendered(document)) == [
        {"tag": "p", "children": [{"tag": "em", "children": [[1, 2]]}, [3, 7]]},
    ]


@given(st.text(alphabet='ab \n#*_`[]()<>!&|-1.\\"~:/', max_size=120))
def test_leaves_are_in_order(text):
    """Whatever a text is, the leaves are places in it, in order, none of which overlaps another."""
    document = parse(f"# T\n\n{text}", "a.md")
    found = list(leaves(rendered(document)))
    edges = [edge for leaf in found for edge in (leaf.start, leaf.end)]
    assert edges == sorted(edges)
    assert edges[-1] <= len(document.text)


@given(st.text(alphabet="ab \n\t*-1.|=", max_size=120))
def test_no_word_of_a_plain_text_is_lost(text):
    """Every letter of a plain text is in a leaf, but for headings that are repeated."""
    document = parse(text, "a.txt")
    headings = [document[section.heading] for section in document.sections if section.heading]
    assume(len(headings) == len(set(headings)))
    covered = {offset for leaf in leaves(rendered(document)) for offset in range(leaf.start, leaf.end)}
    assert [offset for offset, char in enumerate(text) if char in "ab" and offset not in covered] == []
