"""With and without the cache, in any state of it, the replies are the same bytes."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.documents import FILES, TEXTS
from support.platforms import posix
from test_properties import QUICK, Article, asked_of, mutated

from chatbot import Chatbot
from chatbot.bot import bundled_article
from chatbot.common import cache as caches
from chatbot.documents import stored
from chatbot.documents.model import Sentence

QUESTION = "What percentage of immune cells is in the gut?"
QUESTIONS = (
    "What is this about?",
    "What is the capital of France?",
    "How many references are there?",
    "reference 1",
    "who says so?",
    "tell me more",
    "section 1",
    "How do bees make hony?",
    "What is version 2.1?",
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder of the cache, which is empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "chatbot"


def said(paths, questions, **changes):
    """What a bot that is opened now replies, as bytes, and what can be looked up in it."""
    bot = Chatbot.open(*paths, semantic=False, **changes)
    replies = [bot.ask(question, history=questions[:place]).to_dict() for place, question in enumerate(questions)]
    hits = [(hit.text, hit.section, hit.score) for hit in bot.search(" ".join(questions))]
    places = [[*passage.span, passage.section] for passage in bot.passages]
    return json.dumps([replies, hits, bot.suggestions(), places]).encode()


def check(paths, questions):
    """Without a cache, with an empty one, and with a full one."""
    wanted = said(paths, questions, cache=False)
    assert said(paths, questions) == wanted
    assert said(paths, questions) == wanted


@settings(QUICK, max_examples=25)
@given(st.randoms(use_true_random=False))
def test_generated_articles(tmp_path_factory, random):
    """One or two articles, mutated or not, and any questions."""
    texts = [Article(random).text for _ in range(random.randint(1, 2))]
    place = tmp_path_factory.mktemp("articles")
    for number, text in enumerate(texts):
        content = (mutated(random, text) if random.random() < 0.3 else text).encode("utf-8", "replace")
        (place / f"{number}.md").write_bytes(content.replace(b"\0", b"") + b"\n\nBees fly.\n")
    check(sorted(place.iterdir()), [asked_of(random, texts[0]) for _ in range(5)])


@pytest.mark.parametrize("name", TEXTS)
def test_articles(tmp_path, name):
    """All articles that the tests have."""
    path = tmp_path / "article.md"
    path.write_text(TEXTS[name], encoding="utf-8")
    check([path], QUESTIONS)


@pytest.mark.parametrize("name", FILES)
def test_formats(tmp_path, name):
    """Every format."""
    (tmp_path / name).write_bytes(FILES[name])
    check([tmp_path / name], QUESTIONS)


def test_the_bundled_article():
    """With its synonyms."""
    check([bundled_article()], QUESTIONS)


def test_a_changed_article(tmp_path):
    """What was kept of another text, or under another name, is not used."""
    one, other = tmp_path / "one.md", tmp_path / "other.md"
    one.write_text("# Bees\n\nBees fly in May.\n")
    assert Chatbot.open(one, semantic=False).ask("When do bees fly?").quotes[0].text == "Bees fly in May."
    one.write_text("# Bees\n\nBees fly in June.\n")
    assert Chatbot.open(one, semantic=False).ask("When do bees fly?").quotes[0].text == "Bees fly in June."
    other.write_bytes(one.read_bytes())
    assert Chatbot.open(other, semantic=False).ask("When do bees fly?").quotes[0].document.name == "other.md"


def test_another_version_computes_anew(tmp_path, monkeypatch):
    """What older code has kept is not used."""
    path = tmp_path / "x.md"
    path.write_text("# Bees\n\nBees fly in May.\n")
    parsed = []
    packed = stored.packed
    monkeypatch.setattr("chatbot.formats.packed", lambda document: parsed.append(document.name) or packed(document))
    said([path], QUESTIONS)
    said([path], QUESTIONS)
    assert parsed == ["x.md"]
    monkeypatch.setattr("chatbot.formats.code_version", lambda *_: "2")
    said([path], QUESTIONS)
    assert parsed == ["x.md", "x.md"]


def test_without_the_cache_nothing_is_kept(folder):
    """Nor read."""
    said([bundled_article()], [QUESTION], cache=False)
    assert not folder.exists()


DAMAGES = (
    lambda _: b"",
    lambda content: content[: len(content) // 2],
    lambda content: bytes(len(content)),
    lambda content: b"\x80\x04\x95" + content,
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_poisoned(folder, damage):
    """Every file at once; all are put right."""
    wanted = said([bundled_article()], QUESTIONS)
    sound = {path: path.read_bytes() for path in folder.iterdir()}
    for path, content in sound.items():
        path.write_bytes(damage(content))
    assert said([bundled_article()], QUESTIONS) == wanted
    assert all(path.read_bytes() == content for path, content in sound.items() if len(content) < 1_000_000)


def test_the_arrays_of_others(monkeypatch):
    """Sound files whose arrays are of something else are not used either."""
    wanted = said([bundled_article()], QUESTIONS)
    for other in ({}, {"rows": np.zeros(3)}, {"synonyms_block": np.zeros(3, "uint8")}):
        monkeypatch.setattr(caches.Cache, "load", lambda *_, other=other: other)
        assert said([bundled_article()], QUESTIONS) == wanted


def test_a_large_article_is_not_made_into_objects(tmp_path, monkeypatch):
    """Opened again, an article of many sentences has only those made that a question looks at."""
    path = tmp_path / "large.md"
    sections = (f"## Part {n}\n\nAnt number {n} carries leaf {n * 7}. It rests later.\n" for n in range(2_000))
    path.write_text("# Ants\n\n" + "\n".join(sections))
    Chatbot.open(path, semantic=False).ask("What does ant number 777 carry?")
    made = []
    monkeypatch.setattr(stored, "Sentence", lambda *values: made.append(1) or Sentence(*values))
    bot = Chatbot.open(path, semantic=False)
    assert len(bot.document.sentences) == 6_001
    assert bot.ask("What does ant number 777 carry?").answered
    assert len(made) < 3_000


ASK = [sys.executable, "-m", "chatbot", "ask", "--no-semantic", "--json", QUESTION]


def asking(*words):
    """A process that asks."""
    return subprocess.Popen([*ASK, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603


def test_asked_again_nothing_is_parsed():
    """Neither the parsers nor nltk, the word list or rank-bm25 are imported."""
    code = "import sys; from chatbot import Chatbot; Chatbot.open(semantic=False).ask(sys.argv[1]); print(*sys.modules)"
    command = [sys.executable, "-c", code, QUESTION]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() for _ in range(2)]  # noqa: S603 - our own script
    slow = {"nltk", "rank_bm25", "spellchecker", "chatbot.documents.parser"}
    assert slow <= {*runs[0]}
    assert not {*slow, "markdown_it"} & {*runs[1]}


def test_several_processes_at_once(folder):
    """With an empty cache; all say the same, and leave it whole."""
    running = [asking() for _ in range(3)]
    outputs = [process.communicate() for process in running]
    assert len(set(outputs)) == 1
    assert json.loads(outputs[0][0])["answered"]
    assert {path.suffix for path in folder.iterdir()} == {".arrays"}
    assert asking().communicate() == outputs[0]


@posix
def test_killed_at_any_moment(folder):
    """The next process says the same."""
    wanted = asking("--no-cache").communicate()
    for delay in (0.5, 0.9, 1.3):
        process = asking()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert asking().communicate() == wanted
    assert folder.is_dir()


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from chatbot.cli.main import cli
cli(["ask", "--no-semantic", "--json", sys.argv[2]], standalone_mode=True)
"""


@posix
@pytest.mark.parametrize("size", [0, 1000])
def test_a_disk_that_takes_no_more(size):
    """A file that cannot be written to its end costs time, and nothing else."""
    wanted = asking("--no-cache").communicate()
    command = [sys.executable, "-c", LIMITED, str(size), QUESTION]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own script
    assert (done.stdout, done.stderr) == wanted


def test_a_cache_that_is_a_file(tmp_path, monkeypatch):
    """Nothing can be written there, nor read."""
    (tmp_path / "file").write_bytes(b"")
    wanted = asking("--no-cache").communicate()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert asking().communicate() == wanted
