"""The OpenAI-compatible API: `POST /v1/chat/completions`, streaming or not, and `GET /v1/models`.

The user's messages are the conversation. Those of the system and of the assistant are ignored, because an article is
quoted and cannot be told how to speak. Parameters that steer the writing of text (`temperature`, `max_tokens`, `stop`,
...) have no effect; those that ask for anything but one text are refused. Any `model` is accepted; the reply names the
only one.

The content is the reply's text. `citations`, on the message or on the last delta of a stream, are its quotes as in
`POST /v1/ask`, each with its `entries`; `answered` and `kind` are next to them. `usage` counts words, as our own
analysis finds them in the user's messages and in the content: there are no tokens here.
"""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from chatbot.common.json_values import as_json
from chatbot.language.terms import words
from chatbot.question_log.store import new_id
from chatbot.server import schemas
from chatbot.server.config import COMPLETION
from chatbot.server.middleware.guard import Refused
from chatbot.server.service import Shared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from chatbot.reply import Quote, Reply
    from chatbot.server.config import ServerSettings

MODEL = "chatbot"
_ONLY = {"id": MODEL, "object": "model", "created": int(time.time()), "owned_by": MODEL}
_PIECE = re.compile(r"\S*\s*")  # a stream's content is sent word by word, with its white space

router = APIRouter()


class Part(BaseModel):
    """A part of a message; only text can be read."""

    type: str
    text: str = ""


class Message(BaseModel):
    """One message of the conversation."""

    role: str
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """The text of the message, one part per line."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content).strip()
        return (self.content or "").strip()

    @property
    def only_text(self) -> bool:
        """Whether no part is a picture, a sound or a file."""
        return not isinstance(self.content, list) or all(part.type == "text" for part in self.content)


class StreamOptions(BaseModel):
    """What a stream contains besides the text."""

    include_usage: bool | None = None


class Completion(BaseModel):
    """A chat, whose last user message is the question. Fields that are not named here are ignored."""

    messages: list[Message] = Field(min_length=1, examples=[[{"role": "user", "content": "What is this about?"}]])
    model: str = MODEL
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    logprobs: bool | None = None
    response_format: dict[str, Any] | None = None
    modalities: list[str] | None = None

    @property
    def user_texts(self) -> list[str]:
        """The texts of the user's messages, oldest first."""
        return [message.text for message in self.messages if message.role == "user"]


def _fault(asked: Completion) -> str | None:
    """What is wrong with a request, if it asks for something that does not exist."""
    faults = {
        "there is one answer to a question: leave n out": asked.n not in (None, 1),
        "no tools are called: leave tools and functions out": asked.tools or asked.functions,
        "there are no tokens to weigh: leave logprobs out": asked.logprobs,
        "the answer is text: leave response_format out": (asked.response_format or {}).get("type", "text") != "text",
        "the answer is text: leave modalities out": asked.modalities not in (None, ["text"]),
        "only text can be read: send no pictures, sounds or files": not all(m.only_text for m in asked.messages),
    }
    return next((message for message, wrong in faults.items() if wrong), None)


