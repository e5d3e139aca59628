"""Sequences whose items are made from arrays when they are looked at, so that opening a large collection makes none."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import index
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Item = TypeVar("Item")
_FOUND = 1 << 14  # strings whose positions are remembered, since a question looks up the same ones again and again
Arrays = dict[str, "NDArray[Any]"]


class LazySequence(Sequence[Item]):
    """A sequence of `size` items, each made from its position whenever it is looked at; a slice is a tuple."""

    def __init__(self, size: int, make: Callable[[int], Item]) -> None:
        self._size = size
        self._make = make

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, place: int | slice) -> Item | tuple[Item, ...]:
        if isinstance(place, slice):
            return tuple(map(self._make, range(*place.indices(self._size))))
        position = index(place)  # of an array's own type, one that is small would overflow behind its largest number
        position += self._size if position < 0 else 0
        if not 0 <= position < self._size:
            raise IndexError(place)
        return self._make(position)

    def __eq__(self, other: object) -> bool:
        """Whether another sequence, like a tuple, has the same items."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return self is other or (len(self) == len(other) and all(map(_same, self, other)))

    __hash__ = None  # type: ignore[assignment]  # equal to tuples, and slow to hash

    def __repr__(self) -> str:
        return f"<LazySequence of {self._size:,}>"


def _same(one: object, other: object) -> bool:
    return one == other


def ends(sizes: Iterable[int]) -> NDArray[np.int32]:
    """Where each of some groups ends, after a 0: group `i` is from `ends[i]` to `ends[i + 1]`."""
    found = np.fromiter(sizes, dtype=np.int32)
    return np.concatenate([np.zeros(1, np.int32), found.cumsum(dtype=np.int32)])


class Strings(LazySequence[str]):
    """Some strings, as one block of UTF-8 and the ends of each. `find` needs distinct ones in ascending order."""

    def __init__(self, block: NDArray[np.uint8], ends: NDArray[np.int32]) -> None:
        self._bytes, self._ends = block.data, ends.data
        super().__init__(len(ends) - 1, self._string)
        self.find = lru_cache(maxsize=_FOUND)(self._find)  # the position of a string; None if it is not there

    def _string(self, position: int) -> str:
        return str(self._bytes[self._ends[position] : self._ends[position + 1]], "utf-8", "surrogatepass")

    def _find(self, text: str) -> int | None:
        position = bisect_left(self, text)
        return position if position < len(self) and self[position] == text else None


def string_arrays(name: str, strings: Iterable[str]) -> Arrays:
    """The arrays of some strings, in the order given; `strings_from` reads them."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in strings]
    return {
        f"{name}_block": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        f"{name}_ends": ends(map(len, encoded)),
    }


def strings_from(name: str, arrays: Arrays) -> Strings:
    """The strings whose arrays have this name."""
    return Strings(arrays[f"{name}_block"], arrays[f"{name}_ends"])
