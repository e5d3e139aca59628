"""Word files: headings, lists, notes, superscripts, deletions and paragraph numbers."""

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsdecls
from support.files import PERCH_READ, archive, element, raised, saved, word

from chatbot import formats
from chatbot.errors import ArticleError
from chatbot.formats.docx import convert
from chatbot.formats.numbering import roman


def read(document):
    """What is read of a document."""
    return convert(saved(document), "x.docx").text


def with_notes(document, *, kind="footnote"):
    """A document with a paragraph that has two notes."""
    paragraph = document.add_paragraph("It is so.")
    notes = "".join(f'<w:{kind} w:id="{n}"><w:p><w:r><w:t>Note {n}.</w:t></w:r></w:p></w:{kind}>' for n in (1, 2))
    separator = f'<w:{kind} w:id="0" w:type="separator"><w:p/></w:{kind}>'
    blob = f"<w:{kind}s {nsdecls('w')}>{separator}{notes}</w:{kind}s>".encode()
    part = Part(PackURI(f"/word/{kind}s.xml"), "application/xml", blob, document.part.package)
    document.part.relate_to(part, getattr(RELATIONSHIP_TYPE, f"{kind.upper()}S"))
    for number in (2, 1):  # the order of the marks counts, not that of the ids
        run = paragraph.add_run()
        run._r.append(element(f"{kind}Reference", id=str(number)))
    return document


def test_a_document():
    """Styles make headings and lists, numbers are counted, superscripts in pieces are joined, deleted text is gone."""
    assert read(word()) == PERCH_READ


def test_citations_are_resolved():
    """Superscripts and brackets are citations of the numbered list."""
    document = formats.document(saved(word()), "x.docx")
    assert [s.numbers for s in document.sentences if s.markers] == [(1, 3), (2,)]


def test_every_block_has_its_place():
    """A place is the number of a paragraph, those in tables included."""
    source = word()
    converted = convert(saved(source), "x.docx")
    paragraphs = list(source.element.body.iter(docx.oxml.ns.qn("w:p")))
    for start in converted.places:
        text = "".join(paragraphs[(start.place.paragraph or 0) - 1].itertext())
        shown = converted.text[start.offset :].lstrip("#-|0123456789. ")
        assert text[:3] == shown[:3]


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes(kind):
    """Notes are numbered in the order of their marks, and are the entries of a document without references."""
    text = read(with_notes(docx.Document(), kind=kind))
    assert text == "It is so.[1][2]\n\n## References\n\n1. Note 2.\n2. Note 1.\n"


def test_notes_beside_references():
    """A note of a document that has references cannot be taken for one of them."""
    text = read(with_notes(word()))
    assert "It is so.[^note1][^note2]\n" in text
    assert text.endswith("[^note1]: Note 2.\n\n[^note2]: Note 1.\n")


def test_footnotes_and_endnotes():
    """Endnotes beside footnotes have Roman numbers, as Word prints them."""
    text = read(with_notes(with_notes(docx.Document()), kind="endnote"))
    assert "It is so.[1][2]\n\nIt is so.[i][ii]\n" in text
    assert "\n\n[i] Note 2.\n" in text


def test_lists():
    """A list goes on with its numbers after a paragraph; deeper levels are indented."""
    document = docx.Document()
    for text, style in (("a", "List Number"), ("b", "List Number"), ("so.", None), ("c", "List Number")):
        document.add_paragraph(text, style)
    assert read(document) == "1. a\n2. b\n\nso.\n\n3. c\n"


def test_headings_and_their_looks():
    """A short paragraph in bold is a heading for the eye; the levels of headings count from the title, if any."""
    document = docx.Document()
    document.add_heading("Methods", 1)
    document.add_paragraph().add_run("Sampling").bold = True
    document.add_paragraph().add_run("All of this is bold, and a sentence.").bold = True
    assert read(document) == "# Methods\n\n**Sampling**\n\nAll of this is bold, and a sentence.\n"


def test_what_is_not_read():
    """Hidden text and the table of contents are left out; a link, an insertion and a field's result are read."""
    document = docx.Document()
    document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Size 3", "toc 1")
    paragraph = document.add_paragraph("It is")
    paragraph.add_run(" not").font.hidden = True
    for name in ("ins", "hyperlink", "fldSimple"):
        around, run = element(name), element("r")
        run.append(element("t", f"-{name}"))
        around.append(run)
        paragraph._p.append(around)
    assert read(document) == "It is-ins-hyperlink-fldSimple\n"


