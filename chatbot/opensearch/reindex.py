"""One run of indexing: which files are new, changed or gone, where they are written to, and the state at the end.

A collection is an alias of an index with a number. A run changes that index, or with `rebuild` fills the next one, and
then moves the alias: whoever asks sees the old one until the new one is complete.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot import inputs
from chatbot.answers.collection import sampled
from chatbot.common.processes import exit_with_parent
from chatbot.errors import ArticleError, EngineError, UsageError
from chatbot.opensearch.client import ASKING, PATIENT, WRITING, Client
from chatbot.opensearch.codec import packed, unpacked
from chatbot.opensearch.indexing import Job, Known, Result, Writer, index_files, remove
from chatbot.opensearch.indices import Indices
from chatbot.opensearch.records import digest, record_id
from chatbot.opensearch.schema import analysis
from chatbot.opensearch.statistics import Sums
from chatbot.opensearch.store import STATE, Store, rebuild_line

if TYPE_CHECKING:
    from chatbot.opensearch.address import Address
    from chatbot.opensearch.candidates import Place

_MOST = 10_000_000  # files
_CHUNK = 4_000_000  # characters of a record with statistics
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a run is asked for: documents by their names, a new index or the one there is, shards of a new one."""

    names: tuple[str, ...]
    rebuild: bool = False
    shards: int = 1
    workers: int = os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Report:
    """What a run has done: counts of documents, and the files that were not read."""

    written: int
    unchanged: int
    removed: int
    documents: int
    passages: int
    unread: tuple[inputs.Unread, ...]


def _key(found: inputs.Found, name: str, argument: int) -> tuple[str, str]:
    """The path of a file below what was named, and a key that sorts files as `inputs.find` lists them."""
    base = Path(name)
    inner = found.path.relative_to(base) if found.optional and base.is_dir() else found.path
    *folders, file = inner.parts
    if base.is_dir():  # a folder's own files come before its folders
        key = "".join(f"\x02{folder}\0" for folder in folders) + f"\x01{file}"
    else:
        key = "\0".join(inner.parts)
    return inner.as_posix(), f"{argument:04}{key}"


def jobs(names: Sequence[str], known: Mapping[str, Sequence[Known]]) -> list[Job]:
    """The files to index, in order. Raises ArticleError or UsageError, like `inputs.find`."""
    found: dict[str, Job] = {}
    for argument, name in enumerate(names):
        for file in inputs.find([name], _MOST):
            path, order = _key(file, name, argument)
            inner = path if len(names) == 1 else f"{Path(name).name}/{path}"
            if inner in found:
                raise UsageError(f"{file.path} and {found[inner].path} are both {inner}; name their common folder")
            versions = tuple(known.get(digest(inner.encode()), ()))
            found[inner] = Job(file.path, inner, order, versions)
    return list(found.values())


def _target(indices: Indices, client: Client, wishes: Wishes) -> str:
    """The index to write to. Raises EngineError if the collection is of another analysis, and no rebuild is wanted."""
    current = indices.current()
    if current is None or wishes.rebuild:
        return indices.begun(shards=wishes.shards)
    state = Store(client, current).state()
    if state is None or state["analysis"] != analysis():
        line = rebuild_line(client.address, wishes.names[0])
        raise EngineError(f"{client.address} was indexed by another version of chatbot; run: {line}")
    return current


def _known(store: Store) -> dict[str, list[Known]]:
    """The versions of documents that an index has, by document."""
    found: dict[str, list[Known]] = {}
    for place, header in store.places("sizes", "ready"):
        known = Known(place.document, place.version, header["sizes"], header["ready"])
        found.setdefault(place.document, []).append(known)
    return found


def _summed(store: Store, places: Iterator[Place]) -> Sums:
    """The sums over documents, from what is kept with each."""
    sums, names = Sums(), [record_id(place.document, place.version) for place in places]
    for start in range(0, len(names), _PAGE):
        for record in store.records(names[start : start + _PAGE], "counts"):
            if record:
                sums.add(Sums.from_value(unpacked(record["counts"])))
    return sums


def _sample(store: Store, headers: Sequence[tuple[Place, int]]) -> list[str]:
    """Some sentences, evenly spread; `headers` are the documents in order, with the numbers of their sentences."""
    wanted = iter(sampled(sum(size for _, size in headers)))
    position, start, found = next(wanted, None), 0, list[str]()
    for place, size in headers:
        while position is not None and position < start + size:
            document = store.load([place])[0].document
            found.append(document[document.sentences[position - start].span])
            position = next(wanted, None)
        start += size
    return found


