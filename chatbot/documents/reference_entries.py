"""The entries of reference lists, line by line: "[1] ...", "1. ...", "[^mint]: ...", "[Mil03] ...", "a. ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chatbot.documents.lines import Line
from chatbot.documents.model import Note, Reference, Span

_ENTRY = re.compile(
    r"(?:[-*•]\s+)?(?P<open>\[\^|\[|\(|)"
    # a number; the label of a footnote of Markdown; a label in brackets; a letter
    r"(?P<label>\d{1,4}(?=[\]).\s]|$)|(?<=\[\^)[^\s\[\]]{1,60}|(?<=\[)[^\^\s\[\]][^\[\]\r\n]{0,39}|[a-z](?=[.)]))"
    r"(?P<close>\]:|\]|\.|\)|)(?:\s+(?=\S)|(?<=[\]:.)])(?=[^\W\d])|(?P<alone>$))"
)
_FOOTNOTE = "[^"
_FORMS = {(_FOOTNOTE, "]:"), ("[", "]"), ("[", "]:"), ("(", ")"), ("", "."), ("", ")"), ("", "")}
BARE = ("", "")  # a number without a sign
# a mark in brackets that is no link
_MARK = re.compile(r"\[(?!\^)([^\[\]\r\n]{1,40})\](?!\()")
_SEPARATOR = re.compile("[,;]")
_PART = re.compile(r"\d{1,4}[a-z]$")  # a label between numbers, like "1b"
# the largest gap in the numbers of a list; the continuation of an entry may start with any number
_GAP = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry by the line that it begins in.

    Attributes:
        form: what is printed before and behind the label.
        label: the number or another label.
        start: where its text begins, behind the label or in the next line.
        line: the index of its line.
        printed: where it begins, with its label.
        alone: the text begins in the next line.
        heading: the heading of the list, if it stands in the same line.
    """

    form: tuple[str, str]
    label: str
    start: int
    line: int
    printed: int
    alone: bool = False
    heading: Span | None = None

    @property
    def number(self) -> int | None:
        """The number; None if the label is none."""
        return int(self.label) if self.label.isdecimal() else None

    @property
    def is_footnote(self) -> bool:
        """Whether it is a footnote of Markdown, which may stand anywhere."""
        return self.form[0] == _FOOTNOTE

    def until(self, end: int) -> Reference | Note:
        """The entry with its text up to an offset."""
        span = Span(self.start, end)
        return Note(self.label, span) if self.number is None else Reference(self.number, span)


def marks(text: str) -> dict[str, int]:
    """Where each mark in brackets is printed first; of several in one pair, like "[a, b]", each is one, too."""
    first: dict[str, int] = {}
    for match in _MARK.finditer(text):
        for mark in (match[1], *map(str.strip, _SEPARATOR.split(match[1]))):
            first.setdefault(mark, match.start())
    return first


def _read(text: str, lines: Sequence[Line], index: int, run_in: re.Pattern[str]) -> Entry | None:
    """The entry that begins in a line, behind the heading of its list if `run_in` finds one."""
    line = lines[index]
    heading = run_in.match(text, line.start, min(line.end, line.start + 80))
    found = _ENTRY.match(text, heading.end() if heading else line.start, line.end)
    if not found or (found["open"], found["close"]) not in _FORMS:
        return None
    form, alone = (found["open"], found["close"]), found["alone"] is not None
    if alone and (form == BARE or index + 1 == len(lines)):
        return None
    start = lines[index + 1].start if alone else found.end()
    return Entry(
        form, found["label"], start, index, found.start(), alone, Span(*heading.span("name")) if heading else None
    )


def follows(entry: Entry, last: Entry) -> bool:
    """Whether an entry can come after the last one of a list: footnotes in any order, numbers in theirs."""
    if entry.form != last.form or entry.heading:
        return False
    if entry.is_footnote:
        return True
    if entry.number is None or last.number is None:
        return entry.number is last.number or bool(_PART.match(entry.label) or _PART.match(last.label))
    return 0 < entry.number - last.number <= _GAP


def _is_label(entry: Entry, run: Sequence[Entry], known: Mapping[str, int]) -> bool:
    """Whether the label of an entry is one: a number, that of a footnote, or a mark that is printed before the list.

    Of the letters "a.", "b.", ... the first one tells for all.
    """
    if entry.number is not None or entry.is_footnote:
        return True
    if run and not entry.form[0] and ord(entry.label) == ord(run[-1].label[-1]) + 1:
        return True
    begin = run[0].printed if run else entry.printed
    return known.get(entry.label, begin) < begin


def _goes_on(text: str, line: Line, index: int, last: Entry) -> bool:
    """Whether a line that is no entry belongs to the last one: its paragraph, or an indented one of a footnote."""
    if text.startswith("#", line.start):
        return False
    return not line.blank or (last.alone and index == last.line + 1) or (last.is_footnote and line.indent > 1)


def runs(text: str, lines: Sequence[Line], run_in: re.Pattern[str]) -> Iterator[tuple[list[Entry], int]]:
    """Ascending runs of entries of one form, each with the index of the line after it."""
    run: list[Entry] = []
    known = marks(text)
    for index, line in enumerate(lines):
        entry = _read(text, lines, index, run_in)
        continues = bool(entry and run and follows(entry, run[-1]))
        if entry and not _is_label(entry, run if continues else [], known):
            entry, continues = None, False
        if entry and continues:
            run.append(entry)
        elif run and ((entry and (entry.number == 1 or entry.heading)) or not _goes_on(text, line, index, run[-1])):
            yield run, index
            run = [entry] if entry else []
        elif not run and entry:
            run = [entry]
    if run:
        yield run, len(lines)


def within(text: str, entry: Entry, end: int, below: int) -> Iterator[Entry]:
    """The entries that follow one in the same lines up to an offset, with the next numbers, all below a limit."""
    opening, closing = map(re.escape, entry.form)
    # "vol. 4. 2001" begins no entry
    before, after = (r"(?<=\s)", r"(?=\S)") if opening else (r"(?<=[.;)\]”\"]\s)", r"(?=[^\W\d_a-z]|[“\"])")
    for number in range((entry.number or 0) + 1, below):
        found = re.compile(rf"{before}{opening}{number}{closing}\s+{after}").search(text, entry.start, end)
        if not found:
            return
        entry = Entry(entry.form, str(number), found.end(), entry.line, found.start())
        yield entry
