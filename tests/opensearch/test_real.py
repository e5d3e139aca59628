"""Against a real server: replies are those of the embedded engine, and runs of indexing keep what they promise."""

import json
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from httpx import Client as HttpClient
from support.articles import GEESE, HONEY, TWO_LISTS
from support.live_server import serving
from support.real_opensearch import address, send

pytest.importorskip("opensearchpy", reason="needs the extra `opensearch`")

from chatbot.bot import Chatbot
from chatbot.cli.main import cli
from chatbot.errors import ChatbotError, EngineError, UsageError
from chatbot.opensearch import address as addresses
from chatbot.opensearch import reindex
from chatbot.opensearch.client import Client
from chatbot.opensearch.store import STATE, Store
from chatbot.server.app import create_app
from chatbot.server.config import ServerSettings
from chatbot.server.engine_store import EngineStore
from chatbot.settings import Settings

pytestmark = pytest.mark.opensearch
__all__ = ["address"]  # the fixture

PLAIN = Settings(semantic=False)
FAQ = """# Questions

## How do I renew my card?

Bring the old card to a branch. A photo is taken there.

## What is not accepted?

- Copies of a card
- Cards of other people

## 3.2 Fees

Renewal costs 12 euros. Version 2.1, May 2024.

1. Bring the card.
2. Pay the fee.
"""
SAME = "# Weather {0}\n\nRain falls in spring. Snow falls in winter {0}.\n\n## Clouds\n\nClouds are made of water.\n"
CASE = {"id": "a", "turns": [{"question": "What is honey made from?", "answerable": True, "gold": [["nectar"]]}]}
LONG = "x" * 300  # Lucene would split it
QUESTIONS = [
    f"What is {LONG}?",
    "How many bees are in a hive?",
    "What is honey made from?",
    "who says that raw honey keeps?",
    "Where do geese fly to?",
    "How do I renew my card?",
    "How can I renew a card",
    "What is not accepted?",
    "What does section 3.2 say?",
    "What does the section on fees say?",
    "When was version 2.1 released?",
    "What is rule 2?",
    "How much are the fees?",
    "When does rain fall?",
    "What are clouds made of?",
    "Does it snow in winter 7?",
    "Does it not rain in spring?",
    "reference 2",
    "[4]",
    "What did Crane write?",
    "Which is the newest source?",
    "Which sources are used?",
    "What is this about?",
    "What kils mites?",
    "how big is a glacier",
    "Wie viele Bienen leben in einem Stock?",
    "hello",
    "What is a colony? And who studied mites?",
    "???",
    "cashback",
    "nectar " * 900,
]


@pytest.fixture
def folder(tmp_path):
    """Documents with headings that ask, numbered sections, references, synonyms, and many that are nearly equal."""
    docs = tmp_path / "docs"
    (docs / "more").mkdir(parents=True)
    for name, text in {
        "honey.md": HONEY,
        "geese.md": GEESE,
        "lists.md": TWO_LISTS,
        "more/faq.md": FAQ + f"\nA {LONG} is a very long word.\n",
    }.items():
        (docs / name).write_text(text)
    for number in range(80):
        (docs / "more" / f"weather-{number}.md").write_text(SAME.format(number))
    (docs / "more" / "faq.synonyms.txt").write_text("fee, cashback\n")
    return docs


def indexed(address, folder, **wishes):
    """Index a folder; the report."""
    wanted = reindex.Wishes((str(folder),), workers=1, **wishes)
    return reindex.index(addresses.parse(address), wanted, lambda _: None, lambda _: None)


def replies(bot):
    """All replies, as they are written."""
    found = [bot.ask(question).to_dict() for question in QUESTIONS]
    chat = bot.chat()
    found += [chat.ask(question).to_dict() for question in ("What is honey made from?", "who says so?", "tell me more")]
    return [json.dumps(reply, ensure_ascii=False) for reply in found]


def assert_same(address, folder):
    """Both engines say the same, byte for byte."""
    asked, embedded = Chatbot.open(engine=address, semantic=False), Chatbot.open(folder, semantic=False)
    for one, other in zip(replies(asked), replies(embedded), strict=True):
        assert one == other
    for words in ("bees honey", "rain", "clouds made of water", "nothingness"):
        found = [[(hit.text, hit.score, hit.section) for hit in bot.search(words, 12)] for bot in (asked, embedded)]
        assert found[0] == found[1]
    assert asked.suggestions() == embedded.suggestions()
    assert asked.questions() == embedded.questions()
    honey = embedded.find("honey.md")
    assert honey == asked.find("honey.md")
    assert honey
    assert asked.narrowed([honey]).ask(QUESTIONS[2]) == embedded.narrowed([honey]).ask(QUESTIONS[2])
    assert [d.sha256 for d in asked.documents] == [d.sha256 for d in embedded.documents]
    for some in (slice(1, 3), slice(None, 2), slice(-2, None)):
        assert [d.name for d in asked.documents[some]] == [d.name for d in embedded.documents[some]]
    assert asked.documents[-1].name == embedded.documents[-1].name


