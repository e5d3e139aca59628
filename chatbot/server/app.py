"""The server: puts the routes, the guards and the shelf together, and runs them."""

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
from chatbot.errors import ChatbotError, UsageError
from chatbot.server import openai, routes, static
from chatbot.server.config import ServerSettings
from chatbot.server.document_store import Shelf
from chatbot.server.middleware import BodyLimit, Guard, HostCheck, OriginCheck, RateCheck, Refused, TokenCheck, failure
from chatbot.server.telemetry import Figures, Watch
from chatbot.server.workers import Workers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from chatbot.server.config import AnswerLog

DEFAULT = ServerSettings()
_log = logging.getLogger(__name__)
_LONGEST_MESSAGE = 200  # characters; a message may name keys that the client sent


async def _failed(request: Request, error: Exception) -> Response:
    return failure(request.scope, cast("HTTPException", error))


async def _invalid(request: Request, error: Exception) -> Response:
    """What is wrong with a body, without what was in it."""
    first = cast("RequestValidationError", error).errors()[0]
    if first["type"] == "json_invalid":
        return failure(request.scope, Refused(400, "the body is not JSON; check its quotes and commas"))
    place = ".".join(map(str, first["loc"][1:])) or "the body"
    if place == "the body" and not request.headers.get("content-type", "").startswith("application/json"):
        return failure(request.scope, Refused(422, "send JSON, with the header `Content-Type: application/json`"))
    return failure(request.scope, Refused(422, f"{place}: {first['msg']}"[:_LONGEST_MESSAGE]))


async def _unanswered(request: Request, error: Exception) -> Response:
    return failure(request.scope, Refused(422, str(error)))


def _middleware(settings: ServerSettings, figures: Figures) -> list[Middleware]:
    """From the outside in. A browser reads an error only with the headers of CORS, so most checks stand inside."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.origins,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["X-Request-ID", "X-Reply-ID", "Retry-After"],
    )
    return [
        Middleware(Watch, figures),
        Middleware(Guard, (HostCheck(settings), OriginCheck(settings))),
        *([cors] if settings.origins else []),
        Middleware(Guard, (RateCheck(settings), TokenCheck(settings))),
        Middleware(BodyLimit, settings),
    ]


async def _reload(shelf: Shelf, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await asyncio.to_thread(shelf.refresh)
        except Exception as error:  # whatever it is, the documents in use stay, and the next look comes
            _log.error("the documents could not be read again: %s", type(error).__name__)


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[None]:
    """Reload changed documents meanwhile: the app's lifespan, which an app that mounts it enters in its own."""
    seconds: float = app.state.settings.reload
    task = asyncio.create_task(_reload(app.state.shelf, seconds)) if seconds else None
    yield
    if task:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    app.state.workers.close()


def create_app(source: Shelf | Chatbot, settings: ServerSettings = DEFAULT, log: AnswerLog | None = None) -> FastAPI:
    """The server as an ASGI app, to be run or to be mounted in another one.

    The documents of a Shelf are read again when their files change; those of a Chatbot never are. Who mounts the app
    enters `running(app)` in the lifespan of their own: a mounted app's own is not run (Starlette).
    """
    shelf = Shelf.of(source) if isinstance(source, Chatbot) else source
    figures = Figures(shelf)
    app = FastAPI(
        title="chatbot",
        summary="Ask documents: they answer in their own words, or say that they do not say.",
        version=__version__,
        docs_url=None,  # both would fetch scripts from elsewhere
        redoc_url=None,
        lifespan=running,
        middleware=_middleware(settings, figures),
    )
    app.state.shelf, app.state.settings, app.state.log = shelf, settings, log
    app.state.figures, app.state.workers, app.state.logging = figures, Workers(settings), True
    app.include_router(routes.router)
    app.include_router(openai.router, responses=routes.FAILURES)
    app.include_router(static.router)
    app.add_exception_handler(HTTPException, _failed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ChatbotError, _unanswered)
    return app


def listen(host: str, port: int, token: str) -> socket.socket:
    """A socket on an address of this machine. Raises UsageError where others could ask without a token."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        if not (token or ip_address(address[0]).is_loopback):
            raise UsageError(
                f"{host} can be reached from other machines: set a token with --token-file or CHATBOT_TOKEN,"
                " or listen on 127.0.0.1"
            )
        listening = socket.socket(family, kind, protocol)
        if os.name == "posix":  # on Windows it would let another program take the port as well
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1024)  # who connects from now on waits until the server runs
    except (OSError, UnicodeError) as error:
        raise ChatbotError(f"{host}:{port} cannot be listened on ({error}); choose another --host or --port") from error
    return listening


def serve(app: FastAPI, listening: socket.socket, started: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; then what has begun is finished. `started` is told the address."""
    seconds = int(app.state.settings.seconds) + 1
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, http="h11", timeout_graceful_shutdown=seconds
    )
    # uvicorn raises the signal again when it is done; a drained server is no failed one
    signal.signal(signal.SIGTERM, lambda *_: None)
    host, port = listening.getsockname()[:2]
    started(f"http://{f'[{host}]' if ':' in host else host}:{port}")
    uvicorn.Server(config).run(sockets=[listening])
