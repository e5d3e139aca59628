"""From files to a collection: read in parallel, written in bulk, resumable, and the same however often it is run.

A document's records are written first; then its own record is marked as ready, and those of an earlier version are
removed. What an interrupted run has left behind is found by that mark. The collection's state is written last, so that
a server goes on with the statistics of before until all documents are there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from chatbot import inputs
from chatbot.common.files import UnreadableFileError, read_bytes
from chatbot.errors import ArticleError, ChatbotError
from chatbot.opensearch.client import PATIENT, WRITING, Client
from chatbot.opensearch.codec import unpacked
from chatbot.opensearch.records import Source, all_ids, analyse, digest, record_id
from chatbot.opensearch.statistics import Sums
from chatbot.opensearch.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from opensearchpy import OpenSearch

    from chatbot.opensearch.address import Address
    from chatbot.opensearch.records import Record

_BATCH = 16  # files that one process reads and writes at once
_BULK = 4_000_000  # characters of one bulk request
_WAITING = "10s"  # for a shard whose node is gone to be taken over by another one
_SYNONYMS = ".synonyms.txt"
_FAILED, _GONE = 300, 404  # states of an action: from here on it failed; what was to be removed is not there


@dataclass(frozen=True, slots=True)
class Job:
    """A file to index: its place in the collection, and what of it the index has already (versions and sizes)."""

    path: Path
    name: str
    order: str
    known: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A version of a document that the index has."""

    document: str
    version: str
    sizes: dict[str, int]
    ready: bool

    @property
    def ids(self) -> list[str]:
        """The names of its records."""
        return list(all_ids(self.document, self.version, self.sizes))


@dataclass(slots=True)
class Result:
    """What came of some files: the sums over new documents less those over old ones, counts, and what was not read."""

    sums: Sums = field(default_factory=Sums)
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    unread: list[inputs.Unread] = field(default_factory=list)

    def add(self, other: Result) -> None:
        """Add what came of other files."""
        self.sums.add(other.sums)
        self.written += other.written
        self.unchanged += other.unchanged
        self.removed += other.removed
        self.unread += other.unread


def _version(job: Job) -> str:
    """What a file's records depend on: its bytes, its synonyms and its place. Raises ArticleError."""
    synonyms = job.path.with_suffix(_SYNONYMS)
    try:
        content = read_bytes(job.path)
        beside = read_bytes(synonyms) if synonyms.exists() else b""
    except UnreadableFileError as fault:
        raise ArticleError(fault.place, fault.reason) from fault
    return digest(content, beside, job.order.encode())


class Writer:
    """Writes to one index of a cluster."""

    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self.index = index
        self.store = Store(client, index)

    def bulk(self, lines: Sequence[str]) -> None:
        """Send actions. Raises EngineError if one of them is refused."""
        from opensearchpy.exceptions import TransportError

        if not lines:
            return
        body = "\n".join(lines) + "\n"

        def work(cluster: OpenSearch) -> None:
            found = cluster.bulk(body=body, index=self.index, timeout=_WAITING, request_timeout=WRITING)
            for item in (item for one in found["items"] for item in one.values()):
                if item["status"] >= _FAILED and item["status"] != _GONE:
                    raise TransportError(item["status"], "bulk", {"error": item.get("error", {})})

        self._client.call(work)  # all of it once more, if it may pass: records have names, so that none is there twice

    def put(self, records: Iterable[tuple[str, Record]]) -> None:
        """Write records, in requests of bounded length."""
        pending: list[str] = []
        for name, record in records:
            pending += [_json({"index": {"_id": name}}), _json(record)]
            if sum(map(len, pending)) > _BULK:
                self.bulk(pending)
                pending = []
        self.bulk(pending)

    def remove(self, names: Sequence[str]) -> None:
        """Remove records; those that are not there are no error."""
        for start in range(0, len(names), 5000):
            self.bulk([_json({"delete": {"_id": name}}) for name in names[start : start + 5000]])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def remove(versions: Sequence[Known], writer: Writer) -> Sums:
    """Remove all records of some versions of documents; the sums over those that were complete."""
    sums = Sums()
    complete = [record_id(known.document, known.version) for known in versions if known.ready]
    for record in writer.store.records(complete, "counts"):
        if record:
            sums.add(Sums.from_value(unpacked(record["counts"])))
    for known in versions:
        writer.remove(known.ids)
    return sums


def _written(job: Job, version: str, writer: Writer) -> Sums:
    """Write all records of a file; the sums over its document."""
    from chatbot import formats
    from chatbot.language.synonyms import load_for

    analysed = analyse(formats.read(job.path), load_for(job.path), Source(job.name, job.order, version))
    writer.put([analysed.headed(ready=False), *analysed.others])
    writer.put([analysed.headed(ready=True)])
    return analysed.sums


def index_file(job: Job, writer: Writer) -> Result:
    """Bring the records of one file up to date; one that cannot be read stays as it was. Raises EngineError."""
    result = Result()
    try:
        version = _version(job)
        if any(known.version == version and known.ready for known in job.known):
            result.unchanged = 1
        else:
            result.sums, result.written = _written(job, version, writer), 1
    except ArticleError as error:
        result.unread.append(inputs.Unread(error.source, error.reason))
        return result
    result.sums.add(remove([known for known in job.known if known.version != version], writer), -1)
    return result


def _index_batch(address: Address, index: str, jobs: Sequence[Job]) -> Result:
    """Index some files in a process of their own."""
    client = Client(address, PATIENT)
    result, writer = Result(), Writer(client, index)
    try:
        for job in jobs:
            result.add(index_file(job, writer))
    finally:
        client.close()
    return result


def index_files(
    executor: Executor, address: Address, index: str, jobs: Sequence[Job], done: Callable[[int], None]
) -> Result:
    """Index files on the workers of an executor; `done` is told how many more are finished."""
    batches = iter([jobs[start : start + _BATCH] for start in range(0, len(jobs), _BATCH)])
    running: dict[Future[Result], int] = {}
    result = Result()
    try:
        while True:
            for batch in islice(batches, max(0, 8 - len(running))):
                running[executor.submit(_index_batch, address, index, batch)] = len(batch)
            if not running:
                return result
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                result.add(future.result())
                done(running.pop(future))
    except ChatbotError:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
