"""The excerpts of shared/train as Markdown documents, and their questions as turns of our own format.

Gold is one group: the text of each sentence, and of each entry, that answers by itself. The numbers of these entries
are the references that must be shown. A sentence that is half an answer is tolerated: next to gold it does no harm, by
itself it is no right answer, and it must not be quoted for a question that nothing answers.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from chatbot.evals.cases.cases import CaseTurn

Record = dict[str, Any]

JOINED = 5  # excerpts in a joined document
GAP = 30  # the parser takes an entry whose number is higher by more for one of another list


def lines(path: Path) -> Iterator[Record]:
    """The records of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _title(excerpt: Record) -> str:
    return str(excerpt["title"] or excerpt["sentences"][0]["heading"] or excerpt["document"])


def _prose(excerpt: Record, level: int) -> Iterator[str]:
    """The paragraphs of an excerpt, each under its heading."""
    for heading, sentences in groupby(excerpt["sentences"], key=lambda sentence: sentence["heading"]):
        if heading and heading != _title(excerpt):
            yield f"{'#' * level} {heading}"
        yield " ".join(sentence["text"] for sentence in sentences)


def _entries(excerpt: Record, level: int) -> Iterator[str]:
    """The reference list. It begins anew where the excerpt leaves out many entries, or the parser would end it."""
    before = -GAP - 1
    for entry in excerpt.get("references", ()):
        if entry["number"] - before > GAP:
            yield f"\n{'#' * level} References\n"
        yield f"{entry['number']}. {entry['text']}"
        before = entry["number"]


def markdown(excerpt: Record, level: int = 1) -> str:
    """An excerpt as Markdown, with its title as a heading of a level, and its headings one level below."""
    entries = "\n".join(_entries(excerpt, level + 1)).strip()
    blocks = [f"{'#' * level} {_title(excerpt)}", *_prose(excerpt, level + 1), entries]
    return "\n\n".join(filter(None, blocks)) + "\n"


def joined(excerpts: Sequence[Record]) -> str:
    """Several excerpts as one document; their titles are headings of the second level."""
    return "\n".join(["# Collected articles\n", *(markdown(excerpt, level=2) for excerpt in excerpts)])


def groups(excerpts: Iterable[Record]) -> list[list[Record]]:
    """The excerpts that are joined, five at a time, in an order that is always the same; none with a reference list."""
    found = sorted((e for e in excerpts if "references" not in e), key=lambda e: str(e["document"]))
    random.Random(5).shuffle(found)  # noqa: S311 - not for security
    return [found[at : at + JOINED] for at in range(0, len(found), JOINED)]


def turn(record: Record, excerpt: Record, history: Sequence[str]) -> CaseTurn:
    """A turn of questions.jsonl or references.jsonl with the texts of its sentences and entries as gold."""
    texts = [sentence["text"] for sentence in excerpt["sentences"]]
    entries = {entry["number"]: entry["text"] for entry in excerpt.get("references", ())}
    numbers = record.get("entries", ())
    gold = [texts[number - 1] for number in record["answers"]] + [entries[number] for number in numbers]
    return CaseTurn(
        record["question"],
        bool(gold),
        gold=(tuple(gold),) if gold else (),
        references=tuple(numbers),
        tolerated=tuple(texts[number - 1] for number in record.get("half", ())),
        history=tuple(history),
        number=len(history) + 1,
    )


def turns(case: Record, excerpt: Record) -> Iterator[CaseTurn]:
    """The turns of a case, each with the questions before it."""
    questions = [record["question"] for record in case["turns"]]
    return (turn(record, excerpt, questions[:i]) for i, record in enumerate(case["turns"]))


def questions(shared: Path) -> Iterable[Record]:
    """All cases of shared/train."""
    return [*lines(shared / "train/questions.jsonl"), *lines(shared / "train/references.jsonl")]
