"""The chat page, its frame for other sites, the widget script and the page for developers, with strict headers.

Not Starlette's StaticFiles: its ETags are made of file times, which differ between machines behind one address, and
the page has to name the version of its scripts.
"""

from __future__ import annotations

import hashlib
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from fastapi import APIRouter, HTTPException, Request, Response

from chatbot.server.service import Shared

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(include_in_schema=False)
_get = partial(router.api_route, methods=["GET", "HEAD"])  # HEAD for monitoring

_INDEX = "index.html"
_DOCS = "docs.html"
_WIDGET = "widget.js"
_TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css"}  # the system's own table may differ
_VERSION = b"{version}"  # placeholder in the page for the version in the addresses of its scripts and styles
_FOREVER = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"  # cached, but used only after a 304
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
    """One hash of all files: scripts import each other by relative addresses, so their addresses change together."""
    folder = files("chatbot.server") / "page"
    return _hashed(b"".join(path.read_bytes() for path in sorted(folder.iterdir(), key=lambda path: path.name)))


@cache
def _read() -> Mapping[str, _File]:
    """The files by name; the pages have the version filled in."""
    folder = files("chatbot.server") / "page"
    contents = {path.name: path.read_bytes() for path in folder.iterdir()}
    for page in (_INDEX, _DOCS):
        contents[page] = contents[page].replace(_VERSION, _version().encode())
    return {name: _file(content, name) for name, content in contents.items()}


def _sent(request: Request, file: _File, headers: Mapping[str, str]) -> Response:
    """A file, or 304 if the client has it already."""
    shown = {**_ALWAYS, "ETag": file.etag, "Cache-Control": _REVALIDATE, **headers}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    if file.etag in known:
        return Response(None, 304, shown)
    return Response(file.content, headers=shown, media_type=file.media_type)


def _page(request: Request, ancestors: str, name: str = _INDEX) -> Response:
    return _sent(request, _read()[name], {"Content-Security-Policy": _POLICY + ancestors})


@_get("/")
def page(request: Request) -> Response:
    """The chat page, which no other site may frame."""
    return _page(request, "'none'")


@_get("/docs")
def docs(request: Request) -> Response:
    """The API for developers: `/openapi.json`, shown by scripts of this server only."""
    return _page(request, "'none'", _DOCS)


@_get("/widget")
def frame(request: Request, service: Shared) -> Response:
    """The same page for a frame on pages of the origins that `--allow-origin` names.

    A page that may not read answers may not frame the chat either, as its own or for clickjacking.
    """
    return _page(request, " ".join(("'self'", *service.settings.origins)))


@_get("/widget.js")
def widget(request: Request) -> Response:
    """The script that puts the chat on any page; it contains nothing confidential."""
    return _sent(request, _read()[_WIDGET], {"Cross-Origin-Resource-Policy": "cross-origin"})


@_get("/page/{version}/{name}")
def part(request: Request, version: str, name: str) -> Response:
    """A script or style of the page; at the address that the page names, it never changes."""
    file = None if name in (_INDEX, _DOCS) else _read().get(name)
    if file is None:
        raise HTTPException(404, "there is no such file")
    return _sent(request, file, {"Cache-Control": _FOREVER if version == _version() else _REVALIDATE})
