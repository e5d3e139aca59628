"""The chat's commands, tested without a terminal."""

import pytest
from support.chatting import last_shown

from chatbot.chat.slash_commands import COMMANDS, MORE, State, step
from chatbot.errors import ChatbotError


def test_table():
    """The commands and their order in the help."""
    names = [command.name for command in COMMANDS]
    assert " ".join(names) == "help refs ref source why more sections search copy open export save document clear quit"


def test_help_lists_every_command(lakes):
    """/help lists every command with its summary."""
    text = last_shown(lakes, "/help")
    assert [c.usage for c in COMMANDS if c.usage not in text or c.summary not in text] == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("/hlep", "there is no command /hlep; did you mean /help?"),
        ("/SOURC", "there is no command /SOURC; did you mean /source?"),
        ("/how deep is the lake?", "there is no command /how; /help lists the commands"),
        ("/", "/help lists the commands"),
        ("/ref", "type /ref N to show reference N and the sentences that cite it"),
        ("/ref x", "'x' is not a reference number; type a number, like 1"),
        ("/ref 99", "there is no reference 99: the article has 2, numbered 1, 12"),
        ("/search ", "type /search WORDS to find the passages with these words, with their scores"),
    ],
)
def test_wrong_commands(lakes, line, message):
    """A line that starts with a slash is never asked as a question; the message says what to type."""
    with pytest.raises(ChatbotError) as caught:
        step(State(lakes), line)
    assert str(caught.value) == message


@pytest.mark.parametrize("line", ["/why", "/source", "/more", "/save x.txt", "/copy", "/export x.bib"])
def test_nothing_asked_yet(lakes, line):
    """Commands about the last answer say that there is none yet."""
    assert last_shown(lakes, line) == "You have not asked a question yet.\n"


def test_why(lakes):
    """/why says why the last answer is as it is, beside the threshold of the bot that is asked."""
    threshold = f"an answer needs {lakes.threshold:.0%}".replace("%", " %")
    assert last_shown(lakes, "How deep is the lake in metres?", "/why").partition("; ")[2].startswith(threshold)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How deep is the lake in metres?", "(1) Smith, A. Depths. 1990.\n"),
        ("Has anybody measured the river?", "No reference is printed for this.\n"),
        ("Zebras?", "Nothing was quoted, so there is no reference.\n"),
    ],
)
def test_source(lakes, question, expected):
    """/source shows the entries that the last answer cites, or says that there are none."""
    assert last_shown(lakes, question, "/source") == expected


def test_more_is_a_turn(lakes):
    """/more is a turn of the conversation, like a question."""
    state = step(step(State(lakes), "How deep is the lake?").state, "/more").state
    assert [turn.question for turn in state.conversation.turns] == ["How deep is the lake?", MORE]


@pytest.mark.parametrize("line", ["/ref 1", "/ref (1)", "/ref [1]", "/REF 1"])
def test_ref(lakes, line):
    """A reference number may be typed as it is printed."""
    assert last_shown(lakes, line).startswith(
        "(1) Smith, A. Depths. 1990.\n\nCited in:\n\n│ The lake is 40 metres deep [1]."
    )


def test_search(lakes):
    """/search shows passages with scores, or says that there are none."""
    assert last_shown(lakes, "/search perch").startswith("1. score ")
    assert last_shown(lakes, "/search zebra") == "No passage has any of these words.\n"


def test_refs_and_sections(lakes):
    """/refs lists all references, /sections all headings."""
    assert last_shown(lakes, "/refs") == "(1) Smith, A. Depths. 1990.\n(12) Jones, B. Soundings. 1991.\n"
    assert last_shown(lakes, "/sections").startswith("Lakes\n  Depth\n  Fish\n")


def test_clear(lakes):
    """/clear forgets the conversation."""
    state = step(step(State(lakes), "How deep?").state, "/clear").state
    assert state == State(lakes)


def test_a_refused_question(lakes):
    """A question that is too long is an error."""
    with pytest.raises(ChatbotError):
        step(State(lakes), "why " * 300_000)
