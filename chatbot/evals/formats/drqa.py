"""DrQA's question sets (Chen et al. 2017): a question a line, and answers of which any one serves.

Only strings are known: one is right wherever the document has it. Answers that the document spells otherwise cannot be
quoted and make a case invalid.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chatbot.evals.formats.base import Draft, Foreign, Names, at, json_lines, member, name, turn


def is_one(record: Any) -> bool:
    """Whether an object of JSON lines is such a question."""
    return isinstance(record, dict) and "question" in record and "answer" in record


def _answers(record: Any) -> list[str]:
    answers = record.get("answer")
    found = [answers] if isinstance(answers, str) else member(record, "answer", list)
    if not all(isinstance(answer, str) for answer in found):
        raise ValueError('"answer" must be texts')
    return [answer for answer in found if answer.strip()]


def _record(record: Any, names: Names) -> dict[str, Any]:
    question = member(record, "question", str)
    own = {"id": name(record, "id") if "id" in record else names(question)}
    about = {"document": member(record, "document", str)} if "document" in record else {}
    return {**own, **about, "turns": [turn(question, _answers(record))]}


def read(path: Path) -> Foreign:
    """The cases of a file, `id`s made of its name and the question where it gives none. Raises CaseError."""
    drafts, names = [], Names(path)
    for place, record in json_lines(path):
        with at(place):
            drafts.append(Draft(place, _record(record, names)))
    return Foreign(tuple(drafts))
