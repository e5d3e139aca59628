"""Reading a collection: searches, documents by their names, and the snapshot of its statistics."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from chatbot.errors import EngineError
from chatbot.opensearch.candidates import Place
from chatbot.opensearch.client import ASKING
from chatbot.opensearch.codec import analysed_document, synonyms_from, unpacked
from chatbot.opensearch.records import record_id
from chatbot.opensearch.schema import analysis
from chatbot.opensearch.statistics import Sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opensearchpy import OpenSearch

    from chatbot.index.part import AnalysedDocument
    from chatbot.language.synonyms import Synonyms
    from chatbot.opensearch.bodies import Body
    from chatbot.opensearch.client import Client

STATE = "collection"  # the name of the record that says what the collection is
_FIRST_UNSCALED = 3  # the major version from which BM25 is not multiplied by k1 + 1
_KEPT = 1000  # documents in memory
_PAGE = 200  # documents loaded at once

Hits = list[dict[str, Any]]


def rebuild_line(address: Any, folder: str = "FOLDER") -> str:
    """The command that makes a collection anew."""
    return f"chatbot index -d {folder} --engine {address} --rebuild"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a server holds of a collection in memory; `generation` counts the runs that changed its index."""

    generation: int
    sums: Sums
    sample: tuple[str, ...]
    synonyms: tuple[Synonyms, ...]


def current_index(client: Client) -> str:
    """The index that a collection's name stands for. Raises EngineError, with what to type, if there is none."""
    address = client.address
    if not client.call(lambda cluster: cluster.indices.exists_alias(name=address.name, request_timeout=ASKING)):
        line = rebuild_line(address).removesuffix(" --rebuild")
        raise EngineError(f"there is no collection {address.name!r} at {address}; make it: {line}")
    found = client.call(lambda cluster: cluster.indices.get_alias(name=address.name, request_timeout=ASKING))
    return str(max(found))


