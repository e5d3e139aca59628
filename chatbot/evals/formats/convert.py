"""Converts a question set of any format to our own: JSON lines, with the documents that came in the set."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from chatbot.common.json_values import json_line
from chatbot.common.wording import counted
from chatbot.errors import CaseError, UsageError
from chatbot.evals.cases.cases import Case, CaseTurn, corpus
from chatbot.evals.formats.detect import QuestionSet, opened


class Converted(NamedTuple):
    """How many cases were written, and why others were not."""

    cases: int
    left_out: tuple[CaseError, ...]

    def text(self, target: Path) -> str:
        """The result as a message."""
        rows = [f"{target}: {counted(self.cases, 'case')} written"]
        if self.left_out:
            rows.append(f"{len(self.left_out)} left out; the first: {self.left_out[0]}")
        return "\n".join(rows)


def _turn(turn: CaseTurn, before: tuple[str, ...]) -> dict[str, Any]:
    """A turn in our JSON, without empty fields; `before` are the earlier questions of its case."""
    history = [["user", question] for question in turn.history] if turn.history != before else None
    optional = {
        "references": list(turn.references),
        "must_contain": list(turn.must_contain),
        "tolerated": list(turn.tolerated),
        "accept_spans": [list(span) for span in turn.accept_spans],
        "smalltalk": turn.smalltalk,
    }
    gold = {"question": turn.question, "answerable": turn.answerable, "gold": [list(group) for group in turn.gold]}
    kept = {key: value for key, value in optional.items() if value}
    return gold | kept | ({} if history is None else {"history": history})


def record(case: Case, document: str | None = None) -> dict[str, Any]:
    """A case in our JSON; without a `document` it is about the documents of the whole set."""
    asked = tuple(turn.question for turn in case.turns)
    tags = {"tags": list(case.tags)} if case.tags else {}
    about = {} if document is None else {"document": document}
    turns = [_turn(turn, asked[:i]) for i, turn in enumerate(case.turns)]
    return {"id": case.id, **tags, **about, "turns": turns}


def _document(case: Case, found: QuestionSet, target: Path, about: tuple[Path, ...]) -> str | None:
    """The path of a case's document relative to the target; None if the whole set is about it."""
    if case.documents == about:
        return None
    path = case.documents[0]
    if path.parent == found.unpacked:
        return f"{_folder(target).name}/{path.name}"
    return Path(os.path.relpath(path, target.parent)).as_posix()


def _folder(target: Path) -> Path:
    return target.with_name(f"{target.stem}_documents")


def _write(found: QuestionSet, target: Path, about: tuple[Path, ...]) -> None:
    if found.unpacked:
        _folder(target).mkdir(parents=True)
        for path in sorted(found.unpacked.iterdir()):
            (_folder(target) / path.name).write_bytes(path.read_bytes())
    with target.open("xb") as file:
        file.writelines(json_line(record(case, _document(case, found, target, about))) for case in found.cases)


def _refuse(target: Path) -> None:
    if target.suffix.lower() != ".jsonl":
        raise UsageError(f"{target}: cases are written as JSON lines; name a file that ends in .jsonl")
    for path in (target, _folder(target)):
        if path.exists():
            raise UsageError(f"{path} already exists; name another file, or remove it first")


def convert(
    path: Path,
    target: Path,
    documents: Sequence[Path] = (),
    within: Sequence[Path] | None = None,
    *,
    skip_invalid: bool = False,
) -> Converted:
    """Write a question set in our own format; read again, it gives the same cases.

    Documents that came in the set are written to the folder `X_documents` next to `X.jsonl`; others stay where they
    are, and are named relative to the target.

    Raises:
        CaseError: the set is invalid.
        UsageError: the target exists or cannot be written.
    """
    _refuse(target)
    with opened(path, documents, within, skip_invalid=skip_invalid) as found:
        try:
            _write(found, target, corpus(documents))
        except OSError as error:
            raise UsageError(f"{error.filename or target} cannot be written: {error.strerror}") from error
    return Converted(len(found.cases), found.left_out)
