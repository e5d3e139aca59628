"""Citation markers: printed numbers that have an entry in the reference list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from chatbot.documents import superscripts
from chatbot.documents.model import Marker, Reference, Span, innermost
from chatbot.documents.number_ranges import DASH, NUMBERS, PAGE, expand

_LEAD = r"\s?(?:(?:see|also|reviewed in|refs?|references?)\s|(?:e\.g\.|cf\.|refs?\.),?\s?){0,3}"
_LOCATOR = r"(?:(?::|,(?=\s?(?:p|fig|ch|sec|tab)))\s[^\[\]()]{1,60})?\s?"  # "[22: 58–60, fig. 2]"
_RAISED = "[⁰¹²³⁴⁵⁶⁷⁸⁹]"
# of two styles with the same weight, the first is taken
_STYLES = {
    "footnote": re.compile(r"\[\^(?P<list>\d{1,4})\](?!:)"),
    "html": re.compile(rf"<sup>\s?\[?(?P<list>{NUMBERS})\]?\s?</sup>"),
    "bracket": re.compile(
        rf"(?P<glued>(?<=[.,;:!?”\")\]]))?\[{_LEAD}(?P<list>{NUMBERS}(?:\]{DASH}\[\d{{1,4}})*){_LOCATOR}\](?(glued){PAGE})"
    ),
    "caret": re.compile(rf"\^(?P<list>{NUMBERS})\^"),
    "raised": re.compile(rf"(?P<list>{_RAISED}(?:{_RAISED}|[,˒⁻–-](?={_RAISED}))*)(?![⁺⁻])"),
    "paren": re.compile(rf"\({_LEAD}(?P<list>{NUMBERS}){_LOCATOR}\)"),
}
# before an exponent: a number that is not a year nor part of a name like "PHQ-9", a variable, or a unit
_BASE = re.compile(
    r"(?:(?<![\w.,])(?<!\w-)(?!(?:1[5-9]|20)\d\d$)[\d.,]*\d|(?<![^\W_])(?:[^\W\d_]|[cdkmnµμ]m|kg|ft|in|mi|sec))$"
)
# "Fig. (3)", "Equation (2)": not a citation
_LABEL = re.compile(
    r"\b(?:eqs?|eqns?|equations?|figs?|figures?|tables?|steps?|schemes?|theorems?|lemmas?)\.?\s*$", re.IGNORECASE
)
# a number before a range or a count: "35 (28–40)", "42% (27) had"; not a year or a name like "MTF-1"
_FIGURE = re.compile(r"(?<![\w.,-])(?!(?:19|20)\d\d\s)[\d.,±–-]*\d%?\s?$")
# around the numbers of "(1) first, (2) second, and (3) third"
_WORD_AFTER = re.compile(r"\s+[^\W_]")
_PARTED = re.compile(r"(?:[,;:—–]|\b(?:and|or|then|to))\s*$")


def _is_exponent(text: str, marker: Marker) -> bool:
    """Whether raised digits are an exponent ("10^3^", "m²") or an isotope's mass ("¹⁴C")."""
    base = _BASE.search(text, max(0, marker.span.start - 12), marker.span.start)
    power = base is not None and (base.group()[0].isdigit() or marker.numbers in ((2,), (3,)))
    return power or text[marker.span.end : marker.span.end + 1].isalpha()


def _is_plausible(text: str, style: str, unit: Span, marker: Marker) -> bool:
    if style in ("html", "caret", "raised"):
        return not _is_exponent(text, marker)
    before = text[max(unit.start, marker.span.start - 20) : marker.span.start]
    if style != "paren":
        return True
    ends = len(marker.numbers) == 1 and text[marker.span.end : marker.span.end + 1] == "."
    return bool(before) and not _LABEL.search(before) and (ends or not _FIGURE.search(before))


def _counters(text: str, unit: Span, markers: Iterable[Marker]) -> Iterator[int]:
    """The starts of markers that only number what follows: "(1) first, (2) second"."""
    first, count = 0, 0
    for start, end in (marker.span for marker in markers if _WORD_AFTER.match(text, marker.span.end)):
        number = text[start + 1 : end - 1].strip()
        if number == "1":
            first, count = start, 1
        elif count and number == str(count + 1) and _PARTED.search(text, max(unit.start, start - 6), start):
            yield from (first, start)
            count += 1


def _read(text: str, style: str, units: Iterable[Span], entries: frozenset[int]) -> Iterator[Marker]:
    """The markers of one style."""
    for unit in units:
        found = _STYLES[style].finditer(text, *unit)
        markers = [Marker(Span(*match.span()), expand(match["list"], entries)) for match in found]
        markers = [marker for marker in markers if marker.numbers and _is_plausible(text, style, unit, marker)]
        counters = frozenset(_counters(text, unit, markers) if style == "paren" else ())
        yield from (marker for marker in markers if marker.span.start not in counters)


def _named(markers: Iterable[Marker]) -> set[int]:
    """The printed numbers; of a range only its ends, since it may be a range of something else."""
    return {number for marker in markers for number in (marker.numbers[0], marker.numbers[-1])}


def _cited(markers: Iterable[Marker]) -> set[int]:
    return set(chain.from_iterable(marker.numbers for marker in markers))


def _weight(markers: Sequence[Marker]) -> int:
    """How much speaks for a style: neither one long range nor a single number that is often printed says much."""
    return len(markers) * len(_named(markers))


def find(text: str, units: Sequence[Span], entries: Iterable[int]) -> list[Marker]:
    """All citation markers in some spans of a text, in order.

    An article uses one style, the one that cites most entries most often. A marker of another style counts only if most
    of what that style cites is not cited otherwise. Superscripts without markup are searched for if few markers are
    found.
    """
    known = frozenset(entries)
    if not known:
        return []
    readings = [list(_read(text, style, units, known)) for style in _STYLES]
    chosen: list[Marker] = []
    cited: set[int] = set()
    for reading in sorted(readings, key=_weight, reverse=True):
        numbers = _cited(reading)
        if 2 * len(numbers - cited) > len(numbers):
            chosen += reading
            cited |= numbers
    if 2 * len(_named(chosen)) < len(known):
        chosen = max(chosen, list(superscripts.find(text, units, known)), key=lambda markers: len(_named(markers)))
    return sorted(chosen, key=lambda marker: marker.span)


def find_all(text: str, units: Sequence[Span], entries: Sequence[Reference]) -> list[Marker]:
    """All citation markers in some spans of a text, in order, each read with the entries whose chapter it stands in."""
    known = {entry.scope for entry in entries}
    groups: dict[Span | None, list[Span]] = {}
    for unit in units:
        groups.setdefault(innermost(known, unit.start), []).append(unit)
    markers = (
        find(text, group, (entry.number for entry in entries if entry.scope in (None, scope)))
        for scope, group in groups.items()
    )
    return sorted(chain.from_iterable(markers), key=lambda marker: marker.span)
