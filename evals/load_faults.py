"""A server under load while things go wrong: broken documents, rude clients, kill -9, a full disk.

Each function prints what it saw and returns the number of faults: requests that failed, replies that mixed documents,
and replies that the server said it had logged and had not.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from load_clients import ROOT, Measured, Served, Talk, chatbot, load, row, rude, serving

from chatbot.question_log.store import read

CLIENTS = 64
TURNS = 20
COUNTRIES = ("Avaland", "Borland")
POISONS = (b"\0", b"\xff\xfe\xff", b"", b"Bees hum. " + "¹".encode() * 5_000 + b"\n\nReferences\n\n1. A.\n2. B.\n")


class Article:
    """A file that is replaced by articles which all differ, and what its contents were, by their hashes."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "article.md"
        self.known: dict[str, str] = {}
        self.served: set[str] = set()
        self._number = 0
        self.swap()

    def put(self, content: bytes) -> None:
        """Replace the file at once."""
        self.path.with_suffix(".new").write_bytes(content)
        self.path.with_suffix(".new").replace(self.path)

    def swap(self) -> None:
        """Replace the article by the next one, as long as a help page."""
        self._number += 1
        country = COUNTRIES[self._number % len(COUNTRIES)]
        filler = "".join(f"\n\n## Part {i}\n\nThe town {i} of {country} has {i + 7} wells." for i in range(60))
        text = f"# {country}\n\nThe gut is {self._number} square meters big in {country}.{filler}\n"
        self.known[hashlib.sha256(text.encode()).hexdigest()] = text
        self.put(text.encode())

    def fault(self, reply: dict[str, Any]) -> str | None:
        """What is wrong with a reply: quotes of two documents, or one that is not at its place in its document."""
        hashes = {quote["sha256"] for quote in reply["quotes"]}
        self.served |= hashes
        if len(hashes) > 1:
            return "two documents in one reply"
        texts = ((self.known.get(quote["sha256"], ""), quote) for quote in reply["quotes"])
        wrong = any(text[quote["start"] : quote["end"]] != quote["text"] for text, quote in texts)
        return "a quote that its document does not have" if wrong else None


def questions(number: int, turns: int = TURNS) -> list[str]:
    """A conversation that no other client has."""
    own = f"How many wells has the town {number % 60} of {COUNTRIES[number % 2]}, client {number}?"
    rest = (f"Who says so {turn}?" if turn % 3 else f"And the town {turn}, how many wells?" for turn in range(1, turns))
    return [own, *rest]


def _unlogged(log: Path, acknowledged: set[str]) -> int:
    """How many of the acknowledged replies a log lacks; it has to be a sound database."""
    with sqlite3.connect(log) as database:
        sound = database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    return len(acknowledged - {record.id for record in read(log)}) + (not sound)


def _reported(name: str, measured: Measured, lost: int) -> int:
    row(name, measured)
    print(f"    {len(measured.logged):,} replies acknowledged as logged, {lost} of them lost")  # noqa: T201
    return len(measured.faults) + lost


async def _swapped(article: Article, server: Served, measured: Measured) -> None:
    """Replace the document each second, every tenth time by one that is broken, which /readyz has to tell."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=20) as client:
        turn = 0
        while turn := turn + 1:
            if turn % 10:
                article.swap()
                await asyncio.sleep(1)
                continue
            article.put(POISONS[turn // 10 % len(POISONS)])
            until = time.monotonic() + 10
            while (await client.get("/readyz")).json()["status"] != "degraded":
                if time.monotonic() > until:
                    measured.faults.append("/readyz does not tell a broken document")
                    break
                await asyncio.sleep(0.2)


async def _weighed(server: Served, sizes: list[float]) -> None:
    while True:
        sizes.append(server.megabytes)
        await asyncio.sleep(1)


def _memory(sizes: list[float]) -> None:
    start, middle, end = (f"{sizes[position]:.0f}" for position in (0, len(sizes) // 2, -1))
    print(f"    resident MB: {start} at the start, {middle} in the middle, {end} at the end")  # noqa: T201


def swapping(seconds: float) -> int:
    """Conversations while the document is replaced every second, with rude clients beside them."""
    measured, sizes = Measured(), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        article, log, end = Article(Path(folder)), Path(folder) / "log", time.perf_counter() + seconds
        with serving(*chatbot("-d", str(article.path), "--log", str(log))) as server:
            talk = Talk(lambda number: questions(number, 4), lambda _: time.perf_counter() < end, article.fault)
            beside = (_swapped(article, server, measured), rude(server.port, "How big?"), _weighed(server, sizes))
            asyncio.run(load(measured, server.port, CLIENTS, talk, *beside))
        faults = _reported(f"{CLIENTS} clients, swaps, rude clients", measured, _unlogged(log, measured.logged))
    print(f"    replies from {len(article.served)} of {len(article.known)} documents")  # noqa: T201
    _memory(sizes)
    return faults


def conversations(number: int) -> int:
    """Many conversations about one document: their time, and the server's memory."""
    measured, sizes = Measured(), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        article, log = Article(Path(folder)), Path(folder) / "log"
        with serving(*chatbot("-d", str(article.path), "--log", str(log))) as server:
            talk = Talk(questions, lambda begun: begun < number, article.fault)
            asyncio.run(load(measured, server.port, CLIENTS, talk, _weighed(server, sizes)))
        faults = _reported(f"{number:,} conversations of {TURNS}", measured, _unlogged(log, measured.logged))
    _memory(sizes)
    return faults


