"""Replies and lookups as text: legible without colour, safe in any terminal, never wider than asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from chatbot.documents.model import Document, Kind
from chatbot.documents.parser import parse
from chatbot.inspection import article_report, lookups
from chatbot.reply import Correction, Quote, Reply, ReplyKind
from chatbot.terminal import quotes as quoting
from chatbot.terminal import replies
from chatbot.terminal.layout import Page, names, stacked
from chatbot.terminal.text import cells, painted, paragraph, plain, sanitised, wrapped

ARTICLE = """\
# Lakes

## Depth

The lake is 40 metres deep [1]. Nobody has measured the river.

It was sounded twice [2, 3]. The bed is rock.

## Fish

Perch live here.

| kind | length |
|------|--------|
| perch | 30 cm |

## References

[1] Smith, A. Depths. 1990.
[2] Jones, B. Soundings. doi:10.1000/182
[3] Brown, C. Lines. https://example.org/lines
[5] Black, D. Unread.
"""


def article(name="lakes.md", text=ARTICLE):
    """A small article."""
    return parse(text, name)


def quote(document: Document, words: str) -> Quote:
    """The sentence that holds some words."""
    sentence = next(s for s in document.sentences if s.kind is not Kind.HEADING and words in document[s.span])
    return Quote(document, sentence.span, sentence.section, sentence.numbers)


def answer(*quotes: Quote, **more) -> Reply:
    """A reply with some quotes, a refusal without."""
    kind = more.pop("kind", ReplyKind.QUOTE if quotes else ReplyKind.NONE)
    return Reply("How?", more.pop("understood", "How?"), kind, quotes, **more)


def shown(reply: Reply, **page) -> str:
    """A reply as plain text."""
    return plain(replies.reply(reply, Page(**page)))


# What a terminal may be sent


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
    """Controls are pictured, invisible formats go, breaks become spaces, and real text stays."""
    assert sanitised(text) == expected


@given(st.text())
def test_sanitised_text_is_printable(text):
    """Whatever comes in, no control character, surrogate or bidirectional override goes out."""
    clean = sanitised(text)
    assert not [c for c in clean if ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000]
    assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    assert sanitised(clean) == clean


_TEXTS = st.text(st.sampled_from("ab  –é漢字👍\u00a0"), max_size=80)


@given(st.lists(st.tuples(st.sampled_from(["", "number"]), _TEXTS), max_size=4), st.integers(2, 30))
def test_wrapped_lines_fit_and_lose_nothing(fragments, width):
    """No line is wider than asked, and only the spaces at line ends go."""
    lines = [plain(line) for line in wrapped(fragments, width)]
    assert all(wcswidth(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == plain(fragments).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 11, "│ one two\n│ three\n"),
        ("one two three", 3, "│ one two\n│ three\n"),  # a narrower screen than 8 cells of text wraps by itself
        ("one two three", 12, "│ one two\n│ three\n"),
        ("漢字漢字漢字", 10, "│ 漢字漢字\n│ 漢字\n"),
        ("indestructible", 12, "│ indestruct\n│ ible\n"),
        ("    code stays in", 14, "│     code\n│ stays in\n"),
        ("one two three", None, "│ one two three\n"),
        ("", 20, "│ \n"),
    ],
)
def test_paragraph(text, width, expected):
    """A paragraph has its prefix on every line and is measured in cells."""
    bar = (("bar", "│ "),)
    assert plain(paragraph([("", text)], width, bar, bar)) == expected


@pytest.mark.parametrize("text", ["plain", "naïve – “quoted”", "漢字", "e\u0301", "👩\u200d🔬"])
def test_cells(text):
    """The short cut for common text measures as wcwidth does."""
    assert cells(text) == wcswidth(text)


def test_paint():
    """Styles become escape sequences, neighbours of one style share them, text without style has none."""
    fragments = [("", "a "), ("number", "(1"), ("number", ")"), ("quote", " b")]
    assert painted(fragments) == "a \x1b[1;36m(1)\x1b[0m b"


# Replies


def test_quote_heading_and_entry():
    """A quote stands behind a bar; below it are its heading and the entry of the number that it prints."""
    assert shown(answer(quote(article(), "40 metres"))) == (
        "│ The lake is 40 metres deep [1].\n— Depth\n\n(1) Smith, A. Depths. 1990.\n"
    )


def test_no_reference():
    """Where no reference is printed, this is said, and none is lent from a neighbour."""
    text = shown(answer(quote(article(), "Nobody")))
    assert text == "│ Nobody has measured the river.\n— Depth\n\nNo reference is printed for this.\n"


def test_addresses():
    """A DOI is shown as an address; an address that the entry prints is not repeated."""
    assert shown(answer(quote(article(), "sounded"))).endswith(
        "(2) Jones, B. Soundings. doi:10.1000/182\n"
        "    https://doi.org/10.1000/182\n"
        "(3) Brown, C. Lines. https://example.org/lines\n"
    )


def test_neighbours_share_a_heading():
    """Sentences that follow each other read in one go; others of the section get their own bar; the heading is last."""
    document = article()
    quotes = [quote(document, words) for words in ("40 metres", "Nobody", "rock")]
    assert shown(answer(*quotes)).startswith(
        "│ The lake is 40 metres deep [1]. Nobody has measured the river.\n\n│ The bed is rock.\n— Depth\n"
    )


def test_tables_keep_their_lines():
    """A table is shown line by line."""
    assert shown(answer(quote(article(), "perch"))).startswith(
        "│ | kind | length |\n│ |------|--------|\n│ | perch | 30 cm |\n— Fish\n"
    )


def test_a_passage_of_a_list_keeps_its_bullets():
    """Each item of a list has its own line; a line that was only broken for its length does not."""
    document = article(text="# Fish\n\nThere are two kinds:\n\n- The cod is grey\n  and big.\n- The tuna is blue.\n")
    whole = Quote(document, document.sentences[1].span._replace(end=document.sentences[-1].span.end), 0)
    text = plain(quoting.quotations([whole], Page()))
    assert text == "│ There are two kinds:\n│ - The cod is grey and big.\n│ - The tuna is blue.\n— Fish\n"


def test_several_documents():
    """Each quote says which of several documents it is from, and equal numbers are listed under their document."""
    one, two = article("one.md"), article("two.md", ARTICLE.replace("40", "50").replace("Smith", "Gray"))
    text = shown(answer(quote(one, "40 metres"), quote(two, "50 metres")), names=names([one, two]))
    assert text == (
        "│ The lake is 40 metres deep [1].\n— Depth, one.md\n\n"
        "│ The lake is 50 metres deep [1].\n— Depth, two.md\n\n"
        "one.md\n(1) Smith, A. Depths. 1990.\n\ntwo.md\n(1) Gray, A. Depths. 1990.\n"
    )


def test_names_of_documents():
    """Documents of one name are told apart, even when they are equal; a single document needs no name."""
    one, two, three = article("a.md"), article("b.md"), article("a.md")
    page = Page(names=names([one, two, three]))
    assert [page.name(document) for document in (one, two, three)] == ["a.md", "b.md", "a.md (2)"]
    assert Page(names=names([one])).name(one) == ""


def test_an_entry_that_is_itself_quoted():
    """Entries that are the answer stand under their numbers and are not listed a second time."""
    document = article()
    quotes = [Quote(document, reference.span, None, (reference.number,)) for reference in document.references]
    text = shown(answer(*quotes[:2], kind=ReplyKind.REFERENCE), width=24)
    assert text == (
        "│ (1) Smith, A. Depths.\n│     1990.\n"
        "│ (2) Jones, B.\n│     Soundings.\n│     doi:10.1000/182\n      https://doi.org/10.1000/182\n"
    )


def test_a_heading_that_is_itself_quoted():
    """A heading is not said a second time below its own quote, nor below what follows it."""
    document = article()
    heading = Quote(document, document.sentences[1].span, document.sentences[1].section)
    text = shown(answer(heading, quote(document, "40 metres"), quote(document, "rock")))
    assert text.startswith("│ Depth\n│ The lake is 40 metres deep [1].\n│ The bed is rock.\n\n(1) Smith")


def test_refusal():
    """A refusal says so first; what is near is labelled and has another bar."""
    text = shown(answer(said="The article does not say.", near=(quote(article(), "Nobody"),)))
    assert text == (
        "The article does not say.\n\nNot an answer, but near:\n┊ Nobody has measured the river.\n— Depth\n"
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ""),
        ({"understood": "how? "}, ""),
        ({"understood": "How deep is the lake?"}, "understood as: How deep is the lake?\n"),
        ({"corrections": (Correction("How", "Now"),), "understood": "Now?"}, "reading 'How' as 'Now'\n"),
        (
            {"corrections": (Correction("How", "Now"),), "understood": "Now or never?"},
            "reading 'How' as 'Now'\nunderstood as: Now or never?\n",
        ),
    ],
)
def test_understood(more, expected):
    """How a question was read is shown where it is not how it was written, and only once."""
    assert shown(answer(said="-", **more)) == (f"{expected}\n-\n" if expected else "-\n")


def test_suggestions():
    """Other questions come last."""
    assert shown(answer(said="Hello.", suggestions=("How deep?", "Which fish?"))) == (
        "Hello.\n\nYou could ask:\n  How deep?\n  Which fish?\n"
    )


def test_explained():
    """With `explain` the confidence and its evidence are shown."""
    reply = answer(quote(article(), "40 metres"), confidence=0.834, evidence=(("cover", 0.5), ("asked for", 1.0)))
    assert shown(reply, explain=True).endswith("Why: confidence 0.83\n  cover      0.50\n  asked for  1.00\n")
    assert "Why" not in shown(reply)


def test_parts():
    """Several questions in one are answered one by one, each under its question."""
    document = article()
    parts = (answer(quote(document, "Nobody")), answer(said="The article does not say."))
    assert shown(answer(quote(document, "Nobody"), parts=parts)) == (
        "• How?\n│ Nobody has measured the river.\n— Depth\n\nNo reference is printed for this.\n\n"
        "• How?\nThe article does not say.\n"
    )


def test_styles_and_plain_say_the_same():
    """Colour adds nothing that the text lacks, and the number inside a quote has a style of its own."""
    block = replies.reply(answer(quote(article(), "40 metres")), Page(30))
    assert ("number", "[1]") in block
    assert plain(block) == "│ The lake is 40 metres deep\n│ [1].\n— Depth\n\n(1) Smith, A. Depths. 1990.\n"


def test_escape_sequences_of_an_article_are_shown_harmless():
    """An article cannot steer the terminal: not in a quote, a heading, an entry or its name."""
    document = article("e\x1b.md", "# A\x1b[2J\n\nThe lake\x1b[31m is\u202e deep\x07 [1].\n\n1. Smith\x9b, A.\n")
    text = plain(replies.reply(answer(quote(document, "lake")), Page(names=((document, document.name),))))
    assert "\x1b" not in text
    assert "The lake␛[31m is deep␇ [1]." in text
    assert "— A␛[2J, e␛.md" in text
    assert "(1) Smith\ufffd, A." in text


# Lookups


def test_cited():
    """A reference is shown with the sentences that cite it."""
    (found,) = lookups.cited([article()], 3)
    assert plain(quoting.cited(found, Page())) == (
        "(3) Brown, C. Lines. https://example.org/lines\n\nCited in:\n\n│ It was sounded twice [2, 3].\n— Depth\n"
    )


def test_never_cited():
    """An entry that nothing cites says so."""
    (found,) = lookups.cited([article()], 5)
    assert plain(quoting.cited(found, Page())) == "(5) Black, D. Unread.\n\nThe text never cites it.\n"


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ([article()], "there is no reference 9: the article has 4, numbered 1-3, 5"),
        ([article(text="Water is wet.")], "there is no reference 9: the article has none"),
        (
            [article("a.md"), article("b.md", "Water is wet.")],
            "there is no reference 9: a.md has 4, numbered 1-3, 5; b.md has none",
        ),
    ],
)
def test_unknown_number(documents, message):
    """An unknown number is answered with those that there are."""
    with pytest.raises(lookups.ChatbotError) as caught:
        lookups.cited(documents, 9)
    assert str(caught.value) == message


def test_no_reference_list():
    """An article without references says so, and one without headings too."""
    document = article(text="Water is wet.")
    assert plain(quoting.bibliography([document], Page())) == "The article has no reference list.\n"
    assert plain(replies.sections(document, Page())) == "The article has no headings.\n"


def test_sections():
    """Headings are set in by their level."""
    assert plain(replies.sections(article(), Page())).startswith("Lakes\n  Depth\n  Fish\n")


def test_check():
    """`check` tells what was understood, and what in the article looks wrong."""
    text = ARTICLE.replace("Perch live here.", "Perch live here [7] (8).")
    report = article_report.check(article(text=text))
    assert report.unresolved == (article_report.Unresolved(11, "[7]"),)
    assert report.uncited == (5,)
    assert report.gaps == (4,)
    assert report.repeated == ()
    assert report.to_dict()["markers_without_entry"] == [{"line": 11, "text": "[7]"}]
    shown = plain(replies.check(report, Page()))
    assert "Citations without an entry    [7] in line 11\n" in shown
    assert "References                    4, numbered 1-3, 5\n" in shown
    assert "    Depth · 4\n" in shown


def test_check_of_bare_text():
    """A text without title, headings or references has an empty report, not an error."""
    report = article_report.check(article(text="Water is wet (1)."))
    assert report.to_dict()["title"] is None
    assert report.to_dict()["references"] == []
    shown = plain(replies.check(report, Page()))
    assert "Title                         none found\n" in shown
    assert "References                    0\n" in shown
    assert "  (without a heading) · 1\n" in shown


def test_stacked():
    """Blocks are set apart by one empty line; empty blocks take no room."""
    assert plain(stacked([[], [("", "a\n")], [], [("", "b\n")]])) == "a\n\nb\n"
    assert stacked([]) == []
