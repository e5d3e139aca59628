"""The HTTP interface, asked without a network."""

import asyncio
import gzip
import logging
import time
from dataclasses import replace
from typing import Any, cast

import pytest
from click.testing import CliRunner
from support.articles import FAQ, GEESE, HONEY, bot
from support.server_client import Log, app, ask, one, send

from chatbot import Chatbot
from chatbot.bot import bundled_article
from chatbot.cli.main import cli
from chatbot.common.json_values import as_json
from chatbot.errors import ChatbotError
from chatbot.server import routes
from chatbot.server.app import create_app
from chatbot.server.config import ServerSettings
from chatbot.server.document_store import Snapshot

QUESTION = "What is honey made from?"
TALK = ["What is leaky gut?", "Who says so?", "hello", "What is the capital of France?", "How big is the gut?"]


class FullDisk:
    """An answer log that cannot be written."""

    def record(self, reply, documents):  # noqa: ARG002
        """Fail."""
        raise ChatbotError("the log cannot be written; make room")

    def vote(self, reply_id, *, helpful, comment=""):  # noqa: ARG002
        """Fail."""
        raise ChatbotError("the log cannot be written; make room")


def error(response):
    """The error of a response, whose shape is right."""
    body = response.json()
    assert list(body) == ["error"]
    assert {"code", "message", "request_id"} <= body["error"].keys()
    assert body["error"]["request_id"] == response.headers["X-Request-ID"]
    assert response.headers["content-type"] == "application/json"
    return body["error"]


def test_the_same_conversation_has_the_same_bytes_everywhere():
    """Library, `chat --json` and /v1/ask give the same bytes for each turn; `ask --json` for the first."""
    someone = Chatbot.open(semantic=False)
    server = create_app(someone)
    library = [as_json(someone.ask(text, TALK[:i]).to_dict()) + "\n" for i, text in enumerate(TALK)]
    piped = CliRunner().invoke(cli, ["--json", "--no-semantic", "--quiet"], input="\n".join(TALK))
    assert piped.stdout == "".join(library)
    assert CliRunner().invoke(cli, ["ask", "--json", "--no-semantic", TALK[0]]).stdout == library[0]
    assert [ask(server, text, TALK[:i]).text for i, text in enumerate(TALK)] == library


def test_a_refusal_is_an_answer():
    """What the documents do not say is answered with 200 and `answered: false`."""
    response = ask(app(), "What is the capital of France?")
    assert (response.status_code, response.json()["answered"]) == (200, False)


def test_search():
    """Hits are passages with their place, score and id, best first."""
    response = one(app(HONEY, GEESE), "POST", "/v1/search", json={"query": "grey geese", "count": 1})
    (hit,) = response.json()["hits"]
    assert hit["text"] == GEESE[hit["start"] : hit["end"]]
    assert hit["id"].startswith("b.md#")
    assert hit["score"] > 0
    place = {"start", "end", "line", "page", "element", "paragraph", "section"}
    assert hit.keys() == {"id", "document", "sha256", "text", "references", "score"} | place
    assert one(app(), "POST", "/v1/search", json={"query": "xylophone"}).json() == {"hits": []}
    assert one(app(), "POST", "/v1/search", json={"query": "x" * 2_001}).status_code == 413


def test_documents():
    """The documents are listed with sections, and each comes with its text and the places of its sentences."""
    server = app(HONEY, GEESE)
    listed = one(server, "GET", "/v1/documents").json()["documents"]
    assert [(d["id"], d["title"], d["characters"], d["references"]) for d in listed] == [
        ("a.md", "Keeping bees", len(HONEY), 5),
        ("b.md", "Wild geese", len(GEESE), 2),
    ]
    assert listed[0]["sections"][1] == {"title": "The hive", "level": 2, "start": HONEY.index("## The hive") + 3}
    for name in ("b.md", listed[1]["sha256"]):
        whole = one(server, "GET", f"/v1/documents/{name}").json()
        assert whole["text"] == GEESE
        assert "Grey geese fly south in October [1]." in [GEESE[start:end] for start, end in whole["sentences"]]
        assert {key: whole[key] for key in listed[1]} == listed[1]
        [start, end, numbers, notes] = whole["markers"][0]
        assert (GEESE[start:end], numbers, notes) == ("[1]", [1], [])
        assert [block["tag"] for block in whole["blocks"]] == ["h1", "p", "h2", "ol"]
        assert GEESE[slice(*whole["blocks"][0]["children"][0])] == "Wild geese"