async def _killed(server: Served, article: Article, measured: Measured, after: float) -> None:
    """Keep the server reading, caching and logging, and kill it amid that, some seconds after its first answer."""
    while not measured.logged:
        await asyncio.sleep(0.05)
    until = time.perf_counter() + after
    while time.perf_counter() < until:
        article.swap()
        await asyncio.sleep(0.05)
    server.process.send_signal(signal.SIGKILL)


def killed(times: int) -> int:
    """Kill -9 amid reloads and writes of the log and the cache; the next server goes on from what is there."""
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        article, log, acknowledged = Article(Path(folder)), Path(folder) / "log", set[str]()
        command, cache = chatbot("-d", str(article.path), "--log", str(log)), str(Path(folder) / "cache")
        for turn in range(times):
            measured = Measured()
            with serving(*command, XDG_CACHE_HOME=cache) as server:
                talk = Talk(questions, server.running, article.fault)
                asyncio.run(load(measured, server.port, 8, talk, _killed(server, article, measured, 0.3 + 0.37 * turn)))
            acknowledged |= measured.logged
            faults += sum(not fault.startswith(("Connection", "Incomplete")) for fault in measured.faults)
            faults += not measured.logged
        logged, lost = len(acknowledged), _unlogged(log, acknowledged)
    print(f"killed {times} times: {logged:,} replies acknowledged as logged, {lost} lost, {faults} other faults")  # noqa: T201
    return faults + lost


@contextmanager
def _small_disk() -> Iterator[Path | None]:
    """A folder with room for little; None if this user may not make one."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder]
        made = subprocess.run(mount, capture_output=True, check=False)  # noqa: S603
        try:
            yield None if made.returncode else Path(folder)
        finally:
            if not made.returncode:
                subprocess.run(["umount", "-l", folder], check=False)  # noqa: S603, S607


def _fill(disk: Path) -> None:
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1024))


def _ask_with(disk: Path, *more: str) -> str:
    """What the command line says when cache and report are on a full disk: nothing on success, else one line."""
    command = [sys.executable, "-m", "chatbot", *more, "--no-semantic"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(disk)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)  # noqa: S603
    return "" if done.returncode == 0 else done.stderr.strip()


def full_disk() -> int:
    """A full disk for the log, the cache and a report: answers go on, and are logged again when there is room."""
    with _small_disk() as disk, tempfile.TemporaryDirectory() as folder:
        if disk is None:
            print("full disk: not measured, since this user may not mount a small one")  # noqa: T201
            return 0
        article, log, measured = Article(Path(folder)), disk / "log", Measured()
        with serving(*chatbot("-d", str(article.path), "--log", str(log)), XDG_CACHE_HOME=str(disk)) as server:
            for filled in (False, True, False):
                if filled:
                    _fill(disk)
                else:
                    (disk / "filler").unlink(missing_ok=True)
                article.swap()
                talk = Talk(questions, lambda begun: begun < 16, article.fault)
                asyncio.run(load(measured, server.port, 8, talk))
        faults = _reported("log and cache on a full disk", measured, _unlogged(log, measured.logged))
        faults += not 2 * 16 * TURNS <= len(measured.logged) < 3 * 16 * TURNS
        _fill(disk)
        answered = _ask_with(disk, "ask", "-d", str(article.path), "How big is the gut?")
        report = _ask_with(disk, "eval", "evals/leaky_gut/dev.jsonl", "--quiet", "-o", str(disk / "report.html"))
    print(f"    ask with its cache there: {answered or 'answered'}\n    eval with its report there: {report}")  # noqa: T201
    return faults + bool(answered) + (not report or "Traceback" in report)


def bare(size: int) -> str:
    """A server of a constant of `size` bytes, as the source of a program."""
    return f"""
import sys, uvicorn
from fastapi import FastAPI, Response
app, body = FastAPI(), {json.dumps({"quotes": [], "x": "x" * size})!r}.encode()
@app.post("/v1/ask")
async def constant() -> Response:
    return Response(body, media_type="application/json")
uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False, http="h11")
"""
