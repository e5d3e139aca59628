"""The reference list: numbered entries, read by line, and distinguished from other numbered lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chatbot.documents.lines import Line
from chatbot.documents.model import Reference, Span

_ENTRY = re.compile(
    r"(?:[-*•]\s+)?(?P<open>\[\^|\[|\(|)(?P<number>\d{1,4})(?P<close>\]:|\]|\.|\)|)"
    r"(?:\s+(?=\S)|(?<=[\]:.)])(?=[^\W\d]))"
)
_FORMS = {("[^", "]:"), ("[", "]"), ("[", "]:"), ("(", ")"), ("", "."), ("", ")"), ("", "")}
_MARKUP = r"(?:#{{1,6}}\s*)?(?:\*\*|__)?(?:(?:\d{{1,2}}|[IVX]{{1,5}})\.?\s+)?(?P<name>{})[*_:]{{0,6}}\s*#*$"
_HEADING = re.compile(
    _MARKUP.format(
        r"(?:list of |selected |key )?references?(?: list| cited| and notes)?|bibliography|literature(?: cited)?"
        r"|(?:works|sources) cited|(?:notes|footnotes|citations) (?:and|&) references|bibliographic references"
    ),
    re.IGNORECASE,
)
# a list under one of these headings may also be something else
_LOOSE_HEADING = re.compile(_MARKUP.format(r"(?:end|foot)?notes|sources|citations|further reading"), re.IGNORECASE)
_SIGNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:1[5-9]|20)\d\d[a-z]?\b",  # a year
        r"\b[A-Z][\w'’-]+,? (?:[A-Z]\.? ?-?){1,3}(?=[\s,.;:(]|$)|\b[A-Z]\. ?[A-Z]\w+",  # a surname with initials
        r"\bet al\b|\b[Ee]ds?\.|\bpp?\. ?\d|\bVol(?:ume|\.)|\bISBN\b|\bdoi\b|https?://|\bRetrieved\b|\bPress\b",
        r"\d+ ?(?:\([\w\s.–-]{1,20}\))? ?[:,] ?[A-Za-z]?\d+ ?[–-] ?[A-Za-z]?\d+",  # volume and pages
        r"[\"“].{5,}[\"”]",  # a title
    )
)
_CITED = re.compile(r"\[\^?(\d{1,4})[\],–-]|<sup>(\d{1,4})|\^(\d{1,4})\^")
# the largest gap in the numbers of a list; the continuation of an entry may start with any number
_GAP = 30


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """A list: its entries, and the half-open range of its lines, with its heading, if it has one, of a `level`."""

    first: int
    last: int
    heading: Span | None
    entries: tuple[Reference, ...]
    level: int = 2


@dataclass(frozen=True, slots=True)
class _Entry:
    form: tuple[str, str]
    number: int
    start: int  # of the text after the number
    line: int


def is_heading(line: str) -> bool:
    """Whether a line is the heading of a reference list."""
    return len(line) < 60 and bool(_HEADING.match(line))


def _entry(text: str, line: Line, index: int) -> _Entry | None:
    found = _ENTRY.match(text, line.start, line.end)
    if not found or (found["open"], found["close"]) not in _FORMS:
        return None
    return _Entry((found["open"], found["close"]), int(found["number"]), found.end(), index)


def _follows(entry: _Entry, last: _Entry) -> bool:
    return entry.form == last.form and 0 < entry.number - last.number <= _GAP


def _runs(text: str, lines: Sequence[Line]) -> Iterator[tuple[list[_Entry], int]]:
    """Ascending runs of entries of one form, each with the index of the line after it."""
    run: list[_Entry] = []
    for index, line in enumerate(lines):
        entry = _entry(text, line, index)
        if entry and run and _follows(entry, run[-1]):
            run.append(entry)
        elif run and (line.blank or (entry and entry.number == 1) or text.startswith("#", line.start)):
            yield run, index
            run = [entry] if entry else []
        elif not run and entry:
            run = [entry]
    if run:
        yield run, len(lines)


def _heading(text: str, line: Line) -> Span | None:
    """The words of a heading that can be that of a reference list."""
    end = min(line.end, line.start + 80)
    found = _HEADING.match(text, line.start, end) or _LOOSE_HEADING.match(text, line.start, end)
    return Span(*found.span("name")) if found else None


def _apart(lists: Sequence[ReferenceList]) -> list[ReferenceList]:
    """The same lists; a heading that is an entry of another list, like "7. Sources", is removed."""
    ends = [0, *(found.last for found in lists)]
    return [
        found if found.first >= end else replace(found, first=end, heading=None)
        for found, end in zip(lists, ends, strict=False)
    ]


def _list(text: str, lines: Sequence[Line], run: Sequence[_Entry], last: int) -> ReferenceList:
    ends = [*(entry.line for entry in run[1:]), last]
    spans = (Span(entry.start, lines[end - 1].end) for entry, end in zip(run, ends, strict=True))
    entries = tuple(Reference(entry.number, span) for entry, span in zip(run, spans, strict=True))
    first = run[0].line
    heading = _heading(text, lines[first - 1]) if first else None
    level = text.count("#", lines[first - 1].start, heading.start) if heading else 0
    return ReferenceList(first - bool(heading), last, heading, entries, max(2, level))


def _share(text: str, entries: Sequence[Reference]) -> float:
    """The share of entries with at least two signs of a reference: a year, initials, pages, ..."""
    printed = (text[entry.span.start : min(entry.span.end, entry.span.start + 2000)] for entry in entries)
    return sum(sum(bool(sign.search(entry)) for sign in _SIGNS) >= 2 for entry in printed) / len(entries)


def _is_marked(text: str, lines: Sequence[Line], found: ReferenceList, form: tuple[str, str]) -> bool:
    """Whether a list is a reference list by its form or by the headings above it."""
    above = [text[line.start : min(line.end, line.start + 80)] for line in lines[max(0, found.first - 2) : found.first]]
    under = bool(above) and (is_heading(above[-1]) or (above[-1].startswith("#") and is_heading(above[0])))
    return form[0] == "[^" or under or (found.heading is not None and is_heading(text[slice(*found.heading)]))


def _looks_like_one(text: str, found: ReferenceList, count: int) -> bool:
    """Whether a list is a reference list by its entries or by the text that cites them; `count` counts all lines."""
    share = _share(text, found.entries)
    if share >= (0.3 if found.heading else 0.6):
        return len(found.entries) > 2 or found.last == count
    if found.last < count or found.entries[0].number != 1:
        return False
    cited = {int(number) for match in _CITED.findall(text) for number in match if number}
    return 2 * len(cited.intersection(entry.number for entry in found.entries)) > len(found.entries)


def find(text: str, lines: Sequence[Line]) -> list[ReferenceList]:
    """All reference lists of a text, in order: those under a heading with their continuations, else look-alikes."""
    runs = list(_runs(text, lines))
    lists = [_list(text, lines, run, last) for run, last in runs]
    marked: list[ReferenceList] = []
    behind: _Entry | None = None
    for found, (run, _) in zip(lists, runs, strict=True):
        restarts = bool(marked) and marked[-1].last == found.first
        continues = behind is not None and _follows(run[0], behind) and _share(text, found.entries) > 0.3
        if restarts or continues or _is_marked(text, lines, found, run[0].form):
            marked.append(found)
            behind = run[-1]
    bare = [found for found, (run, _) in zip(lists, runs, strict=True) if run[0].form != ("", "") or len(run) > 2]
    return _apart(marked or [found for found in bare if _looks_like_one(text, found, len(lines))])
