"""Detects the format of a question set by its name and content, and reads it.

our .jsonl              cases, as `chatbot.evals.cases.cases` reads them
.json                   SQuAD 1.1 and 2.0
.csv, .tsv              a table: question, answer, ...
.jsonl, .txt of DrQA    one {"question": ..., "answer": [...]} per line
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
from chatbot.evals.cases import allowed, cases
from chatbot.evals.cases.cases import Case
from chatbot.evals.cases.gold_text import folded, has
from chatbot.evals.formats import beir, csv_table, drqa, squad, trec
from chatbot.evals.formats.base import ImportedSet

_TABLES = frozenset((".csv", ".tsv", ".tab"))
_HEAD = 1 << 20  # bytes that are read to detect a format
Read = Callable[[Path], ImportedSet]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The cases of a set, and why others are left out.

    `invalid` are cases whose gold is not where the set says. `unpacked` is the folder of documents that came in the
    set; None if the set is about files of their own.
    """

    cases: tuple[Case, ...]
    left_out: tuple[CaseError, ...] = ()
    invalid: tuple[CaseError, ...] = ()
    unpacked: Path | None = None


def _first(path: Path) -> Any:
    """The JSON value of the first non-blank line; None if it is not JSON, or the path is not a file."""
    try:
        if not path.is_file():  # what is read of a pipe here would be missing later
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
    return beir.read if beir.is_beir_folder(path) else trec.read if trec.is_trec_folder(path) else None


def _in_json(path: Path) -> Read | None:
    """The reader of a JSON or JSON lines file; None for our own format."""
    first = _first(path)
    if drqa.is_drqa_record(first):
        return drqa.read
    is_squad = path.suffix.lower() == ".json" and not (isinstance(first, dict) and "turns" in first)
    return squad.read if is_squad or (isinstance(first, dict) and "data" in first) else None


def _reader(path: Path) -> Read | None:
    """The reader of another format; None for our own. Raises CaseError for an unknown format."""
    if path.is_dir():
        if read := _in_folder(path):
            return read
        raise CaseError(str(path), "is a folder with neither corpus.jsonl and queries.jsonl nor topics and qrels in it")
    if not path.is_file():  # a pipe can be read only once; a missing file is reported by its reader
        return None
    if path.suffix.lower() in _TABLES:
        return csv_table.read
    if path.suffix.lower() in (".json", ".jsonl") or _opens_object(path) or not path.stat().st_size:
        return _in_json(path)
    raise CaseError(str(path), "is not a known question set; give .jsonl, .json (SQuAD), .csv, .tsv or a folder")


def _is_set_folder(path: Path) -> bool:
    try:
        return path.is_dir() and _in_folder(path) is not None
    except OSError:  # not readable, or its name is too long
        return False


def recognised(path: Path) -> bool:
    """Whether a path is a question set and not an article."""
    if _is_set_folder(path):
        return True
    first = _first(path)
    lines = isinstance(first, dict) and ("turns" in first or drqa.is_drqa_record(first))
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
    """The cases whose gold is in their document; others are errors or, with `skip`, left out."""
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
        raise CaseError(place, f"its document {target.name} has NUL characters, so it is not text")
    try:
        target.write_bytes(text.encode("utf-8"))
    except UnicodeEncodeError as fault:
        raise CaseError(place, f"its document {target.name} has a lone surrogate, so it is not text") from fault
    except OSError as error:
        raise CaseError(place, f"its document {target.name} cannot be unpacked: {error.strerror}") from error


def _present(case: Case) -> Case:
    """A case with only those alternatives that a document has, if it has any."""

    def there(group: tuple[str, ...]) -> tuple[str, ...]:
        found = (text for text in group if any(has(path, folded(text)) for path in case.documents))
        return tuple(found) or group

    try:
        turns = (replace(turn, gold=tuple(map(there, turn.gold))) for turn in case.turns)
        return replace(case, turns=tuple(turns))
    except OSError:  # a document cannot be read; the check reports it
        return case


def _drafted(
    path: Path, found: ImportedSet, folder: Path, documents: Sequence[Path], within: Sequence[Path] | None
) -> tuple[Case, ...]:
    base = folder if found.documents else path.parent
    about = cases.corpus(documents)
    drafted = [cases.read(draft.record, draft.place, base, about) for draft in found.drafts]
    if not found.documents:
        _check_documents(drafted, path, about, within)
    present = map(_present, drafted)
    return cases.distinct(present, path) if drafted or not (found.left_out or found.invalid) else ()


def _check_documents(
    found: Sequence[Case], path: Path, about: Sequence[Path], within: Sequence[Path] | None
) -> tuple[Case, ...]:
    """The cases. Raises CaseError if one names a document that it may not; with None, all may."""
    if within is not None:
        allowed.check(found, about, allowed.folders(path, within))
    return tuple(found)


@contextmanager
def unchecked(
    path: Path, documents: Sequence[Path] = (), within: Sequence[Path] | None = None
) -> Iterator[QuestionSet]:
    """Open a question set of any format without checking its gold; its documents exist while it is open.

    `left_out` are the queries of a collection that have no relevant entry. Raises CaseError.

    Args:
        path: the set.
        documents: what cases without a document are about; by default the bundled article.
        within: folders whose files a case may name, besides its own and the working folder; None: it may name any file.
    """
    try:
        read = _reader(path)
    except OSError as error:
        raise CaseError(str(path), f"cannot be read: {error.strerror}") from error
    if read is None:
        about = cases.corpus(documents)
        yield QuestionSet(_check_documents(cases.parse(path, documents), path, about, within))
        return
    found = read(path)
    with TemporaryDirectory(prefix="chatbot-") as name:
        folder = Path(name)
        for document, text in found.documents.items():
            _unpack_one(str(path), folder / document, text)
        drafted = _drafted(path, found, folder, documents, within)
        yield QuestionSet(drafted, found.left_out, found.invalid, folder if found.documents else None)


@contextmanager
def opened(
    path: Path, documents: Sequence[Path] = (), within: Sequence[Path] | None = None, *, skip_invalid: bool = False
) -> Iterator[QuestionSet]:
    """Open a question set of any format and check it; its documents exist while it is open.

    Queries of a collection without a relevant entry are always left out.

    Args:
        path: the set.
        documents: what cases without a document are about; by default the bundled article.
        within: folders whose files a case may name, besides its own and the working folder; None: it may name any file.
        skip_invalid: leave out cases whose gold is not in their document.

    Raises:
        CaseError: the set is invalid, or no case is left.
    """
    with unchecked(path, documents, within) as found:
        yield _valid(path, found, skip=skip_invalid)
