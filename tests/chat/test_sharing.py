"""What leaves a chat: the clipboard, references for a reference manager, an entry in the web browser."""

import os
import webbrowser

import pytest
from support.chatting import last_shown
from support.platforms import posix

from chatbot.bot import Chatbot
from chatbot.chat import sharing
from chatbot.chat.slash_commands import State, step
from chatbot.documents.parser import parse
from chatbot.errors import ChatbotError, UsageError
from chatbot.reply import Reply, ReplyKind
from chatbot.settings import Settings

POND = "# {0}\n\nThe {0} is deep [1]. It is cold [2]. It is {0} blue [3].\n\n## References\n\n{1}"
ENTRIES = "[1] Smith, A. doi:10.1000/18{0}\n[2] Jones. PMID: 123\n[3] Brown, C. Blue. 1991.\n"


def bot(*names):
    """A bot for documents with these titles."""
    texts = {name: POND.format(name, ENTRIES.format(number)) for number, name in enumerate(names, 1)}
    return Chatbot([parse(text, f"{name}.md") for name, text in texts.items()], Settings(semantic=False))


@pytest.fixture
def opened(monkeypatch):
    """The addresses that were opened."""
    addresses = []

    class Browser:
        def open(self, address):
            return addresses.append(address) or True

    monkeypatch.setattr(webbrowser, "get", Browser)
    return addresses


def test_copy_says_what_it_does(lakes):
    """A step with /copy has the text of the reply, and says how it gets there and what may hinder it."""
    asked = step(State(lakes), "How deep is the lake in metres?").state
    done = step(asked, "/copy")
    assert done.copied == "The lake is 40 metres deep [1].\n\n(1) Smith, A. Depths. 1990."
    assert "OSC 52" in last_shown(lakes, "How deep is the lake in metres?", "/copy")


def test_too_much_for_a_clipboard():
    """Terminals take so much and no more."""
    with pytest.raises(ChatbotError, match="too long for the clipboard of a terminal; use /save FILE"):
        sharing.copyable(Reply("?", "?", ReplyKind.NONE, said="é" * 40_000))


@pytest.mark.parametrize(
    ("number", "address"), [("1", "https://doi.org/10.1000/181"), ("[2]", "https://pubmed.ncbi.nlm.nih.gov/123/")]
)
def test_open(opened, number, address):
    """/open opens the DOI of an entry, or its page in PubMed."""
    assert last_shown(bot("pond"), f"/open {number}") == f"Opened {address}.\n"
    assert opened == [address]


def test_open_what_was_cited_last(opened):
    """Of several entries with this number, that of the last answer is opened; without an answer they are named."""
    both = bot("pond", "lake")
    with pytest.raises(UsageError, match="2 references are called 1: https://doi"):
        step(State(both), "/open 1")
    assert last_shown(both, "Is the lake deep?", "/open 1") == "Opened https://doi.org/10.1000/182.\n"
    assert opened == ["https://doi.org/10.1000/182"]


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("3", "reference 3 prints no address, DOI or PubMed number"),
        ("9", "there is no reference 9: the article has 3, numbered 1-3"),
        ("x", "'x' is not a reference number; type a number, like 1"),
    ],
)
def test_nothing_to_open(name, message):
    """An entry without an address, and one that is not there, are one line."""
    with pytest.raises(ChatbotError) as caught:
        step(State(bot("pond")), f"/open {name}")
    assert str(caught.value) == message


def test_no_browser(monkeypatch):
    """Without a browser the address is said."""

    def none():
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", none)
    with pytest.raises(
        ChatbotError, match=r"^there is no web browser here; the address is https://doi\.org/10\.1000/181$"
    ):
        step(State(bot("pond")), "/open 1")


@posix
def test_a_real_browser(monkeypatch, tmp_path):
    """The program of BROWSER gets the address."""
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/seen\n', encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser(os.fspath(program)))
    last_shown(bot("pond"), "/open 1")
    assert (tmp_path / "seen").read_text(encoding="utf-8") == "https://doi.org/10.1000/181"


@pytest.mark.parametrize(("suffix", "beginning"), [("bib", "@misc{pond-1,"), ("ris", "TY  - GEN\n"), ("JSON", "[\n")])
def test_export(tmp_path, suffix, beginning):
    """/export writes the references that were cited, in the format of the file's name."""
    path = tmp_path / f"cited.{suffix}"
    assert last_shown(bot("pond"), "Is the pond deep?", f"/export {path}") == f"Exported 1 reference to {path}.\n"
    assert path.read_text(encoding="utf-8").startswith(beginning)


@pytest.mark.parametrize(
    ("question", "name", "message"),
    [
        ("Is the pond deep?", "cited.doc", r"cited\.doc names no format; let it end in \.bib, \.ris, \.json"),
        ("Zebras?", "cited.bib", "no answer cites a reference yet; /refs lists those of the article"),
    ],
)
def test_nothing_to_export(question, name, message):
    """A file of another kind, and a conversation that cites nothing, are one line."""
    asked = step(State(bot("pond")), question).state
    with pytest.raises(ChatbotError, match=message):
        step(asked, f"/export {name}")
