"""Values as compact JSON in compressed text, which a record can hold: documents with their stems, and synonyms."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from typing import Any

from chatbot.documents.model import Document, Kind, Marker, Note, Place, PlaceStart, Reference, Section, Sentence, Span
from chatbot.index.part import AnalysedDocument
from chatbot.language.synonyms import Synonyms


def packed(value: Any) -> str:
    """A JSON value as compressed text."""
    return b64encode(zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())).decode()


def unpacked(text: str) -> Any:
    """The JSON value in compressed text."""
    return json.loads(zlib.decompress(b64decode(text)))


def _span(value: list[int] | None) -> Span | None:
    return Span(*value) if value else None


def _sentence(value: list[Any]) -> Sentence:
    start, end, section, paragraph, kind, markers = value
    found = tuple(
        Marker(Span(*span), tuple(numbers), tuple(Span(*note) for note in notes)) for span, numbers, notes in markers
    )
    return Sentence(Span(start, end), section, paragraph, Kind(kind), found)


def document_value(analysed: AnalysedDocument) -> dict[str, Any]:
    """A document and its stems as a JSON value."""
    document = analysed.document
    return {
        "name": document.name,
        "text": document.text,
        "sha256": document.sha256,
        "title": document.title,
        "sections": [[section.heading, section.level, section.span] for section in document.sections],
        "sentences": [
            [*s.span, s.section, s.paragraph, s.kind.value, [[m.span, m.numbers, m.notes] for m in s.markers]]
            for s in document.sentences
        ],
        "references": [[entry.number, entry.span, entry.scope] for entry in document.references],
        "notes": [[note.label, note.span] for note in document.notes],
        "places": [[start.offset, list(start.place)] for start in document.places],
        "stems": [" ".join(stems) for stems in analysed.sentences],
        "entries": [" ".join(stems) for stems in analysed.entries],
    }


def analysed_document(value: dict[str, Any]) -> AnalysedDocument:
    """The document and its stems from what `document_value` gave."""
    document = Document(
        name=value["name"],
        text=value["text"],
        title=_span(value["title"]),
        sections=tuple(Section(_span(heading), level, Span(*span)) for heading, level, span in value["sections"]),
        sentences=tuple(map(_sentence, value["sentences"])),
        references=tuple(Reference(number, Span(*span), _span(scope)) for number, span, scope in value["references"]),
        sha256=value["sha256"],
        notes=tuple(Note(label, Span(*span)) for label, span in value["notes"]),
        places=tuple(PlaceStart(offset, Place(*place)) for offset, place in value["places"]),
    )
    return AnalysedDocument(
        document,
        [tuple(stems.split()) for stems in value["stems"]],
        [tuple(stems.split()) for stems in value["entries"]],
    )


def synonyms_value(synonyms: Synonyms) -> list[Any]:
    """Synonyms as a JSON value."""
    return [list(synonyms.of.items()), list(synonyms.written.items())]


def synonyms_from(value: list[Any]) -> Synonyms:
    """The synonyms from what `synonyms_value` gave."""
    of, written = value
    return Synonyms(
        {tuple(phrase): tuple(map(tuple, others)) for phrase, others in of},
        {tuple(phrase): form for phrase, form in written},
    )
