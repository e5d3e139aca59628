"""The indices of a collection, which have its name and a number, and the alias that says which one is in use."""

from __future__ import annotations

from functools import partial
from time import sleep
from typing import TYPE_CHECKING

from chatbot.errors import EngineError
from chatbot.opensearch.schema import analysis, index_body
from chatbot.opensearch.store import Store

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

    from chatbot.opensearch.client import Client

_GRACE = 5  # seconds in which servers, which look every second, go over to the new index


class Indices:
    """The indices of a collection in a cluster, and its alias."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._name = client.address.name

    def all(self) -> list[str]:
        """The indices that are the collection's by their names, oldest first."""
        found = self._client.call(lambda cluster: cluster.indices.get(index=f"{self._name}-*", expand_wildcards="open"))
        return sorted(name for name in found if name.removeprefix(f"{self._name}-").isdecimal())

    def current(self) -> str | None:
        """The index that the alias stands for; None if there is none. Raises EngineError if the name is no alias."""
        if self._client.call(lambda cluster: cluster.indices.exists_alias(name=self._name)):
            found = self._client.call(lambda cluster: cluster.indices.get_alias(name=self._name))
            return str(max(found))
        if self._client.call(lambda cluster: cluster.indices.exists(index=self._name)):
            raise EngineError(f"{self._client.address} is an index of something else; choose another name")
        return None

    def begun(self, *, shards: int) -> str:
        """The index to fill anew: one that an interrupted run has begun, or the next one."""
        current, every = self.current(), self.all()
        for name in every:
            if (current is None or name > current) and self._is_ours(name):
                return name
        last = max((int(name.rpartition("-")[2]) for name in every), default=0)
        name = f"{self._name}-{last + 1:06}"
        self._client.call(lambda cluster: cluster.indices.create(index=name, body=index_body(shards=shards)))
        return name

    def _is_ours(self, name: str) -> bool:
        state = Store(self._client, name).state()
        return state is not None and state["analysis"] == analysis()

    def switch(self, index: str) -> None:
        """Move the alias to an index, at once for all, and remove the others."""
        every = self.all()
        move = [{"remove": {"index": f"{self._name}-*", "alias": self._name, "must_exist": False}}]
        add = [{"add": {"index": index, "alias": self._name}}]
        actions = [*(move if self.current() else []), *add]
        self._client.call(lambda cluster: cluster.indices.update_aliases(body={"actions": actions}))
        others = [name for name in every if name != index]
        if others:
            sleep(_GRACE)
        for other in others:
            self._client.call(partial(_delete, other))


def _delete(index: str, cluster: OpenSearch) -> None:
    cluster.indices.delete(index=index)
