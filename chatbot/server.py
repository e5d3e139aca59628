"""The server: puts the routes, the guards and the shelf together, and runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from chatbot import __version__, api, guarding, page
from chatbot.bot import Chatbot
from chatbot.serving import ServerSettings
from chatbot.shelf import Shelf

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from chatbot.serving import AnswerLog

DEFAULT = ServerSettings()


async def _failure(request: Request, error: Exception) -> Response:
    return guarding.failure(request.scope, cast("HTTPException", error))


def create_app(source: Shelf | Chatbot, settings: ServerSettings = DEFAULT, log: AnswerLog | None = None) -> FastAPI:
    """The server as an ASGI app, to be run or to be mounted in another one."""
    app = FastAPI(title="chatbot", version=__version__, docs_url=None, redoc_url=None)
    app.state.shelf = Shelf.of(source) if isinstance(source, Chatbot) else source
    app.state.settings = settings
    app.state.log = log
    app.include_router(api.router)
    # -- ROUTERS: openai_api (B) and page (C) add their `app.include_router(....router)` line below this one
    app.include_router(page.router)
    # -- end of ROUTERS
    app.add_exception_handler(HTTPException, _failure)
    return app


def serve(shelf: Shelf, settings: ServerSettings, host: str, port: int, log: AnswerLog | None = None) -> None:
    """Serve until a signal comes; then what has begun is finished."""
    import uvicorn

    uvicorn.run(create_app(shelf, settings, log), host=host, port=port, log_config=None, access_log=False)
