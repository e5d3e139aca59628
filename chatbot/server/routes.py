"""The routes: ask, search, look up, feedback; health and metrics."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chatbot.common.json_values import as_json
from chatbot.documents.rendering import as_lists, rendered
from chatbot.errors import ChatbotError
from chatbot.inspection import lookups
from chatbot.inspection.reference_formats import FORMATS
from chatbot.reply import Entry
from chatbot.server import schemas
from chatbot.server.config import COMPLETION
from chatbot.server.middleware.auth import has_token
from chatbot.server.middleware.guard import Refused
from chatbot.server.service import Service, Shared

if TYPE_CHECKING:
    from collections.abc import Callable

    from chatbot.bot import Chatbot
    from chatbot.documents.model import Document, Section

_log = logging.getLogger(__name__)

_MEANINGS = {
    400: "The body is not JSON.",
    401: "The token is missing or wrong.",
    403: "The origin is not allowed.",
    408: "The request arrived too slowly.",
    413: "Too much at once.",
    415: "The body is compressed.",
    421: "The Host header is not allowed.",
    422: "A value is missing or of the wrong type.",
    429: "Too many requests; `Retry-After` says when to come back.",
    500: "An internal error.",
    503: "Too busy; `Retry-After` says when to come back.",
}
FAILURES: dict[int | str, dict[str, Any]] = {
    status: {"model": schemas.Failure, "description": meaning} for status, meaning in _MEANINGS.items()
}
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": schemas.Failure, "description": "It does not exist."}}
_NO_LOG: dict[int | str, dict[str, Any]] = {501: {"model": schemas.Failure, "description": "The server has no log."}}

_STYLES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The entries.", "content": {found.media_type: {} for found in FORMATS.values()}}
}

router = APIRouter(responses=FAILURES)


def _json(value: Any, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON, with the same bytes as on the command line."""
    return Response(as_json(value) + "\n", headers=headers, media_type="application/json")


async def _computed(service: Service, value: Callable[[], Any]) -> Response:
    """A value as JSON that takes time, for a long document or many, while others are answered."""
    return await service.workers.run(lambda: _json(value()))


@router.post("/v1/ask", response_model=schemas.ReplyModel)
async def ask(service: Shared, request: Request, asked: schemas.Question) -> Response:
    """Answer a question with quotes, or refuse it, with `answered: false`.

    The server is stateless: send the earlier questions of the conversation along.
    """
    answer = await service.ask(request, asked.question, asked.history)
    return _json(answer.reply.to_dict(), answer.headers)


def _hits(bot: Chatbot, words: schemas.Words) -> list[dict[str, Any]]:
    results = lookups.search_results(bot.search(words.query, words.count), bot)
    return [{**result.to_dict(), "id": result.id} for result in results]


@router.post("/v1/search", response_model=schemas.Hits)
async def search(service: Shared, words: schemas.Words) -> Response:
    """The best passages for some words, best first, with their BM25 scores."""
    limit = service.settings.question_limit
    if len(words.query) > limit:
        raise Refused(413, f"search for at most {limit:,} characters")
    bot = service.store.bot
    return await _computed(service, lambda: {"hits": _hits(bot, words)})


def _section(document: Document, section: Section) -> dict[str, Any]:
    title = document[section.heading] if section.heading else ""
    return {"title": title, "level": section.level, "start": section.span.start}


def _described(document: Document) -> dict[str, Any]:
    return {
        "id": document.name,
        "title": document.title_text,
        "sha256": document.sha256,
        "characters": len(document.text),
        "sections": [_section(document, section) for section in document.sections if not section.goes_on],
        "references": len(document.references),
    }


@router.get("/v1/documents", response_model=schemas.Documents)
async def documents(service: Shared) -> Response:
    """The documents that answers come from."""
    bot = service.store.bot
    return await _computed(service, lambda: {"documents": list(map(_described, bot.documents))})


async def _document(service: Shared, name: str) -> Document:
    """A document by its name or its SHA-256, which tells documents of the same name apart."""
    bot = service.store.bot
    found = await service.workers.run(lambda: bot.find(name))
    if found is None:
        raise Refused(404, "there is no such document; GET /v1/documents lists them")
    return found


