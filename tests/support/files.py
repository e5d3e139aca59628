"""Small files of the formats that are read, made here: a web page, a JATS article, a Word file, a book."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Perch | Fish site</title>
<style>p { color: red }</style><script>let p = "never";</script></head><body>
<div id="cookie-consent"><p>We use cookies.</p></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/carp">Carp</a></li></ul></nav></header>
<main><article><h1>Perch</h1>
<p id="size">A perch is 30 cm long.<sup><a href="#r1">[1]</a></sup> It lives in lakes.<sup><a href="#r1">1</a>–<a
href="#r3">3</a></sup></p>
<div class="ad-slot"><p>Buy a rod now.</p></div>
<h2 id="food">Food<a class="headerlink" href="#food">¶</a></h2>
<p>It eats:</p><ul><li>small fish</li><li>worms (see <a href="#r2">2</a>)</li></ul>
<table><tr><th>Month</th><th>Prey</th></tr><tr><td>May</td><td>fry</td></tr></table>
<pre>while hungry:
    eat()</pre>
<h2>References</h2><ol><li id="r1">Smith A. Size of perch. 1990. <a href="#size">↩</a></li>
<li id="r2">Jones B. Food. 1991.</li><li id="r3">Brown C. Lakes. 1992.</li></ol>
</article><aside class="related"><p>Read more on carp.</p></aside></main>
<footer><p>All rights reserved.</p></footer></body></html>"""
JATS = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Publishing DTD v1.2 20190208//EN" "JATS-journal1.dtd">
<article article-type="research-article"><front><article-meta><title-group><article-title>Perch</article-title>
</title-group><contrib-group><contrib><name><surname>Roe</surname><given-names>Jane</given-names></name></contrib>
</contrib-group><abstract><p>Perch were measured.</p></abstract></article-meta></front>
<body><sec id="s1"><label>1</label><title>Size</title>
<p id="p1">A perch is 30 cm long.<sup><xref ref-type="bibr" rid="r1">1</xref>–<xref ref-type="bibr"
rid="r3">3</xref></sup> It weighs 300 g [<xref ref-type="bibr" rid="r2">2</xref>]. It needs 3 m<sup>3</sup> of water.
<list list-type="order"><list-item><p>Catch it.</p></list-item><list-item><p>Measure it.</p></list-item></list></p>
<table-wrap id="t1"><label>Table 1</label><caption><p>Prey by month.</p></caption><table><thead><tr><th>Month</th>
<th>Prey</th></tr></thead><tbody><tr><td>May</td><td>fry</td></tr></tbody></table><table-wrap-foot><fn id="n1">
<label>a</label><p>At noon.</p></fn></table-wrap-foot></table-wrap>
<boxed-text id="b1"><caption><title>Key points</title></caption><p>Perch hunt by day.</p></boxed-text></sec></body>
<back><ref-list><title>References</title><ref id="r1"><label>1.</label><mixed-citation>Smith A. Size. 1990.
</mixed-citation></ref><ref id="r2"><label>2.</label><element-citation><person-group><name><surname>Jones</surname>
<given-names>B</given-names></name></person-group><article-title>Weight</article-title><source>J Fish</source>
<year>1991</year><volume>7</volume><fpage>1</fpage><lpage>9</lpage></element-citation></ref><ref id="r3"><label>3.
</label><mixed-citation>Brown C. Lakes. 1992.</mixed-citation></ref></ref-list></back></article>"""
_CONTAINER = """<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>"""
_PACKAGE = """<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Fish</dc:title></metadata>
<manifest><item id="nav" href="nav.xhtml" properties="nav"/><item id="b" href="b.xhtml"/><item id="a" href="a.xhtml"/>
<item id="n" href="notes.xhtml"/></manifest>
<spine><itemref idref="nav"/><itemref idref="b"/><itemref idref="a"/><itemref idref="n"/></spine></package>"""
_CHAPTER = """<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<head><title>-</title></head><body><h1>{title}</h1><p id="p1">{text}</p></body></html>"""
_NOTES = '<ol><li id="n1">Smith A. 1990. <a href="b.xhtml#p1">back</a></li></ol>'
BOOK = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": _CONTAINER,
    "OPS/book.opf": _PACKAGE,
    "OPS/nav.xhtml": _CHAPTER.format(title="Contents", text="Perch and carp."),
    "OPS/a.xhtml": _CHAPTER.format(title="Carp", text="A carp is&nbsp;big."),
    "OPS/b.xhtml": _CHAPTER.format(title="Perch", text='A perch is small.<a href="notes.xhtml#n1"><sup>1</sup></a>'),
    "OPS/notes.xhtml": _CHAPTER.format(title="Notes", text="").replace("</body>", f"{_NOTES}</body>"),
}

_ODT = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{address}:1.0"'
    for name, address in {"o": "office", "t": "text", "s": "style", "tb": "table", "d": "drawing"}.items()
)
_STYLES = """<s:style s:name="S"><s:text-properties s:text-position="super 58%"/></s:style>
<s:style s:name="P1" s:parent-style-name="Title"/><s:style s:name="C" s:parent-style-name="Preformatted_20_Text"/>
<t:list-style s:name="L"><t:list-level-style-number t:level="1" s:num-format="1" t:start-value="1"/></t:list-style>
<t:list-style s:name="B"><t:list-level-style-bullet t:level="1"/></t:list-style>"""
TEXT = """<t:p t:style-name="P1">Perch</t:p><t:tracked-changes><t:changed-region><t:p>It is a carp.</t:p>
</t:changed-region></t:tracked-changes><t:h t:outline-level="1">Size</t:h>
<t:p>A perch is<t:s t:c="1"/>30 cm long.<t:span t:style-name="S">1,3</t:span> It lives in lakes [2].</t:p>
<t:list t:style-name="B"><t:list-item><t:p>catch it</t:p></t:list-item><t:list-item><t:p>measure it</t:p>
</t:list-item></t:list><tb:table><tb:table-row><tb:table-cell><t:p>Month</t:p></tb:table-cell><tb:table-cell>
<t:p>Prey</t:p></tb:table-cell></tb:table-row><tb:table-row><tb:table-cell><t:p>May</t:p></tb:table-cell>
<tb:table-cell><t:p>fry</t:p></tb:table-cell></tb:table-row></tb:table><t:h t:outline-level="1">References</t:h>
<t:list t:style-name="L"><t:list-item><t:p>Smith A. Size. 1990.</t:p></t:list-item><t:list-item>
<t:p>Jones B. Food. 1991.</t:p></t:list-item><t:list-item><t:p>Brown C. Lakes. 1992.</t:p></t:list-item></t:list>"""

# a text that the tests of DOCX and of ODT write in their formats, as it is read
PERCH_READ = """\
# Perch

