"""The question log: what it records, and that no accident loses a record."""

import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path

import pytest
from support.articles import HONEY
from support.articles import bot as bot_for

import chatbot
from chatbot.errors import ChatbotError, LogError
from chatbot.question_log.store import QuestionLog, new_id, read

ROOT = Path(chatbot.__file__).parent.parent
HOW_MANY = "How many bees are in a hive?"
REFUSED = "What is the capital of France?"
WRITER = """
import sys
from pathlib import Path
from chatbot.question_log.store import QuestionLog
from chatbot.reply import Reply, ReplyKind
log = QuestionLog(Path(sys.argv[1]))
number = 0
while True:
    print(log.record(Reply(f"question {number}", "", ReplyKind.NONE), ()), flush=True)
    number += 1
"""


@pytest.fixture
def path(tmp_path):
    """The path of a log that does not exist yet."""
    return tmp_path / "questions.db"


@cache
def bot():
    """A bot for a small article."""
    return bot_for(HONEY)


def record(log, question):
    """Ask a question and log the reply."""
    return log.record(bot().ask(question), bot().documents)


def fill(log):
    """Log more questions than there is room for."""
    for _ in range(100):
        record(log, REFUSED)


def test_record(path):
    """A record has the question, how it was answered, and the documents that were asked."""
    with QuestionLog(path) as log:
        names = [record(log, question) for question in (HOW_MANY, REFUSED, "hello")]
    answered, refused, smalltalk = read(path)
    assert [found.id for found in (answered, refused, smalltalk)] == names
    assert (answered.question, answered.answered, answered.kind) == (HOW_MANY, True, "quote")
    assert answered.confidence == round(bot().ask(HOW_MANY).confidence, 4)
    assert answered.documents == (bot().document.sha256,)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", answered.time)
    assert [found.gap for found in (answered, refused, smalltalk)] == [False, True, False]


def test_nothing_says_who_asked(path):
    """No column is about the person who asks, and only its user may read the file."""
    with QuestionLog(path), sqlite3.connect(path) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(questions)")}
    connection.close()
    kept = {"id", "time", "question", "understood", "answered", "kind", "confidence", "documents", "helpful", "comment"}
    assert columns == kept
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_vote(path):
    """The last vote on a reply counts, also on a refusal; a vote for an unknown id is not stored."""
    with QuestionLog(path) as log:
        name = record(log, REFUSED)
        assert log.vote(name, helpful=True)
        assert log.vote(name, helpful=False, comment="It is Paris.")
        assert not log.vote(new_id(), helpful=True)
        assert not log.vote("\ud800' OR 1=1", helpful=True)
    (found,) = read(path)
    assert (found.helpful, found.comment, found.gap) == (False, "It is Paris.", True)


@pytest.mark.parametrize(
    "question", ["a\x00b", "\ud800", "'; DROP TABLE questions; --", "\U0001f41d" * 1000, "\x1b[2J"]
)
def test_any_text(path, question):
    """Any text can be logged; a lone surrogate becomes a question mark."""
    with QuestionLog(path) as log:
        record(log, question)
        (found,) = read(path)
    assert found.question == question.replace("\ud800", "?")


def test_ids():
    """Ids have 26 characters, sort by time, and are all different."""
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", name) for name in ids)
    assert [name[:10] for name in ids] == sorted(name[:10] for name in ids)


def test_threads(path):
    """Many threads may write at once, even through two logs of one file."""
    reply = bot().ask(REFUSED)
    with QuestionLog(path) as one, QuestionLog(path) as other:
        threads = [
            threading.Thread(target=lambda log=log: [log.record(reply, bot().documents) for _ in range(10)])
            for log in (one, other) * 4
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(read(path)) == 80


def test_created_at_once(path):
    """Processes that create a log at the same moment share it."""
    code = "import sys, pathlib; from chatbot.question_log.store import QuestionLog as Q; Q(pathlib.Path(sys.argv[1]))"
    command = [sys.executable, "-W", "ignore", "-c", code, str(path)]
    started = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(6)]  # noqa: S603
    assert [process.communicate()[1] for process in started] == [b""] * 6
    assert read(path) == ()


@pytest.mark.parametrize("lines", [1, 20, 150])
def test_kill(path, lines):
    """A process that is killed while it writes loses no record whose id it returned, and the file is intact."""
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:  # noqa: S603
        assert writer.stdout
        acknowledged = [writer.stdout.readline().strip() for _ in range(lines)]
        writer.kill()
        acknowledged += [line.strip() for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    found = {record.id for record in read(path)}
    assert set(acknowledged) <= found
    assert len(found) - len(acknowledged) <= 1  # written, but killed before it could say so
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2)])
def test_survives_a_power_cut(path, pragma, value):
    """Each record is synced to the disk before its id is returned (what SQLite documents for WAL and FULL)."""
    with QuestionLog(path) as log:
        assert log._connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)


