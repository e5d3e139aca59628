"""Replies, quotes and look-ups as text."""

from dataclasses import replace

import pytest
from support.articles import LAKES, TWO_LISTS, lakes

from chatbot.documents.model import Document, Kind, Place, PlaceStart
from chatbot.inspection import lookups
from chatbot.reply import Correction, Quote, Reply, ReplyKind, RunnerUp
from chatbot.terminal import replies
from chatbot.terminal.text import Page, plain


def quote(document: Document, words: str) -> Quote:
    """The sentence with some words, as a quote."""
    sentence = next(s for s in document.sentences if s.kind is not Kind.HEADING and words in document[s.span])
    return Quote.of_sentence(document, sentence)


def answer(*quotes: Quote, **more) -> Reply:
    """A reply with some quotes; without any, a refusal."""
    kind = more.pop("kind", ReplyKind.QUOTE if quotes else ReplyKind.NONE)
    return Reply("How?", more.pop("understood", "How?"), kind, quotes, **more)


def shown(reply: Reply, **page) -> str:
    """A reply as plain text."""
    return plain(replies.render(reply, Page(**page)))


def test_quote_heading_and_entry():
    """A quote has a bar; below it are its heading and the entry that it cites."""
    assert shown(answer(quote(lakes(), "40 metres"))) == (
        "│ The lake is 40 metres deep [1].\n— Depth\n\n(1) Smith, A. Depths. 1990.\n"
    )


def test_the_headings_above_a_quote():
    """A quote shows all headings that it stands under, unless one of them is quoted with it."""
    document = lakes(text="# Lakes\n\n## Depth\n\n### In May\n\nIt is 40 metres.\n")
    assert "│ It is 40 metres.\n— Depth > In May\n" in shown(answer(quote(document, "40")))
    heading = next(Quote.of_sentence(document, s) for s in document.sentences if document[s.span] == "In May")
    assert "—" not in shown(answer(heading, quote(document, "40")))


def test_no_reference():
    """A quote without a citation says so, and gets no reference from its neighbour."""
    text = shown(answer(quote(lakes(), "Nobody")))
    assert text == "│ Nobody has measured the river.\n— Depth\n\nNo reference is printed for this.\n"


def test_addresses():
    """A DOI is shown as an address; an address that the entry prints is not repeated."""
    assert shown(answer(quote(lakes(), "sounded"))).endswith(
        "(2) Jones, B. Soundings. doi:10.1000/182\n"
        "    https://doi.org/10.1000/182\n"
        "(3) Brown, C. Lines. https://example.org/lines\n"
    )


def test_neighbours_share_a_heading():
    """Consecutive sentences are joined; the others of a section are separate, and its heading comes last."""
    document = lakes()
    quotes = [quote(document, words) for words in ("40 metres", "Nobody", "rock")]
    assert shown(answer(*quotes)).startswith(
        "│ The lake is 40 metres deep [1]. Nobody has measured the river.\n\n│ The bed is rock.\n— Depth\n"
    )


def test_tables_keep_their_lines():
    """A table is shown line by line."""
    assert shown(answer(quote(lakes(), "perch"))).startswith(
        "│ | kind | length |\n│ |------|--------|\n│ | perch | 30 cm |\n— Fish\n"
    )


def test_a_passage_of_a_list_keeps_its_bullets():
    """Each item of a list starts a line; a line break inside an item does not."""
    document = lakes(text="# Fish\n\nThere are two kinds:\n\n- The cod is grey\n  and big.\n- The tuna is blue.\n")
    whole = Quote(document, document.sentences[1].span._replace(end=document.sentences[-1].span.end), 0)
    text = plain(replies.quotations([whole], Page()))
    assert text == "│ There are two kinds:\n│ - The cod is grey and big.\n│ - The tuna is blue.\n— Fish\n"


