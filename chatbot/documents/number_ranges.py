"""Lists and ranges of numbers, like "3, 5–7", expanded."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

DASH = "[-–—−‑]"
NUMBERS = rf"\d{{1,4}}(?:\s?(?:[,;]|{DASH})\s?\d{{1,4}}){{0,60}}"
# the page behind a citation that is printed without a space before it: "It is so.[1]: 52"
PAGE = rf"(?::[ ]?\d{{1,4}}(?:{DASH}\d{{1,4}})?(?=[\s\[]|$))?"

_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒", "0123456789-,", "[]")
_PART = re.compile(rf"(\d+)(?:\s*{DASH}\s*(\d+))?")
_DIGITS = 4  # of a reference number
_MOST = 100  # numbers of one citation; the longest in our articles has 29


@lru_cache(maxsize=4096)  # markers that print the same share their numbers: a text may repeat one a million times
def expand(printed: str, entries: Collection[int], most: int = _MOST) -> tuple[int, ...]:
    """The numbers in printed order; of a range, those that have an entry.

    Empty if a printed number has no entry, or if there are more than `most`: that is no citation.
    """
    numbers: list[int] = []
    for first, last in _PART.findall(printed.translate(_PLAIN)):
        if max(len(first), len(last)) > _DIGITS:
            return ()
        low, high = int(first), int(last or first)
        if low not in entries or high not in entries or not 0 <= high - low < most:
            return ()
        numbers.extend(number for number in range(low, high + 1) if number in entries)
        if len(numbers) > most:
            return ()
    return tuple(numbers)
