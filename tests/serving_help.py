"""Talks to an app without a network, and to a server of its own process."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import httpx
from articles import HONEY, bot

from chatbot.server import create_app
from chatbot.serving import ServerSettings


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
def process(*arguments, **env):
    """`chatbot serve` as a process on a free port: the process and its address; it is ended with SIGTERM."""
    command = [sys.executable, "-m", "chatbot", "serve", "--port", "0", "--no-semantic", *map(str, arguments)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **env}) as server:  # noqa: S603
        try:
            line = server.stderr.readline()
            found = re.search(r"serving on (http://\S+)", line)
            assert found, line + server.stderr.read()
            yield server, found.group(1)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)
            server.stderr.read()
