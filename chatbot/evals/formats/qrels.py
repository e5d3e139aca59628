"""Collections with relevance judgements, as BEIR and TREC have them: which entries are relevant to which query.

Judgements are about entries, not sentences: a quote is right if it is any sentence of a relevant entry. All entries
become one document, with one section each. `accept_spans` are the sentences of the relevant entries; `gold` has them as
text, without those that other entries have too. A query without a relevant entry is left out and reported, since the
lack of a judgement does not mean that no entry answers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from chatbot.documents.model import LIMIT, Document, Kind, Sentence
from chatbot.documents.parser import parse
from chatbot.errors import CaseError
from chatbot.evals.cases.gold_text import folded
from chatbot.evals.formats.base import Draft, ImportedSet, lines, turn

Relevant = Mapping[str, set[str]]  # the ids of the entries, by the query's id


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of the collection."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question, and its `file:line`."""

    id: str
    text: str
    place: str


def _is_above_zero(grade: str, place: str, *, header: bool) -> bool:
    """Whether a grade is above zero. `header`: the line may be a header, whose grade is not a number."""
    with suppress(ValueError):
        if isfinite(value := float(grade)):
            return value > 0
    if header:
        return False
    raise CaseError(place, f'has a grade that is not a number: "{grade}"')


def judgements(path: Path, columns: tuple[int, int, int], separator: str | None = None) -> Relevant:
    """The relevant entries of each query: grade above 0. `columns` are those of query, entry and grade."""
    relevant: dict[str, set[str]] = defaultdict(set)
    for number, (place, line) in enumerate(lines(path)):
        cells = [cell.strip() for cell in line.split(separator)]
        if len(cells) <= max(columns):
            raise CaseError(place, f"has {len(cells)} columns; judgements have {max(columns) + 1}")
        query, entry, grade = (cells[column] for column in columns)
        if _is_above_zero(grade, place, header=not number):
            relevant[query].add(entry)
    return relevant


def _section(entry: Entry) -> str:
    title = " ".join(entry.title.split()) or entry.id
    return f"# {title}\n\n{entry.text.strip()}\n\n"


def _bodies(document: Document, starts: Sequence[int]) -> list[list[Sentence]]:
    """The sentences of each entry; the title of an entry that has nothing else."""
    found: list[list[Sentence]] = [[] for _ in starts]
    for sentence in document.sentences:
        found[bisect_right(starts, sentence.span.start) - 1].append(sentence)
    return [[s for s in entry if s.kind is not Kind.HEADING] or entry for entry in found]


@dataclass(frozen=True, slots=True)
class _Collection:
    """The document of all entries, the sentences of each entry, and the entries that have a text as a sentence."""

    document: Document
    bodies: Mapping[str, Sequence[Sentence]]
    holders: Mapping[str, set[str]]

    def turn(self, query: Query, relevant: set[str]) -> dict[str, Any]:
        """The turn of a query; unanswerable if nothing of a relevant entry can be quoted."""
        sentences = sorted((s for entry in relevant for s in self.bodies.get(entry, ())), key=lambda s: s.span)
        texts = [self.document[sentence.span] for sentence in sentences]
        gold = [text for text in texts if self.holders[folded(text)] <= relevant]
        return turn(query.text, gold, accept_spans=[list(sentence.span) for sentence in sentences])


def _collection(folder: Path, name: str, entries: Iterable[Entry]) -> _Collection:
    unique = list({entry.id: entry for entry in entries}.values())
    sections = [_section(entry) for entry in unique]
    if sum(len(section.encode("utf-8", "surrogatepass")) for section in sections) > LIMIT:
        raise CaseError(str(folder), f"its documents are more than {LIMIT >> 20} MB together; take a part of them")
    starts = [0]
    for section in sections:
        starts.append(starts[-1] + len(section))
    document = parse("".join(sections), name)
    found = dict(zip((entry.id for entry in unique), _bodies(document, starts[:-1]), strict=True))
    holders: dict[str, set[str]] = defaultdict(set)
    for entry, sentences in found.items():
        for sentence in sentences:
            holders[folded(document[sentence.span])].add(entry)
    return _Collection(document, found, holders)


def _reason(query: Query, relevant: Relevant) -> str:
    if not relevant.get(query.id):
        return "the judgements name no relevant entry, which does not say that none answers"
    return f"none of its {len(relevant[query.id])} relevant entries is in the collection with a text"


def _drafts(collection: _Collection, queries: Iterable[Query], relevant: Relevant) -> Iterator[Draft | CaseError]:
    for query in queries:
        turned = collection.turn(query, relevant.get(query.id, set()))
        if turned["answerable"]:
            yield Draft(query.place, {"id": query.id, "document": collection.document.name, "turns": [turned]})
        else:
            yield CaseError(query.place, f'left out the query "{query.id}": {_reason(query, relevant)}')


def read(folder: Path, entries: Iterable[Entry], queries: Iterable[Query], relevant: Relevant) -> ImportedSet:
    """The cases of a collection. Raises CaseError."""
    collection = _collection(folder, "collection.md", entries)
    found = list(_drafts(collection, queries, relevant))
    return ImportedSet(
        tuple(draft for draft in found if isinstance(draft, Draft)),
        {collection.document.name: collection.document.text},
        left_out=tuple(draft for draft in found if isinstance(draft, CaseError)),
    )
