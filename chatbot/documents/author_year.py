"""Reference lists without numbers, and the citations of their entries by author and year: "Liu et al., 2005"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from chatbot.documents.lines import Line
from chatbot.documents.model import Marker, Note, Span

_SURNAME = r"(?:(?:de|den|der|di|du|la|le|van|von)\s)*[A-Z][^\W\d_]*(?:[-'’][^\W\d_]+)*"
_YEAR = r"(?:1[5-9]|20)\d\d[a-z]?"
# the surname that an entry begins with, and its initials or first name
_AUTHOR = re.compile(rf"(?P<name>{_SURNAME})(?:,|\s(?:[A-Z]\.|[A-Z]{{1,3}}\b|et al\b|&|and\b)|\s?\((?={_YEAR}))")
_PRINTED_YEAR = re.compile(rf"(?<![\d–/.-])(?P<year>{_YEAR})(?![\d–/])")
_CITATION = re.compile(
    rf"(?<!\w)(?P<name>{_SURNAME})(?:,? (?:&|and) (?P<other>{_SURNAME})|(?:, {_SURNAME}){{1,4}},? (?:&|and) {_SURNAME}"
    rf"|,? et al\.?)?(?:['’]s)?,?\s\(?(?P<years>{_YEAR}(?:[,;]\s{_YEAR}){{0,9}})(?!\w)"
)
_INDENT = 1


class _Key(NamedTuple):
    """What an entry is cited by."""

    name: str
    year: str


def _starts(text: str, line: Line, before: Line) -> bool:
    """Whether a line begins an entry: with an author, behind the end of another entry."""
    closed = text[before.end - 1] in ".)>/]" or text[before.end - 1].isdecimal()
    return line.indent <= before.indent and closed and bool(_AUTHOR.match(text, line.start, line.end))


def rows(text: str, lines: Sequence[Line], first: int) -> list[tuple[int, int]]:
    """The entries below a heading as half-open ranges of lines, up to the next heading."""
    found: list[tuple[int, int]] = []
    for index in range(first, len(lines)):
        line = lines[index]
        if text.startswith("#", line.start) or (line.blank and not _PRINTED_YEAR.search(text, line.start, line.end)):
            break
        if not found or line.blank or _starts(text, line, lines[index - 1]):
            found.append((index, index + 1))
        else:
            found[-1] = (found[-1][0], index + 1)
    return found


def _keys(text: str, notes: Sequence[Note]) -> Iterator[tuple[_Key, Note]]:
    for note in notes:
        name = _AUTHOR.match(text, *note.span)
        for match in _PRINTED_YEAR.finditer(text, *note.span) if name and not note.label else ():
            yield _Key(name["name"].casefold() if name else "", match["year"]), note


def _entry(text: str, citation: re.Match[str], year: str, known: Mapping[_Key, Sequence[Note]]) -> Note | None:
    """The only entry of an author and a year; None if there are several or none."""
    found = {note.span: note for note in known.get(_Key(citation["name"].casefold(), year), ())}
    if other := citation["other"]:
        found = {span: note for span, note in found.items() if other in text[slice(*span)]}
    return next(iter(found.values())) if len(found) == 1 else None


def find(text: str, units: Sequence[Span], notes: Sequence[Note]) -> Iterator[Marker]:
    """The years of citations that match exactly one entry; they are read as marks, the names are words."""
    known: dict[_Key, list[Note]] = {}
    for key, note in _keys(text, notes):
        known.setdefault(key, []).append(note)
    for unit in units if known else ():
        for match in _CITATION.finditer(text, *unit):
            for year in re.compile(_YEAR).finditer(text, *match.span("years")):
                if found := _entry(text, match, year.group(), known):
                    yield Marker(Span(*year.span()), (), (found.span,))
