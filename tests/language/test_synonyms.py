"""Synonym files: their format, their errors, and what they do to a question."""

import os

import pytest
from support.articles import HONEY, bot, quoted
from support.platforms import posix

from chatbot.bot import Chatbot
from chatbot.errors import ArticleError
from chatbot.language.synonyms import Synonyms, load_for, merged, parse


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("", {}),
        ("# nothing\n\n   \n", {}),
        ("belly, gut", {("belli",): (("gut",),), ("gut",): (("belli",),)}),
        ("Belly , GUT,", {("belli",): (("gut",),), ("gut",): (("belli",),)}),
        ("belly, gut # as people say", {("belli",): (("gut",),), ("gut",): (("belli",),)}),
        ("belly => gut", {("belli",): (("gut",),)}),
        ("belly => gut, bowel", {("belli",): (("gut",), ("bowel",))}),
        ("the, belly, gut", {("belli",): (("gut",),), ("gut",): (("belli",),)}),  # a stop word says nothing
        ("immune system => defences", {("immun", "system"): (("defens",),)}),
        ("belly => gut\r\nbelly => bowel\r\n", {("belli",): (("gut",), ("bowel",))}),
    ],
)
def test_parse(text, of):
    """Commas go both ways, arrows one way; phrases, comments and any newline are read."""
    assert parse(text, "x").of == of


@pytest.mark.parametrize("line", ["belly", "belly =>", "=> gut", "the => gut", "belly, Belly", ",", "=>"])
def test_a_line_that_says_nothing(line):
    """A line without two things to say is an error that names the line and shows the format."""
    with pytest.raises(ArticleError) as error:
        parse(f"belly, gut\n{line}\n", "a.synonyms.txt")
    assert str(error.value) == "a.synonyms.txt:2: write synonyms as `word, other word` or `word => other word`"


@pytest.mark.parametrize(
    ("stems", "found"),
    [
        ([], ()),
        (["nothing"], ()),
        (["a", "b"], ((0, 2, (("x",),)),)),  # the longest phrase
        (["a", "c"], ((0, 1, (("y",),)),)),
        (["a", "a", "b", "a"], ((0, 1, (("y",),)), (1, 3, (("x",),)), (3, 4, (("y",),)))),
    ],
)
def test_alternatives(stems, found):
    """Known phrases are found in a question, the longest at each place, none over another."""
    assert Synonyms({("a", "b"): (("x",),), ("a",): (("y",),)}).alternatives(stems) == found


def test_merged():
    """The synonyms of several documents count together, each once."""
    one, two = parse("belly => gut", "x"), parse("belly => bowel, gut", "y")
    assert merged([one, two]).of == {("belli",): (("gut",), ("bowel",))}
    assert merged([]).of == {}


@pytest.mark.parametrize(
    ("article", "file"), [("a.md", "a.synonyms.txt"), ("a.v2.txt", "a.v2.synonyms.txt"), ("a", "a.synonyms.txt")]
)
def test_the_file_of_an_article(tmp_path, article, file):
    """The synonym file has the article's name; it may have a byte order mark."""
    (tmp_path / file).write_text("\ufeffbelly => gut\n", encoding="utf-8")
    assert load_for(tmp_path / article).of == {("belli",): (("gut",),)}


def test_no_file(tmp_path):
    """Without a file there are none."""
    assert load_for(tmp_path / "a.md").of == {}


def test_unreadable(tmp_path):
    """A file that is no text is an error that says what to do."""
    (tmp_path / "a.synonyms.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(
        ArticleError, match=r"a\.synonyms\.txt:1: is not UTF-8 \(byte 1 of the file\); save it as UTF-8$"
    ):
        load_for(tmp_path / "a.md")


def test_too_long(tmp_path):
    """A synonym file that is too long is an error, not cut."""
    (tmp_path / "a.synonyms.txt").write_text("bee, honeybee\n" * 100_000)
    with pytest.raises(ArticleError, match=r"a\.synonyms\.txt: has more than 1,000,000 characters; shorten it$"):
        load_for(tmp_path / "a.md")


def test_only_the_start_of_a_file_is_read(tmp_path):
    """A file of gigabytes, here one with a hole, is refused at the price of a few megabytes."""
    path = tmp_path / "a.synonyms.txt"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ArticleError, match=r"has more than 1,000,000 characters"):
        load_for(tmp_path / "a.md")


@posix
def test_no_regular_file(tmp_path):
    """A pipe is not waited for, and a name that is too long is none; a folder is an error too."""
    os.mkfifo(tmp_path / "a.synonyms.txt")
    with pytest.raises(ArticleError, match=r"a\.synonyms\.txt: is no regular file; put a file in its place$"):
        load_for(tmp_path / "a.md")
    (tmp_path / "b.synonyms.txt").mkdir()
    with pytest.raises(ArticleError, match=r"b\.synonyms\.txt: cannot be read: Is a directory$"):
        load_for(tmp_path / "b.md")
    assert load_for(tmp_path / f"{'c' * 250}.md").of == {}


@pytest.mark.parametrize(
    ("rule", "question", "answer"),
    [
        ("cash back => refunds", "cash back?", "Refunds are paid within 14 days."),
        ("reimbursement, refund", "When are reimbursements paid?", "Refunds are paid within 14 days."),
        ("parasite, varroa mite", "What do parasites feed on?", "The varroa mite feeds on the fat body of bees [5]."),
    ],
)
def test_other_wording_finds_the_sentence(rule, question, answer):
    """A synonym finds the sentence, in either number; without the switch it does not help."""
    on = bot(HONEY, rules=[parse(rule, "x")], threshold=0.0).ask(question)
    off = bot(HONEY, rules=[parse(rule, "x")], threshold=0.0, synonyms=False).ask(question)
    assert answer in quoted(on)
    assert dict(on.evidence)["coverage"] > dict(off.evidence).get("coverage", 0.0)


def test_an_arrow_goes_one_way():
    """`a => b` reads a as b, never b as a."""
    someone = bot("Tummies rumble.\n", rules=[parse("belly => tummy", "x")], threshold=0.0)
    assert quoted(someone.ask("belly")) == ["Tummies rumble."]
    someone = bot("Tummies rumble.\n", rules=[parse("tummy => belly", "x")], threshold=0.0, thesaurus=False)
    assert quoted(someone.ask("belly")) == []


def test_open_reads_them(tmp_path):
    """A bot reads the synonym file of its article, and reports an error in it."""
    article = tmp_path / "a.md"
    article.write_text("# Parcels\n\nRefunds are paid within 14 days.\n")
    (tmp_path / "a.synonyms.txt").write_text("cashback => refunds\n")
    assert quoted(Chatbot.open(article, threshold=0.0, semantic=False).ask("cashback")) == [
        "Refunds are paid within 14 days."
    ]
    assert quoted(Chatbot.open(article, threshold=0.0, semantic=False, synonyms=False).ask("cashback")) == []
    (tmp_path / "a.synonyms.txt").write_text("cashback\n")
    with pytest.raises(ArticleError, match=r"^a\.synonyms\.txt:1: write synonyms as"):
        Chatbot.open(article, semantic=False)