def test_several_documents():
    """With several documents, quotes say which one they are from, and entries are listed by document."""
    one, two = lakes("one.md"), lakes("two.md", LAKES.replace("40", "50").replace("Smith", "Gray"))
    text = shown(answer(quote(one, "40 metres"), quote(two, "50 metres")), documents=(one, two))
    assert text == (
        "│ The lake is 40 metres deep [1].\n— Depth, Lakes (one.md)\n\n"
        "│ The lake is 50 metres deep [1].\n— Depth, Lakes (two.md)\n\n"
        "Lakes (one.md)\n(1) Smith, A. Depths. 1990.\n\nLakes (two.md)\n(1) Gray, A. Depths. 1990.\n"
    )


def test_a_heading_that_is_the_title():
    """Where the heading of a quote is the title of its document, it is named once."""
    document = lakes(text="# Ponds\n\nPonds are small.\n")
    assert shown(answer(quote(document, "small")), documents=(document, lakes())).startswith(
        "│ Ponds are small.\n— Ponds\n"
    )


def test_where_a_quote_stands():
    """Under quotes stand the pages that they are on, each once."""
    document = lakes()
    starts = (PlaceStart(0, Place(page=4)), PlaceStart(document.text.index("The bed"), Place(page=5)))
    placed = replace(document, places=starts)
    quotes = [quote(placed, words) for words in ("40 metres", "Nobody", "rock")]
    assert "\n— Depth, p. 4, p. 5\n" in shown(answer(*quotes))


def test_entries_of_several_lists():
    """Entries of several lists stand under the headings of the chapters that the lists serve."""
    document = lakes(text=TWO_LISTS)
    text = shown(answer(quote(document, "see light"), quote(document, "carry leaves")))
    assert text.endswith("Bees\n(1) Brook C. Colour. 1998.\n\nAnts\n(1) Lund K. Leaves. 2011.\n")


def test_notes_below_their_quote():
    """What a mark stands for is shown with it, below the entries."""
    body = "# Bees\n\nBees hum [1].[a] They cost much.†\n\n† In dollars.\n"
    document = lakes(text=f"{body}\n## Notes\n\na. In spring.\n\n## References\n\n[1] Reed R.\n")
    text = shown(answer(quote(document, "hum"), quote(document, "cost")))
    assert text.endswith("— Bees\n\n(1) Reed R.\n[a] In spring.\n† In dollars.\n")


def test_an_entry_that_is_itself_quoted():
    """Entries that are quoted have their numbers and are not listed a second time."""
    document = lakes()
    quotes = [Quote(document, reference.span, None, (reference.number,)) for reference in document.references]
    text = shown(answer(*quotes[:2], kind=ReplyKind.REFERENCE), width=24)
    assert text == (
        "│ (1) Smith, A. Depths.\n│     1990.\n"
        "│ (2) Jones, B.\n│     Soundings.\n│     doi:10.1000/182\n      https://doi.org/10.1000/182\n"
    )


def test_a_heading_that_is_itself_quoted():
    """A heading that is quoted is not repeated below its section's quotes."""
    document = lakes()
    heading = Quote(document, document.sentences[1].span, document.sentences[1].section)
    text = shown(answer(heading, quote(document, "40 metres"), quote(document, "rock")))
    assert text.startswith("│ Depth\n│ The lake is 40 metres deep [1].\n│ The bed is rock.\n\n(1) Smith")


def test_refusal():
    """A refusal comes first; the closest passage is labelled and has another bar. The next one is not shown."""
    near = (quote(lakes(), "Nobody"), quote(lakes(), "40 metres"))
    assert shown(answer(said="The article does not say.", near=near)) == (
        "The article does not say.\n\nClosest passage (not an answer):\n┊ Nobody has measured the river.\n— Depth\n"
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ""),
        ({"understood": "how? "}, ""),
        ({"understood": "How deep is the lake?"}, "About: How deep is the lake?\n"),
        ({"understood": "How? (the lake (of glass))"}, "About: the lake (of glass)\n"),
        (
            {"corrections": (Correction("How", "Now"),), "understood": "now? (the lake)"},
            "reading 'How' as 'Now'\nAbout: the lake\n",
        ),
        ({"corrections": (Correction("How", "Now"),), "understood": "Now?"}, "reading 'How' as 'Now'\n"),
        (
            {"corrections": (Correction("How", "Now"),), "understood": "Now or never?"},
            "reading 'How' as 'Now'\nAbout: Now or never?\n",
        ),
    ],
)
def test_understood(more, expected):
    """How a question was read is shown once, if it differs from how it was written."""
    assert shown(answer(said="-", **more)) == (f"{expected}\n-\n" if expected else "-\n")


