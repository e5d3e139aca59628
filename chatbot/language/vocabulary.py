"""The words of some texts: how often each occurs, and its stem."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chatbot.common.lazy import Strings

UNKNOWN = -1  # in the place of the stem of a word that was not stemmed


class Vocabulary(Mapping[str, int]):
    """Counts folded words. A word that is counted nowhere may be there for its stem, and one that is, without that."""

    def __init__(self, words: Strings, counts: NDArray[Any], stems: Strings, stem_of: NDArray[Any]) -> None:
        """`stem_of` is for each word the place of its stem in `stems`, or `UNKNOWN`."""
        self.words = words
        self.stems = stems
        self.stem_of = stem_of
        self._counts = counts

    def __getitem__(self, word: str) -> int:
        place = self.words.find(word)
        if place is None or not (count := int(self._counts[place])):
            raise KeyError(word)
        return count

    def __iter__(self) -> Iterator[str]:
        return (self.words[place] for place in self._counts.nonzero()[0].tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(self._counts))

    def items(self) -> ItemsView[str, int]:
        """All words with their counts; much faster than looking up each."""
        return dict(zip(self, self._counts[self._counts > 0].tolist(), strict=True)).items()

    @property
    def total(self) -> int:
        """The sum of all counts."""
        return int(self._counts.sum())

    def stem(self, word: str) -> str | None:
        """The stem of a word; None if it is not known."""
        place = self.words.find(word)
        number = UNKNOWN if place is None else int(self.stem_of[place])
        return None if number == UNKNOWN else self.stems[number]
