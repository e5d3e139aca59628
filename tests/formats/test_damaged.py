"""Damaged files of every format: a document, or one line; never anything else, and not for long."""

import random
import subprocess
import sys
from io import BytesIO
from zipfile import ZipFile

import pytest
from support.files import BOOK, JATS, PAGE, TEXT, archive, odt, saved, word
from support.platforms import posix

from chatbot import formats
from chatbot.errors import ArticleError

FILES = {"html": PAGE.encode(), "xml": JATS.encode(), "docx": saved(word()), "epub": archive(BOOK), "odt": odt(TEXT)}
PIECES = (b"<", b">", b"&", b'"', b"\0", b"]]>", b"<!--", b"</p>", b"<table>", b'<ol start="9">', b'="999999999999"')


def damaged(chance, content):
    """Some bytes, a few of them changed, removed, repeated or added."""
    found = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(found) + 1)
        how = chance.choice(("change", "remove", "repeat", "end", "add"))
        if how == "change":
            found[start : start + 1] = bytes([chance.randrange(256)])
        elif how == "remove":
            del found[start : start + chance.randint(1, 200)]
        elif how == "repeat":
            found[start:start] = found[chance.randrange(len(found) + 1) :][:300]
        elif how == "end":
            del found[start:]
        else:
            found[start:start] = chance.choice(PIECES)
    return bytes(found)


def damaged_inside(chance, content):
    """An archive of which one member is damaged or missing."""
    with ZipFile(BytesIO(content)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    name = chance.choice(sorted(members))
    members[name] = damaged(chance, members[name])
    if chance.random() < 0.2:
        del members[name]
    return archive(members)


@pytest.mark.parametrize("number", range(60))
@pytest.mark.parametrize("suffix", FILES)
def test_damaged_files(suffix, number):
    """A damaged file is read as far as it can be, or refused with one line that names it."""
    chance = random.Random(f"{suffix} {number}")  # noqa: S311 - so that a failure can be repeated
    how = damaged_inside if suffix in ("docx", "epub", "odt") and chance.random() < 0.7 else damaged
    offsets, text, said = [], "", ""
    try:
        document = formats.document(how(chance, FILES[suffix]), f"x.{suffix}")
        text, offsets = document.text, [start.offset for start in document.places]
    except ArticleError as error:
        said = str(error)
    assert offsets == sorted(offsets)
    assert "\n" not in said
    assert formats.FAILED not in said
    assert bool(text) != said.startswith(f"x.{suffix}")


LONG = "9" * 5000
NOTED = f"""<t:p>It is so.<t:note t:note-class="footnote"><t:note-citation>{LONG}</t:note-citation><t:note-body>
<t:p>Counted by hand.</t:p></t:note-body></t:note></t:p>"""
LIST = "## References\n\n1. Smith A. So. 2001.\n2. Roe B. Is. 2002.\n"
LONG_NUMBERS = {"x.odt": odt(NOTED), "x.md": f"It is so{'¹' * 5000}.\n\n{LIST}".encode()}


@pytest.mark.parametrize("name", LONG_NUMBERS)
def test_long_numbers(name):
    """A number of thousands of digits, which Python refuses to read, is no number of an entry."""
    document = formats.document(LONG_NUMBERS[name], name)
    assert all(number < 10_000 for sentence in document.sentences for number in sentence.numbers)


def test_a_bug_in_a_reader(monkeypatch):
    """A reader that fails names the file in one line, like a file that is damaged: a folder goes on without it."""
    monkeypatch.setattr("chatbot.documents.parser.parse", lambda *_, **__: 1 / 0)
    with pytest.raises(ArticleError, match=r"^x\.md: cannot be read: .* \(ZeroDivisionError\); please report.*$"):
        formats.document(b"So.", "x.md")


HARD = {
    "links to one long text": b"<div id=x>" + b"word " * 20_000 + b"</div>" + b'<a href="#x">1</a> ' * 20_000,
    "nested lists": b"<ul><li><a href=x>t</a>" * 120 + b"<li>word" * 10_000,
    "nested tables": b"<table><tr><td>" * 80 + b"<table><tr><td>a</td><td>b</td></tr></table>" * 4_000,
    "open brackets": b"<p>" + b"[" * 200_000 + b'<sup><a href="#e">1</a></sup>' * 500 + b"<ol><li id=e>A.",
    "long attributes": b'<div class="' + b"ad-" * 300_000 + b'" style="' + b";  " * 300_000 + b'">So.</div>',
}


@pytest.mark.parametrize("name", HARD)
def test_pages_that_are_hard_to_read(name):
    """What would take a careless reader hours takes seconds: this test ends."""
    assert formats.convert(b"<html><body>" + HARD[name], "x.html").text.strip()


@pytest.mark.slow
@posix
def test_memory_is_bounded():
    """The largest page that is read takes less than 1 GB."""
    code = (
        "import resource; from chatbot import formats; "
        "formats.document(b'<html><body>' + b'<p>x' * 240_000 + b'<p>' + b'A word is here. ' * 500_000, 'x.html'); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peak = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert int(peak) < 1 << (30 if sys.platform == "darwin" else 20)  # bytes there, kilobytes elsewhere
