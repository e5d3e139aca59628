"""JATS XML: sections, citations, tables, boxes and the reference list."""

from contextlib import suppress

import pytest
from lxml import etree
from support.files import JATS

from chatbot import formats
from chatbot.errors import ArticleError
from chatbot.formats import jats

READ = """\
# Perch

Jane Roe

## Abstract

Perch were measured.

## 1 Size

A perch is 30 cm long.[1–3] It weighs 300 g [2]. It needs 3 m³ of water.

1. Catch it.
2. Measure it.

Table 1

Prey by month.

| Month | Prey |
| --- | --- |
| May | fry |

a At noon.

### Key points

Perch hunt by day.

## References

1. Smith A. Size. 1990.
2. Jones B. Weight. J Fish. 1991;7:1–9.
3. Brown C. Lakes. 1992.
"""
ARTICLE = '<article article-type="a"><body>{}</body><back>{}</back></article>'


def read(body, back=""):
    """What is read of a body."""
    return jats.convert(ARTICLE.format(body, back).encode(), "x.xml").text


def test_an_article():
    """All of an article is read: abstract, sections, lists, tables with notes, boxes, references."""
    assert jats.convert(JATS.encode(), "x.xml").text == READ


def test_citations_are_resolved():
    """The numbers of `xref` are those of the list; an exponent is none."""
    document = formats.document(JATS.encode(), "x.xml")
    assert [s.numbers for s in document.sentences if s.markers] == [(1, 2, 3), (2,)]
    assert [entry.number for entry in document.references] == [1, 2, 3]


def test_every_block_has_its_place():
    """A place is the id of an element, or an XPath that leads to it."""
    root = etree.fromstring(JATS.encode())
    for start in jats.convert(JATS.encode(), "x.xml").places:
        name = start.place.element or ""
        assert len(root.xpath(name) if name.startswith("/") else root.xpath("//*[@id=$name]", name=name)) == 1


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('<p>So <xref ref-type="bibr" rid="r1"/>.</p>', "So [1]."),
        ('<p>So <xref ref-type="bibr" rid="r1">Smith et al., 1990</xref>.</p>', "So Smith et al., 1990."),
        ('<p>So<sup><xref ref-type="fn" rid="f1">1</xref></sup>.</p>', "So[^note1]."),
        ('<p>See <xref ref-type="fig" rid="g1">Fig. 1</xref>.</p>', "See Fig. 1."),
        ("<p>a<break/>b</p>", "a\nb"),
        ("<disp-quote><p>He said.</p></disp-quote>", "He said."),
        ("<preformat>a\n b</preformat>", "```\na\n b\n```"),
        (
            "<def-list><def-item><term>Fry</term><def><p>Small fish.</p></def></def-item></def-list>",
            "- Fry\n  Small fish.",
        ),
        ("<list><title>Steps</title><list-item><p>a</p></list-item></list>", "Steps\n\n- a"),
        (
            '<p>So<xref ref-type="fn" rid="f">1</xref>.</p><fn-group><title>Notes</title><fn id="f"><label>1</label>'
            "<p>By hand.</p></fn><fn><p>No funds.</p></fn></fn-group>",
            "So[^note1].\n\n## Notes\n\n[^note1]: By hand.\n\nNo funds.",
        ),
        ("<p>A <inline-formula><mml:math xmlns:mml='m'>x</mml:math></inline-formula> b.</p>", "A x b."),
    ],
)
def test_structure(body, text):
    """Blocks become Markdown; a citation without a text gets the number of its entry."""
    back = '<ref-list><ref id="r1"><mixed-citation>Smith A. 1990.</mixed-citation></ref></ref-list>'
    assert read(body, back) == f"{text}\n\n## References\n\n1. Smith A. 1990.\n"


def test_notes_without_references():
    """Where an article has notes and no references, the notes are its entries."""
    note = '<fn-group><fn id="f"><label>1</label><p>Counted by hand.</p></fn></fn-group>'
    text = read('<p>So<sup><xref ref-type="fn" rid="f">1</xref></sup>.</p>', note)
    assert text == "So[1].\n\n## References\n\n1. Counted by hand.\n"


@pytest.mark.parametrize(
    ("reference", "entry"),
    [
        ("<label>[4]</label><mixed-citation>Roe J. 1990.</mixed-citation>", "4. Roe J. 1990."),
        (
            "<element-citation><name><surname>Roe</surname></name><collab>The board</collab><etal/>"
            "<chapter-title>Eggs</chapter-title><year>1990</year><elocation-id>e7</elocation-id>"
            '<pub-id pub-id-type="doi">10.1/x</pub-id></element-citation>',
            "1. Roe, The board, et al. Eggs. 1990:e7. 10.1/x",
        ),
        ("<element-citation><collab>The board</collab><year>1990</year></element-citation>", "1. The board. 1990."),
        ("<label>*</label><mixed-citation>Of interest.</mixed-citation>", "Of interest."),
        ("<note><p>See also there.</p></note>", "1. See also there."),
    ],
)
def test_references(reference, entry):
    """A reference is read as it is printed; one that has only parts, as PubMed Central prints it."""
    back = f"<ack><p>We thank.</p></ack><ref-list><p>All.</p><ref-list><ref>{reference}</ref></ref-list></ref-list>"
    text = read("<p>So.</p>", back)
    assert text.startswith("So.\n\n## Acknowledgements\n\nWe thank.\n\nAll.\n\n")
    assert text.endswith(f"\n\n{entry}\n")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<?xml version='1.0'?><catalogue><fish/></catalogue>", "is XML, but no JATS article"),
        ("<article article-type='a'><body><p>a", "cannot be understood"),
        ("<article article-type='a'>" + "<sec>" * 300 + "</sec>" * 300 + "</article>", "cannot be understood"),
    ],
)
def test_files_that_cannot_be_read(source, reason):
    """Other XML, and XML that is none, is refused."""
    with pytest.raises(ArticleError, match=rf"^x\.xml: {reason}"):
        jats.convert(source.encode(), "x.xml")


def test_entities_are_not_followed(tmp_path):
    """No file and no network is read, and no entity of the document's own is expanded; characters by name are."""
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    declared = f'<!DOCTYPE article [<!ENTITY own "owned"><!ENTITY file SYSTEM "{secret.as_uri()}">]>'
    source = declared + ARTICLE.format("<p>A&nbsp;&eacute; &own; &file; b.</p>", "")
    assert jats.convert(source.encode(), "x.xml").text == "A\xa0é b.\n"


def test_an_entity_bomb():
    """Entities that would expand to gigabytes do not."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    source = f"<!DOCTYPE article [{levels}]>{ARTICLE.format('<p>A &a11; b.</p>', '')}"
    read = ""
    with suppress(ArticleError):  # newer versions of libxml2 refuse it
        read = jats.convert(source.encode(), "x.xml").text
    assert len(read) < 100
