"""The routes: ask, search, look up, say whether it helped; health."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from chatbot import schemas
from chatbot.guarding import Refused
from chatbot.transcript import as_json

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.serving import AnswerLog, ServerSettings
    from chatbot.shelf import Shelf

router = APIRouter()


def _bot(request: Request) -> Chatbot:
    shelf: Shelf = request.app.state.shelf
    return shelf.bot


@router.post("/v1/ask", response_model=schemas.ReplyModel)
def ask(request: Request, asked: schemas.Question) -> Response:
    """Answer a question; a refusal is an answer too, with `answered: false`."""
    settings: ServerSettings = request.app.state.settings
    log: AnswerLog | None = request.app.state.log
    if len(asked.question) > settings.question_limit:
        raise Refused(413, f"ask in at most {settings.question_limit:,} characters")
    reply = _bot(request).ask(asked.question.strip(), asked.history)
    headers = {"X-Reply-ID": log.record(reply, _bot(request).documents)} if log else {}
    return Response(as_json(reply.to_dict()) + "\n", headers=headers, media_type="application/json")


@router.get("/v1/suggestions")
def suggestions(request: Request) -> schemas.Suggestions:
    """Questions to begin with."""
    return schemas.Suggestions(suggestions=list(_bot(request).suggestions()))


@router.get("/healthz")
def healthz() -> schemas.Health:
    """Whether the server is there."""
    return schemas.Health()


def answered(value: Any) -> Response:
    """A JSON value as the command line writes it."""
    return Response(as_json(value) + "\n", media_type="application/json")
