"""A document as arrays, and back: what is kept of a parsed text. Its sentences and places are made when looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from chatbot.common.lazy import Arrays, LazySequence, ends, string_arrays, strings_from
from chatbot.documents.model import Document, Kind, Marker, Note, Place, PlaceStart, Reference, Section, Sentence, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KINDS = tuple(Kind)
_NONE = -1  # an offset, a page or a paragraph that there is not


def _integers(values: Iterable[int]) -> NDArray[np.int32]:
    return np.fromiter(values, dtype=np.int32)


def _spans(spans: Iterable[Span | None]) -> NDArray[np.int32]:
    """The spans, one after the other; -1 twice for none."""
    return _integers(chain.from_iterable(span or (_NONE, _NONE) for span in spans))


def _optional(numbers: Iterable[int | None]) -> NDArray[np.int32]:
    return _integers(_NONE if number is None else number for number in numbers)


def _sentence_arrays(sentences: Sequence[Sentence]) -> Arrays:
    markers = [marker for sentence in sentences for marker in sentence.markers]
    return {
        "sentence_spans": _spans(s.span for s in sentences),
        "sentence_sections": _integers(s.section for s in sentences),
        "sentence_paragraphs": _integers(s.paragraph for s in sentences),
        "sentence_kinds": np.fromiter((_KINDS.index(s.kind) for s in sentences), dtype=np.uint8),
        "sentence_markers": ends(len(s.markers) for s in sentences),
        "marker_spans": _spans(m.span for m in markers),
        "marker_numbers": ends(len(m.numbers) for m in markers),
        "marker_notes": ends(len(m.notes) for m in markers),
        "numbers": np.fromiter(chain.from_iterable(m.numbers for m in markers), dtype=np.int64),
        "notes": _spans(chain.from_iterable(m.notes for m in markers)),
    }


def _place_arrays(places: Sequence[PlaceStart]) -> Arrays:
    return {
        "place_offsets": _integers(start.offset for start in places),
        "place_pages": _optional(start.place.page for start in places),
        "place_paragraphs": _optional(start.place.paragraph for start in places),
        "place_has_element": np.fromiter((start.place.element is not None for start in places), dtype=np.bool_),
        **string_arrays("place_element", (start.place.element or "" for start in places)),
    }


def packed(document: Document) -> Arrays:
    """All that was found in a document's text. Raises OverflowError if a number is larger than 64 bits."""
    return {
        "title": _spans([document.title]),
        "section_headings": _spans(s.heading for s in document.sections),
        "section_levels": _integers(s.level for s in document.sections),
        "section_spans": _spans(s.span for s in document.sections),
        "reference_numbers": np.fromiter((r.number for r in document.references), dtype=np.int64),
        "reference_spans": _spans(r.span for r in document.references),
        "reference_scopes": _spans(r.scope for r in document.references),
        "note_spans": _spans(note.span for note in document.notes),
        **string_arrays("note_label", (note.label for note in document.notes)),
        **_sentence_arrays(document.sentences),
        **_place_arrays(document.places),
    }


def _read_spans(array: NDArray[np.int32]) -> list[Span]:
    numbers = iter(array.tolist())
    return [Span(start, end) for start, end in zip(numbers, numbers, strict=True)]


def _read_optional_spans(array: NDArray[np.int32]) -> list[Span | None]:
    return [None if span.start == _NONE else span for span in _read_spans(array)]


def _slices(array: Any, first: int, last: int) -> Iterable[tuple[int, int]]:
    """The groups from `first` to `last` that an array of ends describes."""
    return pairwise(array[first : last + 1])


def _sentences(arrays: Arrays) -> LazySequence[Sentence]:
    view = {name: array.data for name, array in arrays.items()}
    spans, kinds, marked = view["sentence_spans"], view["sentence_kinds"], view["sentence_markers"]
    sections, paragraphs = view["sentence_sections"], view["sentence_paragraphs"]

    def sentence(position: int) -> Sentence:
        span = Span(spans[2 * position], spans[2 * position + 1])
        markers = _markers(view, marked[position], marked[position + 1])
        return Sentence(span, sections[position], paragraphs[position], _KINDS[kinds[position]], markers)

    return LazySequence(len(kinds), sentence)


def _markers(view: dict[str, memoryview], first: int, last: int) -> tuple[Marker, ...]:
    spans, numbers, notes = view["marker_spans"], view["numbers"], view["notes"]
    numbered, noted = _slices(view["marker_numbers"], first, last), _slices(view["marker_notes"], first, last)
    return tuple(
        Marker(
            Span(spans[2 * i], spans[2 * i + 1]),
            tuple(numbers[slice(*own)]),
            tuple(Span(notes[2 * n], notes[2 * n + 1]) for n in range(*pointed)),
        )
        for i, own, pointed in zip(range(first, last), numbered, noted, strict=True)
    )


def _places(arrays: Arrays) -> LazySequence[PlaceStart]:
    elements = strings_from("place_element", arrays)

    def place(position: int) -> PlaceStart:
        page, paragraph = (int(arrays[name][position]) for name in ("place_pages", "place_paragraphs"))
        known = Place(
            None if page == _NONE else page,
            elements[position] if arrays["place_has_element"][position] else None,
            None if paragraph == _NONE else paragraph,
        )
        return PlaceStart(int(arrays["place_offsets"][position]), known)

    return LazySequence(len(elements), place)


def unpacked(arrays: Arrays, name: str, text: str, sha256: str) -> Document:
    """The document that `packed` gave these arrays for.

    Args:
        arrays: what `packed` gave.
        name: the file name.
        text: the text that was parsed.
        sha256: the hash of the source's bytes.

    """
    columns = (_read_optional_spans(arrays["section_headings"]), arrays["section_levels"].tolist())
    references = (arrays["reference_numbers"].tolist(), _read_spans(arrays["reference_spans"]))
    return Document(
        name,
        text,
        _read_optional_spans(arrays["title"])[0],
        tuple(map(Section, *columns, _read_spans(arrays["section_spans"]))),
        _sentences(arrays),
        tuple(map(Reference, *references, _read_optional_spans(arrays["reference_scopes"]))),
        sha256,
        tuple(map(Note, strings_from("note_label", arrays), _read_spans(arrays["note_spans"]))),
        _places(arrays),
    )
