"""Clients that put a server under load: quick ones that talk, and slow, silent and rude ones beside them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
HEAD = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
PLAIN = ("--no-semantic", "--rate", "0", "--quiet")
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_ID = re.compile(rb"\r\nx-reply-id: (\S+)", re.IGNORECASE)


@dataclass(slots=True)
class Measured:
    """What clients saw: seconds per request, faults, and the ids of replies that the server says it has logged."""

    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    logged: set[str] = field(default_factory=set)
    elapsed: float = 0.0


@dataclass(frozen=True, slots=True)
class Served:
    """A server in its own process."""

    process: subprocess.Popen[bytes]
    port: int

    def running(self, _: int) -> bool:
        """Whether it runs, for any conversation."""
        return self.process.poll() is None

    @property
    def megabytes(self) -> float:
        """Its resident memory; 0 where the system does not say."""
        with suppress(OSError):
            found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text("ascii"))
            return int(found.group(1)) / 1024 if found else 0.0
        return 0.0


@contextmanager
def serving(*command: str, **environment: str) -> Iterator[Served]:
    """Run a server; PORT in its command is replaced by a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    words = [sys.executable, *(port if word == "PORT" else word for word in command)]
    server = subprocess.Popen(words, env={**os.environ, "CHATBOT_TOKEN": "", **environment}, cwd=ROOT)  # noqa: S603
    try:
        for _ in range(600):  # until it answers anything: it listens before it has read its documents
            with suppress(OSError, httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=30)
                break
            time.sleep(0.05)
        yield Served(server, int(port))
    finally:
        server.terminate()
        server.wait(30)


def chatbot(*options: str) -> tuple[str, ...]:
    """The command of our server."""
    return ("-m", "chatbot", "serve", "--port", "PORT", *PLAIN, *options)


class Connection:
    """A persistent connection; much cheaper than the server that it asks."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Connection:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def post(self, body: bytes, path: str = "/v1/ask") -> tuple[bytes, bytes]:
        """The head and the body of a reply."""
        self._writer.write((HEAD % (path, len(body))).encode() + body)
        await self._writer.drain()
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        return head, await self._reader.readexactly(int(length.group(1)) if length else 0)


@dataclass(frozen=True, slots=True)
class Talk:
    """Conversations of many clients, each question with the earlier ones.

    `more` says whether the conversation of the given number is begun, or goes on; `check` what is wrong with a reply.
    """

    questions: Callable[[int], Sequence[str]]
    more: Callable[[int], bool]
    check: Callable[[dict[str, Any]], str | None]

    async def client(self, port: int, numbers: Iterator[int], measured: Measured) -> None:
        """Hold one conversation after the other."""
        async with Connection(port) as connection:
            while self.more(number := next(numbers)):
                asked = self.questions(number)
                for turn, question in enumerate(asked):
                    if not self.more(number):
                        return
                    body = json.dumps({"question": question, "history": asked[:turn]}).encode()
                    started = time.perf_counter()
                    head, reply = await connection.post(body)
                    measured.seconds.append(time.perf_counter() - started)
                    if fault := self._fault(head, reply):
                        measured.faults.append(fault)
                    if found := _ID.search(head):
                        measured.logged.add(found.group(1).decode())

    def _fault(self, head: bytes, reply: bytes) -> str | None:
        status = head.split(b" ", 2)[1].decode()
        return self.check(json.loads(reply)) if status == "200" else status


async def load(measured: Measured, port: int, clients: int, talk: Talk, *beside: Awaitable[None]) -> None:
    """Run the clients, and what happens beside them until they are done; what a client raises is a fault."""
    started, numbers = time.perf_counter(), count()
    others = [asyncio.ensure_future(other) for other in beside]
    clients_ = [talk.client(port, numbers, measured) for _ in range(clients)]
    done = await asyncio.gather(*clients_, return_exceptions=True)
    measured.elapsed += time.perf_counter() - started
    for other in others:
        other.cancel()
    ended = await asyncio.gather(*others, return_exceptions=True)
    errors = [error for error in (*done, *ended) if isinstance(error, Exception)]
    measured.faults += [f"{type(error).__name__} {error}" for error in errors]


def row(name: str, measured: Measured) -> list[float]:
    """Print requests per second and quantiles of their time in milliseconds."""
    percent = quantiles(measured.seconds, n=100)
    figures = [len(measured.seconds) / measured.elapsed, *(1000 * percent[i] for i in (49, 94, 98))]
    print(f"{name:32}" + "".join(f"{figure:12.2f}" for figure in figures) + f"{len(measured.faults):8}")  # noqa: T201
    for fault in sorted(set(measured.faults))[:5]:
        print(f"    {measured.faults.count(fault)} x {fault[:100]}")  # noqa: T201
    return figures


async def _until_closed(port: int, sent: bytes, drip: bytes, pause: float) -> None:
    """Send something, then a drip now and then, until the server closes the connection."""
    with suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        while not reader.at_eof():
            writer.write(drip)
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(reader.read(100), pause)
        writer.close()


async def _hang_up(port: int, body: bytes) -> None:
    """Ask for a stream, and go without a farewell when it begins."""
    with suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.write((HEAD % ("/v1/chat/completions", len(body))).encode() + body)
        await reader.read(20)
        writer.close()
        await asyncio.sleep(0.2)


async def rude(port: int, question: str, heads: int = 200, slow: int = 20) -> None:
    """Slow headers, slow bodies, replies that are read slowly, streams that are left: again and again."""
    messages = {"messages": [{"role": "user", "content": question}], "stream": True}
    kinds = [
        *[lambda: _until_closed(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ", b"x", 0.5)] * heads,
        *[lambda: _until_closed(port, (HEAD % ("/v1/ask", 10_000)).encode(), b" ", 0.5)] * slow,
        *[lambda: _until_closed(port, b"GET /v1/documents HTTP/1.1\r\nHost: localhost\r\n\r\n", b"", 0.5)] * slow,
        *[lambda: _hang_up(port, json.dumps(messages).encode())] * slow,
    ]

    async def again(kind: Callable[[], Awaitable[None]]) -> None:
        while True:
            await kind()

    await asyncio.gather(*map(again, kinds))
