"""OpenSearch next to the embedded engine: the same replies, and what time, disk and memory they take by size.

    python evals/engines.py ../shared/evals              # replies, byte for byte
    python evals/engines.py ../shared/evals --sizes 10000 40000 100000

Both engines run on this machine in one run, by words only; OpenSearch is one node with 512 MB of heap, which is fetched
with Maven and started. Sizes are passages: the documents of squad2-train are repeated, each copy with other names,
until there are so many. Exit code 1 if any reply differs.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from opensearch_nodes import running

from chatbot.bot import Chatbot, over
from chatbot.opensearch import address, reindex
from chatbot.opensearch.opening import collection
from chatbot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from opensearch_nodes import Node

ROOT = Path(__file__).parent
CACHE = ROOT.parent / ".cache" / "opensearch"
PLAIN = Settings(semantic=False)
SCALED = "squad2-train"
COPIED = re.compile(r"\b[A-Z][a-z]{3,}\b")
COMMON = [
    "What is this about?",
    "Which sources are used?",
    "Which is the newest source?",
    "hello",
    "who says so?",
    "[1]",
]


@dataclass(slots=True)
class Replies:
    """The replies of one engine, and how long each took."""

    texts: list[str]
    seconds: list[float]

    def quantile(self, share: float) -> float:
        """The time, in milliseconds, that so many of the questions took at most."""
        ordered = sorted(self.seconds)
        return ordered[int(share * (len(ordered) - 1))] * 1000


def say(text: str) -> None:
    """Show a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def asked(bot: Chatbot, questions: Sequence[str]) -> Replies:
    """Ask every question."""
    found = Replies([], [])
    for question in questions:
        started = time.perf_counter()
        reply = bot.ask(question)
        found.seconds.append(time.perf_counter() - started)
        found.texts.append(json.dumps(reply.to_dict(), ensure_ascii=False))
    return found


def questions(cases: Path, count: int) -> list[str]:
    """Some questions of a set, the same ones each time."""
    lines = [json.loads(line) for line in cases.read_text(encoding="utf-8").splitlines()]
    found = [line["question"] if "question" in line else line["turns"][0]["question"] for line in lines]
    return random.Random(1).sample(found, min(count, len(found)))  # noqa: S311


def indexed(node: Node, name: str, folder: Path, jobs: int) -> tuple[str, float]:
    """The address of a new collection of a folder, and the seconds that it took."""
    engine = f"opensearch://127.0.0.1:{node.port}/{name}"
    started = time.perf_counter()
    wishes = reindex.Wishes((str(folder),), workers=jobs)
    reindex.index(address.parse(engine), wishes, lambda _: None, lambda _: None)
    return engine, time.perf_counter() - started


def compare(node: Node, name: str, folder: Path, wanted: Sequence[str]) -> int:
    """Ask both engines about a folder; prints and returns how many replies differ."""
    engine, _ = indexed(node, name, folder, 1)
    found = collection(engine)
    mine, other = (
        asked(bot, wanted) for bot in (Chatbot.open(folder, settings=PLAIN), over(found, PLAIN, found.synonyms))
    )
    differing = [q for q, one, two in zip(wanted, mine.texts, other.texts, strict=True) if one != two]
    say(f"| {name} | {len(found.documents)} | {len(wanted)} | {len(differing)} | {found.incomplete} |")
    for question in differing[:5]:
        say(f"    differs: {question[:100]}")
    return len(differing)


def sets(shared: Path) -> Iterator[tuple[str, Path, Path]]:
    """The sets of questions: name, folder of documents, cases."""
    yield "leaky_gut", ROOT.parent / "corpus", ROOT / "leaky_gut" / "dev.jsonl"
    yield "written", ROOT / "written" / "documents", ROOT / "written" / "fit.jsonl"
    for cases in sorted(shared.glob("*/cases.jsonl")):
        yield cases.parent.name, cases.parent / "documents", cases


def copied(source: Path, folder: Path, passages: int) -> None:
    """Copies of documents with other names in each copy, until there are about so many passages."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(source.iterdir()) if path.is_file()}
    each = len(Chatbot.open(source, settings=PLAIN).passages)
    for number in range(max(1, round(passages / each))):
        ending = "".join(chr(ord("a") + int(digit)) for digit in str(number)) if number else ""
        for name, text in texts.items():
            (folder / f"{number:04}-{name}").write_text(COPIED.sub(lambda m: m[0] + ending, text), encoding="utf-8")  # noqa: B023


def held() -> float:
    """The memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


