"""Web pages: their main content, structure, citations and places."""

import re

import pytest
from lxml import etree
from support.files import PAGE

from chatbot import formats
from chatbot.errors import ArticleError
from chatbot.formats import html, tree

READ = """\
# Perch

A perch is 30 cm long.[1] It lives in lakes.[1–3]

## Food

It eats:

- small fish
- worms (see [2])

| Month | Prey |
| --- | --- |
| May | fry |

```
while hungry:
    eat()
```

## References

1. Smith A. Size of perch. 1990.
2. Jones B. Food. 1991.
3. Brown C. Lakes. 1992.
"""
CODE = "if a < b, write \\<br> or `<b>`, ann <a@b.org>\n"
SPAN = "| a |  |\n| --- | --- |\n| b\\|c | d |\n"
NOTE = '<ol><li id="n">Smith A. 1990.</li></ol>'


def read(body):
    """What is read of a body of a page."""
    return html.convert(f"<html><body><main>{body}</main></body></html>".encode(), "x.html").text


def test_a_page():
    """Of a page the article is read: no navigation, adverts, notes on cookies, scripts or permalinks."""
    assert html.convert(PAGE.encode(), "x.html").text == READ


def test_citations_are_resolved():
    """The numbers of links and superscripts are those of the page's own list."""
    document = formats.document(PAGE.encode(), "x.html")
    assert [s.numbers for s in document.sentences if s.markers] == [(1,), (1, 2, 3), (2,)]


def test_every_block_has_its_place():
    """A place is the id of an element, or an XPath that leads to the element with the text."""
    root = etree.HTML(PAGE.encode())
    converted = html.convert(PAGE.encode(), "x.html")
    for start in converted.places:
        name = start.place.element or ""
        (found,) = root.xpath(name) if name.startswith("/") else root.xpath("//*[@id=$name]", name=name)
        words = re.findall("[A-Za-z]+", converted.text[start.offset :])
        assert words[0] in " ".join(found.itertext())
    assert "size" in {start.place.element for start in converted.places}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>A&nbsp;b\n  <b>c</b> d<br>e.</p>", "A\xa0b c d\ne.\n"),
        ("text <p>one.</p> two.", "text\n\none.\n\ntwo.\n"),
        ("<p>one.<br><br>two.</p>", "one.\n\ntwo.\n"),
        ("<h2>A</h2><h3 >B\n C</h3>", "## A\n\n### B C\n"),
        ("<div role='heading' aria-level='4'>A</div><p>b.</p>", "#### A\n\nb.\n"),
        ("<ul><li>a<ul><li>b</li></ul></li><li><p>c.</p><p>d.</p></li></ul>", "- a\n  - b\n- c.\n\n  d.\n"),
        ("<ol start=3><li>a</li><li value=7>b</li></ol>", "3. a\n7. b\n"),
        ("<dl><dt>Who pays?</dt><dd>You do.</dd></dl>", "# Who pays?\n\nYou do.\n"),
        ("<h2>A</h2><details><summary>B</summary><p>c.</p></details>", "## A\n\n### B\n\nc.\n"),
        ("<p><strong>Returns</strong></p><p>a.</p>", "**Returns**\n\na.\n"),
        ("<p>3 m<sup>2</sup>, 10<sup>−3</sup>, the 4<sup>th</sup>, H<sub>2</sub>O.</p>", "3 m², 10⁻³, the 4th, H2O.\n"),
        ("<p>if a &lt; b, write &lt;br&gt; or <code>&lt;b&gt;</code>, ann &lt;a@b.org&gt;</p>", CODE),
        ("<blockquote><p>He said so.</p></blockquote>", "He said so.\n"),
        ("<figure><img alt='x'><figcaption>A perch.</figcaption></figure>", "A perch.\n"),
        ("<table><tr><td>menu</td></tr><tr><td><p>a.</p></td></tr></table>", "menu\n\na.\n"),
        ("<table><tr><th colspan=2>a</th></tr><tr><td>b|c</td><td>d</td></tr></table>", SPAN),
        ("<p>He said <q>so</q>.</p>", "He said “so”.\n"),
        ("<table role=presentation><tr><td>a</td><td>b</td></tr></table>", "a\n\nb\n"),
        ("<table><tr><td><pre>a</pre></td><td>b</td></tr></table>", "```\na\n```\n\nb\n"),
        ("<table><caption>Prey</caption><tr><td>a</td><td>b</td></tr></table>", "Prey\n\n| a | b |\n| --- | --- |\n"),
        ("<table><tr><td></td><td></td></tr></table><pre> </pre><h2>*</h2><p>a</p>", "a\n"),
        ("<pre>a<br>b<button>copy</button></pre>", "```\na\nb\n```\n"),
        ("<ul>a<li hidden>no</li><div>b</div><li>c</li></ul>", "b\n\n- c\n"),
        ("<dl><dt hidden>no</dt><dt>A</dt><dd>b</dd></dl><h2>C</h2>", "# A\n\nb\n\n## C\n"),
        ("<pre>a\n  b ```\n</pre>", "````\na\n  b ```\n````\n"),
        ("<p># 1 of all</p>", "\\# 1 of all\n"),
        ("<math><mi>x</mi><annotation>\\x</annotation></math> is big.", "x is big.\n"),
    ],
)
def test_structure(body, text):
    """Blocks become Markdown, words stay as they are read."""
    assert read(body) == text


