"""BEIR's folders (Thakur et al. 2021): `corpus.jsonl`, `queries.jsonl`, and judgements in `qrels/`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chatbot.errors import CaseError
from chatbot.evals.formats import qrels
from chatbot.evals.formats.base import ImportedSet, at, json_lines, member, name
from chatbot.evals.formats.qrels import Entry, Query


def is_beir_folder(folder: Path) -> bool:
    """Whether a folder looks like one of BEIR."""
    return (folder / "corpus.jsonl").exists() or (folder / "queries.jsonl").exists()


def _entries(path: Path) -> Iterator[Entry]:
    for place, record in json_lines(path):
        with at(place):
            yield Entry(name(record, "_id"), member(record, "title", str, ""), member(record, "text", str))


def _queries(path: Path) -> Iterator[Query]:
    for place, record in json_lines(path):
        with at(place):
            yield Query(name(record, "_id"), member(record, "text", str), place)


def _qrels(folder: Path) -> Path:
    """The judgements of the test part, or the only ones there are."""
    found = sorted((folder / "qrels").glob("*.tsv"))
    chosen = [path for path in found if path.name == "test.tsv"] or found
    if len(chosen) != 1:
        names = f"several ({', '.join(path.name for path in found)})" if found else "no"
        raise CaseError(str(folder / "qrels"), f"has {names} judgements; name one file of them test.tsv")
    return chosen[0]


def read(folder: Path) -> ImportedSet:
    """The cases of a folder. Raises CaseError."""
    relevant = qrels.judgements(_qrels(folder), (0, 1, 2), "\t")
    return qrels.read(folder, _entries(folder / "corpus.jsonl"), _queries(folder / "queries.jsonl"), relevant)
