"""The files of the page: their headers, and that none of them can run text from a reply."""

import asyncio
import gzip
import re
from html.parser import HTMLParser
from importlib.resources import files

import httpx
import pytest
from fastapi import FastAPI

from chatbot import Chatbot
from chatbot.server.app import create_app
from chatbot.server.config import ServerSettings

FILES = {path.name: path.read_text(encoding="utf-8") for path in (files("chatbot.server") / "page").iterdir()}
HOST = "http://127.0.0.1"
MARKUP = re.compile(r"(inner|outer)HTML|insertAdjacentHTML|document\.write|DOMParser|ContextualFragment|\beval\b")


@pytest.fixture(scope="module")
def bot():
    """The bundled article."""
    return Chatbot.open()


class Client:
    """Gets from an app without a network."""

    def __init__(self, app):
        self.transport = httpx.ASGITransport(app)

    async def _get(self, path, headers, method):
        async with httpx.AsyncClient(transport=self.transport, base_url=HOST) as client:
            return await client.request(method, path, headers=headers)

    def get(self, path, headers=None, method="GET"):
        """The response to a request."""
        return asyncio.run(self._get(path, headers, method))


@pytest.fixture(scope="module")
def client(bot):
    """A client of a server that lets one other site ask."""
    return Client(create_app(bot, ServerSettings(origins=("https://shop.example",))))


def policy(response):
    """The Content-Security-Policy by directive."""
    directives = (part.split() for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


class Tags(HTMLParser):
    """Every start tag of a page with its attributes, and the text in scripts and styles."""

    def __init__(self):
        super().__init__()
        self.tags, self.inline = [], []

    def handle_starttag(self, tag, attrs):
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        """Keep what would be run."""
        if self.tags and self.tags[-1][0] in ("script", "style") and data.strip():
            self.inline.append(data)


def tags(text):
    """The tags of a page."""
    parser = Tags()
    parser.feed(text)
    return parser


def test_the_page_allows_only_its_own_files(client):
    """The policy names nothing but this server: no inline script or style, no other host, no frame elsewhere."""
    assert policy(client.get("/")) == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "connect-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }


def test_the_page_for_developers(client):
    """Under the same policy, with files of this server only."""
    page = client.get("/docs")
    assert policy(page) == policy(client.get("/"))
    found = tags(page.text)
    assert found.inline == []
    named = [a.get("src") or a["href"] for t, a in found.tags if t in ("script", "link")]
    assert all(client.get(f"/{address}").status_code == 200 for address in named if not address.startswith("data:"))


def test_the_frame_is_for_the_allowed_sites(client, bot):
    """The widget's frame is the same page under the same policy, but the origins that may ask may frame it."""
    page, frame = client.get("/"), client.get("/widget")
    assert frame.text == page.text
    assert policy(frame) == {**policy(page), "frame-ancestors": ["'self'", "https://shop.example"]}
    alone = Client(create_app(bot)).get("/widget")
    assert policy(alone)["frame-ancestors"] == ["'self'"]


@pytest.mark.parametrize("path", ["/", "/docs", "/widget", "/widget.js", "/page/x/chat.js", "/page/x/chat.css"])
def test_headers(client, path):
    """Every file says what it is, and is asked for again at no cost: an unchanged one is a 304 without content."""
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-cache"
    kind = "text/css" if path.endswith("css") else "text/javascript" if path.endswith("js") else "text/html"
    assert response.headers["Content-Type"] == f"{kind}; charset=utf-8"
    head = client.get(path, method="HEAD")
    assert {**head.headers, "x-request-id": ""} == {**response.headers, "x-request-id": ""}
    for known in (response.headers["ETag"], f'"other", W/{response.headers["ETag"]}'):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == response.headers["ETag"]
        assert again.headers.get("Content-Security-Policy") == response.headers.get("Content-Security-Policy")


def test_parts_are_kept_for_good(client):
    """What the page names is served under a hash of all files, so it may be kept for ever; and all of it is there."""
    found = tags(client.get("/").text).tags
    named = [a["src"] for _, a in found if "src" in a] + [a["href"] for t, a in found if t == "link"]
    own = [address for address in named if not address.startswith("data:")]
    assert sorted(address.rpartition("/")[2] for address in own) == ["chat.css", "chat.js"]
    for address in own:
        response = client.get(f"/{address}")
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    imports = re.findall(r'from "\./([^"]+)"', "".join(FILES.values()))
    pages = {"index.html", "chat.js", "chat.css", "docs.html", "docs.js", "docs.css"}
    assert set(imports) == set(FILES) - pages - {"widget.js"}


def test_small():
    """All files together, compressed as a browser asks for them, are less than 250 kB; the limit is the issue's."""
    assert sum(len(gzip.compress(text.encode())) for text in FILES.values()) < 250_000


@pytest.mark.parametrize("name", ["nothing.js", "index.html", "docs.html", "..%2Fpage.py", "%00", "chat.js%2F.."])
def test_no_other_file(client, name):
    """Only the page's own files are served, by their names."""
    assert client.get(f"/page/x/{name}").status_code == 404


def test_the_widget_runs_on_any_site(client):
    """A page that isolates itself may still load the script."""
    assert client.get("/widget.js").headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_no_inline_code(client):
    """The page holds no script or style of its own, no handler, no style attribute, and fetches nothing elsewhere."""
    page = tags(client.get("/").text)
    assert page.inline == []
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name == "style" or name.startswith("on")}
    assert not [a for _, a in page.tags if re.match(r"(https?:)?//", a.get("src") or a.get("href") or "")]


@pytest.mark.parametrize("name", sorted(FILES))
def test_text_never_becomes_markup(name):
    """No file turns text into markup or code, or writes style attributes; none is fetched from elsewhere."""
    assert not MARKUP.search(FILES[name])
    assert "@import" not in FILES[name]
    assert not re.search(r"""(?:src|href|url\(|from|import|fetch\()\s*=?\s*["'(]?https?:""", FILES[name])


def test_the_openapi_is_about_the_interface(client):
    """The page's files are no part of the described interface."""
    paths = client.get("/openapi.json").json()["paths"]
    assert not [path for path in paths if path == "/" or path.startswith(("/page", "/widget"))]


def test_below_another_app(bot):
    """Mounted in another app, the page finds its files and the interface by relative addresses."""
    outer = FastAPI()
    outer.mount("/faq", create_app(bot))
    client = Client(outer)
    page = client.get("/faq/")
    src = next(a["src"] for t, a in tags(page.text).tags if t == "script")
    assert client.get(f"/faq/{src}").status_code == 200
    assert not re.search(r"""["'`]/(v1|page|widget)""", "".join(FILES.values()))
