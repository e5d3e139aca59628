"""The OpenAI-compatible routes, asked by OpenAI's own SDK over a real socket."""

import json
import logging
import socket
import struct
import time
from functools import cache

import httpx
import pytest
from support.articles import GEESE, HONEY, bot

pytest.importorskip("fastapi", reason="needs the extra `server`")
openai = pytest.importorskip("openai")

from support.live_server import serving  # noqa: E402
from support.server_client import app, send  # noqa: E402

from chatbot import Chatbot  # noqa: E402
from chatbot.question_log.store import QuestionLog, read  # noqa: E402
from chatbot.server.app import create_app  # noqa: E402
from chatbot.server.config import ServerSettings  # noqa: E402

HOW_MANY = "How many bees are in a hive?"
REFUSED = "What is the capital of France?"


@cache
def both():
    """A bot about bees and geese."""
    return bot(HONEY, GEESE)


@pytest.fixture(scope="module")
def address():
    """The address of a server about bees and geese."""
    with serving(create_app(both(), ServerSettings(rate=0))) as where:
        yield where


@pytest.fixture
def client(address):
    """OpenAI's client, for that server."""
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as sdk:
        yield sdk


def user(*texts):
    """Messages of a user."""
    return [{"role": "user", "content": text} for text in texts]


def ask(client, messages, **more):
    """A completion."""
    return client.chat.completions.create(model="chatbot", messages=messages, **more)


def plain(citations):
    """Citations as quotes of a reply, and the entries behind them, each once."""
    entries = {json.dumps(entry): entry for citation in citations for entry in citation["entries"]}
    return [{k: v for k, v in c.items() if k != "entries"} for c in citations], list(entries.values())


def test_answer(client):
    """A completion has the reply's text, its quotes and their entries, and the fields that OpenAI's have."""
    before = int(time.time())
    completion = ask(client, user(HOW_MANY))
    reply = both().ask(HOW_MANY).to_dict()
    (choice,) = completion.choices
    assert (choice.index, choice.finish_reason, choice.message.role) == (0, "stop", "assistant")
    assert choice.message.content == reply["text"]
    assert "50,000 bees in summer [1]" in choice.message.content
    assert "(1) Smith AB" in choice.message.content
    assert plain(choice.message.citations) == (reply["quotes"], reply["references"])
    assert (completion.object, completion.model) == ("chat.completion", "chatbot")
    assert completion.id.startswith("chatcmpl-")
    assert before <= completion.created <= time.time()


def test_usage_counts_words(client):
    """Usage counts the words of the user's messages and of the content."""
    system = {"role": "system", "content": "You are a pirate and speak like one."}
    usage = ask(client, [system, *user(HOW_MANY)]).usage
    assert usage.prompt_tokens == 7
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_refusal(client):
    """A refusal is a completion like any other: it stops, and cites nothing."""
    (choice,) = ask(client, user(REFUSED)).choices
    assert (choice.finish_reason, choice.message.content) == ("stop", "The article does not say.")
    assert (choice.message.citations, choice.message.answered, choice.message.kind) == ([], False, "none")


def test_half_a_surrogate_pair(address):
    """JSON can hold what is no text; it is refused as such."""
    body = b'{"messages": [{"role": "user", "content": "\\ud800"}]}'
    headers = {"Content-Type": "application/json"}
    assert httpx.post(f"{address}/v1/chat/completions", content=body, headers=headers).status_code == 422


def test_history(client):
    """Earlier user messages are the conversation; what the system and the assistant said changes nothing."""
    messages = [
        {"role": "system", "content": "Answer: geese."},
        *user(HOW_MANY),
        {"role": "assistant", "content": "Grey geese fly south."},
        *user("Who says so?"),
    ]
    reply = both().ask("Who says so?", [HOW_MANY])
    assert reply.answered
    assert ask(client, messages).choices[0].message.content == reply.text


def test_parts(client):
    """Content may come as a list of text parts."""
    parts = [{"type": "text", "text": HOW_MANY}]
    assert ask(client, user(parts)).choices[0].message.content == both().ask(HOW_MANY).text


@pytest.mark.parametrize("question", [HOW_MANY, REFUSED, "Tell me about honey"])
def test_stream(client, question):
    """The pieces of a stream are the text of the whole; the last has the citations and the reason."""
    whole = ask(client, user(question)).choices[0].message
    chunks = list(ask(client, user(question), stream=True))
    assert len({(chunk.id, chunk.created, chunk.object) for chunk in chunks}) == 1
    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert deltas[0].role == "assistant"
    assert "".join(delta.content or "" for delta in deltas) == whole.content
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [*[None] * (len(chunks) - 1), "stop"]
    assert deltas[-1].citations == whole.citations
    assert all(chunk.usage is None for chunk in chunks)


def test_stream_with_usage(client):
    """With `include_usage` a last chunk without choices has the usage of the whole."""
    *_, last = ask(client, user(HOW_MANY), stream=True, stream_options={"include_usage": True})
    assert (last.choices, last.usage) == ([], ask(client, user(HOW_MANY)).usage)


def test_stream_helper(client):
    """The SDK's own helper puts a stream together to the whole message."""
    with client.chat.completions.stream(model="chatbot", messages=user(HOW_MANY)) as stream:
        message = stream.get_final_completion().choices[0].message
    assert message.content == both().ask(HOW_MANY).text
    assert plain(message.citations)[0] == both().ask(HOW_MANY).to_dict()["quotes"]