@pytest.mark.parametrize(
    ("style", "media_type", "start"),
    [
        ("bibtex", "application/x-bibtex", "@misc{a-2,"),
        ("ris", "application/x-research-info-systems", "TY  - GEN\nID  - a-2\n"),
        ("csl-json", "application/vnd.citationstyles.csl+json", '[\n  {\n    "id": "a-2",'),
    ],
)
def test_references_for_managers(style, media_type, start):
    """A reference list, or the entries that start at some places, in the formats of reference managers."""
    server, place = app(GEESE), GEESE.index("White D.")
    response = one(server, "GET", f"/v1/documents/a.md/references/{style}?start={place}")
    assert response.headers["Content-Type"].partition(";")[0] == media_type
    assert response.text.startswith(start)
    assert "Brown" not in response.text
    assert "Brown" in one(server, "GET", f"/v1/documents/a.md/references/{style}").text
    assert one(server, "GET", "/v1/documents/a.md/references/endnote").status_code == 422
    assert one(server, "GET", f"/v1/documents/b.md/references/{style}").status_code == 404


def test_questions():
    """Questions that the documents answer, to complete what is typed."""
    assert one(app(FAQ), "GET", "/v1/questions").json() == {"questions": list(bot(FAQ).questions())}


def test_a_document_without_a_title_has_its_name_for_one():
    """A title is always there to be shown; so is every section, with or without a heading."""
    (listed,) = one(app("Ducks swim. Geese fly.\n"), "GET", "/v1/documents").json()["documents"]
    assert listed["title"] == "a.md"
    assert listed["sections"] == [{"title": "", "level": 0, "start": 0}]


def test_references():
    """Entries come with the places of the sentences that cite them; an unknown document is 404."""
    found = one(app(), "GET", "/v1/documents/a.md/references").json()["references"]
    assert [entry["number"] for entry in found] == [1, 2, 3, 4, 5]
    ((start, end),) = found[2]["cited"]
    assert HONEY[start:end] == "Honey is made from nectar [3, 4]."
    assert HONEY[found[2]["start"] : found[2]["end"]] == found[2]["text"]
    for path in ("/v1/documents/z.md/references", "/v1/documents/z.md", "/v1/documents/..%2Fa.md"):
        assert one(app(), "GET", path).status_code == 404


def test_notes():
    """Notes come with the places of the sentences that have their mark."""
    text = "Bees hum.[a] They see.\n\nNotes\n\na. In spring.\n"
    found = one(app(text), "GET", "/v1/documents/a.md/references").json()
    assert found["references"] == []
    (note,) = found["notes"]
    ((start, end),) = note["cited"]
    assert (note["label"], note["text"], text[start:end]) == ("a", "In spring.", "Bees hum.[a]")


def test_suggestions():
    """The suggestions are those of the library."""
    assert one(app(FAQ), "GET", "/v1/suggestions").json() == {"suggestions": list(bot(FAQ).suggestions())}


def test_feedback():
    """A reply's id comes in a header when a log is kept, and takes feedback, the last of which counts."""
    log = Log()
    server = app(log=log)
    name = ask(server, "What is the capital of France?").headers["X-Reply-ID"]
    assert log.replies[name][0].question == "What is the capital of France?"
    for helpful in (True, False):
        given = {"reply_id": name, "helpful": helpful, "comment": "why?"}
        response = one(server, "POST", "/v1/feedback", json=given)
        assert (response.status_code, response.content) == (204, b"")
    assert log.votes[name] == (False, "why?")
    unknown = one(server, "POST", "/v1/feedback", json={"reply_id": "other", "helpful": True})
    assert (unknown.status_code, error(unknown)["code"]) == (404, "not_found")


def test_feedback_without_a_log():
    """Without a log there are no ids, and feedback is refused with the reason."""
    assert "X-Reply-ID" not in ask(app(), QUESTION).headers
    response = one(app(), "POST", "/v1/feedback", json={"reply_id": "x", "helpful": True})
    assert (response.status_code, error(response)["code"]) == (501, "not_available")