@pytest.mark.parametrize(
    "body",
    [
        "<p>so.</p><p hidden>no</p>",
        "<p>so.</p><p style='color: red; display:none'>no</p>",
        "<p>so.</p><p><span aria-hidden=true>no</span></p>",
        "<p>so.</p><template>no</template><noscript>no</noscript><!-- no -->",
        "<p>so.</p><ul class=share-tools><li>no</li></ul>",
        "<p>so.</p><div class=newsletterSignup>no</div>",
        "<p>so.</p><nav>no</nav><div role=search>no</div><button>no</button>",
    ],
)
def test_what_is_not_read(body):
    """What readers do not see, or what is no part of the article, is left out."""
    assert read(body + "<p>" + "It is long. " * 9 + "</p>").split("\n")[0] == "so."
    assert "no" not in read(body + "<p>" + "It is big. " * 9 + "</p>").split()


@pytest.mark.parametrize(
    "body",
    [
        "<h3><button aria-controls=a>How?</button></h3><div id=a hidden><p>So.</p></div>",  # an accordion
        "<section id=comments><h2>Comments</h2><p>So.</p></section>",  # an id that is made from the heading
        "<p>A <span class=share>So.</span></p>",  # the name of a word's look
        "<div class=menu><p>So. It is most of the page, whatever it is called.</p></div>",
    ],
)
def test_what_is_read_for_all_its_names(body):
    """Names do not remove what a reader came for."""
    assert "So." in read(body)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('<p>It is so<a href="#n"><sup>1</sup></a>.</p>', "It is so[1]."),
        ('<p>It is so (see<a href="#n"><sup>1</sup></a>).</p>', "It is so (see[1])."),
        ('<p>It is so [<a href="#n">1</a>, p. 4].</p>', "It is so [1, p. 4]."),
        ('<p>It is so (<a href="#n">1</a>).</p>', "It is so (1)."),
        ('<p>It is so <a href="#n">1</a>.</p>', "It is so [1]."),
        ('<p>It is so<sup>[<a href="#n">1</a>]</sup>.</p>', "It is so[1]."),
        ('<p>It is so<sup id="c"><a href="#n">note 1</a></sup>.</p>', "It is so[note 1]."),
        ('<p>It is so (<a href="#n">Smith 1990</a>).</p>', "It is so (Smith 1990)."),
    ],
)
def test_citations(body, text):
    """A link to a note is a citation in brackets, unless it is printed in some or is a text of its own."""
    assert read(body + NOTE).split("\n")[0] == text