def _checked(asked: Completion, settings: ServerSettings) -> tuple[str, list[str]]:
    """The question, and the earlier ones.

    A chat may outgrow the limit; its newest turns are used. Messages that were refused before are skipped. The oldest
    are left out half a limit at a time, so that a long chat keeps its beginning, which the server knows, for a while.
    """
    if fault := _fault(asked):
        raise Refused(400, fault)
    if not asked.user_texts or not asked.user_texts[-1]:
        raise Refused(422, "messages has no question: send one of the role user with some text")
    if any(schemas.SURROGATE.search(text) for text in asked.user_texts):
        raise Refused(422, "a message is not text: it has a lone surrogate")
    *earlier, question = asked.user_texts
    turns = [text for text in earlier if 0 < len(text) <= settings.question_limit]
    step = max(1, settings.history_limit // 2)
    surplus = max(0, len(turns) - settings.history_limit)
    return question, turns[-(-surplus // step) * step :]


def _citation(quote: Quote) -> dict[str, Any]:
    return {**quote.to_dict(), "entries": [entry.to_dict() for entry in quote.entries]}


def _count(texts: Sequence[str]) -> int:
    return sum(1 for text in texts for _ in words(text))


def _usage(asked: Completion, reply: Reply) -> dict[str, int]:
    prompt, completion = _count(asked.user_texts), _count([reply.text])
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _kind(reply: Reply) -> dict[str, Any]:
    """The kind of answer, as in `POST /v1/ask`, because the text of a refusal is text like any other."""
    return {"answered": reply.answered, "kind": reply.kind.value}


def _completion(head: dict[str, Any], asked: Completion, reply: Reply) -> dict[str, Any]:
    citations = [_citation(quote) for quote in reply.quotes]
    message = {"role": "assistant", "content": reply.text, "refusal": None, "citations": citations, **_kind(reply)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {**head, "object": "chat.completion", "choices": [choice], "usage": _usage(asked, reply)}


def _deltas(reply: Reply) -> Iterator[tuple[dict[str, Any], str | None]]:
    """The deltas of a message, each with its finish reason."""
    yield {"role": "assistant", "content": ""}, None
    for piece in _PIECE.findall(reply.text):
        if piece:
            yield {"content": piece}, None
    yield {"citations": [_citation(quote) for quote in reply.quotes], **_kind(reply)}, "stop"


def _chunks(head: dict[str, Any], asked: Completion, reply: Reply) -> Iterator[dict[str, Any]]:
    """The chunks of a stream; with `include_usage` one more, and a null in all others, as OpenAI specifies."""
    counted = bool(asked.stream_options and asked.stream_options.include_usage)
    head = {**head, "object": "chat.completion.chunk", **({"usage": None} if counted else {})}
    for delta, reason in _deltas(reply):
        yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}]}
    if counted:
        yield {**head, "choices": [], "usage": _usage(asked, reply)}


async def _events(head: dict[str, Any], asked: Completion, reply: Reply) -> AsyncIterator[str]:
    """Server-sent events (WHATWG HTML, 9.2), one per chunk. A plain generator would switch threads for each."""
    for chunk in _chunks(head, asked, reply):
        yield f"data: {as_json(chunk)}\n\n"
        await asyncio.sleep(0)  # others get their turn, and a client that has gone is noticed
    yield "data: [DONE]\n\n"


_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "A completion, or a stream of its chunks.", "content": {"text/event-stream": {}}},
    400: {"model": schemas.Failure, "description": "The body is not JSON, or asks for something unsupported."},
}
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": schemas.Failure, "description": "It does not exist."}}


@router.post("/v1/chat/completions", responses=_RESPONSES)
async def complete(service: Shared, request: Request, asked: Completion) -> Response:
    """Answer the last message of a chat, in the shape of OpenAI's API."""
    question, history = _checked(asked, service.settings)
    created = int(time.time())
    answer = await service.ask(request, question, history)
    head = {"id": f"{COMPLETION}{answer.reply_id or new_id()}", "created": created, "model": MODEL}
    if asked.stream:
        headers = answer.headers | {"Cache-Control": "no-cache"}
        return StreamingResponse(_events(head, asked, answer.reply), headers=headers, media_type="text/event-stream")
    body = as_json(_completion(head, asked, answer.reply)) + "\n"
    return Response(body, headers=answer.headers, media_type="application/json")


@router.get("/v1/models")
def models() -> Response:
    """The models: one. `created` is when this server was started."""
    return Response(as_json({"object": "list", "data": [_ONLY]}) + "\n", media_type="application/json")


@router.get("/v1/models/{name}", responses=_UNKNOWN)
def model(name: str) -> Response:
    """The one model, by its name."""
    if name != MODEL:
        raise Refused(404, f"there is no model of this name; the only one is {MODEL}")
    return Response(as_json(_ONLY) + "\n", media_type="application/json")
