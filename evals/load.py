"""The server under load: its speed compared to a bare endpoint, and its replies while a document changes.

`python evals/load.py`: on loopback only, one uvicorn worker each, the clients on the same machine. Exit code 1 if any
request failed or any reply mixed two documents.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import httpx

ROOT = Path(__file__).parent.parent
QUESTION = {"question": "How big is the gut?"}
BODY = json.dumps(QUESTION).encode()
HEAD = "POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
REQUEST = (HEAD % len(BODY)).encode() + BODY
BARE = """
import sys, uvicorn
from fastapi import FastAPI, Response
app, body = FastAPI(), b"x" * int(sys.argv[2])
@app.post("/v1/ask")
async def constant() -> Response:
    return Response(body, media_type="application/json")
uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False, http="h11")
"""
CLIENTS = 64
ROUNDS = 5
COUNTRIES = ("Avaland", "Borland")


@dataclass(slots=True)
class Measured:
    """The replies, times and errors that clients saw."""

    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    replies: list[dict[str, object]] = field(default_factory=list)
    elapsed: float = 0.0


@contextmanager
def serving(*command: str) -> Iterator[int]:
    """Run a server in its own process; PORT in its command is replaced by a free port, which is returned."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    environment = {**os.environ, "CHATBOT_TOKEN": ""}
    server = subprocess.Popen(  # noqa: S603 - our own server
        [sys.executable, *(port if word == "PORT" else word for word in command)], env=environment, cwd=ROOT
    )
    try:
        wait_until_it_listens(int(port))
        yield int(port)
    finally:
        server.terminate()
        server.wait(20)


def wait_until_it_listens(port: int) -> None:
    """Wait at most half a minute for a server to start."""
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[bytes, bytes]:
    """The status and body of one request on a persistent connection; a client much cheaper than the server."""
    writer.write(REQUEST)
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
    return head.split(b" ", 2)[1], await reader.readexactly(int(length.group(1)) if length else 0)


async def _client(port: int, end: float, measured: Measured, *, keep: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (started := time.perf_counter()) < end:
        status, body = await _asked(reader, writer)
        measured.seconds.append(time.perf_counter() - started)
        if status != b"200":
            measured.faults.append(status.decode())
        elif keep:
            measured.replies.append(json.loads(body))
    writer.close()
    await writer.wait_closed()


async def load(
    measured: Measured,
    port: int,
    clients: int,
    seconds: float,
    beside: Callable[[float], Awaitable[None]] | None = None,
) -> None:
    """Clients that send one request after the other; `beside` runs at the same time."""
    started = time.perf_counter()
    end = started + seconds
    asking = [_client(port, end, measured, keep=beside is not None) for _ in range(clients)]
    done = await asyncio.gather(*asking, *([beside(end)] if beside else []), return_exceptions=True)
    measured.faults += [type(fault).__name__ for fault in done if isinstance(fault, BaseException)]
    measured.elapsed += time.perf_counter() - started


def row(name: str, measured: Measured) -> list[float]:
    """Print requests per second and quantiles of their time in milliseconds."""
    percent = quantiles(measured.seconds, n=100)
    figures = [len(measured.seconds) / measured.elapsed, *(1000 * percent[i] for i in (49, 94, 98))]
    print(f"{name:32}" + "".join(f"{figure:12.2f}" for figure in figures) + f"{len(measured.faults):8}")  # noqa: T201
    return figures


def speed(seconds: float, clients: int) -> int:
    """Compare `/v1/ask` to a bare endpoint that returns a constant of the same size; the number of failed requests."""
    ours, bare = Measured(), Measured()
    command = ("-m", "chatbot", "serve", "--port", "PORT", "--quiet", "--no-semantic", "--rate", "0")
    with serving(*command) as port:
        size = len(httpx.post(f"http://127.0.0.1:{port}/v1/ask", json=QUESTION).content)
        with serving("-c", BARE, "PORT", str(size)) as other:
            for _ in range(ROUNDS):  # in turns, so that other load affects both
                asyncio.run(load(ours, port, clients, seconds / ROUNDS))
                asyncio.run(load(bare, other, clients, seconds / ROUNDS))
    heads = ("requests/s", "p50 ms", "p95 ms", "p99 ms")
    print(f"{f'{clients} clients, {size} bytes':32}{''.join(f'{head:>12}' for head in heads)}{'faults':>8}")  # noqa: T201
    pairs = zip(row("/v1/ask", ours), row("bare FastAPI", bare), strict=True)
    print(f"{'ratio':32}{''.join(f'{one / other:12.2f}' for one, other in pairs)}")  # noqa: T201
    return len(ours.faults) + len(bare.faults)


def _article(number: int) -> bytes:
    """An article as long as a help page that says something else for each number."""
    country = COUNTRIES[number % len(COUNTRIES)]
    filler = "".join(f"\n\n## Part {i}\n\nThe town {i} of {country} has {i + 7} wells." for i in range(60))
    return f"# {country}\n\nThe gut is {number} square meters big in {country}.{filler}\n".encode()


def _mixed(reply: dict[str, object], known: dict[str, str]) -> bool:
    """Whether a quote differs from the text at its place in the document with its hash."""
    quotes = reply["quotes"]
    if not isinstance(quotes, list) or not quotes or len({quote["sha256"] for quote in quotes}) != 1:
        return True
    return any(known.get(quote["sha256"], "")[quote["start"] : quote["end"]] != quote["text"] for quote in quotes)


def swapping(seconds: float) -> int:
    """64 clients while the document is replaced every second; the number of requests that failed or mixed documents."""
    known: dict[str, str] = {}

    def put(path: Path, number: int) -> None:
        content = _article(number)
        known[hashlib.sha256(content).hexdigest()] = content.decode()
        path.with_suffix(".new").write_bytes(content)
        path.with_suffix(".new").replace(path)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "article.md"
        put(path, 0)

        async def swap(end: float) -> None:
            number = 0
            while time.perf_counter() < end:
                await asyncio.sleep(1)
                put(path, number := number + 1)

        command = (
            "-m",
            "chatbot",
            "serve",
            "--port",
            "PORT",
            "--quiet",
            "--no-semantic",
            "--rate",
            "0",
            "-d",
            str(path),
        )
        seen = Measured()
        with serving(*command) as port:
            asyncio.run(load(seen, port, CLIENTS, seconds, swap))
    mixed = sum(_mixed(reply, known) for reply in seen.replies)
    served = len({quote["sha256"] for reply in seen.replies for quote in reply["quotes"]})  # type: ignore[attr-defined]
    row(f"{CLIENTS} clients, swapped each second", seen)
    print(f"{len(seen.replies)} replies from {served} of {len(known)} documents, {mixed} mixed")  # noqa: T201
    return len(seen.faults) + mixed


def main() -> None:
    """Run both measurements; the exit code is 1 if a request failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="duration of the run with a changing document")
    parser.add_argument("--speed-seconds", type=float, default=10.0, help="duration of each speed run")
    parser.add_argument("--clients", type=int, default=8, help="number of clients of the speed runs")
    chosen = parser.parse_args()
    failed = speed(chosen.speed_seconds, chosen.clients) + swapping(chosen.seconds)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
