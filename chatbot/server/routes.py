"""The routes: ask, search, look up, say whether it helped; health and figures."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chatbot.common.json_values import as_json
from chatbot.documents.model import Kind
from chatbot.errors import ChatbotError
from chatbot.inspection import lookups
from chatbot.server import schemas, workers
from chatbot.server.config import COMPLETION
from chatbot.server.middleware import Refused

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from chatbot.documents.model import Document, Section
    from chatbot.server.config import AnswerLog
    from chatbot.server.document_store import Shelf

_log = logging.getLogger(__name__)

_MEANINGS = {
    400: "The body is not JSON.",
    401: "The token is missing or wrong.",
    403: "Pages of this origin may not ask.",
    408: "The request came too slowly.",
    413: "Too much at once.",
    421: "This server has another name.",
    422: "A value is missing or of the wrong type.",
    429: "Too many requests; `Retry-After` says when to come back.",
    500: "An error of ours.",
    503: "Too busy; `Retry-After` says when to come back.",
}
FAILURES: dict[int | str, dict[str, Any]] = {
    status: {"model": schemas.Failure, "description": meaning} for status, meaning in _MEANINGS.items()
}
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": schemas.Failure, "description": "There is none."}}
_NO_LOG: dict[int | str, dict[str, Any]] = {501: {"model": schemas.Failure, "description": "No log is kept."}}

router = APIRouter(responses=FAILURES)


def _shelf(request: Request) -> Shelf:
    shelf: Shelf = request.app.state.shelf
    return shelf


def _json(value: Any, headers: dict[str, str] | None = None) -> Response:
    """A value as the command line writes it, to the byte."""
    return Response(as_json(value) + "\n", headers=headers, media_type="application/json")


@router.post("/v1/ask", response_model=schemas.ReplyModel)
async def ask(request: Request, asked: schemas.Question) -> Response:
    """Answer a question with quotes; a refusal is an answer too, with `answered: false`.

    The earlier questions of a conversation come along: the server remembers nothing.
    """
    answer = await workers.ask(request, asked.question, asked.history)
    return _json(answer.reply.to_dict(), answer.headers)


def _hits(bot: Chatbot, words: schemas.Words) -> list[dict[str, Any]]:
    results = lookups.search_results(bot.search(words.query, words.count))
    hits = [{**result.to_dict(), "id": result.id} for result in results]
    for hit in hits:
        del hit["references"]
    return hits


@router.post("/v1/search", response_model=schemas.Hits)
async def search(request: Request, words: schemas.Words) -> Response:
    """The best passages for some words, best first, with their BM25 scores."""
    if len(words.query) > request.app.state.settings.question_limit:
        raise Refused(413, f"search for at most {request.app.state.settings.question_limit:,} characters")
    bot = _shelf(request).bot
    return _json({"hits": await request.app.state.workers.run(lambda: _hits(bot, words))})


def _section(document: Document, section: Section) -> dict[str, Any]:
    title = document[section.heading] if section.heading else ""
    return {"title": title, "level": section.level, "start": section.span.start}


def _described(document: Document) -> dict[str, Any]:
    return {
        "id": document.name,
        "title": document.title_text,
        "sha256": document.sha256,
        "characters": len(document.text),
        "sections": [_section(document, section) for section in document.sections],
        "references": len(document.references),
    }


@router.get("/v1/documents", response_model=schemas.Documents)
async def documents(request: Request) -> Response:
    """The documents that are asked."""
    return _json({"documents": [_described(document) for document in _shelf(request).bot.documents]})


def _document(request: Request, name: str) -> Document:
    """A document by its name or, of several with one name, by its SHA-256."""
    known = _shelf(request).bot.documents
    found = next((document for document in known if name in (document.sha256, document.name)), None)
    if found is None:
        raise Refused(404, "there is no such document; GET /v1/documents lists them")
    return found


def _layout(document: Document) -> dict[str, Any]:
    """What a page needs to show a document's text: how its lines run, and where it prints reference numbers."""
    whole = [sentence for sentence in document.sentences if sentence.kind in (Kind.TABLE, Kind.CODE)]
    markers = [marker for sentence in document.sentences for marker in sentence.markers]
    return {
        "sentences": [list(sentence.span) for sentence in document.sentences],
        "preformatted": [list(sentence.span) for sentence in whole],
        "markers": [[*marker.span, list(marker.numbers)] for marker in markers],
    }


@router.get("/v1/documents/{name}", response_model=schemas.DocumentText, responses=_UNKNOWN)
async def document(request: Request, name: str) -> Response:
    """A document with its text, and where in it sentences, citations, tables and code stand."""
    found = _document(request, name)
    return _json({**_described(found), "text": found.text, **_layout(found)})


def _cited(item: lookups.CitedEntry) -> dict[str, Any]:
    return {**item.entry.to_dict(), "cited": [list(quote.span) for quote in item.quotes]}


@router.get("/v1/documents/{name}/references", response_model=schemas.References, responses=_UNKNOWN)
async def references(request: Request, name: str) -> Response:
    """The reference list of a document, and where each entry is cited."""
    found = _document(request, name)
    return _json({"references": [_cited(item) for item in lookups.all_entries([found])]})


@router.get("/v1/suggestions", response_model=schemas.Suggestions)
async def suggestions(request: Request) -> Response:
    """Questions that the documents answer, to begin with."""
    return _json({"suggestions": list(_shelf(request).bot.suggestions())})


@router.post("/v1/feedback", status_code=204, response_class=Response, responses=_UNKNOWN | _NO_LOG)
async def feedback(request: Request, given: schemas.Feedback) -> None:
    """Say whether a reply helped, also of a refusal; of several the last one counts."""
    log: AnswerLog | None = request.app.state.log
    if log is None:
        raise Refused(501, "this server keeps no log of its replies; its owner can switch it on with --log")
    reply_id = given.reply_id.removeprefix(COMPLETION)
    try:
        known = await request.app.state.workers.run(
            lambda: log.vote(reply_id, helpful=given.helpful, comment=given.comment)
        )
    except ChatbotError as error:
        _log.warning("%s", error)
        raise Refused(503, "this cannot be written down now; try again later", {"Retry-After": "60"}) from error
    if not known:
        raise Refused(404, "there is no such reply; send its header X-Reply-ID, or the id of the completion")


@router.get("/healthz", response_model=schemas.Health)
async def healthz() -> Response:
    """Whether the server is there."""
    return _json({"status": "ok"})


@router.get("/readyz", response_model=schemas.Readiness)
async def readyz(request: Request) -> Response:
    """Whether every document is as its file is; `degraded` still answers, from the documents before."""
    held = _shelf(request)
    volumes = held.volumes
    return _json(
        {
            "status": "degraded" if held.problem else "ready",
            "documents": [{"id": v.document.name, "sha256": v.document.sha256, "problem": v.problem} for v in volumes],
        }
    )


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    return Response(generate_latest(request.app.state.figures.registry), media_type=CONTENT_TYPE_LATEST)