def test_full_disk(path):
    """On a full disk an error names the file; when there is room again, logging goes on."""
    resource = pytest.importorskip("resource", reason="Windows limits no file's size")
    with QuestionLog(path) as log:
        kept = record(log, HOW_MANY)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, before[1]))
        try:
            with pytest.raises(LogError, match=r"questions\.db: cannot be written .*; make room") as caught:
                fill(log)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        record(log, "And now?")
    assert isinstance(caught.value, ChatbotError)
    found = read(path)
    assert (found[0].id, found[-1].question) == (kept, "And now?")


def test_locked(path, monkeypatch):
    """A file that another program has locked is reported as in use; a later record succeeds."""
    monkeypatch.setattr("chatbot.question_log.store._TIMEOUT", 0.05)
    with QuestionLog(path) as log:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogError, match=r"questions\.db: is in use by another program"):
            record(log, REFUSED)
        other.close()
        record(log, REFUSED)


def test_slow(path, monkeypatch):
    """A thread that waits too long for a slow disk gives up."""
    monkeypatch.setattr("chatbot.question_log.store._TIMEOUT", 0.01)
    with QuestionLog(path) as log:
        with log._using(), pytest.raises(LogError, match="too slow"):
            record(log, REFUSED)
        record(log, REFUSED)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"This is a text, and long enough to be taken for the head of a file." * 20, "damaged or not a question log"),
        (b"SQLite format 3\x00" + b"\xff" * 5000, "damaged or not a question log"),
    ],
)
def test_damaged(path, content, message):
    """A file that is damaged, or not a log, is refused and not changed."""
    path.write_bytes(content)
    for use in (QuestionLog, read):
        with pytest.raises(LogError, match=rf"questions\.db: .*{message}"):
            use(path)
    assert path.read_bytes() == content


ODD = [
    ("documents", "null", "must be a list"),
    ("documents", "[1, 2]", r"\[0\] must be a text"),
    ("documents", "[" * 100_000, "nested too deeply"),
    ("documents", f"[{'1' * 5000}]", "a number of 5,000 digits"),
    ("documents", b"[]", "documents is not a text"),
    ("comment", b"\xff", "comment is not a text"),
    ("answered", "no", "answered is not 0 or 1"),
    ("helpful", "yes", "helpful is not 0 or 1"),
    ("confidence", "high", "confidence is not a number"),
]


@pytest.mark.parametrize(("column", "value", "message"), ODD)
def test_odd_records(path, column, value, message):
    """A record that another program wrote is named in one line, with what is wrong in it; nothing is guessed."""
    with QuestionLog(path) as log:
        record(log, REFUSED)
        record(log, REFUSED)
        log._connection.execute(f"UPDATE questions SET {column} = ? WHERE rowid = 2", (value,))  # noqa: S608 - our own
    with pytest.raises(LogError, match=rf"questions\.db: has a record .* \(number 2: .*{message}") as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_text_that_is_no_unicode(path):
    """A log with bytes that are no text is damaged."""
    with QuestionLog(path) as log:
        record(log, REFUSED)
        log._connection.execute("UPDATE questions SET understood = CAST(x'fffe41' AS TEXT)")
    with pytest.raises(LogError, match=r"questions\.db: is damaged"):
        read(path)


def test_damaged_while_open(path):
    """A file that is damaged while it is in use is an error that names it, for votes too."""
    with QuestionLog(path) as log:
        for _ in range(20):
            record(log, REFUSED)
        log._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = path.stat().st_size
        path.write_bytes(b"\xff" * size)
        log._connection.execute("PRAGMA shrink_memory")  # drops the pages that SQLite has cached
        with pytest.raises(LogError, match=r"questions\.db: is damaged"):
            record(log, REFUSED)
        with pytest.raises(LogError, match=r"questions\.db: is damaged"):
            log.vote(new_id(), helpful=True)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("CREATE TABLE questions (text)", "another program's database"),
        ("PRAGMA application_id = 0x63686174; PRAGMA user_version = 9; CREATE TABLE t (a)", "has format 9"),
    ],
)
def test_other_databases(path, script, message):
    """Another program's database, or one of a later version, is refused and not changed."""
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    before = path.read_bytes()
    for use in (QuestionLog, read):
        with pytest.raises(LogError, match=message):
            use(path)
    assert path.read_bytes() == before


def test_without_its_table(path):
    """A log whose table was dropped is an error that says what to do."""
    with QuestionLog(path) as log:
        log._connection.execute("DROP TABLE questions")
        with pytest.raises(LogError, match=r"cannot be used \(no such table: questions\); move it away"):
            record(log, REFUSED)


@pytest.mark.parametrize("use", [QuestionLog, read])
@pytest.mark.parametrize("name", ["missing/questions.db", "\x00", "."])
def test_places_that_cannot_be(tmp_path, use, name):
    """A folder, a file in a missing folder, or an impossible path is an error."""
    with pytest.raises(LogError, match="the question log"):
        use(tmp_path / name)


def test_nothing_to_read(path):
    """Reading a log that does not exist is an error, and does not create it."""
    with pytest.raises(LogError, match="No such file"):
        read(path)
    assert not path.exists()
