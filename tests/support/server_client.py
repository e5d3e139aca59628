"""Talks to an app without a network, and to a server of its own process."""

import asyncio
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
from support.articles import HONEY, bot

from chatbot.server.app import create_app
from chatbot.server.config import ServerSettings


class Log:
    """An answer log in memory."""

    def __init__(self):
        self.replies = {}
        self.votes = {}

    def record(self, reply, documents):
        """Keep a reply."""
        self.replies[name := f"id-{len(self.replies)}"] = (reply, documents)
        return name

    def vote(self, reply_id, *, helpful, comment=""):
        """Keep a vote."""
        self.votes[reply_id] = (helpful, comment)
        return reply_id in self.replies


def app(*texts, log=None, **settings):
    """A server for some texts, which never reads again."""
    return create_app(bot(*texts or (HONEY,)), ServerSettings(**settings), log)


def send(server, *requests, base="http://localhost", client=("127.0.0.1", 1)):
    """The responses to some requests, each (method, path) or (method, path, arguments of httpx)."""

    async def talk():
        transport = httpx.ASGITransport(server, raise_app_exceptions=True, client=client)
        async with httpx.AsyncClient(transport=transport, base_url=base) as session:
            return [await session.request(method, path, **dict(*rest)) for method, path, *rest in requests]

    return asyncio.run(talk())


def one(server, method, path, base="http://localhost", **how):
    """The response to one request."""
    return send(server, (method, path, how), base=base)[0]


def ask(server, question, history=(), **how):
    """The response to a question."""
    return one(server, "POST", "/v1/ask", json={"question": question, "history": list(history)}, **how)


@contextmanager
def process(folder, *arguments, **env):
    """`chatbot serve` on a free port: its process, its address, what gives all that it wrote. SIGTERM ends it."""
    command = [sys.executable, "-m", "chatbot", "serve", "--port", "0", "--no-semantic", *map(str, arguments)]
    stderr = folder / "stderr"

    def written():
        return stderr.read_text(encoding="utf-8")

    with stderr.open("w", encoding="utf-8") as file:
        server = subprocess.Popen(command, stderr=file, env={**os.environ, **env})  # noqa: S603
    try:
        end = time.monotonic() + 20
        while not (found := re.search(r"serving on (http://\S+)\n", written())):
            assert server.poll() is None, written()
            assert time.monotonic() < end, written()
            time.sleep(0.02)
        yield server, found.group(1), written
    finally:
        server.terminate()
        try:
            server.wait(15)
        finally:
            server.kill()
            server.wait()
