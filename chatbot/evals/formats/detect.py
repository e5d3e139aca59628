"""Question sets of every format we read, told apart by name and content.

.jsonl of ours          cases, as `chatbot.evals.cases.cases` reads them
.json                   SQuAD 1.1 and 2.0
.csv, .tsv              a table: question, answer, ...
.jsonl, .txt of DrQA    {"question": ..., "answer": [...]} a line
a folder                BEIR's or TREC's: documents, queries, judgements
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chatbot.errors import CaseError
from chatbot.evals.cases import cases
from chatbot.evals.cases.cases import Case
from chatbot.evals.cases.gold_text import folded, has
from chatbot.evals.formats import beir, csv_table, drqa, squad, trec
from chatbot.evals.formats.base import Foreign

_TABLES = frozenset((".csv", ".tsv", ".tab"))
_HEAD = 1 << 20  # bytes that are looked at to tell a format
Read = Callable[[Path], Foreign]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Cases, and why others are left out; `invalid` are those whose gold is not where the set says.

    `unpacked` is the folder of documents that came inside the set; None where the set is about files of their own.
    """

    cases: tuple[Case, ...]
    left_out: tuple[CaseError, ...] = ()
    invalid: tuple[CaseError, ...] = ()
    unpacked: Path | None = None


def _first(path: Path) -> Any:
    """The JSON value that the first line with anything in it is; None where it is none, and of what is no file."""
    try:
        if not path.is_file():  # whoever reads the pipe next would miss what was read here
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf")
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return None
    line = next((line for line in head.split(b"\n") if line.strip()), b"")
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _opens_object(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _in_folder(path: Path) -> Read | None:
    return beir.read if beir.is_one(path) else trec.read if trec.is_one(path) else None


def _in_json(path: Path) -> Read | None:
    """What a file of JSON, or of JSON lines, is; None: ours."""
    first = _first(path)
    if drqa.is_one(first):
        return drqa.read
    whole = path.suffix.lower() == ".json" and not (isinstance(first, dict) and "turns" in first)
    return squad.read if whole or (isinstance(first, dict) and "data" in first) else None


def _reader(path: Path) -> Read | None:
    """What reads a set of another format; None for our own. Raises CaseError for what is no set."""
    if path.is_dir():
        if read := _in_folder(path):
            return read
        raise CaseError(str(path), "is a folder with neither corpus.jsonl and queries.jsonl nor topics and qrels in it")
    if not path.is_file():  # a pipe can be read only once; what is missing is said by who reads it
        return None
    if path.suffix.lower() in _TABLES:
        return csv_table.read
    if path.suffix.lower() in (".json", ".jsonl") or _opens_object(path) or not path.stat().st_size:
        return _in_json(path)
    raise CaseError(str(path), "is no question set that is known; give .jsonl, .json (SQuAD), .csv, .tsv or a folder")


def _is_set_folder(path: Path) -> bool:
    try:
        return path.is_dir() and _in_folder(path) is not None
    except OSError:  # may not be looked into, or its name is too long
        return False


def recognised(path: Path) -> bool:
    """Whether a path is a question set and not an article."""
    if _is_set_folder(path):
        return True
    first = _first(path)
    lines = isinstance(first, dict) and ("turns" in first or drqa.is_one(first))
    return path.suffix.lower() in {".jsonl", ".json"} | _TABLES or lines


def _fault(case: Case) -> CaseError | None:
    try:
        cases.check(case)
    except CaseError as fault:
        return fault
    return None


def _hinted(fault: CaseError) -> CaseError:
    return CaseError(
        fault.place, f"{fault.reason} (chatbot eval lint lists all of these; --skip-invalid leaves them out)"
    )


def _valid(path: Path, found: QuestionSet, *, skip: bool) -> QuestionSet:
    """The cases whose gold is in their document; the others are faults or, where `skip`, left out."""
    if found.invalid and not skip:
        raise _hinted(found.invalid[0])
    faults = [(case, _fault(case)) for case in found.cases]
    wrong = [fault for _, fault in faults if fault]
    if wrong and not skip:
        raise _hinted(wrong[0])
    left_out = (*found.left_out, *found.invalid, *wrong)
    if len(wrong) == len(found.cases):
        raise CaseError(str(path), f"all {len(left_out)} cases are left out; the first: {left_out[0]}")
    return replace(found, cases=tuple(case for case, fault in faults if not fault), left_out=left_out, invalid=())


def _unpack_one(place: str, target: Path, text: str) -> None:
    if "\0" in text:
        raise CaseError(place, f"its document {target.name} has NUL characters, which are no text")
    try:
        target.write_bytes(text.encode("utf-8"))
    except UnicodeEncodeError as fault:
        raise CaseError(place, f"its document {target.name} has half a surrogate pair, which is no text") from fault
    except OSError as error:
        raise CaseError(place, f"its document {target.name} cannot be unpacked: {error.strerror}") from error


def _present(case: Case) -> Case:
    """A case with those of its alternatives that a document has, where it has any; others are names people also use."""

    def there(group: tuple[str, ...]) -> tuple[str, ...]:
        found = (text for text in group if any(has(path, folded(text)) for path in case.documents))
        return tuple(found) or group

    try:
        turns = (replace(turn, gold=tuple(map(there, turn.gold))) for turn in case.turns)
        return replace(case, turns=tuple(turns))
    except OSError:  # a document that cannot be read, as the check will say
        return case


def _drafted(path: Path, found: Foreign, folder: Path, documents: Sequence[Path]) -> tuple[Case, ...]:
    base = folder if found.documents else path.parent
    about = cases.corpus(documents)
    drafted = [_present(cases.read(draft.record, draft.place, base, about)) for draft in found.drafts]
    return cases.distinct(drafted, path) if drafted or not (found.left_out or found.invalid) else ()


@contextmanager
def unchecked(path: Path, documents: Sequence[Path] = ()) -> Iterator[QuestionSet]:
    """A question set of any format, not yet held against its documents, which are there while it is open.

    `left_out` are the queries of a collection that have no relevant entry. Raises CaseError.
    """
    try:
        read = _reader(path)
    except OSError as error:
        raise CaseError(str(path), f"cannot be read: {error.strerror}") from error
    if read is None:
        yield QuestionSet(cases.parse(path, documents))
        return
    found = read(path)
    with TemporaryDirectory(prefix="chatbot-") as name:
        folder = Path(name)
        for document, text in found.documents.items():
            _unpack_one(str(path), folder / document, text)
        drafted = _drafted(path, found, folder, documents)
        yield QuestionSet(drafted, found.left_out, found.invalid, folder if found.documents else None)


@contextmanager
def opened(path: Path, documents: Sequence[Path] = (), *, skip_invalid: bool = False) -> Iterator[QuestionSet]:
    """A question set of any format, read and checked as `cases.load` does; its documents are there while it is open.

    Cases without a document of their own are about `documents`, or, without those, about the bundled article. With
    `skip_invalid`, cases whose gold is not in their document are left out; a set that has no others is a fault too.
    Queries of a collection without any relevant entry are always left out. Raises CaseError.
    """
    with unchecked(path, documents) as found:
        yield _valid(path, found, skip=skip_invalid)
