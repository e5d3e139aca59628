"""The reply as a value and as JSON."""

import json
from itertools import pairwise

import pytest
from support.articles import GEESE, HONEY, bot

from chatbot.documents.parser import parse
from chatbot.errors import ReplyError
from chatbot.reply import Entry, Quote, Reply, ReplyKind

DOCUMENT = parse(HONEY, "a.md")
SENTENCE = next(sentence for sentence in DOCUMENT.sentences if sentence.numbers == (3, 4))
QUOTE = Quote(DOCUMENT, SENTENCE.span, SENTENCE.section, SENTENCE.numbers)
FIELDS = [
    "schema",
    "question",
    "understood",
    "kind",
    "answered",
    "text",
    "quotes",
    "references",
    "notes",
    "confidence",
    "corrections",
    "suggestions",
    "why",
]


def test_quote():
    """A quote is a place: its text, line, heading and entries come from the document."""
    assert QUOTE.text == "Honey is made from nectar [3, 4]."
    assert QUOTE.heading == "Honey"
    assert [entry.reference.number for entry in QUOTE.entries] == [3, 4]
    assert QUOTE.to_dict() == {
        "text": "Honey is made from nectar [3, 4].",
        "document": "a.md",
        "sha256": DOCUMENT.sha256,
        "start": HONEY.index("Honey is made"),
        "end": HONEY.index(" Bees fan"),
        "line": 9,
        "page": None,
        "element": None,
        "paragraph": None,
        "section": "Honey",
        "references": [3, 4],
    }


def test_without_a_section():
    """A quote of the title or of the list has no heading."""
    assert Quote(DOCUMENT, SENTENCE.span, None).heading == ""


@pytest.mark.parametrize(
    "question", ["What is honey made from?", "zebra", "hi", "reference 2", "summary", "honey? And zebras?", "hony"]
)
def test_the_design(question):
    """Every reply is the design's object: its fields in order, offsets that hold, ready for JSON."""
    reply = bot(HONEY, GEESE).ask(question).to_dict()
    assert list(reply) == FIELDS
    assert reply["schema"] == 1
    assert reply["kind"] in ("quote", "reference", "overview", "smalltalk", "none")
    assert reply["answered"] == bool(reply["quotes"])
    assert (reply["kind"] in ("smalltalk", "none")) == (not reply["answered"])
    assert 0 <= reply["confidence"] <= 1
    assert json.loads(json.dumps(reply)) == reply
    assert all(quote["text"] in reply["text"] for quote in reply["quotes"])
    assert all(entry["text"] in reply["text"] for entry in reply["references"])


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("Smith A. https://x.org/a?b=(c). 2001.", "https://x.org/a?b=(c"),
        ("Smith A. See <http://x.org/a>, 2001.", "http://x.org/a"),
        ("Smith A. doi:10.1000/abc.d-1. 2001.", "https://doi.org/10.1000/abc.d-1"),
        ("Smith A. DOI: 10.1000/182", "https://doi.org/10.1000/182"),
        ("Smith A. J Foo. 2001;10:1000-1.", None),
    ],
)
def test_url(entry, url):
    """The printed address, or the one that a DOI stands for; none is made up."""
    text = f"# T\n\nBees [1]. Wax [2].\n\n## References\n\n1. {entry}\n2. Jones B. Wax. J Foo. 2002;1:2-3.\n"
    assert Entry.of_documents([parse(text, "x")])[0].url == url


def test_entries_once():
    """An entry that several quotes print is shown once, in the order of printing."""
    other = next(sentence for sentence in DOCUMENT.sentences if sentence.numbers == (4,))
    reply = Reply("q", "q", ReplyKind.QUOTE, (QUOTE, Quote(DOCUMENT, other.span, other.section, other.numbers)))
    assert [entry.reference.number for entry in reply.entries] == [3, 4]


def test_equal_numbers_of_two_documents():
    """Number 1 of one document is not number 1 of another."""
    one, other = parse(HONEY, "a.md"), parse(GEESE, "b.md")
    assert Entry(one, one.references[0]) != Entry(other, other.references[0])
    assert all(a.text != b.text for a, b in pairwise(Entry.of_documents([one, other])))


