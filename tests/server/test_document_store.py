"""Documents that change while they are served."""

import os
import re
import threading

import pytest
from support.articles import GEESE, HONEY, bot, quoted
from support.platforms import posix
from support.replaced_files import NEW, OLD, QUESTION, replaced

from chatbot import Chatbot
from chatbot.documents import parser
from chatbot.errors import ArticleError
from chatbot.server import document_store
from chatbot.server.document_store import DocumentStore
from chatbot.settings import Settings

PLAIN = Settings(semantic=False)


@pytest.fixture
def article(tmp_path):
    """A file with an article."""
    path = tmp_path / "hive.md"
    path.write_text(OLD, encoding="utf-8")
    return path


def edited(path, content):
    """Write into the same file, at a later time."""
    path.write_text(content, encoding="utf-8")
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))


@pytest.mark.parametrize("change", [replaced, edited])
def test_a_changed_document_is_swapped_in(article, change):
    """A replaced or edited file is read again, and asked from then on; without a change nothing happens."""
    store = DocumentStore.open([article], PLAIN)
    before = store.bot
    assert not store.refresh()
    assert store.bot is before
    change(article, NEW)
    assert store.refresh()
    assert quoted(store.bot.ask(QUESTION)) == [NEW.strip()]
    assert quoted(before.ask(QUESTION)) == [OLD.strip()]
    assert not store.refresh()


def test_a_file_that_only_looks_changed(article):
    """The same bytes with another time are not indexed again."""
    store = DocumentStore.open([article], PLAIN)
    before = store.bot
    edited(article, OLD)
    assert not store.refresh()
    assert store.bot is before


BROKEN = [
    (lambda path: replaced(path, b"\0"), "is not text"),
    (lambda path: replaced(path, b"\xff\xfe\xff"), "is not UTF-8"),
    (lambda path: replaced(path, b""), "has no sentence"),
    (lambda path: path.unlink(), "there is no such file"),
    (lambda path: (path.unlink(), path.mkdir()), "is a folder"),
    (lambda path: path.with_suffix(".synonyms.txt").write_text("=>", encoding="utf-8"), "write synonyms as"),
]


@pytest.mark.parametrize(("damage", "reason"), BROKEN, ids=[reason for _, reason in BROKEN])
def test_a_broken_document_leaves_the_old_one_serving(article, damage, reason, caplog):
    """What cannot be read is said once, and the document before stays in use."""
    store = DocumentStore.open([article], PLAIN)
    assert store.snapshot.problem is None
    damage(article)
    assert not store.refresh()
    assert not store.refresh()
    assert store.snapshot.problem
    assert reason in store.snapshot.problem
    assert caplog.text.count(reason) == 1
    assert quoted(store.bot.ask(QUESTION)) == [OLD.strip()]


@pytest.fixture
def poisoned(monkeypatch):
    """From now on, a text with "poison" is an error of the program, as it is read or as it is indexed."""

    def poison(module, name, of):
        real = getattr(module, name)

        def fail(value, *arguments, **named):
            if any("poison" in text for text in of(value)):
                raise ValueError("secret poison")
            return real(value, *arguments, **named)

        monkeypatch.setattr(module, name, fail)

    return poison


def _texts(documents):
    return [document.text for document in documents]


@pytest.mark.parametrize(
    "step", [(parser, "parse", lambda text: [text]), (document_store, "Chatbot", _texts)], ids=["read", "index"]
)
def test_an_error_of_the_program(tmp_path, caplog, poisoned, step):
    """A document that the program fails on has a problem, said once; the others are swapped in all the same."""
    paths = [tmp_path / "a.md", tmp_path / "b.md"]
    for path, text in zip(paths, (HONEY, GEESE), strict=True):
        path.write_text(text, encoding="utf-8")
    store = DocumentStore.open(paths, PLAIN)
    poisoned(*step)
    replaced(paths[0], "A poison is bad.")
    replaced(paths[1], NEW)
    assert store.refresh()
    assert not store.refresh()
    assert [document.text for document in store.bot.documents] == [HONEY, NEW]
    assert store.snapshot.problem
    assert re.match(r"a\.md: .*program.*\(ValueError\); please report this", store.snapshot.problem)
    assert (caplog.text.count("ValueError"), "secret" in caplog.text) == (1, False)
    replaced(paths[0], GEESE)
    assert store.refresh()
    assert store.snapshot.problem is None


def test_documents_that_fail_only_together(tmp_path, monkeypatch):
    """Where each document can be indexed and all together cannot, those that changed stay as they were."""
    paths = [tmp_path / "a.md", tmp_path / "b.md", tmp_path / "c.md"]
    for path in paths:
        path.write_text(HONEY, encoding="utf-8")
    store = DocumentStore.open(paths, PLAIN)
    before = store.bot

    def full(documents, *arguments):
        if len(documents) > 1:
            raise MemoryError
        return Chatbot(documents, *arguments)

    monkeypatch.setattr(document_store, "Chatbot", full)
    replaced(paths[0], b"\0")
    replaced(paths[1], NEW)
    assert not store.refresh()
    assert store.bot is before
    assert [bool(loaded.problem) for loaded in store.snapshot.documents] == [True, True, False]
    assert not store.refresh()


