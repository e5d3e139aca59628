"""The chat page, its frame for other sites, and the script that puts it there: static files with strict headers."""

from __future__ import annotations

import hashlib
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from fastapi import APIRouter, HTTPException, Request, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chatbot.server.config import ServerSettings

router = APIRouter(include_in_schema=False)
_get = partial(router.api_route, methods=["GET", "HEAD"])  # HEAD: what watches a site asks

_INDEX = "index.html"
_WIDGET = "widget.js"
_TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css"}  # a system's own table may say otherwise
_VERSION = b"{version}"  # stands in the page for what its scripts and styles are served under
_FOREVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"  # kept, but used only after a 304
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors "
)
_ALWAYS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class _File(NamedTuple):
    content: bytes
    media_type: str
    etag: str


def _hashed(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _file(content: bytes, name: str) -> _File:
    return _File(content, _TYPES[name.rpartition(".")[2]], f'"{_hashed(content)}"')


@cache
def _version() -> str:
    """One hash over all files: scripts import each other by relative addresses, so they change address together."""
    folder = files("chatbot.server") / "page"
    return _hashed(b"".join(path.read_bytes() for path in sorted(folder.iterdir(), key=lambda path: path.name)))


@cache
def _read() -> Mapping[str, _File]:
    """The files by name; the page names the version that they are served under."""
    folder = files("chatbot.server") / "page"
    contents = {path.name: path.read_bytes() for path in folder.iterdir()}
    contents[_INDEX] = contents[_INDEX].replace(_VERSION, _version().encode())
    return {name: _file(content, name) for name, content in contents.items()}


def _sent(request: Request, file: _File, headers: Mapping[str, str]) -> Response:
    """A file, or that the client has it already."""
    shown = {**_ALWAYS, "ETag": file.etag, "Cache-Control": _ASK_EACH_TIME, **headers}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    if file.etag in known:
        return Response(None, 304, shown)
    return Response(file.content, headers=shown, media_type=file.media_type)


def _page(request: Request, ancestors: str) -> Response:
    return _sent(request, _read()[_INDEX], {"Content-Security-Policy": _POLICY + ancestors})


@_get("/")
def page(request: Request) -> Response:
    """The chat page, which no other site may frame."""
    return _page(request, "'none'")


@_get("/widget")
def frame(request: Request) -> Response:
    """The same page for a frame on the pages whose origins may ask.

    Those are the ones that `--allow-origin` names: who may not read answers may not show the chat under its own name
    either, nor lay it under something to be clicked.
    """
    settings: ServerSettings = request.app.state.settings
    return _page(request, " ".join(("'self'", *settings.origins)))


@_get("/widget.js")
def widget(request: Request) -> Response:
    """The script that puts the chat on any page; it holds nothing that its reader may not see."""
    return _sent(request, _read()[_WIDGET], {"Cross-Origin-Resource-Policy": "cross-origin"})


@_get("/page/{version}/{name}")
def part(request: Request, version: str, name: str) -> Response:
    """A script or style of the page; under the address that the page names it never changes."""
    file = None if name == _INDEX else _read().get(name)
    if file is None:
        raise HTTPException(404, "there is no such file")
    return _sent(request, file, {"Cache-Control": _FOREVER if version == _version() else _ASK_EACH_TIME})