def records(address):
    """The records of a collection by kind, as the server counts them."""
    name = addresses.parse(address).name
    send(f"{name}/_refresh", "POST")
    body = '{"size": 0, "aggs": {"kinds": {"terms": {"field": "kind", "size": 20}}}}'
    found = json.loads(send(f"{name}/_search", "POST", body))
    return {bucket["key"]: bucket["doc_count"] for bucket in found["aggregations"]["kinds"]["buckets"]}


def test_the_same_replies(address, folder):
    """From a new collection, and after documents were changed, added and removed."""
    report = indexed(address, folder)
    assert (report.written, report.unchanged, report.removed, report.documents) == (84, 0, 0, 84)
    assert_same(address, folder)
    (folder / "honey.md").write_text(HONEY.replace("50,000", "60,000"))
    (folder / "more" / "weather-7.md").unlink()
    (folder / "a new one.md").write_text("# Glaciers\n\nA glacier is up to 4 km thick. Rain falls in spring.\n")
    report = indexed(address, folder)
    assert (report.written, report.unchanged, report.removed, report.documents) == (2, 82, 1, 84)
    assert_same(address, folder)


def test_a_second_run_changes_nothing(address, folder):
    """The same folder gives the same records, and no new generation."""
    indexed(address, folder)
    before, store = records(address), Store(Client(addresses.parse(address)))
    state = store.state()
    report = indexed(address, folder)
    assert (report.written, report.unchanged, report.documents) == (0, 84, 84)
    assert (records(address), store.state()) == (before, state)


def test_shards(address, folder):
    """Statistics are those of all shards together."""
    indexed(address, folder, shards=3)
    assert_same(address, folder)


def test_a_killed_run_is_resumed(address, folder):
    """Killed at any moment, the next run finds what is left to do; nothing is counted twice."""
    command = [sys.executable, "-m", "chatbot", "index", "-q", "-d", str(folder), "--engine", address, "-j", "2"]
    for seconds in (1.6, 2.0, 2.4):
        process = subprocess.Popen(command, start_new_session=True)  # noqa: S603
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
    indexed(address, folder)
    expected = {"header": 84, "document": 84, "collection": 1, "statistics": 1}
    found = records(address)
    assert {kind: found[kind] for kind in expected} == expected
    assert_same(address, folder)


def test_half_a_document_is_made_whole(address, folder):
    """A document whose header says that it is not complete is written again, and counted."""
    indexed(address, folder)
    store = Store(Client(addresses.parse(address)))
    state = store.checked_state()
    name = next(iter(json.loads(send(f"{store.index}/_search?q=kind:header&size=1"))["hits"]["hits"]))["_id"]
    send(f"{store.index}/_update/{name}?refresh=true", "POST", '{"doc": {"ready": false}}')
    document, version, _, _ = name.split(":")
    send(f"{store.index}/_doc/{document}:{version}:sentence:0?refresh=true", "DELETE")
    body = json.dumps({"doc": {"state": {**state, "writing": True}}})
    send(f"{store.index}/_update/{STATE}?refresh=true", "POST", body)
    report = indexed(address, folder)
    assert (report.written, report.unchanged) == (1, 83)
    assert_same(address, folder)


def test_a_file_that_cannot_be_read(address, folder):
    """It is named at the end, the others are there, and what was known of it stays."""
    indexed(address, folder)
    (folder / "honey.md").write_bytes(b"\xff\xfe\xfa")
    (folder / "broken.md").write_bytes(b"# A\n\xff")
    report = indexed(address, folder)
    assert sorted(unread.source.rpartition("/")[2] for unread in report.unread) == ["broken.md:2", "honey.md:1"]
    assert report.documents == 84
    assert Chatbot.open(engine=address, semantic=False).ask("What is honey made from?").answered


def test_another_analysis_is_refused(address, folder, monkeypatch):
    """With the line that rebuilds; the rebuilt collection replaces the old one at once."""
    indexed(address, folder)
    old = Store(Client(addresses.parse(address)))
    name = addresses.parse(address).name
    for module in ("store", "reindex", "indices"):
        monkeypatch.setattr(f"chatbot.opensearch.{module}.analysis", lambda: "of tomorrow")
    with pytest.raises(
        EngineError, match=rf"was indexed by another version of chatbot; run: .* --engine {address} --reb"
    ):
        Chatbot.open(engine=address)
    with pytest.raises(
        EngineError, match=r"by another version of chatbot; run: chatbot index -d .*docs --engine .* --reb"
    ):
        indexed(address, folder)
    monkeypatch.setattr("chatbot.opensearch.indices._GRACE", 0)
    assert indexed(address, folder, rebuild=True).written == 84
    assert_same(address, folder)
    assert json.loads(send(f"_alias/{name}")) == {f"{name}-000002": {"aliases": {name: {}}}}
    with pytest.raises(EngineError, match="no such index"):
        old.searches([{"query": {"match_all": {}}}])


