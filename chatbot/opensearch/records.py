"""From a document to its records: a header, its text, its units, and what can be asked for by its name."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatbot.answers.sections import heading_numbers
from chatbot.answers.structure import structure
from chatbot.documents.model import Kind
from chatbot.index.index import Index
from chatbot.index.part import AnalysedDocument, passage_stems
from chatbot.opensearch.codec import document_value, packed, synonyms_value
from chatbot.opensearch.schema import UNITS, token
from chatbot.opensearch.statistics import Sums, UnitSums

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chatbot.answers.sections import NamedSection, Number
    from chatbot.documents.model import Document
    from chatbot.index.part import Stems
    from chatbot.index.sentence import IndexedSentence
    from chatbot.language.synonyms import Synonyms

Record = dict[str, Any]
NAMED = ("faq", "section", "item", "line")  # kinds of records of what can be asked by name


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document comes from: its path below what was indexed, a key that sorts it, and its version."""

    path: str
    order: str
    version: str

    @property
    def id(self) -> str:
        """The name of the document in the index, which its path decides."""
        return digest(self.path.encode())


def digest(*contents: bytes) -> str:
    """A short hash of some contents."""
    found = hashlib.sha256()
    for content in contents:
        found.update(hashlib.sha256(content).digest())
    return found.hexdigest()[:24]


def record_id(document: str, version: str, kind: str = "", number: int = 0) -> str:
    """The name of a record: that of a document itself, or the one of a kind with a number."""
    return f"{document}:{version}" + (f":{kind}:{number}" if kind else "")


def header_id(document: str, version: str) -> str:
    """The name of a document's header."""
    return record_id(document, version, "header")


def all_ids(document: str, version: str, sizes: dict[str, int]) -> Iterator[str]:
    """The names of all records of a version of a document, its header last."""
    yield from (record_id(document, version, kind, n) for kind, size in sizes.items() for n in range(size))
    yield record_id(document, version)
    yield header_id(document, version)


def searched(stems: Iterable[str]) -> str:
    """The terms of a unit as a text that is split at white space."""
    return " ".join(map(token, stems))


def named_number(number: Number) -> str:
    """The number of a section as a keyword."""
    return f"{number.kind}:{number.number}"


def _sentence(sentence: IndexedSentence) -> Record:
    within = {"within": sentence.passage.position} if sentence.passage else {}
    return {"sentence": searched(sentence.stems), **within}


def _section(section: NamedSection) -> Record:
    return {
        "stems": sorted(map(token, section.own)),
        "stem_count": len(section.own),
        "path_stems": sorted(map(token, section.path)),
        "words": sorted(map(token, section.words)),
        "numbers": sorted(map(named_number, section.numbers)),
        "above": sorted(map(named_number, section.above)),
    }


def _line(line: IndexedSentence) -> Record:
    stems = list(map(token, line.stems))
    return {"first": stems[0], "stems": stems, "line_kind": line.kind.value, "text": line.text}


def _named(index: Index) -> dict[str, list[Record]]:
    """What a document can be asked by name, by kind."""
    named = structure(index)
    items = (index[position] for position in index.of_kind(Kind.ITEM))
    numbered = (sorted(map(named_number, heading_numbers(item.text))) for item in items)
    return {
        "faq": [{"stems": sorted(map(token, e.stems)), "negated": e.negated} for e in named.faq],
        "section": [_section(section) for section in named.sections],
        "item": [{"numbers": numbers} for numbers in numbered if numbers],
        "line": [_line(line) for line in named.fields],
    }


def _units(index: Index) -> tuple[AnalysedDocument, dict[str, list[Stems]]]:
    """A document with its stems, and the stems of its units by kind."""
    document = index.documents[0]
    sentences = [sentence.stems for sentence in index]
    passages = [passage_stems(document, passage, sentences) for passage in index.passages]
    entries = [entry.stems for entry in index.entries]
    return AnalysedDocument(document, sentences, entries), dict(zip(UNITS, (sentences, passages, entries), strict=True))


@dataclass(frozen=True, slots=True)
class Analysed:
    """A document as its records with their names. The header says how many there are, and whether all are written."""

    source: Source
    header: Record
    others: tuple[tuple[str, Record], ...]
    sums: Sums

    def headed(self, *, ready: bool) -> tuple[str, Record]:
        """The header, with its mark."""
        return header_id(self.source.id, self.source.version), {**self.header, "ready": ready}


def analyse(document: Document, synonyms: Synonyms, source: Source) -> Analysed:
    """The records of a document."""
    index = Index([document])
    analysed, units = _units(index)
    named = _named(index)
    known = bool(document.references or document.notes)
    sums = Sums({kind: UnitSums.of(units[kind]) for kind in UNITS}, Counter(index.words), 1, int(known))
    sizes = {**{kind: len(some) for kind, some in units.items()}, **{kind: len(some) for kind, some in named.items()}}
    shared = {"document": source.id, "version": source.version, "order": source.order}
    header = {
        **shared,
        "kind": "header",
        "name": document.name,
        "sha256": document.sha256,
        "path": source.path,
        "sizes": sizes,
        **({"synonyms": packed(synonyms_value(synonyms))} if synonyms.of else {}),
    }
    own = {**shared, "kind": "document", "body": packed(document_value(analysed)), "counts": packed(sums.value())}
    made: dict[str, list[Record]] = {
        "sentence": [_sentence(sentence) for sentence in index],
        "passage": [
            {
                "passage": searched(stems),
                "members": [passage.sentences.start, passage.sentences.stop],
                "span": list(passage.span),
                "section": passage.section,
            }
            for stems, passage in zip(units["passage"], index.passages, strict=True)
        ],
        "entry": [{"entry": searched(stems)} for stems in units["entry"]],
        **named,
    }
    others = tuple(
        (record_id(source.id, source.version, kind, n), {**shared, "kind": kind, "number": n, **record})
        for kind, records in made.items()
        for n, record in enumerate(records)
    )
    return Analysed(source, header, ((record_id(source.id, source.version), own), *others), sums)
