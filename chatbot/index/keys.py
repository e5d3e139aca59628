"""Which of some items have a key, like a stem of their heading, found without a look at the others."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from chatbot.common.lazy import ends, string_arrays, strings_from

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from chatbot.common.lazy import Arrays


def key_arrays(name: str, keys: Sequence[Collection[str]]) -> Arrays:
    """The arrays of a table; `keys` are the distinct ones of each item."""
    pairs = sorted((key, item) for item, own in enumerate(keys) for key in own)
    known = sorted({key for key, _ in pairs})
    numbers = {key: number for number, key in enumerate(known)}
    counts = Counter(numbers[key] for key, _ in pairs)
    return {
        **string_arrays(f"{name}_key", known),
        f"{name}_ends": ends(counts[number] for number in range(len(known))),
        f"{name}_items": np.fromiter((item for _, item in pairs), dtype=np.int32),
        f"{name}_sizes": np.fromiter(map(len, keys), dtype=np.int32),
    }


class KeyTable:
    """The items of `key_arrays`, by their keys."""

    def __init__(self, name: str, arrays: Arrays) -> None:
        """Raises KeyError if the arrays do not have this table."""
        self._keys = strings_from(f"{name}_key", arrays)
        self._ends, self._items, self._sizes = (arrays[f"{name}_{part}"] for part in ("ends", "items", "sizes"))

    def __len__(self) -> int:
        return len(self._sizes)

    def having(self, keys: Iterable[str]) -> list[int]:
        """The items that have any of some keys, in order."""
        return sorted(set(self._occurrences(keys)))

    def within(self, keys: Collection[str]) -> list[int]:
        """The items that have a key, and all of whose keys are among these, in order."""
        found = np.bincount(self._occurrences(frozenset(keys)), minlength=len(self))
        return [int(item) for item in np.flatnonzero((found > 0) & (found == self._sizes))]

    def _occurrences(self, keys: Iterable[str]) -> list[int]:
        numbers = (number for key in keys if (number := self._keys.find(key)) is not None)
        return list(chain.from_iterable(self._items[self._ends[n] : self._ends[n + 1]].tolist() for n in numbers))