def test_text():
    """As plain text: what the program says, the quotes, the entries under their numbers."""
    text = Reply("q", "q", ReplyKind.QUOTE, (QUOTE,), said="Two sources.").text
    third, fourth = (entry.text for entry in QUOTE.entries)
    assert text == f"Two sources.\n\nHoney is made from nectar [3, 4].\n\n(3) {third}\n(4) {fourth}"
    assert Reply("q", "q", ReplyKind.NONE).text == ""


def test_an_entry_that_is_quoted_is_not_said_twice():
    """Who asks for a reference reads it once."""
    (third, _) = QUOTE.entries
    quoted = Quote(third.document, third.reference.span, None, (3,))
    assert Reply("q", "q", ReplyKind.REFERENCE, (quoted,)).text == f"(3) {third.text}"


ASKED = [
    ("What is honey made from?",),
    ("What is honey made from?", "Who says so?"),
    ("What is reference 3?",),
    ("What is this article about?",),
    ("What is honey made from? And where do grey geese fly?",),
    ("What is the capital of France?",),
    ("waht is hony made from?",),
    ("hello",),
]


@pytest.mark.parametrize("questions", ASKED, ids=[questions[-1] for questions in ASKED])
def test_there_and_back(questions):
    """A reply that went through JSON is the same again, with the documents it quotes."""
    someone = bot(HONEY, GEESE)
    written = someone.ask(questions[-1], questions[:-1]).to_dict()
    read = Reply.from_dict(json.loads(json.dumps(written)), someone.documents)
    assert read.to_dict() == written
    assert all(quote.document in someone.documents for quote in read.quotes)


def quote_changed(**changes):
    """A change of a written reply that changes its first quote."""
    return lambda written: {"quotes": [written["quotes"][0] | changes]}


ALTERED = [
    ({"schema": 2}, "the schema 2: this version reads 1"),
    (quote_changed(sha256="0"), r"quotes a\.md with the SHA-256 0: open"),
    (quote_changed(text="Honey is made from sugar."), "does not say this at"),
    (quote_changed(start=5), "does not say this at"),
    (quote_changed(section="Sugar"), "does not agree with its documents"),
    (quote_changed(line=1), "does not agree with its documents"),
    ({"text": "Sugar is healthy."}, "does not agree with its documents or with itself"),
    ({"answered": False}, "or with itself: it was altered"),
    ({"kind": "rumour"}, "no reply that `to_dict` wrote"),
    ({"why": None}, "no reply that `to_dict` wrote"),
]


@pytest.mark.parametrize(("change", "reason"), ALTERED, ids=range(len(ALTERED)))
def test_an_altered_reply_is_not_read_back(change, reason):
    """A reply of another version, or one that its documents contradict, is an error that says so."""
    someone = bot(HONEY)
    written = someone.ask("What is honey made from?").to_dict()
    altered = written | (change(written) if callable(change) else change)
    with pytest.raises(ReplyError, match=reason):
        Reply.from_dict(altered, someone.documents)


def test_an_empty_object_is_no_reply():
    """An object without the fields of a reply is an error."""
    with pytest.raises(ReplyError, match="no reply that `to_dict` wrote"):
        Reply.from_dict({}, ())


def test_the_repr_fits_a_screen():
    """The representation of a reply shows its kind, question and quotes, and never the article."""
    reply = bot(HONEY * 50).ask("What is honey made from?")
    assert repr(reply).startswith("<Reply quote 0.")
    assert "Honey is made from nectar" in repr(reply)
    for value in (reply, *reply.quotes, *reply.entries, *reply.quotes[0].entries, reply.quotes[0].document):
        assert len(repr(value)) < 500


def test_notes_are_shown_like_references():
    """A mark that is no number brings its note: in the text, in the JSON, and back from there."""
    bees = bot("# Bees\n\nBees hum in spring.[a] They sleep.\n\n## Notes\n\na. See https://bees.example/hum for it.\n")
    reply = bees.ask("When do bees hum?")
    assert [note.text for note in reply.notes] == ["See https://bees.example/hum for it."]
    assert reply.text == "Bees hum in spring.[a]\n\n[a] See https://bees.example/hum for it."
    (note,) = reply.to_dict()["notes"]
    assert (note["label"], note["url"]) == ("a", "https://bees.example/hum")
    assert bees.document.text[note["start"] : note["end"]] == note["text"]
    assert Reply.from_dict(reply.to_dict(), bees.documents).notes == reply.notes
