"""The excerpts of shared/train as documents and cases of our own format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from chatbot.evals.cases.cases import CaseTurn

Record = dict[str, Any]


def lines(path: Path) -> Iterator[Record]:
    """The records of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _body(excerpt: Record, level: int) -> Iterator[str]:
    """The sections below the title, each sentence a paragraph line of its own."""
    for heading, sentences in groupby(excerpt["sentences"], key=lambda sentence: sentence["heading"]):
        if heading and heading != excerpt["title"]:
            yield f"{'#' * level} {heading}"
        yield " ".join(sentence["text"] for sentence in sentences)


def markdown(excerpt: Record) -> str:
    """An excerpt as a Markdown document: title, sections, and its reference list."""
    parts = [f"# {excerpt['title']}", *_body(excerpt, 2)]
    if entries := excerpt.get("references"):
        parts += ["## References", "\n".join(f"{entry['number']}. {entry['text']}" for entry in entries)]
    return "\n\n".join(parts) + "\n"


def joined(excerpts: Sequence[Record]) -> str:
    """Several excerpts as one document; their titles are headings."""
    return "\n\n".join(part for e in excerpts for part in (f"## {e['title']}", *_body(e, 3))) + "\n"


def turn(record: Record, excerpt: Record, history: Sequence[str]) -> CaseTurn:
    """A turn of questions.jsonl or references.jsonl with the texts of its sentences and entries as gold."""
    texts = [sentence["text"] for sentence in excerpt["sentences"]]
    entries = {entry["number"]: entry["text"] for entry in excerpt.get("references", ())}
    gold = [texts[number - 1] for number in record["answers"]] + [entries[n] for n in record.get("entries", ())]
    return CaseTurn(
        record["question"],
        bool(gold),
        gold=(tuple(gold),) if gold else (),
        tolerated=tuple(texts[number - 1] for number in record.get("half", ())),
        history=tuple(history),
    )


def turns(case: Record, excerpt: Record) -> Iterator[CaseTurn]:
    """The turns of a case, each with the questions before it."""
    questions = [record["question"] for record in case["turns"]]
    return (turn(record, excerpt, questions[:i]) for i, record in enumerate(case["turns"]))


def questions(shared: Path) -> Iterable[Record]:
    """All cases of shared/train."""
    return [*lines(shared / "train/questions.jsonl"), *lines(shared / "train/references.jsonl")]
