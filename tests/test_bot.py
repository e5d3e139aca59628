"""The library's front door."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.articles import GEESE, HONEY, bot, numbers, quoted

from chatbot.bot import MAX_QUESTION, Chatbot, bundled_article
from chatbot.errors import ArticleError, QuestionError


@pytest.fixture
def folder(tmp_path):
    """A folder with two articles."""
    (tmp_path / "honey.md").write_text(HONEY, encoding="utf-8")
    (tmp_path / "geese.md").write_text(GEESE, encoding="utf-8")
    return tmp_path


def test_open(folder):
    """An article is opened by its path, as text or as a Path."""
    for path in (folder / "honey.md", str(folder / "honey.md")):
        someone = Chatbot.open(path, semantic=False)
        assert someone.document.name == "honey.md"
        assert "Honey is made from nectar [3, 4]." in quoted(someone.ask("What is honey made from?"))


def test_open_several(folder):
    """Several articles are asked at once, each quote under its own document."""
    someone = Chatbot.open(folder / "honey.md", folder / "geese.md", semantic=False, threshold=0.0)
    assert [document.name for document in someone.documents] == ["honey.md", "geese.md"]
    reply = someone.ask("Where do grey geese fly in October?")
    assert [quote.document.name for quote in reply.quotes][reply.best] == "geese.md"
    assert reply.quotes[reply.best].entries[0].text.startswith("Brown")


def test_open_nothing():
    """Without a path the bundled article is opened."""
    assert Chatbot.open(semantic=False).document.name == bundled_article().name


def test_open_what_is_not_there(folder):
    """A file that is not there is an error that names it."""
    with pytest.raises(ArticleError, match=r"nowhere\.md: there is no such file"):
        Chatbot.open(folder / "nowhere.md")


def test_history():
    """Earlier questions rebuild the conversation."""
    reply = bot(HONEY).ask("Who says so?", history=["What is honey made from?"])
    assert numbers(reply) == [3, 4]


def test_a_string_is_no_history():
    """A single string as history would be read letter by letter, so it is refused."""
    with pytest.raises(TypeError, match="history must be a sequence of questions, not a single string"):
        bot(HONEY).ask("Who says so?", history="What is honey made from?")


def test_chat():
    """A chat remembers its own turns, and no other chat's."""
    someone = bot(HONEY)
    chat = someone.chat()
    chat.ask("What is honey made from?")
    assert numbers(chat.ask("Who says so?")) == [3, 4]
    assert [turn.question for turn in chat.conversation.turns] == ["What is honey made from?", "Who says so?"]
    assert not someone.chat().conversation.turns


def test_hits_have_text():
    """A hit has the text, the section and the score of its passage."""
    best = bot(HONEY).search("nectar")[0]
    assert best.text == best.passage.document[best.passage.span]
    assert best.section == "Honey"
    assert best.score > 0


def test_a_question_may_be_long_but_not_endless():
    """A question is taken up to a length, and refused beyond it in words."""
    assert bot(HONEY).ask("x" * MAX_QUESTION).quotes == ()
    with pytest.raises(QuestionError, match="the question has 250,001 characters; ask in at most 250,000"):
        bot(HONEY).ask("x" * (MAX_QUESTION + 1))
    with pytest.raises(QuestionError):
        bot(HONEY).ask("hi", history=["x" * (MAX_QUESTION + 1)])


def test_no_state():
    """What was asked before, without a history, changes nothing."""
    someone = bot(HONEY)
    fresh = someone.ask("and drones?").to_dict()
    someone.ask("What is honey made from?")
    assert someone.ask("and drones?").to_dict() == fresh


def test_search():
    """Passages by words, best first."""
    someone = bot(HONEY, GEESE)
    best, *_ = someone.search("grey geese")
    assert "Grey geese" in best.text


def test_many_threads_at_once():
    """Threads that share a new bot get the bytes that one alone gets."""
    asked = ["What is honey made from?", "Who says so?", "What is it about?", "and drones?", "hello", "Where is Rome?"]
    wanted = [bot(HONEY).ask(question, asked[:1]).to_dict() for question in asked]
    shared = bot(HONEY)
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda question: shared.ask(question, asked[:1]).to_dict(), asked * 20))
    assert got == wanted * 20


def test_a_library_is_silent():
    """Without an application's own handlers, nothing that is logged comes out, not even a warning."""
    code = "import chatbot, logging; logging.getLogger('chatbot.server.document_store').error('x')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603
    assert done.stdout + done.stderr == b""
