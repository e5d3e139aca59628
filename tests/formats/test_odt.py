"""OpenDocument texts: headings, lists, notes, superscripts, deletions and paragraph numbers."""

import pytest
from support.files import PERCH_READ, TEXT, archive, odt

from chatbot import formats
from chatbot.errors import ArticleError
from chatbot.formats.odt import convert

NOTE = """<t:note t:note-class="footnote"><t:note-citation>{}</t:note-citation><t:note-body><t:p>Counted by hand.</t:p>
</t:note-body></t:note>"""


def read(text):
    """What is read of a text."""
    return convert(odt(text), "x.odt").text


def test_a_text():
    """Styles and elements make headings, lists and tables; deleted text is gone."""
    assert read(TEXT) == PERCH_READ


def test_citations_and_places():
    """Superscripts and brackets are citations; a place is the number of a paragraph."""
    document = formats.document(odt(TEXT), "x.odt")
    assert [s.numbers for s in document.sentences if s.markers] == [(1, 3), (2,)]
    assert [start.place.paragraph for start in document.places] == [1, 2, 3, 4, 5, 6, 10, 11, 12, 13]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<t:p>a<t:line-break/>b<t:tab/>c</t:p>", "a\nb c\n"),
        ("<t:p>a <t:a>link</t:a><o:annotation><t:p>no</t:p></o:annotation></t:p>", "a link\n"),
        ("<t:section><t:p>a</t:p></t:section>", "a\n"),
        ("<t:table-of-content><t:p>Size 3</t:p></t:table-of-content><t:p>a</t:p>", "a\n"),
        ("<t:p>a<d:frame><d:text-box><t:p>box</t:p></d:text-box></d:frame></t:p>", "a\n\nbox\n"),
        ('<t:p t:style-name="C">a</t:p><t:p t:style-name="C">b</t:p>', "```\na\nb\n```\n"),
        (f"<t:p>So.{NOTE.format(1)}</t:p>", "So.[1]\n\n## References\n\n1. Counted by hand.\n"),
        (f"<t:p>So.{NOTE.format('i')}</t:p>", "So.[i]\n\n[i] Counted by hand.\n"),
        (
            f"<t:p>So.{NOTE.format(1)}</t:p><t:h>References</t:h><t:p>[1] Smith.</t:p>",
            "So.[^note1]\n\n# References\n\n[1] Smith.\n\n[^note1]: Counted by hand.\n",
        ),
        ("<tb:table><tb:table-row><tb:table-cell><t:p>a</t:p></tb:table-cell></tb:table-row></tb:table>", "a\n"),
        ('<t:list t:style-name="L"><t:list-item t:start-value="4"><t:p>a</t:p></t:list-item></t:list>', "4. a\n"),
        (
            '<t:list t:style-name="B"><t:list-item><t:p>a</t:p></t:list-item><t:list-item><t:list t:style-name="L">'
            "<t:list-item><t:p>b</t:p></t:list-item></t:list></t:list-item></t:list>",
            "- a\n   1. b\n",
        ),
        (
            '<t:list t:style-name="L"><t:list-item><t:p>a</t:p></t:list-item></t:list><t:p>so.</t:p>'
            '<t:list t:style-name="L" t:continue-numbering="true"><t:list-item><t:p>b</t:p></t:list-item></t:list>',
            "1. a\n\nso.\n\n2. b\n",
        ),
    ],
)
def test_structure(text, expected):
    """Blocks become Markdown; comments and what is made from the text are left out."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("members", "reason"),
    [({"content.xml": "<a/>"}, "has no|is an OpenDocument file without a text"), ({}, "is an OpenDocument file")],
)
def test_damaged(members, reason):
    """A file without a text is refused."""
    with pytest.raises(ArticleError, match=reason):
        convert(archive({"mimetype": "x"} | members), "x.odt")
