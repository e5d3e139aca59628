"""Lists and ranges of numbers, like "3, 5–7", expanded."""

from __future__ import annotations

import re
from collections.abc import Collection

DASH = "[-–—−‑]"
NUMBERS = rf"\d{{1,4}}(?:\s?(?:[,;]|{DASH})\s?\d{{1,4}}){{0,60}}"
# the page behind a citation that is printed without a space before it: "It is so.[1]: 52"
PAGE = rf"(?::[ ]?\d{{1,4}}(?:{DASH}\d{{1,4}})?(?=[\s\[]|$))?"

_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒", "0123456789-,", "[]")
_PART = re.compile(rf"(\d+)(?:\s*{DASH}\s*(\d+))?")


def expand(printed: str, entries: Collection[int]) -> tuple[int, ...]:
    """The numbers in printed order; of a range, those that have an entry. Empty if a printed number has none."""
    numbers: list[int] = []
    for first, last in _PART.findall(printed.translate(_PLAIN)):
        low, high = int(first), int(last or first)
        if low not in entries or high not in entries or high < low:
            return ()
        numbers.extend(number for number in range(low, high + 1) if number in entries)
    return tuple(numbers)