def test_a_log_that_cannot_be_written(caplog):
    """Answers go on without an id, the failure is logged once and counted; feedback, which is lost, is refused."""
    server = app(log=FullDisk())
    with caplog.at_level(logging.WARNING):
        response, _ = ask(server, QUESTION), ask(server, QUESTION)
    assert response.json()["answered"]
    assert "X-Reply-ID" not in response.headers
    assert caplog.text.count("make room") == 1
    assert "chatbot_unlogged_total 2.0" in one(server, "GET", "/metrics").text
    given = one(server, "POST", "/v1/feedback", json={"reply_id": "x", "helpful": True})
    assert (given.status_code, error(given)["code"]) == (503, "busy")


def test_health_and_figures():
    """Health needs no token; figures count requests by route and replies by kind."""
    server = app()
    assert one(server, "GET", "/healthz").json() == {"status": "ok"}
    ready = one(server, "GET", "/readyz")
    sha256 = bot(HONEY).document.sha256
    assert ready.json() == {"status": "ready", "documents": [{"id": "a.md", "sha256": sha256, "problem": None}]}
    ask(server, QUESTION)
    one(server, "GET", "/nowhere/at/all")
    one(server, "BREW", "/v1/ask")
    figures = one(server, "GET", "/metrics").text
    assert 'chatbot_requests_total{method="POST",route="/v1/ask",status="200"} 1.0' in figures
    assert 'chatbot_requests_total{method="GET",route="other",status="404"} 1.0' in figures
    assert 'method="other"' in figures
    assert 'chatbot_replies_total{kind="quote"} 1.0' in figures
    assert "chatbot_documents 1.0" in figures
    assert "nowhere" not in figures


def test_readiness_is_told_to_all_and_why_only_to_those_who_may_ask():
    """Without the token that is needed, /readyz does not say which documents there are, nor what is wrong with them."""
    server = app(token="s3cret")  # noqa: S106
    store = server.state.service.store
    broken = replace(store.snapshot.documents[0], problem="a.md: is not text")
    for snapshot in (store.snapshot, replace(store.snapshot, documents=(broken,))):
        store.snapshot = snapshot
        status = "degraded" if snapshot.problem else "ready"
        assert one(server, "GET", "/readyz").json() == {"status": status}
        assert one(server, "GET", "/readyz", headers={"Authorization": "Bearer wrong"}).json() == {"status": status}
        ready = one(server, "GET", "/readyz", headers={"Authorization": "Bearer s3cret"}).json()
        assert ready["status"] == status
        assert [document["problem"] for document in ready["documents"]] == [snapshot.problem]


def test_two_apps_count_for_themselves():
    """An app has its own figures and settings: there is no global state."""
    first, second = app(), app(GEESE)
    ask(first, QUESTION)
    assert "chatbot_replies_total{" not in one(second, "GET", "/metrics").text


MALFORMED = [
    (b"", 422, "invalid"),
    (b"{", 400, "malformed"),
    (b'{"question": "a}', 400, "malformed"),
    (b"\xff\xfe", 400, "malformed"),
    (b"[" * 60_000, 400, "malformed"),
    (b'{"question": ' * 4_000, 400, "malformed"),
    (b'{"question": ' + b"9" * 5_000 + b"}", 400, "malformed"),
    (b"null", 422, "invalid"),
    (b"[]", 422, "invalid"),
    (b'"What is honey?"', 422, "invalid"),
    (b"{}", 422, "invalid"),
    (b'{"question": ""}', 422, "invalid"),
    (b'{"question": " \\n\\u00a0"}', 422, "invalid"),
    (b'{"question": 5}', 422, "invalid"),
    (b'{"question": null}', 422, "invalid"),
    (b'{"question": NaN}', 422, "invalid"),
    (b'{"question": ["a"]}', 422, "invalid"),
    (b'{"question": "\\ud800"}', 422, "invalid"),
    (b'{"question": "a", "\\udfff": 1}', 422, "invalid"),
    (b'{"question": "a", "history": "b"}', 422, "invalid"),
    (b'{"question": "a", "history": [1]}', 422, "invalid"),
    (b'{"question": "a", "history": ["\\udfff"]}', 422, "invalid"),
    (b'{"question": "a", "histroy": []}', 422, "invalid"),
    (as_json({"question": "x" * 2_001}).encode(), 413, "too_large"),
    (as_json({"question": "x", "history": ["y" * 2_001]}).encode(), 413, "too_large"),
    (as_json({"question": "x", "history": ["y"] * 51}).encode(), 413, "too_large"),
    (as_json({"question": "x" * 70_000}).encode(), 413, "too_large"),
    (b'{"question": "' + b"x" * 10_000_000 + b'"}', 413, "too_large"),
    (b" " * 20_000_000, 413, "too_large"),
]


