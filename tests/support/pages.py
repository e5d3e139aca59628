"""Pages in a browser for the tests: a running server, a site of somebody else's, and what a person does on a page."""

import re
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import expect
from support.browser import AXE

from chatbot.server.app import create_app
from chatbot.server.config import ServerSettings

CELLS = "What percentage of immune cells is in the gut?"
CITED = "The amazing thing is that the gut contains 70-80% of the body's immune cells (3)."
REFUSED = "Which vitamins do immune cells need?"
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DARK = {"color_scheme": "dark"}
STILL = {"reduced_motion": "reduce", "bypass_csp": True}  # for axe's script; and no animation is caught half-way


@contextmanager
def running(source, settings=None, log=None):
    """The address of a server on a free port of this machine."""
    app = create_app(source, settings or ServerSettings(rate=0), log)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """A site of somebody else's."""

    def log_message(self, *_):
        """Print nothing."""


@contextmanager
def foreign(folder):
    """The address of another site that shows the files of a folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class Browsing:
    """Opens pages, each in a profile of its own, and hears of every error in them and every request elsewhere."""

    def __init__(self, browser):
        self.browser, self.errors, self.contexts = browser, [], []

    def open(self, address, **options):
        """A page at an address, once it is ready for a question."""
        context = self.browser.new_context(**{**DESKTOP, **options})
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type in ("error", "warning") and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: (self.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self.elsewhere(request.url))
        page.goto(address)
        return page

    def elsewhere(self, url):
        """A request to another machine is an error."""
        if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.errors.append(f"request: {url}")


def ready(page):
    """Wait until the page knows its documents, which its heading names or counts, and has examples to ask."""
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Ask the article")
    expect(page.locator(".welcome .promise")).to_be_visible()
    expect(page.locator("#text").locator("*").first).to_be_attached()
    return page


def turn(page, number):
    """A turn of the conversation, counted from 0, once it is answered."""
    found = page.locator("#log[aria-busy=false] article.turn").nth(number)
    expect(found).to_be_visible()
    return found


def ask(page, question):
    """Ask, as a person types; the turn with the answer."""
    before = page.locator("article.turn").count()
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    return turn(page, before)


def back_to(locator):
    """Go back, as keys do, until an element has the focus."""
    for _ in range(12):
        if locator.evaluate("node => node === document.activeElement"):
            return
        locator.page.keyboard.press("Shift+Tab")
    expect(locator).to_be_focused()


def in_view(locator):
    """An element is seen, not only there."""
    expect(locator).to_be_in_viewport()


def complaints(page):
    """What axe-core complains of in a page, best practices included."""
    if not AXE.exists():
        pytest.skip("there is no axe-core: .ci/run has the lines that fetch it")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert not re.search("rule could not run", str(found.get("incomplete")))
    return [(rule["id"], node["html"]) for rule in found["violations"] for node in rule["nodes"]]


README = Path(__file__).parents[2] / "README.md"
(TAG,) = re.findall(r"^<script .*</script>$", README.read_text(encoding="utf-8"), re.MULTILINE)
FOREIGN = """<!doctype html><html lang="en"><head><title>A shop</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {0}; frame-src {0}">
</head><body><h1>A shop</h1><a href="#">A link of the shop</a>
{1}{1}</body></html>"""


def shop_page(address):
    """A page of another site with the README's tag, twice by mistake, under a policy that forbids all but that."""
    return FOREIGN.format(address, TAG.replace("http://127.0.0.1:8000", address))
