"""What the load script counts as a fault."""

import pytest
from support.articles import HONEY, bot

from chatbot.question_log.store import QuestionLog


@pytest.fixture
def load_faults(script):
    """The module of the script."""
    pytest.importorskip("httpx")
    return script("load_faults")


def quote(text, start, sha256):
    """A quote as replies have it."""
    return {"text": text, "start": start, "end": start + len(text), "sha256": sha256}


def test_replies_are_compared_to_the_documents_that_were_served(load_faults, tmp_path):
    """Quotes of two documents in one reply, or of a text that no document has there, are faults."""
    article = load_faults.Article(tmp_path)
    article.swap()
    (first, one), (second, other) = article.known.items()
    assert article.path.read_text(encoding="utf-8") == other
    assert article.fault({"quotes": []}) is None
    assert article.fault({"quotes": [quote("The gut", one.index("The gut"), first)]}) is None
    assert article.served == {first}
    at = other.index("The gut")
    mixed = [quote("The gut", at, first), quote("The gut", at, second)]
    assert article.fault({"quotes": mixed}) == "two documents in one reply"
    for wrong in (quote("The gut", at + 1, second), quote("The gut", at, "unknown")):
        assert article.fault({"quotes": [wrong]}) == "a quote that its document does not have"


def test_lost_replies_are_counted(load_faults, tmp_path):
    """A reply that was acknowledged as logged and is not in the log is lost."""
    with QuestionLog(tmp_path / "log") as log:
        name = log.record(bot(HONEY).ask("What is honey made from?"), bot(HONEY).documents)
    assert load_faults._unlogged(tmp_path / "log", {name}) == 0
    assert load_faults._unlogged(tmp_path / "log", {name, "another"}) == 1


def test_conversations_differ(load_faults):
    """No two clients ask the same, so that what one was answered does not help another."""
    talks = [tuple(load_faults.questions(number, 4)) for number in range(200)]
    assert len({talk[0] for talk in talks}) == 200
    assert {len(talk) for talk in talks} == {4}
