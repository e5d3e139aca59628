"""Reference lists and notes: entries with numbers, labels or neither, told apart from other lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from chatbot.documents import author_year, reference_entries
from chatbot.documents.lines import Line
from chatbot.documents.model import Note, Reference, Span
from chatbot.documents.reference_entries import BARE, Entry

_MARKUP = r"(?:#{{1,6}}\s*)?(?:\*\*|__)?(?:(?:\d{{1,2}}|[IVX]{{1,5}})\.?\s+)?(?P<name>{})[*_:]{{0,6}}\s*#*$"
_NAMES = (
    r"(?:list of |selected |key )?references?(?: list| cited| and notes)?|bibliography|literature(?: cited)?"
    r"|(?:works|sources) cited|(?:notes|footnotes|citations) (?:and|&) references|bibliographic references"
)
_HEADING = re.compile(_MARKUP.format(_NAMES), re.IGNORECASE)
# a heading in the line of its first entry: "References: (1) ..."
_RUN_IN = re.compile(rf"(?:#{{1,6}}\s*)?[*_]{{0,2}}(?P<name>{_NAMES})[*_]{{0,2}}:[*_]{{0,2}}\s+", re.IGNORECASE)
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
# a note that begins with a sign
_SIGN = re.compile(r"(?P<sign>[†‡§¶‖]{1,4}|(?:\\?\*){1,3})\s?(?=\w)")
_SIGN_BEHIND = re.compile(r"(?<=[\w.,;:!?)”\"])(?:[†‡§¶‖]{1,4}|(?:\\?\*){1,3})(?![\w*†‡])")


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """A list: its entries, and the half-open range of its lines, with its heading, if it has one, of a `level`.

    `footnotes`: its entries are notes that may stand anywhere: Markdown's footnotes, or notes that begin with a sign.
    """

    first: int
    last: int
    heading: Span | None
    entries: tuple[Reference | Note, ...]
    level: int = 2
    footnotes: bool = False

    @property
    def references(self) -> tuple[Reference, ...]:
        """The entries with a number."""
        return tuple(entry for entry in self.entries if isinstance(entry, Reference))


def is_heading(line: str) -> bool:
    """Whether a line is the heading of a reference list."""
    return len(line) < 60 and bool(_HEADING.match(line))


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


def _column(text: str, lines: Sequence[Line], run: Sequence[Entry], last: int, limit: int) -> list[list[int]]:
    """The lines of each entry where all labels stand above the texts, as a column does; none if they do not fit."""
    body = range(run[-1].line + 1, min(limit, run[-1].line + 1 + 20 * len(run)))
    rows = [[index] for index in range(body.start, last)]
    if len(rows) != len(run):
        starts = [index for index in body if index == body.start or lines[index].blank]
        ends = [*starts[1:], body.stop]
        rows = [list(range(*row)) for row in zip(starts, ends, strict=True)][: len(run)]
    fitting = len(rows) == len(run) and not any(text.startswith("#", lines[row[0]].start) for row in rows)
    return rows if fitting else []


def _texts(
    text: str, lines: Sequence[Line], run: Sequence[Entry], last: int, limit: int
) -> tuple[tuple[Reference | Note, ...], int]:
    """The entries of a run with their texts, and the index of the line after it."""
    if len(run) > 1 and all(entry.alone and entry.line == run[0].line + i for i, entry in enumerate(run)):
        rows = _column(text, lines, run, last, limit)
        starts = (replace(entry, start=lines[row[0]].start) for entry, row in zip(run, rows, strict=False))
        texts = (entry.until(lines[row[-1]].end) for entry, row in zip(starts, rows, strict=True))
        return tuple(texts), rows[-1][-1] + 1 if rows else last
    ends = [lines[end - 1].end for end in (*(entry.line for entry in run[1:]), last)]
    return tuple(entry.until(end) for entry, end in zip(run, ends, strict=True) if entry.start < end), last


def _list(text: str, lines: Sequence[Line], run: Sequence[Entry], last: int, limit: int) -> ReferenceList:
    """A run of entries as a list; the lines from `limit` on are those of the next run."""
    entries, last = _texts(text, lines, run, last, limit)
    first = run[0].line
    heading = run[0].heading or (_heading(text, lines[first - 1]) if first else None)
    level = text.count("#", lines[first - (not run[0].heading)].start, heading.start) if heading else 0
    above = bool(heading) and not run[0].heading
    return ReferenceList(first - above, last, heading, entries, max(2, level), run[0].is_footnote)


def _split(text: str, found: ReferenceList, run: Sequence[Entry]) -> ReferenceList:
    """The same list; where its first entry has the second one in its line, all are read within the lines."""
    ends = [*(entry.printed for entry in run[1:]), found.entries[-1].span.end]
    belows = [*(entry.number or 0 for entry in run[1:]), len(text)]
    rows = [
        [entry, *reference_entries.within(text, entry, end, below)]
        for entry, end, below in zip(run, ends, belows, strict=True)
    ]
    if len(rows[0]) < 2:
        return found
    entries = [entry for row in rows for entry in row]
    limits = [*(entry.printed for entry in entries[1:]), ends[-1]]
    texts = (text[entry.start : limit].rstrip() for entry, limit in zip(entries, limits, strict=True))
    read = (entry.until(entry.start + len(printed)) for entry, printed in zip(entries, texts, strict=True))
    return replace(found, entries=tuple(read))


def _share(text: str, entries: Sequence[Reference | Note]) -> float:
    """The share of entries with at least two signs of a reference: a year, initials, pages, ..."""
    printed = (text[entry.span.start : min(entry.span.end, entry.span.start + 2000)] for entry in entries)
    return sum(sum(bool(sign.search(entry)) for sign in _SIGNS) >= 2 for entry in printed) / len(entries)


def _is_marked(text: str, lines: Sequence[Line], found: ReferenceList, first: Entry) -> bool:
    """Whether a list is a reference list by its form or by the headings above it."""
    above = [text[line.start : min(line.end, line.start + 80)] for line in lines[max(0, found.first - 2) : found.first]]
    under = bool(above) and (is_heading(above[-1]) or (above[-1].startswith("#") and is_heading(above[0])))
    # a label is one by the text that cites it, but so might be the name of a speaker
    labelled = first.number is None and (bool(found.heading) or (first.form[0] == "[" and found.last == len(lines)))
    headed = found.heading is not None and is_heading(text[slice(*found.heading)])
    return first.is_footnote or labelled or under or headed


def _looks_like_one(text: str, found: ReferenceList, count: int) -> bool:
    """Whether a list is a reference list by its entries or by the text that cites them; `count` counts all lines."""
    numbers = {entry.number for entry in found.references}
    share = _share(text, found.entries)
    if not numbers:
        return False
    if share >= (0.3 if found.heading else 0.6):
        return len(found.entries) > 2 or found.last == count
    if found.last < count or found.references[0].number != 1:
        return False
    cited = {int(number) for match in _CITED.findall(text) for number in match if number}
    return 2 * len(cited.intersection(numbers)) > len(numbers)


def _named(text: str, found: ReferenceList, marks: Collection[str]) -> ReferenceList:
    """The same list; under "Notes", where the text cites "[note 1]", the entries are labelled so."""
    if not found.heading or not found.references or is_heading(text[slice(*found.heading)]):
        return found
    words = {mark.rpartition(" ")[0] for mark in marks if mark.rpartition(" ")[2].isdecimal()}
    for word in sorted(words - {""}):
        labels = [f"{word} {entry.number}" for entry in found.references]
        if 2 * sum(label in marks for label in labels) > len(labels):
            notes = (Note(label, entry.span) for label, entry in zip(labels, found.references, strict=True))
            return replace(found, entries=tuple(notes))
    return found


def _numbered(text: str, lines: Sequence[Line]) -> list[ReferenceList]:
    """The lists with numbers or labels: those under a heading with their continuations, else look-alikes."""
    runs = list(reference_entries.runs(text, lines, _RUN_IN))
    limits = [*(run[0].line for run, _ in runs[1:]), len(lines)]
    read = ((_list(text, lines, run, last, limit), run) for (run, last), limit in zip(runs, limits, strict=False))
    lists = [(found, run) for found, run in read if found.entries]
    printed = reference_entries.marks(text)
    marked: list[ReferenceList] = []
    behind: Entry | None = None
    for found, run in lists:
        restarts = bool(marked) and marked[-1].last == found.first
        continues = behind is not None and reference_entries.follows(run[0], behind)
        named = _named(text, found, printed)
        if named is not found:
            marked.append(named)
        elif restarts or (continues and _share(text, found.entries) > 0.3) or _is_marked(text, lines, found, run[0]):
            marked.append(_split(text, found, run))
            behind = run[-1]
    bare = [found for found, run in lists if run[0].form != BARE or len(run) > 2]
    return _apart(marked or [found for found in bare if _looks_like_one(text, found, len(lines))])


def _first_signs(text: str) -> dict[str, int]:
    """Where each sign is first printed behind a word; asterisks without others near them, which would be emphasis."""
    first: dict[str, int] = {}
    for match in _SIGN_BEHIND.finditer(text):
        near = text[max(0, match.start() - 500) : match.end()].splitlines()[-1]
        if match[0] not in first and near.count("*") == match[0].count("*"):
            first[match[0]] = match.start()
    return first


def _signed(text: str, lines: Sequence[Line]) -> list[ReferenceList]:
    """The notes that begin with a sign that the text before them has behind a word, like "† ..."."""
    first = _first_signs(text)
    runs: list[list[tuple[int, Note]]] = []
    for index, line in enumerate(lines):
        sign = _SIGN.match(text, line.start, line.end)
        if sign and first.get(sign["sign"], line.start) < line.start:
            note = Note(sign["sign"], Span(sign.end(), line.end))
            if runs and runs[-1][-1][0] == index - 1:
                runs[-1].append((index, note))
            else:
                runs.append([(index, note)])
    notes = (tuple(note for _, note in run) for run in runs)
    return [
        ReferenceList(run[0][0], run[-1][0] + 1, None, texts, footnotes=True)
        for run, texts in zip(runs, notes, strict=True)
    ]


def _unnumbered(text: str, lines: Sequence[Line]) -> list[ReferenceList]:
    """The lists without numbers: paragraphs below the heading of a reference list that read like references."""
    found: list[ReferenceList] = []
    for index, line in enumerate(lines):
        heading = _HEADING.match(text, line.start, min(line.end, line.start + 80))
        if not heading or line.end - line.start > 80:
            continue
        rows = author_year.rows(text, lines, index + 1)
        entries = tuple(Note("", Span(lines[first].start, lines[last - 1].end)) for first, last in rows)
        if entries and len(entries) > 1 and _share(text, entries) >= 0.6:
            level = max(2, text.count("#", line.start, heading.start("name")))
            found.append(ReferenceList(index, rows[-1][1], Span(*heading.span("name")), entries, level))
    return found


def find(text: str, lines: Sequence[Line]) -> list[ReferenceList]:
    """All reference lists and notes of a text, in order, apart from each other."""
    lists = _numbered(text, lines)
    for found in (*_signed(text, lines), *_unnumbered(text, lines)):
        if all(other.last <= found.first or found.last <= other.first for other in lists):
            lists.append(found)
    return sorted(lists, key=lambda found: found.first)
