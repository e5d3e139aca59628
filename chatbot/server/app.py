"""The server: an ASGI app of routes, middleware and a document store, and how to run it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, cast

import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from chatbot import __version__
from chatbot.bot import Chatbot
from chatbot.errors import ChatbotError, EngineError, UsageError
from chatbot.server import openai, pages, routes
from chatbot.server.config import ServerSettings
from chatbot.server.connections import ServerConfig
from chatbot.server.document_store import DocumentStore
from chatbot.server.middleware.auth import TokenCheck
from chatbot.server.middleware.body_limit import BodyLimit
from chatbot.server.middleware.guard import Guard, Refused, error_response
from chatbot.server.middleware.host import HostCheck
from chatbot.server.middleware.origin import OriginCheck
from chatbot.server.middleware.rate_limit import RateLimit
from chatbot.server.service import Service, Workers
from chatbot.server.telemetry import Metrics, Telemetry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from chatbot.server.config import AnswerLog
    from chatbot.server.document_store import Served

DEFAULT = ServerSettings()
_log = logging.getLogger(__name__)
_NO_JSON = "the body is not JSON; check its quotes and commas"
_WORDS = {
    404: "there is nothing at this address; /openapi.json lists what there is",
    405: "this address does not take this method; the header Allow says which it takes",
}
_MAX_MESSAGE = 200  # characters; a message may name keys that the client sent


def _words(error: HTTPException) -> str:
    """What is wrong and what to do, also where the framework only says what is wrong."""
    if isinstance(error, Refused):
        return error.detail
    if isinstance(error.__cause__, RecursionError):
        return "the body is nested too deeply; send an object of texts and numbers"
    if isinstance(error.__cause__, UnicodeDecodeError):
        return "the body is not UTF-8; encode it so"
    return _NO_JSON if error.status_code == 400 else _WORDS.get(error.status_code, error.detail)


async def _failed(request: Request, error: Exception) -> Response:
    failure = cast("HTTPException", error)
    return error_response(request.scope, Refused(failure.status_code, _words(failure), failure.headers))


async def _invalid(request: Request, error: Exception) -> Response:
    """The response for an invalid body; it does not repeat the body."""
    first = cast("RequestValidationError", error).errors()[0]
    if first["type"] == "json_invalid":
        return error_response(request.scope, Refused(400, _NO_JSON))
    place = ".".join(map(str, first["loc"][1:])) or "the body"
    if place == "the body" and not request.headers.get("content-type", "").startswith("application/json"):
        return error_response(
            request.scope, Refused(422, "send JSON, with the header `Content-Type: application/json`")
        )
    return error_response(
        request.scope, Refused(422, f"{place}: {first['msg'].removeprefix('Value error, ')}"[:_MAX_MESSAGE])
    )


async def _without_engine(request: Request, error: Exception) -> Response:
    return error_response(request.scope, Refused(503, str(error), {"Retry-After": "5"}))


async def _unanswered(request: Request, error: Exception) -> Response:
    return error_response(request.scope, Refused(422, str(error)))


def _middleware(settings: ServerSettings, metrics: Metrics, limit: RateLimit) -> list[Middleware]:
    """From the outside in. A browser reads an error only with CORS headers, so most checks are inside of CORS."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.origins,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["X-Request-ID", "X-Reply-ID", "Retry-After"],
    )
    return [
        Middleware(Telemetry, metrics),
        Middleware(Guard, (HostCheck(settings), OriginCheck(settings))),
        *([cors] if settings.origins else []),
        Middleware(Guard, (limit, TokenCheck(settings))),
        Middleware(BodyLimit, settings),
    ]


async def _reload(store: Served, seconds: float) -> None:
    known: type[Exception] | None = None
    while True:
        await asyncio.sleep(seconds)
        try:
            await asyncio.to_thread(store.refresh)
            known = None
        except Exception as error:  # whatever it is, the documents in use stay, and the next check comes
            if type(error) is not known:  # one line, not one for every check
                _log.error("the documents could not be reloaded: %s", type(error).__name__)
            known = type(error)


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[None]:
    """The lifespan of the app, in which changed documents are reloaded; see `create_app` for mounted apps."""
    service: Service = app.state.service
    seconds = service.settings.reload
    task = asyncio.create_task(_reload(service.store, seconds)) if seconds else None
    yield
    if task:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    service.workers.close()


def create_app(source: Served | Chatbot, settings: ServerSettings = DEFAULT, log: AnswerLog | None = None) -> FastAPI:
    """The server as an ASGI app, to run or to mount in another app.

    Starlette does not run the lifespan of a mounted app: enter `running(app)` in the lifespan of the outer one.

    Args:
        source: a document store, whose documents are reloaded when their files change; those of a bot never are.
        settings: limits and permissions.
        log: where replies are recorded.
    """
    store = DocumentStore.of(source) if isinstance(source, Chatbot) else source
    metrics, limit = Metrics(store), RateLimit(settings)
    app = FastAPI(
        title="chatbot",
        summary="Ask documents: they answer in their own words, or say that they do not say.",
        version=__version__,
        docs_url=None,  # these pages would fetch scripts from elsewhere; ours is in `pages`
        redoc_url=None,
        lifespan=running,
        middleware=_middleware(settings, metrics, limit),
    )
    app.state.service = Service(store, settings, log, metrics, Workers(settings), limit)
    app.include_router(routes.router)
    app.include_router(openai.router, responses=routes.FAILURES)
    app.include_router(pages.router)
    app.add_exception_handler(HTTPException, _failed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(EngineError, _without_engine)
    app.add_exception_handler(ChatbotError, _unanswered)
    return app


def _reason(error: Exception) -> str:
    """An error in words, without its number."""
    return getattr(error, "strerror", None) or str(error)


def _not_listening(host: str, port: int, error: Exception) -> ChatbotError:
    return ChatbotError(f"{host}:{port} cannot be listened on ({_reason(error)}); choose another --host or --port")


def listen(host: str, port: int, token: str) -> socket.socket:
    """A listening socket. Raises UsageError if other machines could ask without a token."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        if not (token or ip_address(address[0]).is_loopback):
            raise UsageError(
                f"{host} can be reached from other machines: set a token with --token-file or CHATBOT_TOKEN,"
                " or listen on 127.0.0.1"
            )
        listening = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise _not_listening(host, port, error) from error
    try:
        if os.name == "posix":  # on Windows it would let another program use the same port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1024)  # clients that connect now wait until the server runs
    except OSError as error:
        listening.close()
        raise _not_listening(host, port, error) from error
    return listening


def serve(app: FastAPI, listening: socket.socket, started: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C, then finish open requests. `started` is called with the address."""
    service: Service = app.state.service
    seconds, proxies = service.settings.seconds, list(service.settings.proxies)
    config = ServerConfig(
        app,
        seconds,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(seconds) + 1,
        proxy_headers=bool(proxies),  # a client could choose its address, and with it its rate limit
        forwarded_allow_ips=proxies,
    )
    # uvicorn raises the signal again at the end, but a server that has drained has not failed
    signal.signal(signal.SIGTERM, lambda *_: None)
    host, port = listening.getsockname()[:2]
    started(f"http://{f'[{host}]' if ':' in host else host}:{port}")
    uvicorn.Server(config).run(sockets=[listening])