def test_suggestions():
    """Suggestions come last."""
    assert shown(answer(said="Hello.", suggestions=("How deep?", "Which fish?"))) == (
        "Hello.\n\nYou could ask:\n  How deep?\n  Which fish?\n"
    )


def test_explained():
    """With `explain`, the confidence and the runner-up are shown after the answer."""
    runner_up = RunnerUp(quote(lakes(), "Nobody"), 0.25, (("coverage", 1.0),))
    reply = answer(quote(lakes(), "40 metres"), confidence=0.834, evidence=(("coverage", 0.5),), runner_up=runner_up)
    assert shown(reply, explain=True, threshold=0.5).endswith(
        "(1) Smith, A. Depths. 1990.\n\n"
        "Why: the confidence is 83 %; an answer needs 50 %.\n\n"
        "Next came, 25 % as likely:\n┊ Nobody has measured the river.\n— Depth\n"
        "It lost, because it has fewer of the question's words.\n"
    )
    assert "Why" not in shown(reply)


def test_what_was_missing():
    """A refusal says which words no sentence mentions, once."""
    refusal = answer(said="The article does not say.", missing=("gluten", "wheat"))
    assert shown(refusal) == "The article does not say.\nNo sentence mentions “gluten” or “wheat”.\n"
    assert shown(refusal, explain=True).count("No sentence mentions") == 1


def test_parts():
    """Several questions in one are answered one by one, each below its question."""
    document = lakes()
    parts = (answer(quote(document, "Nobody")), answer(said="The article does not say."))
    assert shown(answer(quote(document, "Nobody"), parts=parts)) == (
        "• How?\n│ Nobody has measured the river.\n— Depth\n\nNo reference is printed for this.\n\n"
        "• How?\nThe article does not say.\n"
    )


def test_styles_and_plain_say_the_same():
    """The plain text has all that the styled text shows; a number in a quote has its own style."""
    block = replies.render(answer(quote(lakes(), "40 metres")), Page(30))
    assert ("number", "[1]") in block
    assert plain(block) == "│ The lake is 40 metres deep\n│ [1].\n— Depth\n\n(1) Smith, A. Depths. 1990.\n"


def test_escape_sequences_of_an_article_are_shown_harmless():
    """An article cannot control the terminal: not by a quote, a heading, an entry or its name."""
    document = lakes(
        "e\x1b.md", "# A\x1b[2J\n\n## B\x1b\n\nThe lake\x1b[31m is\u202e deep\x07 [1].\n\n1. Smith\x9b, A.\n"
    )
    page = Page(documents=(document, lakes()))
    text = plain(replies.render(answer(quote(document, "lake")), page))
    assert "\x1b" not in text
    assert "The lake␛[31m is deep␇ [1]." in text
    assert "— B␛, A␛[2J" in text
    assert "(1) Smith\ufffd, A." in text


def test_cited_entry():
    """A reference is shown with the sentences that cite it."""
    (found,) = lookups.entries_numbered([lakes()], 3)
    assert plain(replies.cited_entry(found, Page())) == (
        "(3) Brown, C. Lines. https://example.org/lines\n\nCited in:\n\n│ It was sounded twice [2, 3].\n— Depth\n"
    )


def test_never_cited():
    """An entry that is never cited says so."""
    (found,) = lookups.entries_numbered([lakes()], 5)
    assert plain(replies.cited_entry(found, Page())) == "(5) Black, D. Unread.\n\nThe text never cites it.\n"


def test_no_reference_list():
    """An article without references says so."""
    document = lakes(text="Water is wet.")
    assert plain(replies.bibliography([document], Page())) == "The article has no reference list.\n"