@pytest.mark.parametrize(("body", "status", "code"), MALFORMED, ids=range(len(MALFORMED)))
def test_malformed(body, status, code):
    """A body that cannot be taken has the right status and one line that says what to do, without quoting it."""
    response = one(app(), "POST", "/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, error(response)["code"]) == (status, code)
    assert len(response.content) < 600


WORDS = [
    (b'{"question": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", {}, 400, "the body is nested too deeply"),
    (b'{"question": "\xff"}', {}, 400, "the body is not UTF-8"),
    (b'{"question": ' + b"9" * 5_000 + b"}", {}, 400, "the body is not JSON"),
    (gzip.compress(b'{"question": "a"}'), {"Content-Encoding": "gzip"}, 415, "without Content-Encoding"),
    (b'{"question": "\\ud800"}', {}, 422, "question: Input should be text, and has a lone surrogate"),
    (b'{"question": "a", "history": ["b", "\\ud800"]}', {}, 422, "history.1: Input should be text, and has a lone"),
]


@pytest.mark.parametrize(("body", "headers", "status", "words"), WORDS, ids=[words for *_, words in WORDS])
def test_what_is_wrong_with_a_body(body, headers, status, words):
    """Our own words say what is wrong with a body, not the framework's "There was an error parsing the body"."""
    response = one(app(), "POST", "/v1/ask", content=body, headers={"Content-Type": "application/json", **headers})
    assert response.status_code == status
    assert words in error(response)["message"]


def test_a_client_that_goes_amid_its_body(caplog):
    """Half a body is not answered, nor an error of ours."""
    messages = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    said: list[Any] = []

    async def receive():
        return messages.pop(0)

    async def send_(message):
        said.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/v1/ask", "headers": headers, "query_string": b""}
    asyncio.run(app()(scope, receive, send_))
    assert not said
    assert "ERROR" not in caplog.text


def test_a_body_without_length():
    """A body that comes in pieces, without its length, has the same limit."""

    async def pieces(count):
        for _ in range(count):
            yield b" " * 1_000

    def sized(count):
        return one(app(), "POST", "/v1/ask", content=pieces(count), headers={"Content-Type": "application/json"})

    assert [sized(count).status_code for count in (60, 70, 20_000)] == [400, 413, 413]


def test_a_body_that_is_not_declared_as_json():
    """Without the content type a body is not read: no page elsewhere can ask without being allowed to first."""
    response = one(app(), "POST", "/v1/ask", content=b'{"question": "a"}', headers={"Content-Type": "text/plain"})
    assert response.status_code == 422
    assert "Content-Type: application/json" in error(response)["message"]


def test_odd_questions():
    """NUL, control characters, markup and astral characters are data, and come back as they were sent."""
    for text in ("What\0 is honey?", "\x1b[31mhoney\x7f", "<script>honey</script>", "honey 🐝" * 9, "\ufffe"):
        response = ask(app(), text)
        assert response.status_code == 200
        assert response.json()["question"] == text.strip()
        assert response.content.isascii()


def test_a_question_of_the_core_that_is_too_long():
    """The core's own limit is a client's error too."""
    response = ask(app(question_limit=10**6, body_limit=10**6), "x" * 260_000)
    assert (response.status_code, error(response)["code"]) == (422, "invalid")


def test_unknown_places_and_methods():
    """404 and 405 have the shape of all errors."""
    missing, method = send(app(), ("GET", "/v1/nothing"), ("GET", "/v1/ask"))
    assert (missing.status_code, error(missing)["code"]) == (404, "not_found")
    assert (method.status_code, error(method)["code"], method.headers["allow"]) == (405, "method_not_allowed", "POST")
    assert "/openapi.json" in error(missing)["message"]
    assert "Allow" in error(method)["message"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("abc-1.2_Z", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("", False), ("a\u00e9", False)],
)
def test_request_id(sent, kept):
    """A request keeps the id that it came with, if it is a plain one."""
    response = one(app(), "GET", "/v1/nothing", headers={"X-Request-ID": sent.encode("latin-1")})
    assert (error(response)["request_id"] == sent) == kept


def test_token():
    """With a token everything that tells of the documents needs it; health does not."""
    server = app(token="s3cret")  # noqa: S106
    for path in ("/v1/documents", "/metrics", "/v1/nothing"):
        for header in (
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": "Basic s3cret"},
            {"Authorization": b"Bearer \xff"},
        ):
            response = one(server, "GET", path, headers=header)
            assert (response.status_code, error(response)["code"]) == (401, "unauthorized")
            assert response.headers["WWW-Authenticate"] == "Bearer"
    for path in ("/healthz", "/readyz", "/openapi.json"):
        assert one(server, "GET", path).status_code == 200
    assert ask(server, QUESTION, headers={"Authorization": "bearer s3cret"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8000", 200),
        ("localhost.", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("", 421),
        ("127.0.0.1:", 200),
        ("[::1", 400),
        ("[::1]x", 400),
        ("127.0.0.1@evil.example", 400),
        ("x@localhost", 400),
        ("localhost/evil", 400),
        ("localhost#x", 400),
        ("localhost?x", 400),
        ("localhost:8000x", 400),
        ("localhost:800000", 400),
        ("localhost localhost", 400),
    ],
)
def test_host(host, status):
    """Only a name of this server is answered, or a page elsewhere could let its own name point here."""
    response = one(app(), "GET", "/healthz", headers={"Host": host})
    assert response.status_code == status
    if status != 200:
        assert error(response)["code"] == {400: "malformed", 421: "wrong_host"}[status]


def test_other_hosts():
    """Further names can be allowed, or all."""
    for hosts in (("faq.example",), ("*",)):
        assert one(app(hosts=hosts), "GET", "/healthz", headers={"Host": "faq.example:80"}).status_code == 200
        assert one(app(hosts=hosts), "GET", "/healthz", headers={"Host": "faq.example/x"}).status_code == 400


def test_origin():
    """A page elsewhere may not ask, one of this server may."""
    server = app()
    for origin in ("https://evil.example", "null", "http://localhost.evil.example", ""):
        response = ask(server, QUESTION, headers={"Origin": origin})
        assert (response.status_code, error(response)["code"]) == (403, "forbidden")
        assert "access-control-allow-origin" not in response.headers
    assert ask(server, QUESTION, headers={"Origin": "http://localhost"}).status_code == 200
    assert one(server, "GET", "/healthz", headers={"Origin": "https://evil.example"}).status_code == 200


def test_allowed_origin():
    """A page of an allowed origin may ask, and can read errors and ids."""
    server = app(origins=("https://shop.example",), token="t")  # noqa: S106
    asking = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    wanted = {"Access-Control-Request-Headers": "authorization,content-type,x-stainless-os"}
    assert one(server, "OPTIONS", "/v1/ask", headers=asking | wanted).status_code == 200
    response = ask(server, QUESTION, headers={"Origin": "https://shop.example"})
    assert response.status_code == 401
    assert response.headers["access-control-allow-origin"] == "https://shop.example"
    assert "X-Request-ID" in response.headers["access-control-expose-headers"]
    assert one(server, "OPTIONS", "/v1/ask", headers=asking | {"Origin": "https://evil.example"}).status_code == 403


def test_rate():
    """A client that asks too often gets the time to wait; others are not affected."""
    server = app(rate=2)
    asked: list[tuple[str, str, Any]] = [("GET", "/v1/suggestions", {})] * 3
    *passed, refused = send(server, *asked)
    assert [response.status_code for response in passed] == [200, 200]
    assert (refused.status_code, error(refused)["code"]) == (429, "too_many_requests")
    assert refused.headers["Retry-After"] in {"30", "31"}
    assert [r.status_code for r in send(server, *asked[:1], client=("10.0.0.1", 1))] == [200]
    assert one(server, "GET", "/healthz").status_code == 200
    assert {r.status_code for r in send(app(rate=0), *asked)} == {200}


def test_a_history_counts():
    """Who sends a history that is not known uses up so many requests; one that goes on does not."""
    server, history = app(rate=20), [f"What is honey made from, beekeeper {number}?" for number in range(12)]
    for turn in range(12):
        assert ask(server, history[turn], history[:turn]).status_code == 200
    assert ask(server, QUESTION, history).status_code == 200
    other = [f"{question} {question}" for question in history]
    assert ask(server, QUESTION, other).status_code == 200
    refused = ask(server, QUESTION)
    assert (refused.status_code, error(refused)["code"]) == (429, "too_many_requests")
    assert 15 <= int(refused.headers["Retry-After"]) <= 25
    assert ask(app(rate=0), QUESTION, other).status_code == 200


class Slow:
    """A bot that thinks for a while."""

    documents = ()

    def reply(self, question, conversation):  # noqa: ARG002
        """Answer late."""
        time.sleep(0.4)
        return bot(HONEY).ask(question)


def test_time_limit():
    """A question that takes too long is refused with the time to wait; so is one too many."""
    server = app(seconds=0.1, waiting=1)
    server.state.service.store.snapshot = Snapshot.of(cast("Chatbot", Slow()))
    first, second = send(server, *[("POST", "/v1/ask", {"json": {"question": QUESTION}})] * 2)
    assert {first.status_code, second.status_code} == {503}
    assert error(first)["message"].startswith("this takes too long")
    assert error(second)["message"].startswith("too many questions at once")
    assert (first.headers["Retry-After"], second.headers["Retry-After"]) == ("1", "1")


@pytest.mark.parametrize("path", ["suggestions", "documents", "documents/a.md", "documents/a.md/references"])
def test_what_takes_time_holds_nobody_up(path, monkeypatch):
    """While something is computed of long documents, others are answered; after the time limit it is refused."""

    def late(*_):
        time.sleep(0.4)
        return ()

    for name in ("_described", "_references"):
        monkeypatch.setattr(routes, name, late)
    monkeypatch.setattr(Chatbot, "suggestions", late)
    assert one(app(seconds=0.1), "GET", f"/v1/{path}").status_code == 503


def test_a_slow_body():
    """A body that does not come to its end is not waited for."""

    async def never():
        yield b"{"
        await asyncio.sleep(5)

    response = one(app(seconds=0.1), "POST", "/v1/ask", content=never())
    assert (response.status_code, error(response)["code"]) == (408, "too_slow")


class Broken:
    """A bot with an error of ours, whose message has the question."""

    documents = ()

    def reply(self, question, conversation):  # noqa: ARG002
        """Fail."""
        raise ValueError(question)


def test_an_error_of_ours(caplog):
    """It has the shape of all errors; the log says where it happened, and nothing of the question."""
    server = app()
    server.state.service.store.snapshot = Snapshot.of(cast("Chatbot", Broken()))
    with caplog.at_level(logging.INFO):
        response = ask(server, "my secret question")
    assert (response.status_code, error(response)["code"]) == (500, "internal")
    assert "ValueError" in caplog.text
    assert error(response)["request_id"] in caplog.text
    assert "secret" not in caplog.text + response.text


def test_nothing_private_in_the_log(caplog):
    """The log has a line for each request, without question, token, address or query."""
    server = app(token="s3cret")  # noqa: S106
    with caplog.at_level(logging.DEBUG):
        send(
            server,
            (
                "POST",
                "/v1/ask?q=private",
                {"json": {"question": "private?"}, "headers": {"Authorization": "Bearer s3cret"}},
            ),
            ("POST", "/v1/ask", {"json": {"private": "private"}, "headers": {"Authorization": "Bearer s3cret"}}),
            ("GET", "/private", {"headers": {"Authorization": "Bearer s3cret"}}),
            client=("203.0.113.9", 1),
        )
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("chatbot"))
    assert ours.count(" ms") == 3
    assert "POST /v1/ask 200" in ours
    assert not any(secret in ours for secret in ("private", "s3cret", "203.0.113.9"))
    assert "s3cret" not in repr(server.state.service.settings)


def test_the_openapi_description():
    """Every route says what it takes and gives, with an example of what it takes."""
    described = one(app(), "GET", "/openapi.json").json()
    assert "/v1/ask" in described["paths"]
    for name in ("Question", "Words", "Feedback"):
        properties = described["components"]["schemas"][name]["properties"]
        assert any("examples" in value for value in properties.values())
    assert one(app(), "GET", "/redoc").status_code == 404  # would fetch scripts from elsewhere


def test_mounted():
    """Mounted in another app it works as by itself."""
    from fastapi import FastAPI

    outer = FastAPI()
    outer.mount("/faq", app(token="t"))  # noqa: S106
    assert one(outer, "GET", "/faq/v1/documents").status_code == 401
    response = one(outer, "POST", "/faq/v1/ask", json={"question": QUESTION}, headers={"Authorization": "Bearer t"})
    assert response.text == as_json(bot(HONEY).ask(QUESTION).to_dict()) + "\n"


def test_what_is_not_http_is_handed_on():
    """A websocket is closed by the framework, not by an error of ours."""
    said = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send_(message):
        said.append(message["type"])

    scope = {"type": "websocket", "path": "/", "headers": [], "query_string": b"", "subprotocols": []}
    asyncio.run(app()(scope, receive, send_))
    assert said == ["websocket.close"]


def test_bundled_article_over_http():
    """Without a path a store serves the bundled article."""
    from chatbot.server.document_store import DocumentStore
    from chatbot.settings import Settings

    server = create_app(DocumentStore.open(settings=Settings(semantic=False)), ServerSettings())
    (listed,) = one(server, "GET", "/v1/documents").json()["documents"]
    assert listed["id"] == bundled_article().name


def test_started_twice():
    """An app that was stopped and is started again answers as before."""
    server = app(reload=0.01)

    async def started():
        async with server.router.lifespan_context(server):
            await asyncio.sleep(0.05)

    for _ in range(2):
        asyncio.run(started())
        assert ask(server, QUESTION).status_code == 200


def test_a_reload_that_fails(caplog):
    """Whatever happens while documents are read again, the server goes on and looks again, and says it once."""
    server = app(reload=0.01)
    looks = []

    def fail():
        looks.append(1)
        raise MemoryError

    server.state.service.store.refresh = fail

    async def started():
        async with server.router.lifespan_context(server):
            await asyncio.sleep(0.1)

    asyncio.run(started())
    assert len(looks) > 1
    assert caplog.text.count("MemoryError") == 1


def test_no_reload():
    """Reloading can be switched off."""
    server = app(reload=0)

    async def started():
        async with server.router.lifespan_context(server):
            return len(asyncio.all_tasks())

    assert asyncio.run(started()) == 1


def test_a_response_that_breaks_off(caplog):
    """An error after the response has begun cuts it off: it cannot pass for a whole one."""
    from starlette.responses import StreamingResponse

    server = app()

    @server.get("/stream")
    async def stream():
        async def pieces():
            yield b"begun"
            raise ValueError("secret")

        return StreamingResponse(pieces())

    with pytest.raises(ConnectionAbortedError):
        one(server, "GET", "/stream")
    assert "ValueError" in caplog.text


def test_many_clients():
    """The rate limit remembers a maximum of clients; an IPv6 network counts as one."""
    from starlette.datastructures import Headers

    from chatbot.server.middleware import guard, rate_limit

    check = rate_limit.RateLimit(ServerSettings(rate=1), lambda: 0.0)
    for number in range(rate_limit._MAX_CLIENTS + 5):
        check({"path": "/v1/ask", "client": (f"client-{number}", 1)}, Headers())
    assert len(check.buckets) == rate_limit._MAX_CLIENTS
    check({"path": "/v1/ask", "client": ("2001:db8::1", 1)}, Headers())
    with pytest.raises(guard.Refused):
        check({"path": "/v1/ask", "client": ("2001:db8::2", 1)}, Headers())
