"""/document: several documents are listed by title, and one of them is asked alone."""

import pytest
from support.chatting import last_shown

from chatbot.answers.collection import Embedded
from chatbot.bot import Chatbot, over
from chatbot.chat.choice import chosen
from chatbot.chat.slash_commands import State, step
from chatbot.documents.parser import parse
from chatbot.errors import ChatbotError
from chatbot.language import synonyms
from chatbot.settings import Settings

TEXTS = {
    "bees.md": "# On bees\n\nBees hum in the morning.\n",
    "lakes.md": "# Lakes\n\nThe lake is 40 metres deep.\n",
    "more.md": "# More lakes\n\nThe other lake is 3 metres deep.\n",
    "again.md": "# More lakes\n\nA third lake is dry.\n",
}


@pytest.fixture(scope="module")
def library():
    """A bot for four documents, of which two have the same title."""
    return Chatbot([parse(text, name) for name, text in TEXTS.items()], Settings(semantic=False))


def test_listing(library):
    """Without a name the documents are listed by title, with their numbers, and which of them are asked."""
    listed = (
        "• 1  On bees\n• 2  Lakes\n• 3  More lakes (more.md)\n• 4  More lakes (again.md)\n"
        "A dot marks what is asked. /document NAME asks only one.\n"
    )
    assert last_shown(library, "/document") == listed
    assert last_shown(library, "/document 1", "/document") == listed.replace("• 2", "  2").replace(
        "• 3", "  3"
    ).replace("• 4", "  4")


@pytest.mark.parametrize("name", ["2", "lakes", "LAKES", "  lakes ", "lakes.md"])
def test_by_number_title_or_file(library, name):
    """A number, a title in any case, or the name of the file; of several that contain it, the one that is it."""
    assert chosen(library, name.strip()).name == "lakes.md"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "more",
            "2 documents are called so: 3 More lakes (more.md), 4 More lakes (again.md); type /document and a number",
        ),
        ("geese", "no document is called geese; /document lists them"),
        ("9", "no document is called 9; /document lists them"),
    ],
)
def test_no_such_document(library, name, message):
    """A name that is none, or that of several, is one line with what to type."""
    with pytest.raises(ChatbotError) as caught:
        chosen(library, name)
    assert str(caught.value) == message


def test_only_one_is_asked(library):
    """Only the chosen document answers, the conversation goes on, and `all` asks every one again."""
    state = State(library)
    for line in ("Do bees hum in the morning?", "/document lakes", "Do bees hum in the morning?"):
        state = step(state, line).state
    assert [turn.reply.answered for turn in state.conversation.turns] == [True, False]
    after = step(state, "/document all").state
    assert (after.bot, after.whole) == (library, None)
    assert step(after, "Do bees hum in the morning?").state.conversation.turns[-1].reply.answered


def test_synonyms_are_kept():
    """A bot for some of the documents knows the synonyms of all, and has the same settings."""
    known = synonyms.parse("snoods, geese", "g.synonyms.txt")
    documents = [parse("# Geese\n\nGeese fly south.\n", "g.md"), parse("# Bees\n\nBees hum.\n", "b.md")]
    settings = Settings(semantic=False, threshold=0.3)
    whole = Chatbot(documents, settings, [known])
    one, unaware = whole.narrowed(documents[:1]), Chatbot(documents, settings)
    assert one.threshold == 0.3
    assert [bot.ask("Do snoods fly south?").answered for bot in (whole, one, unaware)] == [True, True, False]
    assert one.documents == (documents[0],)


class Elsewhere(Embedded):
    """A collection whose documents are not all in memory."""

    @property
    def documents(self):
        """A sequence that is no tuple."""
        return list(super().documents)


def test_where_an_engine_holds_the_documents(library):
    """They may be many, so they are not listed; one of them is chosen by the name of its file."""
    bot = over(Elsewhere(library.index), Settings(semantic=False))
    with pytest.raises(ChatbotError, match="an engine holds the documents; /document and the name of a file"):
        step(State(bot), "/document")
    with pytest.raises(ChatbotError, match="no document is called 2; type the name of its file"):
        step(State(bot), "/document 2")
    state = step(State(bot), "/document lakes.md").state
    assert [document.name for document in state.bot.documents] == ["lakes.md"]
