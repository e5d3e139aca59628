"""Marks that are no numbers, like "[a]", "[note 1]", "[^mint]" or "†", with the notes that explain them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from chatbot.documents import author_year
from chatbot.documents.model import Marker, Note, Span

_MARK = re.compile(
    r"\[\^(?P<footnote>[^\s\[\]]{1,60})\](?!:)"
    r"|\[(?P<label>[^\[\]\r\n]{1,40})\](?![(:])"
    r"|(?<=[^\s\[(])(?P<sign>[†‡§¶‖]{1,4}|(?:\\?\*){1,3})(?![\w*])"
)
_PARTS = re.compile(r"[^,;]+")
# a mark that nothing explains is one behind the end of a sentence, or behind another mark there
_BEHIND = re.compile(r"(?:[^\W\d_][.!?][\"'”’)]?|\])$")
_SIGNS = re.compile("[†‡]")


def _meant(label: str, start: int, known: Mapping[str, Sequence[Note]]) -> Note | None:
    """The first note with a label below a mark, or else the last one above it."""
    notes = known.get(label, ())
    if not notes:
        return None
    return notes[min(bisect_left(notes, start, key=lambda note: note.span.start), len(notes) - 1)]


def _is_mark(text: str, unit: Span, match: re.Match[str]) -> bool:
    """Whether a mark that no note explains is one by its form or its place."""
    if match["footnote"]:
        return True
    if match["sign"]:
        return bool(_SIGNS.match(match["sign"]))
    behind = _BEHIND.search(text, max(unit.start, match.start() - 4), match.start())
    return behind is not None and not match["label"].isdecimal()


def _marks(text: str, unit: Span, known: Mapping[str, Sequence[Note]]) -> Iterator[Marker]:
    for match in _MARK.finditer(text, *unit):
        label = match["footnote"] or match["label"] or match["sign"]
        whole = _meant(label, match.start(), known)
        parts = [whole] if whole else [_meant(part.strip(), match.start(), known) for part in _PARTS.findall(label)]
        notes = tuple(note.span for note in parts if note)
        if len(notes) == len(parts) or _is_mark(text, unit, match):
            yield Marker(Span(*match.span()), (), notes if len(notes) == len(parts) else ())


def find(text: str, units: Sequence[Span], notes: Sequence[Note], numbered: Sequence[Marker]) -> list[Marker]:
    """All marks in some spans of a text, in order, with the numbered citations that are already found among them."""
    known: dict[str, list[Note]] = {}
    for note in notes:
        if note.label:
            known.setdefault(note.label, []).append(note)
    taken = [marker.span for marker in numbered]
    found = list(numbered)
    marks = [*(mark for unit in units for mark in _marks(text, unit, known)), *author_year.find(text, units, notes)]
    for mark in sorted(marks, key=lambda mark: mark.span):
        place = bisect_left(taken, mark.span.end, key=lambda span: span.start)
        if not place or taken[place - 1].end <= mark.span.start:
            found.append(mark)
    return sorted(found, key=lambda marker: marker.span)