## Size

A perch is 30 cm long.¹,³ It lives in lakes [2].

- catch it
- measure it

| Month | Prey |
| --- | --- |
| May | fry |

## References

1. Smith A. Size. 1990.
2. Jones B. Food. 1991.
3. Brown C. Lakes. 1992.
"""


def odt(text):
    """The bytes of an OpenDocument text."""
    content = f"<o:document{_ODT}><o:styles>{_STYLES}</o:styles><o:body><o:text>{text}</o:text></o:body></o:document>"
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def archive(members):
    """The bytes of a zip archive with these members."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return written.getvalue()


def element(name, text="", **attributes):
    """An element of a Word file."""
    made = OxmlElement(f"w:{name}")
    if text:
        made.text = text
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def deleted(paragraph, text):
    """Add text that was deleted while changes were tracked."""
    change, run = element("del"), element("r")
    run.append(element("delText", text))
    change.append(run)
    paragraph._p.append(change)


def raised(paragraph, text):
    """Add a superscript."""
    paragraph.add_run(text).font.superscript = True


def word():
    """A Word document with a title, headings, superscripts, a numbered list, a table and a deletion."""
    document = docx.Document()
    document.add_heading("Perch", 0)
    document.add_heading("Size", 1)
    first = document.add_paragraph("A perch is 30 cm long.")
    raised(first, "1,")
    raised(first, "3")
    first.add_run(" It lives in lakes [2].")
    deleted(first, " It is a carp.")
    document.add_paragraph("catch it", "List Bullet")
    document.add_paragraph("measure it", "List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Month", "Prey", "May", "fry"), strict=True):
        cell.text = text
    document.add_heading("References", 1)
    for entry in ("Smith A. Size. 1990.", "Jones B. Food. 1991.", "Brown C. Lakes. 1992."):
        document.add_paragraph(entry, "List Number")
    return document


def saved(document):
    """The bytes of a Word document."""
    written = BytesIO()
    document.save(written)
    return written.getvalue()