def _executor(workers: int) -> Executor:
    """Processes that read and write, or with one worker a thread of this one."""
    if workers == 1:
        return ThreadPoolExecutor(1)
    # spawned: a fork would copy locks that the client's threads hold
    return ProcessPoolExecutor(workers, get_context("spawn"), exit_with_parent)


class Run:
    """One run, with its client and the index that it writes to."""

    def __init__(self, client: Client, wishes: Wishes) -> None:
        self._client = client
        self._wishes = wishes
        self._indices = Indices(client)
        self._index = _target(self._indices, client, wishes)
        self._writer = Writer(client, self._index)
        self._store = self._writer.store

    def _refresh(self) -> None:
        self._client.call(lambda cluster: cluster.indices.refresh(index=self._index, request_timeout=WRITING))

    def _put_state(self, state: Mapping[str, Any]) -> None:
        self._writer.put([(STATE, {"kind": "collection", "state": dict(state)})])

    def run(self, started: Callable[[int], None], done: Callable[[int], None]) -> Report:
        """Index the files; `started` is told how many there are, `done` how many more are finished."""
        self._refresh()
        before = self._store.state() or {"analysis": analysis(), "generation": 0, "chunks": [], "writing": True}
        known = _known(self._store)
        wanted = jobs(self._wishes.names, known)
        started(len(wanted))
        self._put_state({**before, "writing": True})
        result = self._write(wanted, known, done)
        self._refresh()
        changed = bool(before["writing"] or result.written or result.removed)
        sums = self._finish(before, result) if changed else self._loaded(before)
        self._indices.switch(self._index)
        passages = sums.units["passage"].size
        return Report(result.written, result.unchanged, result.removed, sums.documents, passages, tuple(result.unread))

    def _write(
        self, wanted: Sequence[Job], known: Mapping[str, Sequence[Known]], done: Callable[[int], None]
    ) -> Result:
        named = {digest(job.name.encode()) for job in wanted}
        gone = [version for document, versions in known.items() if document not in named for version in versions]
        with _executor(self._wishes.workers) as executor:
            result = index_files(executor, self._client.address, self._index, wanted, done)
        if len(result.unread) == len(wanted):
            raise ArticleError(", ".join(self._wishes.names), inputs.summary(result.unread))
        result.sums.add(remove(gone, self._writer), -1)
        result.removed = len({version.document for version in gone})
        return result

    def _loaded(self, state: Mapping[str, Any]) -> Sums:
        self._put_state({**state, "writing": False})
        return Store(self._client, self._index).snapshot().sums

    def _finish(self, before: Mapping[str, Any], result: Result) -> Sums:
        """Write the statistics as they are now, then the state that names them."""
        headers = list(self._store.places("sizes", "synonyms"))
        if before["writing"]:  # of an interrupted run nobody knows which documents were counted
            sums = _summed(self._store, (place for place, _ in headers))
        else:
            sums = self._store.snapshot().sums
            sums.add(result.sums)
        sizes = [(place, header["sizes"]["sentence"]) for place, header in headers]
        synonyms = [unpacked(header["synonyms"]) for _, header in headers if "synonyms" in header]
        value = {"sums": sums.value(), "sample": _sample(self._store, sizes), "synonyms": synonyms}
        self._put_statistics(packed(value), before)
        return sums

    def _put_statistics(self, text: str, before: Mapping[str, Any]) -> None:
        generation = before["generation"] + 1
        parts = [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]
        names = [f"statistics-{generation}-{number}" for number in range(len(parts))]
        for name, part in zip(names, parts, strict=True):
            self._writer.put([(name, {"kind": "statistics", "body": part})])
        self._put_state({"analysis": analysis(), "generation": generation, "chunks": names, "writing": False})
        self._writer.remove(before["chunks"])


def index(address: Address, wishes: Wishes, started: Callable[[int], None], done: Callable[[int], None]) -> Report:
    """Make a collection of some files, or bring it up to date.

    Args:
        address: the cluster and the name of the collection.
        wishes: the files, and how to index them.
        started: is told how many files there are.
        done: is told how many more are finished.

    Raises:
        ArticleError: no file can be read, or a folder has none.
        EngineError: the cluster does not answer, or refuses; the same command goes on where this one stopped.
    """
    Client(address).call(lambda cluster: cluster.info(request_timeout=ASKING))  # is it there at all?
    client = Client(address, PATIENT)
    try:
        return Run(client, wishes).run(started, done)
    finally:
        client.close()
