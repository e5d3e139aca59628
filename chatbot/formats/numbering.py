"""The numbers and bullets that Word prints before paragraphs; a file has only the rules for them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from chatbot.formats.tree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LARGEST = 32_767  # Word's own limit


class _Level(NamedTuple):
    """A level of a list: the format of its numbers, what is printed around them, and where they start."""

    form: str
    text: str
    start: int


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * min(1 + (number - 1) // 26, 3)


def roman(number: int) -> str:
    """A number in small Roman numerals."""
    tens, digits = "x" * min((number - 1) // 10, 30), ""
    rest = number - 10 * ((number - 1) // 10)
    for value, letters in _ROMAN:
        while rest >= value:
            digits += letters
            rest -= value
    return tens + digits


_FORMS: Mapping[str, Callable[[int], str]] = {
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "none": lambda _: "",
}


def value(element: Element | None, default: str = "") -> str:
    """The `w:val` of an element."""
    return default if element is None else element.get(f"{W}val") or default


def whole(text: str | None, default: int) -> int:
    """A number that a file says; the default if it is none that Word would write."""
    return min(int(text), _LARGEST) if text and re.fullmatch(r"\d{1,9}", text) else default


def _level(element: Element) -> _Level:
    form = value(element.find(f"{W}numFmt"), "decimal")
    return _Level(form, value(element.find(f"{W}lvlText")), whole(value(element.find(f"{W}start")), 1))


def _overridden(override: Element, levels: Mapping[int, _Level]) -> tuple[int, _Level]:
    """A level as one list has it in place of its pattern's."""
    index, own = whole(override.get(f"{W}ilvl"), 0), override.find(f"{W}lvl")
    level = levels.get(index, _Level("decimal", f"%{index + 1}.", 1)) if own is None else _level(own)
    return index, level._replace(start=whole(value(override.find(f"{W}startOverride")), level.start))


class Numbering:
    """Counts the paragraphs of all lists, in the order of the document."""

    def __init__(self, root: Element | None) -> None:
        """`root` is that of `numbering.xml`; None: the file has no lists."""
        levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        for abstract in () if root is None else root.findall(f"{W}abstractNum"):
            found = {whole(level.get(f"{W}ilvl"), 0): _level(level) for level in abstract.findall(f"{W}lvl")}
            levels[abstract.get(f"{W}abstractNumId", "")] = found
        for num in () if root is None else root.findall(f"{W}num"):
            number, abstract = num.get(f"{W}numId", ""), value(num.find(f"{W}abstractNumId"))
            own = dict(levels.get(abstract, {}))
            overrides = num.findall(f"{W}lvlOverride")
            for override in overrides:
                index = whole(override.get(f"{W}ilvl"), 0)
                found_level = override.find(f"{W}lvl")
                level = (
                    own.get(index, _Level("decimal", f"%{index + 1}.", 1))
                    if found_level is None
                    else _level(found_level)
                )
                start = whole(value(override.find(f"{W}startOverride")), level.start)
                own[index] = level._replace(start=start)
            self._levels[number] = own
            # a list that says where to start counts for itself; others go on with their common pattern
            self._lists[number] = f"num {number}" if overrides else abstract

    def is_list(self, number: str) -> bool:
        """Whether the file knows a list."""
        return number in self._levels

    def label(self, number: str, depth: int) -> str:
        """What is printed before the next paragraph of a list: a number as it is formatted, or "-" for a bullet."""
        levels = self._levels.get(number, {})
        level = levels.get(depth, _Level("bullet", "", 1))
        counts = self._counts[self._lists.get(number, number)]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        if level.form == "bullet":
            return "-"

        def printed(found: re.Match[str]) -> str:
            index = int(found[1]) - 1
            shown = levels.get(index, level)
            return _FORMS.get(shown.form, str)(max(counts.get(index, shown.start), 1))

        return re.sub(r"%([1-9])", printed, level.text).strip()
