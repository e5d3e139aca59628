"""Faults of a cluster: what is answered while they last, and whether anything that was indexed is lost.

    python evals/cluster.py evals/written/documents evals/written/fit.jsonl

Three nodes of OpenSearch on this machine, three shards with a copy each. Under load a node is killed (-9) and started
again, and one is stopped so that it hangs (SIGSTOP), as in a network that is cut; a node is killed while documents are
indexed; the disks are said to be full. Exit code 1 if an answer was wrong or a document is lost.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from engines import PLAIN, questions, say
from opensearch_nodes import running

from chatbot.bot import Chatbot, over
from chatbot.errors import ChatbotError
from chatbot.opensearch import address, reindex
from chatbot.opensearch.opening import collection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opensearch_nodes import Node

CACHE = Path(__file__).parent.parent / ".cache" / "opensearch"
CLIENTS = 2
MIDDLE = 1000  # records, of several thousand
LOW_DISK = ("low", "high", "flood_stage")


@dataclass(slots=True)
class Load:
    """What clients saw: answers as expected, other answers, errors, and the longest wait in seconds."""

    seen: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0

    def row(self, name: str) -> str:
        """A row of the table."""
        seen = self.seen
        return f"| {name} | {seen['same']} | {seen['other']} | {seen['error']} | {self.longest:.1f} s |"


def _client(bot: Chatbot, expected: dict[str, str], load: Load, finished: Event) -> None:
    while not finished.is_set():
        for question, reply in expected.items():
            if finished.is_set():
                return
            started = time.monotonic()
            try:
                found = json.dumps(bot.ask(question).to_dict())
                load.seen["same" if found == reply else "other"] += 1
            except ChatbotError as error:
                load.seen["error"] += 1
                load.errors[str(error)] += 1
                time.sleep(0.2)
            load.longest = max(load.longest, time.monotonic() - started)


@contextmanager
def under_load(engine: str, expected: dict[str, str]) -> Iterator[Load]:
    """Clients that ask all the time, each with a connection of its own."""
    load, finished = Load(), Event()
    bots = []
    for _ in range(CLIENTS):
        found = collection(engine)
        found._found = lru_cache(maxsize=0)(found._find)  # each question asks the cluster
        bots.append(over(found, PLAIN, found.synonyms))
    threads = [Thread(target=_client, args=(bot, expected, load, finished)) for bot in bots]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        finished.set()
        for thread in threads:
            thread.join()


def put(node: Node, path: str, value: object) -> None:
    """Change a setting."""
    body = json.dumps(value).encode()
    request = Request(f"http://127.0.0.1:{node.port}/{path}", body, {"Content-Type": "application/json"}, method="PUT")
    urlopen(request, timeout=30).close()  # noqa: S310 - our own node


def healthy(node: Node, nodes: int = 3) -> str:
    """Wait until all copies are there; the health, and how long that took."""
    started = time.monotonic()
    while time.monotonic() - started < 120:
        try:
            health = node.get("_cluster/health")
        except OSError:
            health = {"status": "red", "number_of_nodes": 0}
        if health["status"] == "green" and health["number_of_nodes"] == nodes:
            break
        time.sleep(0.5)
    return f"{health['status']} after {time.monotonic() - started:.0f} s"


def counts(node: Node, name: str) -> dict[str, int]:
    """The records by kind."""
    urlopen(Request(f"http://127.0.0.1:{node.port}/{name}/_refresh", b"", method="POST"), timeout=60).close()
    found = node.get(f"{name}/_search?size=0&q=kind:*", 30)["hits"]["total"]["value"]
    headers = node.get(f"{name}/_count?q=kind:header", 30)["count"]
    return {"documents": headers, "records": node.get(f"{name}/_count", 30)["count"], "found": min(found, 10_000)}


def index(engine: str, folder: Path) -> str:
    """Index a folder with one worker; what came of it."""
    wishes = reindex.Wishes((str(folder),), workers=1, shards=3)
    try:
        report = reindex.index(address.parse(engine), wishes, lambda _: None, lambda _: None)
    except ChatbotError as error:
        return f"error: {error}"
    return f"{report.written} written, {report.unchanged} unchanged, {report.documents} documents"


def killed_and_started(nodes: Sequence[Node], engine: str, expected: dict[str, str]) -> Load:
    """A node is killed, and later started again."""
    with under_load(engine, expected) as load:
        time.sleep(5)
        nodes[2].stop(signal.SIGKILL)
        time.sleep(15)
        nodes[2].start()
        nodes[2].wait(3)
        say(f"    started again: {healthy(nodes[0])}")
    return load


def hanging(nodes: Sequence[Node], engine: str, expected: dict[str, str]) -> Load:
    """A node hangs, and later goes on."""
    process = nodes[1].process
    assert process  # noqa: S101 - it runs
    with under_load(engine, expected) as load:
        time.sleep(3)
        os.killpg(process.pid, signal.SIGSTOP)
        time.sleep(45)
        os.killpg(process.pid, signal.SIGCONT)
        say(f"    goes on: {healthy(nodes[0])}")
    return load


def killed_while_indexing(nodes: Sequence[Node], hosts: str, folder: Path) -> None:
    """A node is killed in the middle of a first run; the same command goes on."""
    engine, said = f"opensearch://{hosts}/second", []
    thread = Thread(target=lambda: said.append(index(engine, folder)))
    thread.start()
    while "second-000001" not in nodes[0].get("_cluster/health?level=indices")["indices"]:
        time.sleep(0.1)
    while nodes[0].get("second-000001/_stats/indexing")["_all"]["primaries"]["indexing"]["index_total"] < MIDDLE:
        time.sleep(0.1)
    nodes[2].stop(signal.SIGKILL)
    thread.join()
    say(f"    killed while indexing: {said[0]}")
    say(f"    the same command again: {index(engine, folder)}")
    nodes[2].start()
    nodes[2].wait(3)
    say(f"    started again: {healthy(nodes[0])}; the same command: {index(engine, folder)}")


def full(nodes: Sequence[Node], engine: str, folder: Path, question: str) -> None:
    """The disks are over the flood-stage watermark: indexing is refused, answers go on."""
    watermark = "cluster.routing.allocation.disk.watermark"
    limits = {f"{watermark}.{name}": "90000gb" for name in LOW_DISK}
    put(nodes[0], "_cluster/settings", {"transient": {**limits, "cluster.info.update.interval": "10s"}})
    time.sleep(25)
    changed = folder / "new.md"
    changed.write_text("# Glaciers\n\nA glacier is up to 4 km thick.\n", encoding="utf-8")
    say(f"    full disks, indexing: {index(engine, folder)}")
    reply = Chatbot.open(engine=engine, semantic=False).ask(question)
    say(f"    full disks, asking: {'answered' if reply.answered else 'refused'}")
    put(nodes[0], "_cluster/settings", {"transient": dict.fromkeys(limits)})
    time.sleep(25)
    say(f"    space again, indexing: {index(engine, folder)}")
    changed.unlink()
    say(f"    and as before: {index(engine, folder)}")


def main() -> int:
    """Make all faults, one after the other."""
    cases = Path(sys.argv[2])
    with TemporaryDirectory() as temporary, running(CACHE, ("one", "two", "three")) as nodes:
        folder = shutil.copytree(sys.argv[1], Path(temporary, "documents"))
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in nodes)
        engine = f"opensearch://{hosts}/first"
        say(f"    indexed: {index(engine, folder)}; {healthy(nodes[0])}")
        before = counts(nodes[0], "first")
        bot = Chatbot.open(folder, settings=PLAIN)
        expected = {question: json.dumps(bot.ask(question).to_dict()) for question in questions(cases, 40)}
        say("| fault | answers as before | other answers | errors | longest wait |\n|---|---|---|---|---|")
        loads = [("killed (-9), started again", killed_and_started), ("hangs for 45 s", hanging)]
        wrong = 0
        for name, fault in loads:
            load = fault(nodes, engine, expected)
            say(load.row(name))
            for error, times in load.errors.most_common(4):
                say(f"    {times} times: {error[:160]}")
            wrong += load.seen["other"]
        killed_while_indexing(nodes, hosts, folder)
        full(nodes, engine, folder, next(iter(expected)))
        after = counts(nodes[0], "first")
        second = counts(nodes[0], "second")
        say(f"    records before {before}, after {after}; of the collection whose indexing was interrupted {second}")
        again = Chatbot.open(engine=f"opensearch://{hosts}/second", semantic=False)
        wrong += sum(json.dumps(again.ask(question).to_dict()) != reply for question, reply in expected.items())
        lost = before != after or second["documents"] != before["documents"]
        say(f"    wrong answers: {wrong}; lost: {'yes' if lost else 'nothing'}")
    return int(bool(wrong) or lost)


if __name__ == "__main__":
    sys.exit(main())