class Store:
    """One index of a collection that is read. Safe to share between threads.

    By default it is the one that the collection's name stands for now; another one later changes nothing.
    """

    def __init__(self, client: Client, index: str = "") -> None:
        self.client = client
        self.index = index or current_index(client)
        self._lock = Lock()
        self._loaded: OrderedDict[str, AnalysedDocument] = OrderedDict()

    @cached_property
    def is_legacy(self) -> bool:
        """Whether the engine's BM25 is multiplied by k1 + 1."""
        info = self.client.call(lambda cluster: cluster.info(request_timeout=ASKING))
        return int(str(info["version"]["number"]).partition(".")[0]) < _FIRST_UNSCALED

    def searches(self, bodies: Sequence[Body]) -> list[Hits]:
        """The hits of several searches, in one request."""
        if not bodies:
            return []
        lines = [part for body in bodies for part in ({}, {"timeout": f"{ASKING:.0f}s", **body})]

        def work(cluster: OpenSearch) -> list[Hits]:
            found = cluster.msearch(
                body=lines, index=self.index, search_type="dfs_query_then_fetch", request_timeout=ASKING
            )
            return list(map(_hits, found["responses"]))

        return self.client.call(work)

    def records(self, names: Sequence[str], *fields: str) -> list[dict[str, Any] | None]:
        """Records by their names, with all or some fields; None for one that there is not."""
        if not names:
            return []
        chosen = {"_source_includes": ",".join(fields)} if fields else {}
        found = self.client.call(
            lambda cluster: cluster.mget(body={"ids": list(names)}, index=self.index, request_timeout=ASKING, **chosen)
        )
        return [one["_source"] if one.get("found") else None for one in found["docs"]]

    def load(self, places: Sequence[Place]) -> list[AnalysedDocument]:
        """Some documents, from memory or from the engine. Raises EngineError if one was replaced in this moment."""
        names = [record_id(place.document, place.version) for place in places]
        with self._lock:
            held = {name: self._loaded[name] for name in names if name in self._loaded}
        missing = [name for name in names if name not in held]
        for name, record in zip(missing, self.records(missing, "body"), strict=True):
            if record is None:
                raise EngineError(f"{self.client.address}: a document was replaced in this moment; ask again")
            held[name] = analysed_document(unpacked(record["body"]))
        self._keep({name: held[name] for name in names})
        return [held[name] for name in names]

    def _keep(self, documents: dict[str, AnalysedDocument]) -> None:
        with self._lock:
            for name, document in documents.items():
                self._loaded[name] = document
                self._loaded.move_to_end(name)
            while len(self._loaded) > _KEPT:
                self._loaded.popitem(last=False)

    def places(self, *fields: str) -> Iterator[tuple[Place, dict[str, Any]]]:
        """All documents in order, each with some fields of its header."""
        after: tuple[str, ...] | None = None
        while True:
            page = self._page(fields, after, 1000)
            for hit in page:
                yield Place.of(hit["_source"]), hit["_source"]
            if len(page) < 1000:
                return
            after = tuple(page[-1]["sort"])

    def _page(self, fields: Sequence[str], after: tuple[str, ...] | None, size: int) -> Hits:
        body: Body = {
            "query": {"bool": {"filter": [{"term": {"kind": "header"}}]}},
            "size": size,
            "sort": [{"order": "asc"}, {"version": "asc"}],
            "_source": ["document", "version", "order", *fields],
            "track_total_hits": False,
        }
        return self.searches([{**body, "search_after": list(after)} if after else body])[0]

    def find(self, name: str) -> Place | None:
        """The first document with a SHA-256 or a name; None if there is none."""
        either = {"bool": {"should": [{"term": {"sha256": name}}, {"term": {"name": name}}], "minimum_should_match": 1}}
        body: Body = {
            "query": {"bool": {"filter": [{"term": {"kind": "header"}}, either]}},
            "size": 1,
            "sort": [{"order": "asc"}],
            "_source": ["document", "version", "order"],
        }
        return next((Place.of(hit["_source"]) for hit in self.searches([body])[0]), None)

    def state(self) -> dict[str, Any] | None:
        """What the collection is; None if there is none."""
        from opensearchpy.exceptions import NotFoundError

        def work(cluster: Any) -> Any:
            try:
                return cluster.get(index=self.index, id=STATE, request_timeout=ASKING)["_source"]["state"]
            except NotFoundError:
                return None

        state: dict[str, Any] | None = self.client.call(work)
        return state

    def checked_state(self) -> dict[str, Any]:
        """What a collection is that can be asked. Raises EngineError, with what to type, if there is none."""
        address, state = self.client.address, self.state()
        if state is None or state["analysis"] != analysis():
            raise EngineError(f"{address} was indexed by another version of chatbot; run: {rebuild_line(address)}")
        return state

    def snapshot(self) -> Snapshot:
        """The statistics as they are now. Raises EngineError if the collection cannot be asked."""
        state = self.checked_state()
        chunks = self.records(state["chunks"])
        if any(chunk is None for chunk in chunks):
            raise EngineError(f"{self.client.address} was indexed anew in this moment; try again")
        value = unpacked("".join(chunk["body"] for chunk in chunks if chunk))
        return Snapshot(
            state["generation"],
            Sums.from_value(value["sums"]),
            tuple(value["sample"]),
            tuple(map(synonyms_from, value["synonyms"])),
        )


def _hits(response: dict[str, Any]) -> Hits:
    """The hits of a response that is whole. Half an answer would be another answer, so it is an error."""
    from opensearchpy.exceptions import TransportError

    if "error" in response:
        causes = response["error"].get("root_cause")
        raise TransportError(response["status"], "search", {"error": causes[0] if causes else response["error"]})
    if response["timed_out"] or response["_shards"]["failed"]:
        raise TransportError(503, "search", {"error": "some of its shards do not answer now; look at its health"})
    hits: Hits = response["hits"]["hits"]
    return hits