def _layout(document: Document) -> dict[str, Any]:
    """What a page needs to show a document: its sentences, its citation markers, and its blocks as a tree."""
    markers = [marker for sentence in document.sentences for marker in sentence.markers]
    return {
        "sentences": [list(sentence.span) for sentence in document.sentences],
        "markers": [[*marker.span, list(marker.numbers), list(map(list, marker.notes))] for marker in markers],
        "blocks": as_lists(rendered(document)),
    }


@router.get("/v1/documents/{name}", response_model=schemas.DocumentText, responses=_UNKNOWN)
async def document(service: Shared, name: str) -> Response:
    """A document with its text, the places of its sentences and citations, and its blocks as they are shown."""
    found = await _document(service, name)
    return await _computed(service, lambda: {**_described(found), "text": found.text, **_layout(found)})


def _cited(item: lookups.CitedEntry) -> dict[str, Any]:
    return {**item.entry.to_dict(), "cited": [list(quote.span) for quote in item.quotes]}


def _references(document: Document) -> dict[str, Any]:
    entries, notes = lookups.all_entries([document]), lookups.all_notes([document])
    return {"references": [_cited(item) for item in entries], "notes": [_cited(item) for item in notes]}


@router.get("/v1/documents/{name}/references", response_model=schemas.References, responses=_UNKNOWN)
async def references(service: Shared, name: str) -> Response:
    """The reference list of a document, and where each entry is cited."""
    found = await _document(service, name)
    return await _computed(service, lambda: _references(found))


@router.get("/v1/documents/{name}/references/{style}", response_class=Response, responses=_UNKNOWN | _STYLES)
async def references_for_managers(
    service: Shared,
    name: str,
    style: Literal["bibtex", "ris", "csl-json"],
    start: Annotated[tuple[int, ...], Query()] = (),
) -> Response:
    """The reference list of a document for a reference manager, or the entries that start at some places.

    Only what can be read safely is a field; the whole entry, as it is printed, is a note.
    """
    entries = Entry.of_documents([await _document(service, name)])
    chosen = [entry for entry in entries if entry.span.start in start] if start else list(entries)
    return Response(FORMATS[style].write(chosen), media_type=FORMATS[style].media_type)


@router.get("/v1/suggestions", response_model=schemas.Suggestions)
async def suggestions(service: Shared) -> Response:
    """Questions that the documents answer, to begin with."""
    bot = service.store.bot
    return await _computed(service, lambda: {"suggestions": list(bot.suggestions())})


@router.get("/v1/questions", response_model=schemas.Questions)
async def questions(service: Shared) -> Response:
    """Up to forty questions that the documents answer, to complete what is typed."""
    bot = service.store.bot
    return _json({"questions": list(await service.workers.run(bot.questions))})


@router.post("/v1/feedback", status_code=204, response_class=Response, responses=_UNKNOWN | _NO_LOG)
async def feedback(service: Shared, given: schemas.Feedback) -> None:
    """Say whether a reply helped, or a refusal was right; the last feedback on a reply counts."""
    log = service.log
    if log is None:
        raise Refused(501, "this server has no log of its replies; its administrator can start it with --log")
    reply_id = given.reply_id.removeprefix(COMPLETION)
    try:
        known = await service.workers.run(lambda: log.vote(reply_id, helpful=given.helpful, comment=given.comment))
    except ChatbotError as error:
        _log.warning("%s", error)
        raise Refused(503, "this cannot be recorded now; try again later", {"Retry-After": "60"}) from error
    if not known:
        raise Refused(404, "there is no such reply; send its header X-Reply-ID, or the id of the completion")


@router.get("/healthz", response_model=schemas.Health)
async def healthz() -> Response:
    """Whether the server is running."""
    return _json({"status": "ok"})


@router.get("/readyz", response_model=schemas.Readiness)
async def readyz(service: Shared, request: Request) -> Response:
    """Whether every document is as its file is; `degraded` still answers, from the previous version.

    Only those who may ask are told which documents there are, and what is wrong with them.
    """
    snapshot = service.store.snapshot
    status = {"status": "degraded" if snapshot.problem else "ready"}
    if not has_token(request.headers, service.settings.token):
        return _json(status)
    documents = [
        {"id": loaded.document.name, "sha256": loaded.document.sha256, "problem": loaded.problem}
        for loaded in snapshot.documents
    ]
    return _json({**status, "documents": documents})


@router.get("/metrics", response_class=Response)
async def metrics(service: Shared) -> Response:
    """Metrics for Prometheus."""
    return Response(generate_latest(service.metrics.registry), media_type=CONTENT_TYPE_LATEST)