@pytest.mark.parametrize(
    ("notes", "entry"),
    [
        (NOTE, "1. Smith A. 1990."),
        ('<ol><li id="n"><a href="#c">^</a> Smith A. 1990.</li><li>Never cited.</li></ol>', "1. Smith A. 1990."),
        ('<div id="n"><span>[<a href="#c">1</a>]</span><p>Smith A. 1990.</p></div>', "1. Smith A. 1990."),
        ('<p><a id="n" href="#c">[1]</a> Smith A. 1990.</p>', "1. Smith A. 1990."),
        ('<ul><li id="n"><span>1.</span><cite>Smith A. 1990.</cite></li></ul>', "1. Smith A. 1990."),
        ('<dl><dt id="n">[<a href="#c">1</a>]</dt><dd>Smith A. 1990.</dd></dl>', "1. Smith A. 1990."),
        ('<aside id="n" hidden>1. Smith A. 1990.</aside>', "1. Smith A. 1990."),
        ('<div><p id="n">1. Smith A. 1990.</p><p>2. Never cited.</p></div>', "1. Smith A. 1990.\n2. Never cited."),
        ('<table><tr id="n"><td>1</td><td>Smith A. 1990.</td></tr></table>', "1. Smith A. 1990."),
    ],
)
def test_notes(notes, entry):
    """A note is an entry under its number, without its own number and the link back; its list gets a heading."""
    text = read(f'<p>It is so<sup id="c"><a href="#n">[1]</a></sup>.</p>{notes}<p>Behind it.</p>')
    assert f"Behind it.\n\n## References\n\n{entry}\n" in text


def test_entries_that_are_never_cited():
    """A list is read whole: an entry that nothing cites has the number of its position."""
    text = read('<p>So<sup><a href="#n">2</a></sup>.</p><ol><li>One.</li><li id="n">Two.</li><li>Three.</li></ol>')
    assert text == "So[2].\n\n## References\n\n1. One.\n2. Two.\n3. Three.\n"


def test_two_lists_with_the_same_numbers():
    """A note of a table cannot be taken for a reference of the same number."""
    table = '<table><tr><td>May</td><td>9<sup><a href="#t1">1</a></sup></td></tr></table><p id="t1">1. At noon.</p>'
    references = '<h2>References</h2><ol><li id="r1">Smith A. 1990.</li><li id="r2">Lee B. 1991.</li></ol>'
    text = read(f'{table}<p>So <a href="#r1">1</a>, <a href="#r2">2</a>.</p>{references}')
    assert text == (
        "| May | 9[^note1] |\n| --- | --- |\n\n[^note1]: At noon.\n\nSo [1, 2].\n\n"
        "## References\n\n1. Smith A. 1990.\n2. Lee B. 1991.\n"
    )


def test_a_number_that_links_to_a_section_is_no_citation():
    """Only notes are cited."""
    assert read('<p>See <a href="#s">1</a>.</p><section id="s"><h2>One</h2><p>a.</p></section>').startswith("See 1.")


@pytest.mark.parametrize(
    ("source", "title"),
    [
        (b"<title>A | Site</title><body><p>b.</p>", "# A | Site"),
        (b"<title>A</title><body><div><h1>Real</h1></div><main><p>b. c. d. e.</p></main>", "# Real"),
    ],
)
def test_the_title(source, title):
    """A page whose content has no heading of the first level has that of the page, or else of its window."""
    assert html.convert(source, "x.html").text.startswith(f"{title}\n\nb.")


@pytest.mark.parametrize(
    "source",
    [
        "<meta charset=utf-8><p>é.".encode(),
        "\ufeff<p>é.".encode(),
        "<p>é.".encode("utf-16"),
        b"<meta charset=iso-8859-1><p>\xe9.",
        b"<p>\xe9.",
        b"<meta charset=nonsense><p>\xe9.",
        b"<p>&eacute;\x00\x01.",
    ],
)
def test_encodings(source):
    """A page is decoded as browsers do it."""
    assert html.convert(source, "x.html").text == "é.\n"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"<div>" * 300 + b"a.", "nested too deeply"),
        (b"<p>" + b"a " * 6_000_000, "too long a text"),
        (b"<p " + b" ".join(b"a%d=1" % n for n in range(2000)) + b">a.", "more than 1,000 attributes"),
        (b"<p>" * 500_001, "500,000 tags"),
        (b"", "has no element"),
    ],
)
def test_pages_that_cannot_be_read(source, reason):
    """What would be cut off, or would take too long, is refused."""
    with pytest.raises(ArticleError, match=rf"^x\.html: .*{reason}"):
        html.convert(source, "x.html")


def test_the_tree_knows_sizes_and_paths():
    """Sizes count all text; paths are those that lxml would give."""
    root = tree.html(b"<body><p>ab</p><p>c<b>d</b>e</p>", "x")
    known = tree.Tree(root)
    assert {known.path(e): known.size(e) for e in root.iter()} == {
        root.getroottree().getpath(e): len("".join(e.itertext())) for e in root.iter()
    }
