"""The article as values: one unaltered text, and spans that point into it."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import NamedTuple

LIMIT = 64 * 1024 * 1024  # bytes of an article
PATH = " > "  # between the headings of a path
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Span(NamedTuple):
    """A half-open range `[start, end)` of a text, in Unicode code points."""

    start: int
    end: int


class Kind(str, Enum):
    """The kind of block that a sentence comes from. Only prose is split into sentences; the other kinds stay whole."""

    PROSE = "prose"
    HEADING = "heading"
    ITEM = "item"
    TABLE = "table"
    CODE = "code"
    ENTRY = "entry"  # of the reference list; no document has it among its sentences


@dataclass(frozen=True, slots=True)
class Marker:
    """A printed citation: its place, and what it cites; nothing where the document does not say what it means.

    Attributes:
        span: its place.
        numbers: of a citation like `(3, 5-7)`, its numbers, expanded, in printed order.
        notes: of a mark like `[a]`, the texts of the notes that it stands for, in printed order.
    """

    span: Span
    numbers: tuple[int, ...]
    notes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit that is quoted. `section` and `paragraph` count from 0 over the whole document."""

    span: Span
    section: int
    paragraph: int
    kind: Kind = Kind.PROSE
    markers: tuple[Marker, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The reference numbers printed in this sentence, each once, in printed order."""
        return tuple(dict.fromkeys(number for marker in self.markers for number in marker.numbers))


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (None before the first one) and the text up to the next heading of any level.

    `level` is 0 without a heading, 1 for the title's level, and so on. `span` covers heading and body; of a section
    that goes on behind another one, like text behind a box with a heading of its own, only the body.
    """

    heading: Span | None
    level: int
    span: Span

    @property
    def goes_on(self) -> bool:
        """Whether the heading stands above an earlier section."""
        return self.heading is not None and self.heading.start < self.span.start


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a reference list: its printed number, and the span of its text without the number.

    `scope` is the chapter that the list serves: only there the number means this entry. None: in the whole document.
    """

    number: int
    span: Span
    scope: Span | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What a mark that is no number stands for: its label, and the span of its text without the label.

    Marks are like `[a]`, `[^mint]`, `†` or `[Mil03]`; an entry of a list without numbers has an empty label.
    """

    label: str
    span: Span


def innermost(scopes: Iterable[Span | None], place: int) -> Span | None:
    """The shortest of some scopes around a place; None if there is none."""
    around = (scope for scope in scopes if scope and scope.start <= place < scope.end)
    return min(around, key=lambda scope: scope.end - scope.start, default=None)


class Place(NamedTuple):
    """Where a text stands in the file it was read from, as far as its format knows; all None for plain text.

    Attributes:
        page: the page of a PDF, counted from 1.
        element: an element's `id`, or its XPath, which starts with a slash; in an EPUB behind its file's name and "#".
        paragraph: the paragraph of a Word file, counted from 1.
    """

    page: int | None = None
    element: str | None = None
    paragraph: int | None = None

    @property
    def label(self) -> str:
        """What a person can look up: "p. 4", "#methods", "paragraph 12"; empty where there is only an XPath."""
        if self.page is not None:
            return f"p. {self.page}"
        if self.element is not None:
            file, _, name = self.element.rpartition("#")
            return "" if name.startswith("/") else f"{file}#{name}"
        return "" if self.paragraph is None else f"paragraph {self.paragraph}"


class PlaceStart(NamedTuple):
    """The offset in a document's text from which its source's place is `place`."""

    offset: int
    place: Place


NOWHERE = Place()


def _paths(sections: Iterable[Section], title: Span | None) -> Iterator[tuple[Span, ...]]:
    """For each section the headings that it stands under, its own last, without the title."""
    opened: list[Section] = []
    for section in sections:
        while opened and opened[-1].level >= section.level:
            opened.pop()
        opened.append(section)
        yield tuple(outer.heading for outer in opened if outer.heading and outer.heading != title)


@dataclass(frozen=True)
class Document:
    """An article. Every span points into `text`, which is never altered.

    Attributes:
        name: the file name.
        text: the source, decoded; of a format that is no text, what its reader understood, as Markdown.
        title: the span of the title, if there is one.
        sections: in text order.
        sentences: in text order, without overlaps; headings are sentences too, entries of the reference list are not.
        references: the entries of the reference lists with their numbers, in text order.
        notes: what marks that are no numbers stand for, and the entries of lists without numbers, in text order.
        sha256: the hash of the source's bytes, in hexadecimal.
        places: where parts of the text stand in the source, by offset; none for plain text, which has only lines.
    """

    name: str
    text: str = field(repr=False)
    title: Span | None
    sections: tuple[Section, ...] = field(repr=False)
    sentences: Sequence[Sentence] = field(repr=False)
    references: tuple[Reference, ...] = field(repr=False)
    sha256: str
    notes: tuple[Note, ...] = field(default=(), repr=False)
    places: Sequence[PlaceStart] = field(default=(), repr=False)

    @cached_property
    def _line_starts(self) -> array[int]:
        return array("L", (0, *(match.end() for match in _LINE_BREAK.finditer(self.text))))

    @cached_property
    def _paths(self) -> tuple[tuple[Span, ...], ...]:
        return tuple(_paths(self.sections, self.title))

    @cached_property
    def _scopes(self) -> tuple[Span | None, ...]:
        return tuple(dict.fromkeys(entry.scope for entry in self.references))

    @cached_property
    def _numbered(self) -> dict[tuple[int, Span | None], Reference]:
        # of equal numbers in one list the first
        return {(entry.number, entry.scope): entry for entry in reversed(self.references)}

    def __hash__(self) -> int:
        return hash((self.name, self.sha256))  # hashing every sentence would be slow

    def __getitem__(self, span: Span) -> str:
        """The text of a span: the only way that text leaves a document."""
        return self.text[span.start : span.end]

    @property
    def title_text(self) -> str:
        """The title; the document's name if it has none."""
        return self[self.title] if self.title else self.name

    def line(self, offset: int) -> int:
        """The number of the line at an offset, counted from 1."""
        return bisect_right(self._line_starts, offset)

    def place(self, offset: int) -> Place | None:
        """The place in the source of the text at an offset; None before the first one that is known."""
        index = bisect_right(self.places, offset, key=lambda start: start.offset)
        return self.places[index - 1].place if index else None

    def sentences_in(self, span: Span) -> tuple[Sentence, ...]:
        """The sentences that overlap a span, in text order."""
        # by bisection: an article may have a hundred thousand sentences
        first = bisect_right(self.sentences, span.start, key=lambda sentence: sentence.span.end)
        last = bisect_left(self.sentences, span.end, key=lambda sentence: sentence.span.start)
        return tuple(self.sentences[first:last])

    def heading(self, section: int) -> Span | None:
        """The heading of a section, if it has one."""
        return self.sections[section].heading

    def heading_path(self, section: int) -> tuple[Span, ...]:
        """The headings that a section stands under, its own last; the title is none of them."""
        return self._paths[section]

    def context(self, section: int) -> tuple[Span, ...]:
        """The headings that say what a section is about: its path, or the title of what stands under that alone."""
        heading = self.heading(section)
        return self._paths[section] or ((heading,) if heading else ())

    def section_name(self, section: int) -> str:
        """The headings of a section as they are shown, like "Model A > Weight"; empty where there is none."""
        return PATH.join(self[heading] for heading in self.context(section))

    def subsections(self, section: int) -> range:
        """A section and those below its heading."""
        level = self.sections[section].level
        following = range(section + 1, len(self.sections))
        return range(section, next((n for n in following if self.sections[n].level <= level), len(self.sections)))

    def reference(self, number: int, place: int) -> Reference | None:
        """The entry that a number means at a place, the first one if its list restarts; None if it means none."""
        scope = innermost(self._scopes, place)
        return self._numbered.get((number, scope)) or self._numbered.get((number, None))

    def references_numbered(self, number: int) -> tuple[Reference, ...]:
        """The entry with this number in each reference list, the first one if the list restarts."""
        found = (self._numbered.get((number, scope)) for scope in self._scopes)
        return tuple(entry for entry in found if entry)

    def entry_at(self, span: Span) -> Reference | None:
        """The entry whose text is a span; None if it is none's."""
        return next((entry for entry in self.references if entry.span == span), None)

    def note_at(self, span: Span) -> Note | None:
        """The note whose text is a span; None if it is none's."""
        return next((note for note in self.notes if note.span == span), None)

    def chapter(self, entry: Reference) -> int | None:
        """The section with the heading of the chapter that an entry's list serves; None if that has no heading."""
        if not entry.scope:
            return None
        start, end = entry.scope
        headed = (i for i, section in enumerate(self.sections) if section.heading and section.heading != self.title)
        return next((i for i in headed if start <= self.sections[i].span.start < end), None)
