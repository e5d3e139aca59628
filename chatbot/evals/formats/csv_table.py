"""Questions in a table, CSV or TSV, as spreadsheets save it: one question per row.

The columns are `question` and `answer` and, optionally, `id`, `document` (relative to the file), `references` ("3",
"3; 5-7") and `tags`. Further answer columns, `answer 2` and so on, are alternatives; a row without an answer says that
the article does not answer. A table without a header has the columns question and answer. An answer is a string, and
right wherever the document has it, so a short one that occurs often is best given with the words around it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from chatbot.documents.number_ranges import DASH, NUMBERS
from chatbot.errors import CaseError
from chatbot.evals.formats.base import CaseIds, Draft, ImportedSet, at, source, turn

_COLUMNS = ("question", "answer", "id", "document", "references", "tags")
_REFERENCES = re.compile(rf"[\[(]?\s*({NUMBERS})\s*[\])]?")
_RANGE = re.compile(rf"(\d+)(?:\s*{DASH}\s*(\d+))?")
_MAX_NAME = 40  # characters of a column's name that are compared
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
Row = tuple[int, list[str]]


def _column(cell: str) -> str:
    """The column of a header cell: "Answers", "answer 2" and "answer_3" are all `answer`; unknown names are kept."""
    name = cell.strip().casefold().rstrip("0123456789").rstrip(" \t\u00a0_-")
    return next((column for column in _COLUMNS if name.removesuffix("s") == column.removesuffix("s")), name)


def _is_header(cells: Sequence[str]) -> bool:
    return bool({"question", "answer"}.intersection(map(_column, cells)))


def _tabbed(text: str) -> Iterator[Row]:
    """Tab-separated values have no quoting (IANA), but spreadsheets quote cells with quotation marks."""
    for line, row in enumerate(text.split("\n"), 1):
        cells = (cell.strip() for cell in row.split("\t"))
        found = ((_QUOTED.fullmatch(cell), cell) for cell in cells)
        yield line, [quoted[1].replace('""', '"') if quoted else cell for quoted, cell in found]


def _separated(text: str, path: Path, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, [cell.strip() for cell in row]
            line = reader.line_num + 1
    except csv.Error as fault:
        raise CaseError(
            f"{path}:{line}", f"is not CSV: {fault}; cells with quotation marks have to be quoted"
        ) from fault


def _delimiter(text: str) -> str:
    """The delimiter that gives a header with known columns; otherwise the first one that splits the first row."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    parted = {mark: first.split(mark) for mark in (",", ";", "\t")}
    named = (mark for mark, cells in parted.items() if _is_header([cell.strip(' "') for cell in cells]))
    return next(named, next((mark for mark, cells in parted.items() if len(cells) > 1), ","))


def _rows(path: Path) -> list[Row]:
    text = source(path)
    delimiter = "\t" if path.suffix.lower() in (".tsv", ".tab") else _delimiter(text)
    rows = _tabbed(text) if delimiter == "\t" else _separated(text, path, delimiter)
    return [(line, cells) for line, cells in rows if any(cells)]


def _header(cells: Sequence[str]) -> list[str]:
    """The columns of a header. Raises ValueError if one is missing, or looks misspelled."""
    columns = [_column(cell) for cell in cells]
    for needed in ("question", "answer"):
        if needed not in columns:
            raise ValueError(f'has no column "{needed}" (its columns: {", ".join(filter(None, columns))})')
    for column in columns:
        meant = get_close_matches(column[:_MAX_NAME], _COLUMNS, 1, 0.7)
        if column not in _COLUMNS and meant:
            raise ValueError(f'has an unknown column "{column}"; is "{meant[0]}" meant?')
        if column != "answer" and column in _COLUMNS and columns.count(column) > 1:
            raise ValueError(f'has the column "{column}" twice')
    return columns


def _references(cell: str) -> list[int]:
    if not cell:
        return []
    parts = [_REFERENCES.fullmatch(part.strip()) for part in re.split(r";|(?<=[\])])\s*,?", cell) if part.strip()]
    if not all(parts):
        raise ValueError(f'"references" must be numbers like "3" or "3; 5-7", not "{cell}"')
    pairs = [pair for part in parts if part for pair in _RANGE.findall(part[1])]
    for low, high in pairs:
        if high and int(high) < int(low):
            raise ValueError(f'"references" has a range that runs backwards: {low}-{high}')
    return [number for low, high in pairs for number in range(int(low), int(high or low) + 1)]


def _record(columns: Sequence[str], cells: Sequence[str], ids: CaseIds) -> dict[str, Any]:
    """The case of a row. Raises ValueError, which says what is wrong with it."""
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        raise ValueError(f"has {len(cells)} cells for {len(columns)} columns; cells that hold the separator are quoted")
    filled = [(column, cell) for column, cell in zip(columns, cells, strict=False) if cell]
    of = dict(filled)
    if "question" not in of:
        raise ValueError("has no question")
    references = _references(of.get("references", ""))
    asked = turn(of["question"], [cell for column, cell in filled if column == "answer"])
    record: dict[str, Any] = {
        "id": of["id"] if "id" in of else ids(of["question"]),
        "turns": [asked | ({"references": references} if references else {})],
    }
    if tags := [tag.strip() for tag in re.split("[,;]", of.get("tags", "")) if tag.strip()]:
        record["tags"] = tags
    return record | ({"document": of["document"]} if "document" in of else {})


def read(path: Path) -> ImportedSet:
    """The cases of a table; an id that is missing is made from the file name and the question. Raises CaseError."""
    rows = _rows(path)
    columns = ["question", "answer"]
    if rows and _is_header(rows[0][1]):
        line, cells = rows.pop(0)
        with at(f"{path}:{line}"):
            columns = _header(cells)
    drafts, ids = [], CaseIds(path)
    for line, cells in rows:
        with at(f"{path}:{line}"):
            drafts.append(Draft(f"{path}:{line}", _record(columns, cells, ids)))
    return ImportedSet(tuple(drafts))