def test_line_breaks_and_exponents():
    """A break inside a paragraph is a line; a superscript that is no number is text."""
    document = docx.Document()
    paragraph = document.add_paragraph("3 m")
    raised(paragraph, "2")
    paragraph.add_run(" on the 4")
    raised(paragraph, "th")
    paragraph.add_run().add_break()
    paragraph.add_run("floor.")
    assert read(document) == "3 m² on the 4th\nfloor.\n"


def test_a_table_of_one_column_is_a_box():
    """A table that only draws a frame is read as its paragraphs."""
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "Perch hunt by day."
    assert read(document) == "Perch hunt by day.\n"


def numbered(document, form, text, *, level="0", override=None):
    """Add a paragraph of a list with a format of its own."""
    lists = document.part.numbering_part.element
    abstract, number = element("abstractNum", abstractNumId="90"), element("num", numId="91")
    for depth in ("0", "1"):
        made = element("lvl", ilvl=depth)
        made.extend([element("numFmt", val=form), element("lvlText", val=f"%{int(depth) + 1})")])
        abstract.append(made)
    number.append(element("abstractNumId", val="90"))
    if override:
        changed = element("lvlOverride", ilvl="0")
        changed.append(element("startOverride", val=override))
        number.append(changed)
    if not any(child.get(docx.oxml.ns.qn("w:numId")) == "91" for child in lists):
        lists.extend([abstract, number])
    paragraph = document.add_paragraph(text)
    properties = element("numPr")
    properties.extend([element("ilvl", val=level), element("numId", val="91")])
    paragraph._p.get_or_add_pPr().append(properties)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("lowerLetter", "a) one\nb) two\n   a) deep\nc) three\n   a) deep\n"),
        ("upperRoman", "I) one\nII) two\n   I) deep\nIII) three\n   I) deep\n"),
        ("upperLetter", "A) one\nB) two\n   A) deep\nC) three\n   A) deep\n"),
        ("lowerRoman", "i) one\nii) two\n   i) deep\niii) three\n   i) deep\n"),
        ("none", "- ) one\n- ) two\n   - ) deep\n- ) three\n   - ) deep\n"),
    ],
)
def test_numbers_as_they_are_printed(form, expected):
    """Numbers have their format; a deeper level starts again below each item."""
    document = docx.Document()
    for text, level in (("one", "0"), ("two", "0"), ("deep", "1"), ("three", "0"), ("deep", "1")):
        numbered(document, form, text, level=level)
    assert read(document) == expected


def test_a_list_that_says_where_it_starts():
    """A list may start anywhere."""
    document = docx.Document()
    numbered(document, "decimal", "seven", override="7")
    assert read(document) == "7) seven\n"


def test_code_boxes_and_characters():
    """Lines of code are one block; a text box follows its paragraph, once; formulas and symbols are text."""
    document = docx.Document()
    document.styles.add_style("Source Code", WD_STYLE_TYPE.PARAGRAPH)
    for line in ("if a < b:", "    run()"):
        document.add_paragraph(line, "Source Code")
    paragraph = document.add_paragraph("It is ")
    for child in (element("sym", char="00B1"), element("sym", char="F0B1"), element("noBreakHyphen"), element("tab")):
        paragraph.add_run()._r.append(child)
    formula = f"<m:oMath {nsdecls('m')}><m:r><m:t>x</m:t></m:r></m:oMath>"
    paragraph._p.append(docx.oxml.parse_xml(formula))
    box = docx.Document().add_paragraph("In a box.")._p
    old = docx.oxml.parse_xml(f'<mc:Fallback xmlns:mc="m" {nsdecls("w")}><w:txbxContent/></mc:Fallback>')
    around = element("txbxContent")
    around.append(box)
    old[0].append(docx.Document().add_paragraph("In a box.")._p)
    paragraph.add_run()._r.extend([around, old])
    assert read(document) == "```\nif a < b:\nrun()\n```\n\nIt is ±‑ x\n\nIn a box.\n"


def test_a_note_that_is_missing():
    """A mark without a note is none."""
    document = docx.Document()
    document.add_paragraph("So.").add_run()._r.append(element("footnoteReference", id="9"))
    assert read(document) == "So.\n"


def test_roman():
    """Roman numbers, as Word counts endnotes."""
    assert [roman(number) for number in (1, 4, 9, 10, 11, 19, 40)] == ["i", "iv", "ix", "x", "xi", "xix", "xxxx"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (saved(word())[:2000], "is a damaged archive"),
        (archive({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>"}), "is a damaged Word file"),
    ],
)
def test_damaged(source, reason):
    """A file that is no whole Word file is refused."""
    with pytest.raises(ArticleError, match=rf"^x\.docx: {reason}"):
        convert(source, "x.docx")