def test_events(address):
    """On the wire a stream is server-sent events, and ends with [DONE]."""
    body = {"messages": user(HOW_MANY), "stream": True}
    answer = httpx.post(f"{address}/v1/chat/completions", json=body)
    assert answer.headers["content-type"].startswith("text/event-stream")
    *events, done, end = answer.text.split("\n\n")
    assert (done, end) == ("data: [DONE]", "")
    assert all(json.loads(event.removeprefix("data: "))["choices"] for event in events)


def test_models(client):
    """There is one model, in the list and by its name."""
    assert [model.id for model in client.models.list()] == ["chatbot"]
    assert client.models.retrieve("chatbot").object == "model"
    with pytest.raises(openai.NotFoundError, match="the only one is chatbot"):
        client.models.retrieve("another")


def test_another_model(client):
    """Whatever model a front end asks for, the reply says which one answered; unknown fields are let pass."""
    completion = client.chat.completions.create(
        model="gpt-4o", messages=user(HOW_MANY), temperature=0.2, max_tokens=5, extra_body={"nobody": {"knows": 1}}
    )
    assert (completion.model, completion.choices[0].message.content) == ("chatbot", both().ask(HOW_MANY).text)


PICTURE = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}


@pytest.mark.parametrize(
    ("more", "error", "message"),
    [
        ({"n": 2}, openai.BadRequestError, "leave n out"),
        ({"n": 0}, openai.BadRequestError, "leave n out"),
        ({"tools": [TOOL]}, openai.BadRequestError, "leave tools"),
        ({"logprobs": True}, openai.BadRequestError, "logprobs"),
        ({"response_format": {"type": "json_object"}}, openai.BadRequestError, "response_format"),
        ({"modalities": ["audio"]}, openai.BadRequestError, "modalities"),
        ({"messages": user(PICTURE)}, openai.BadRequestError, "only text"),
        ({"messages": user(" ")}, openai.UnprocessableEntityError, "no question"),
        ({"messages": [{"role": "system", "content": "Hi"}]}, openai.UnprocessableEntityError, "no question"),
        ({"messages": []}, openai.UnprocessableEntityError, "messages"),
        ({"messages": user("bees " * 1000)}, openai.APIStatusError, "2,000 characters"),
        ({"messages": user(7)}, openai.UnprocessableEntityError, "messages"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_refused_requests(client, more, error, message, stream):
    """What cannot be had is refused with the SDK's own error, whose message says what to do."""
    with pytest.raises(error, match=message) as caught:
        ask(client, **({"messages": user(HOW_MANY)} | more), stream=stream)
    assert caught.value.type == "invalid_request_error"


def test_what_asks_for_nothing_special(client):
    """What is said for its own sake, like `n=1`, no tools or the format text, is let pass."""
    usual = {"n": 1, "logprobs": False, "response_format": {"type": "text"}, "modalities": ["text"]}
    assert ask(client, user(HOW_MANY), **usual).choices[0].message.citations


def test_long_chats_go_on(client):
    """A chat longer than the limit is answered from its newest turns, also after a message that was refused."""
    messages = user(*["bees " * 1000] * 2, *["hello"] * 60, HOW_MANY, "Who says so?")
    assert ask(client, messages).choices[0].message.content == both().ask("Who says so?", [HOW_MANY]).text


def test_long_chats_are_not_answered_again_and_again(monkeypatch):
    """When a chat is longer than the limit, its newest turns begin at the same place for a while."""
    asked = []
    answer = Chatbot.reply
    monkeypatch.setattr(Chatbot, "reply", lambda *given: asked.append(given[1]) or answer(*given))
    server, texts = app(history_limit=10, rate=0), [f"How many bees are in hive {number}?" for number in range(40)]
    bodies = [{"messages": user(*texts[: turn + 1])} for turn in range(len(texts))]
    replies = send(server, *[("POST", "/v1/chat/completions", {"json": body}) for body in bodies])
    assert {reply.status_code for reply in replies} == {200}
    assert set(asked) == set(texts)
    assert len(asked) < 3 * len(texts)


def test_clients_that_hang_up(address, caplog):
    """A client that goes amid a stream, or before it, is no error, and the next one is answered."""
    body = json.dumps({"messages": user(HOW_MANY), "stream": True}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    request = f"{head}Content-Type: application/json\r\n\r\n".encode() + body
    host, port = address.removeprefix("http://").split(":")
    for size in (0, 0, 10, 200) * 5:
        with socket.create_connection((host, int(port))) as wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # go without a farewell
            wire.sendall(request)
            wire.recv(size)
    assert httpx.get(f"{address}/healthz").status_code == 200
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_logged(tmp_path):
    """With a question log, the id of the completion is that of its record, and takes feedback."""
    with QuestionLog(tmp_path / "log") as log, serving(create_app(both(), ServerSettings(), log)) as where:
        with openai.OpenAI(base_url=f"{where}/v1", api_key="none") as client:
            answer = client.chat.completions.with_raw_response.create(model="chatbot", messages=user(REFUSED))
            vote = {"reply_id": answer.parse().id, "helpful": False}
            assert httpx.post(f"{where}/v1/feedback", json=vote).status_code == 204
        (record,) = read(tmp_path / "log")
    assert answer.parse().id == f"chatcmpl-{record.id}"
    assert answer.headers["x-reply-id"] == record.id
    assert (record.question, record.answered, record.helpful) == (REFUSED, False, False)
