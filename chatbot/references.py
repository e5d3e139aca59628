"""The reference list: numbered entries, read by line, told apart from other numbered lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatbot.document import Reference, Span
from chatbot.lines import Line

_ENTRY = re.compile(
    r"(?:[-*•]\s+)?(?P<open>\[\^|\[|\(|)(?P<number>\d{1,4})(?P<close>\]:|\]|\.|\)|)(?:\s+(?=\S)|(?<=[\]:])(?=\S))"
)
_FORMS = {("[^", "]:"), ("[", "]"), ("[", "]:"), ("(", ")"), ("", "."), ("", ")"), ("", "")}
_HEADING = re.compile(
    r"(?:#{1,6}\s*)?(?:\*\*|__)?(?:(?:\d{1,2}|[IVX]{1,5})\.?\s+)?"
    r"(?P<name>(?:list of |selected |key )?references?(?: list| cited| and notes)?|bibliography|literature(?: cited)?"
    r"|(?:works|sources) cited|(?:notes|footnotes|citations) (?:and|&) references|bibliographic references)"
    r"(?:\*\*|__)?:?(?:\*\*|__)?\s*#*$",
    re.IGNORECASE,
)
_LOOSE_HEADING = re.compile(
    r"(?:#{1,6}\s*)?(?:\*\*|__)?(?P<name>(?:end|foot)?(?:notes|sources|citations))(?:\*\*|__)?:?\s*#*$", re.IGNORECASE
)
_SIGNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:1[5-9]|20)\d\d[a-z]?\b",  # a year
        r"\b[A-Z][\w'’-]+,? (?:[A-Z]\.? ?-?){1,3}(?=[\s,.;:(]|$)|\b[A-Z]\. ?[A-Z]\w+",  # a surname with initials
        r"\bet al\b|\b[Ee]ds?\.|\bpp?\. ?\d|\bVol(?:ume|\.)|\bISBN\b|\bdoi\b|https?://|\bRetrieved\b|\bPress\b",
        r"\d+ ?(?:\([\w\s.–-]+\))? ?[:,] ?[A-Za-z]?\d+ ?[–-] ?[A-Za-z]?\d+",  # volume and pages
        r"[\"“].{5,}[\"”]",  # a title
    )
)
# A list may leave numbers out; a line that continues an entry may open with any number.
_GAP = 30


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """A list: its entries, and the indices of its first (the heading's, if it has one) and last line, exclusive."""

    first: int
    last: int
    heading: Span | None
    entries: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    form: tuple[str, str]
    number: int
    start: int  # of the text, behind the number
    line: int


def _entry(text: str, line: Line, index: int) -> _Entry | None:
    found = _ENTRY.match(text, line.start, line.end)
    if not found or (found["open"], found["close"]) not in _FORMS:
        return None
    return _Entry((found["open"], found["close"]), int(found["number"]), found.end(), index)


def _follows(entry: _Entry, run: Sequence[_Entry]) -> bool:
    return entry.form == run[-1].form and 0 < entry.number - run[-1].number <= _GAP


def _is_break(text: str, line: Line) -> bool:
    """Whether a line that is no entry ends a list: one behind a blank line, or a heading."""
    return line.blank or text.startswith("#", line.start)


def _runs(text: str, lines: Sequence[Line]) -> Iterator[tuple[list[_Entry], int]]:
    """Ascending runs of entries of one form, with the index of the line behind each."""
    run: list[_Entry] = []
    for index, line in enumerate(lines):
        entry = _entry(text, line, index)
        if entry and run and _follows(entry, run):
            run.append(entry)
        elif run and (entry and (line.blank or entry.number == 1) or not entry and _is_break(text, line)):
            yield run, index
            run = [entry] if entry else []
        elif not run and entry:
            run = [entry]
    if run:
        yield run, len(lines)


def _texts(text: str, lines: Sequence[Line], run: Sequence[_Entry], last: int) -> tuple[Reference, ...]:
    ends = [*(entry.line for entry in run[1:]), last]
    return tuple(Reference(entry.number, Span(entry.start, lines[end - 1].end)) for entry, end in zip(run, ends))


def _is_bibliographic(text: str, reference: Reference) -> bool:
    entry = text[reference.span.start : min(reference.span.end, reference.span.start + 2000)]
    return sum(bool(sign.search(entry)) for sign in _SIGNS) >= 2


def _accepts(text: str, heading: str, entries: Sequence[Reference], form: tuple[str, str]) -> bool:
    if form[0] == "[^" or _HEADING.match(heading):
        return True
    if entries[0].number > 2 and len(entries) < 3 or (form == ("", "") and len(entries) < 2):
        return False  # a paragraph that happens to open with a number
    share = sum(_is_bibliographic(text, entry) for entry in entries) / len(entries)
    return share >= (0.3 if _LOOSE_HEADING.match(heading) else 0.6)


def find(text: str, lines: Sequence[Line]) -> list[ReferenceList]:
    """All reference lists of a text, in order."""
    lists = []
    for run, last in _runs(text, lines):
        first = run[0].line
        above = text[lines[first - 1].start : min(lines[first - 1].end, lines[first - 1].start + 80)] if first else ""
        entries = _texts(text, lines, run, last)
        if _accepts(text, above, entries, run[0].form):
            headed = _HEADING.match(above) or _LOOSE_HEADING.match(above)
            offset = lines[first - 1].start
            heading = Span(offset + headed.start("name"), offset + headed.end("name")) if headed else None
            lists.append(ReferenceList(first - bool(headed), last, heading, entries))
    return lists
