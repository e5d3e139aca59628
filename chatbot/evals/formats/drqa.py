"""DrQA's question sets (Chen et al. 2017): one question per line, with answers of which any one is right.

An answer is a string, and right wherever the document has it. A case whose answers the document spells differently is
invalid, since they cannot be quoted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chatbot.evals.formats.base import CaseIds, Draft, ImportedSet, at, json_lines, member, name, turn


def is_drqa_record(record: Any) -> bool:
    """Whether a JSON value is a question in this format."""
    return isinstance(record, dict) and "question" in record and "answer" in record


def _answers(record: Any) -> list[str]:
    answers = record.get("answer")
    found = [answers] if isinstance(answers, str) else member(record, "answer", list)
    if not all(isinstance(answer, str) for answer in found):
        raise ValueError('"answer" must be texts')
    return [answer for answer in found if answer.strip()]


def _record(record: Any, ids: CaseIds) -> dict[str, Any]:
    question = member(record, "question", str)
    own = {"id": name(record, "id") if "id" in record else ids(question)}
    about = {"document": member(record, "document", str)} if "document" in record else {}
    return {**own, **about, "turns": [turn(question, _answers(record))]}


def read(path: Path) -> ImportedSet:
    """The cases of a file; an id that is missing is made from the file name and the question. Raises CaseError."""
    drafts, ids = [], CaseIds(path)
    for place, record in json_lines(path):
        with at(place):
            drafts.append(Draft(place, _record(record, ids)))
    return ImportedSet(tuple(drafts))