def test_no_problem_names_a_folder(article):
    """What /readyz shows of a problem has the file's name, and not where it is."""
    store = DocumentStore.open([article], PLAIN)
    for damage, _ in BROKEN:
        article.with_suffix(".synonyms.txt").unlink(missing_ok=True)
        if article.is_dir():
            article.rmdir()
        article.write_text(OLD, encoding="utf-8")
        store.refresh()
        damage(article)
        store.refresh()
        assert store.snapshot.problem
        assert store.snapshot.problem.startswith("hive.")
        assert str(article.parent) not in store.snapshot.problem


@posix
@pytest.mark.parametrize("name", ["hive.md", "hive.synonyms.txt"])
def test_a_pipe_in_the_place_of_a_file(article, name):
    """A pipe, which no one may ever write to, is not waited for."""
    store = DocumentStore.open([article], PLAIN)
    pipe = article.with_name(name)
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    assert not store.refresh()
    assert store.snapshot.problem == f"{name}: is no regular file; put a file in its place"
    with pytest.raises(ArticleError, match="is no regular file"):
        DocumentStore.open([article], PLAIN)


def test_conversations_are_kept_until_documents_change(article):
    """A history is answered from the documents in use."""
    store = DocumentStore.open([article], PLAIN)
    for content in (OLD, NEW):
        replaced(article, content)
        store.refresh()
        for _ in range(2):
            follow_up = store.snapshot.ask("Why?", [QUESTION])
            assert follow_up == store.bot.ask("Why?", [QUESTION])
            assert {quote.document.sha256 for quote in follow_up.quotes} <= {store.bot.document.sha256}
    kept = store.snapshot.conversations
    replaced(article, b"\0")
    store.refresh()
    assert store.snapshot.problem
    assert store.snapshot.conversations is kept


def test_a_mended_document(article):
    """A problem is over when the file can be read again, also with its old content."""
    store = DocumentStore.open([article], PLAIN)
    for content in (OLD, NEW):
        replaced(article, b"\0")
        store.refresh()
        replaced(article, content)
        assert store.refresh() == (content == NEW)
        assert store.snapshot.problem is None
        assert quoted(store.bot.ask(QUESTION)) == [content.strip()]


def test_of_several_documents_each_changes_by_itself(tmp_path):
    """A broken document does not hold up a good one."""
    paths = [tmp_path / "a.md", tmp_path / "b.md"]
    for path, text in zip(paths, (HONEY, GEESE), strict=True):
        path.write_text(text, encoding="utf-8")
    store = DocumentStore.open(paths, PLAIN)
    replaced(paths[0], b"\0")
    replaced(paths[1], NEW)
    assert store.refresh()
    assert [document.text for document in store.bot.documents] == [HONEY, NEW]
    assert [bool(loaded.problem) for loaded in store.snapshot.documents] == [True, False]


def test_synonyms_are_read_again(article):
    """A change of its synonym file reloads a document."""
    store = DocumentStore.open([article], PLAIN)
    assert not store.bot.ask("How many bees does a beehouse hold?").answered
    article.with_suffix(".synonyms.txt").write_text("beehouse => hive", encoding="utf-8")
    assert store.refresh()
    assert store.bot.ask("How many bees does a beehouse hold?").answered


def test_a_missing_document_is_an_error_at_the_start(tmp_path):
    """At the start a document that is not there is an error, not a problem."""
    with pytest.raises(ArticleError, match="there is no such file"):
        DocumentStore.open([tmp_path / "nowhere.md"], PLAIN)


def test_a_store_for_a_bot():
    """A bot that was opened elsewhere is served as it is."""
    someone = bot(HONEY)
    store = DocumentStore.of(someone)
    assert not store.refresh()
    assert store.bot is someone
    assert [loaded.document.name for loaded in store.snapshot.documents] == ["a.md"]


def test_everybody_sees_one_state(article):
    """While documents are swapped, each reply is of one of them, whole."""
    store = DocumentStore.open([article], PLAIN)
    right = {
        bot_.document.sha256: bot_.ask(QUESTION).to_dict()
        for bot_ in (store.bot, (replaced(article, NEW), store.refresh(), store.bot)[2])
    }
    seen, over = [], threading.Event()

    def look():
        while not over.is_set():
            seen.append(store.bot.ask(QUESTION).to_dict())

    readers = [threading.Thread(target=look) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(20):
        replaced(article, (OLD, NEW)[turn % 2])
        store.refresh()
    over.set()
    for reader in readers:
        reader.join()
    assert seen
    assert all(reply == right[reply["quotes"][0]["sha256"]] for reply in seen)