def test_there_is_none(address):
    """The line says how to make one."""
    with pytest.raises(
        EngineError, match=rf"there is no collection .*; make it: chatbot index -d FOLDER --engine {address}$"
    ):
        Chatbot.open(engine=address)


def test_the_name_is_taken(address, folder):
    """An index of something else is left alone."""
    name = addresses.parse(address).name
    send(name, "PUT")
    try:
        with pytest.raises(EngineError, match="is an index of something else; choose another name"):
            indexed(address, folder)
    finally:
        send(name, "DELETE")


def test_contradictions(address, folder):
    """What an engine has cannot be named beside it, and it has no vectors."""
    with pytest.raises(UsageError, match="has its documents already"):
        Chatbot.open(folder, engine=address)
    with pytest.raises(UsageError, match="by words only"):
        Chatbot.open(engine=address, semantic=True)


def test_the_commands(address, folder):
    """index, ask, search, show and eval take the address; their exit codes are as ever."""

    def run(*words):
        return CliRunner().invoke(cli, [*words, "--engine", address, "--no-semantic"])

    made = run("index", "-d", str(folder), "-j", "1")
    assert (made.exit_code, made.stdout) == (0, "84 written, 0 unchanged, 0 removed; now 84 documents, 172 passages\n")
    found = run("ask", "--json", "What is honey made from?")
    assert found.exit_code == 0
    assert json.loads(found.stdout) == Chatbot.open(folder, semantic=False).ask("What is honey made from?").to_dict()
    assert run("ask", "glaciers of the moon").exit_code == 3
    assert "— Honey, Keeping bees" in run("ask", "What is honey made from?").stdout
    assert run("search", "nectar").exit_code == 0
    assert run("show", "4").exit_code == 0
    assert run("ask", "-d", str(folder), "nectar").exit_code == 2
    cases = folder.parent / "cases.jsonl"
    cases.write_text(json.dumps(CASE | {"document": str(folder / "honey.md")}) + "\n")
    assert run("eval", "-q", str(cases)).exit_code == 0


def test_a_server(address, folder, monkeypatch):
    """It answers, follows what is indexed, says 503 while the cluster is down, and answers again."""
    indexed(address, folder)
    store = EngineStore(address, PLAIN)
    bot = Chatbot.open(folder, semantic=False)
    with serving(create_app(store, ServerSettings(reload=0))) as served, HttpClient(base_url=served) as http:
        ask = {"question": "What is honey made from?"}
        assert http.post("/v1/ask", json=ask).json() == bot.ask(ask["question"]).to_dict()
        hit = http.post("/v1/search", json={"query": "nectar"}).json()["hits"][0]
        assert getattr(store.bot.passage(hit["id"]), "text", None) == hit["text"]
        assert store.bot.passage("nothing#0") is None
        assert http.get("/v1/documents/geese.md").json()["text"] == GEESE
        assert http.get("/v1/documents/none.md").status_code == 404
        assert len(http.get("/v1/documents").json()["documents"]) == 84
        (folder / "new.md").write_text("# Glaciers\n\nA glacier is up to 4 km thick.\n")
        indexed(address, folder)
        assert store.refresh()
        assert http.post("/v1/ask", json={"question": "How thick is a glacier?"}).json()["answered"]
        connection = store._collection.store.client._connection
        monkeypatch.setattr(connection.transport, "perform_request", _refused)
        assert not store.refresh()
        for _ in range(3):
            down = http.post("/v1/ask", json={"question": "Where is the queen of the hive?"})
            assert (down.status_code, down.headers["Retry-After"]) == (503, "5")
            assert "answer" in down.json()["error"]["message"]
        assert http.get("/readyz").json()["status"] == "degraded"


def _refused(*_, **__):
    from opensearchpy.exceptions import ConnectionError as Down

    raise Down("N/A", "refused", OSError("refused"))


def test_too_many_documents_for_one_reply(address, folder, monkeypatch):
    """A question about all documents is refused where they are many; others are answered."""
    indexed(address, folder)
    monkeypatch.setattr("chatbot.opensearch.documents._MOST", 50)
    bot = Chatbot.open(engine=address, semantic=False)
    with pytest.raises(ChatbotError, match="that is about all of the 84 documents; ask about what they say"):
        bot.ask("What is this about?")
    assert bot.ask("What is honey made from?").answered
    assert not bot.ask("how big is a glacier").answered