@contextmanager
def documents(source: Path, passages: int) -> Iterator[Path]:
    """A folder with documents of about so many passages."""
    with tempfile.TemporaryDirectory() as temporary:
        copied(source, Path(temporary), passages)
        yield Path(temporary)


@dataclass(frozen=True, slots=True)
class Cost:
    """What an engine takes: seconds until it can be asked, memory in MB, the passages, and its replies."""

    seconds: float
    memory: float
    passages: int
    replies: Replies


def embedded(folder: Path, wanted: Sequence[str]) -> Cost:
    """The embedded engine, in a process of its own."""
    before, started = held(), time.perf_counter()
    bot = Chatbot.open(folder, settings=PLAIN)
    seconds, memory = time.perf_counter() - started, held() - before
    asked(bot, wanted)  # what is loaded at the first question is no cost of each
    return Cost(seconds, memory, len(bot.passages), asked(bot, wanted))


def remote(engine: str, warm: Sequence[str], wanted: Sequence[str]) -> Cost:
    """A server's share of OpenSearch, in a process of its own; other questions come first, as in a server that runs."""
    import opensearchpy  # noqa: F401 - a library is no cost of a collection

    before, started = held(), time.perf_counter()
    found = collection(engine)
    bot = over(found, PLAIN, found.synonyms)
    seconds = time.perf_counter() - started
    asked(bot, warm)
    replies = asked(bot, wanted)
    return Cost(seconds, held() - before, 0, replies)


def alone(work: Callable[..., Cost], *arguments: object) -> Cost:
    """The cost of work in a new process, so that its memory can be told."""
    with ProcessPoolExecutor(1, get_context("spawn")) as executor:
        return executor.submit(work, *arguments).result()


def scale(node: Node, source: Path, passages: int, wanted: Sequence[str], jobs: int) -> None:
    """One row of the table by size."""
    half = len(wanted) // 2
    with documents(source, passages) as folder:
        mine = alone(embedded, folder, wanted[half:])
        engine, seconds = indexed(node, f"scale-{passages}", folder, jobs)
    other = alone(remote, engine, wanted[:half], wanted[half:])
    disk = node.get(f"scale-{passages}/_stats/store")["_all"]["primaries"]["store"]["size_in_bytes"] / 1e6
    differing = sum(one != two for one, two in zip(mine.replies.texts, other.replies.texts, strict=True))
    pairs = [(mine.replies.quantile(share), other.replies.quantile(share)) for share in (0.5, 0.95)]
    times = " | ".join(f"{one:.0f} ms | {two:.0f} ms ({two / one:.1f})" for one, two in pairs)
    say(
        f"| {mine.passages:,} | {mine.seconds:.0f} s | {seconds:.0f} s ({seconds / mine.seconds:.1f}) | "
        f"{mine.memory:.0f} MB | {other.memory:.0f} MB | {disk:.0f} MB | {other.seconds:.1f} s | {times} | "
        f"{differing} of {half} |"
    )


def main() -> int:
    """Compare replies, or with --sizes costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder shared/evals")
    parser.add_argument("--sizes", type=int, nargs="*", default=[], help="passages")
    parser.add_argument("--questions", type=int, default=150, help="of each set")
    parser.add_argument("--jobs", type=int, default=2, help="processes that index")
    given = parser.parse_args()
    with running(CACHE) as nodes:
        if not given.sizes:
            say("| set | documents | questions | replies that differ | not shown to be complete |\n" + "|---" * 5 + "|")
            known = [(n, f, [*questions(cases, given.questions), *COMMON]) for n, f, cases in sets(given.shared)]
            return int(sum(compare(nodes[0], *one) for one in known) > 0)
        source = given.shared / SCALED
        wanted = questions(source / "cases.jsonl", given.questions)
        ratios = ("p50, embedded", "OpenSearch (ratio)", "p95, embedded", "OpenSearch (ratio)")
        costs = ("index, embedded", "OpenSearch (ratio)", "memory, embedded", "a server's", "disk", "open")
        heads = ("passages", *costs, *ratios, "replies that differ")
        say(f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|")
        for size in given.sizes:
            scale(nodes[0], source / "documents", size, wanted, given.jobs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
