"""A question set: cases of one or several turns, read from JSONL and refused at the first fault."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.bot import bundled_article
from chatbot.common.json_values import each, fields, flag, json_value, number, text
from chatbot.documents.model import Span
from chatbot.errors import CaseError
from chatbot.evals.cases.gold_text import folded, has, source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from chatbot.common.json_values import Reader


@dataclass(frozen=True, slots=True)
class CaseTurn:
    """A question and what a right answer to it quotes.

    Every group of `gold` is needed, any one string of a group serves; so does, for all of them, a quote that holds one
    of `accept_spans` (code points of the first document). Every string of `must_contain` is needed. Quotes with a
    `tolerated` string are neither right nor too many. `references` are the numbers that have to be shown. `history`
    are the questions before this one, `number` counts the turns of a case from 1.
    """

    question: str
    answerable: bool
    gold: tuple[tuple[str, ...], ...] = ()
    references: tuple[int, ...] = ()
    must_contain: tuple[str, ...] = ()
    tolerated: tuple[str, ...] = ()
    accept_spans: tuple[Span, ...] = ()
    smalltalk: bool = False
    history: tuple[str, ...] = ()
    number: int = 1

    @property
    def strings(self) -> Iterator[str]:
        """Every string that has to stand in the document."""
        for group in self.gold:
            yield from group
        yield from self.must_contain
        yield from self.tolerated


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a question set: a single question or a dialogue. `place` is its `file:line`."""

    id: str
    place: str
    documents: tuple[Path, ...]
    turns: tuple[CaseTurn, ...]
    tags: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """What its documents are called."""
        return ", ".join(path.name for path in self.documents)


def _span(value: Any) -> Span:
    numbers = each(number)(value)
    if len(numbers) != 2 or numbers[0] >= numbers[1]:
        raise ValueError("must be [start, end] with start before end")
    return Span(*numbers)


def _utterance(value: Any) -> tuple[str, str]:
    who, said = value if isinstance(value, list) and len(value) == 2 else ("", "")
    if who not in ("user", "agent"):
        raise ValueError('must be ["user", text] or ["agent", text]')
    return who, text(said)


def _path(value: Any) -> str:
    """The name of a file, as far as a name can tell."""
    name = text(value)
    try:
        impossible = b"\0" in os.fsencode(name)
    except UnicodeEncodeError:  # half a surrogate pair
        impossible = True
    if impossible:
        raise ValueError("has characters that no file's name has")
    return name


def _history(value: Any) -> tuple[str, ...]:
    """What the user said; what another system answered is no part of our conversation."""
    return tuple(said for who, said in each(_utterance)(value) if who == "user")


def _answerable(value: Any) -> bool:
    """True or false; the drafts of `chatbot gaps` leave it open, because the log of a program cannot know."""
    if value is None:
        raise ValueError("is still open: make it true, with gold, if the article answers this, or false if it does not")
    return bool(flag(value))


def _gold(value: Any) -> tuple[tuple[str, ...], ...]:
    try:
        groups: tuple[tuple[str, ...], ...] = each(each(text, least=1))(value)
    except ValueError as fault:
        raise ValueError(
            f'{fault}; gold is a list of groups, like [["either this", "or this"], ["and this"]]'
        ) from fault
    return groups


_TURN: Mapping[str, Reader] = {
    "question": text,
    "answerable": _answerable,
    "gold": _gold,
    "references": each(number),
    "must_contain": each(text),
    "tolerated": each(text),
    "accept_spans": each(_span),
    "smalltalk": flag,
    "history": _history,
}


def _turn(record: Any) -> dict[str, Any]:
    turn = fields(record, _TURN, required=("question", "answerable"))
    wanted = turn.get("gold") or turn.get("accept_spans")
    if turn["answerable"] and not wanted:
        raise ValueError("is answerable but has no gold")
    if not turn["answerable"] and (wanted or turn.get("must_contain")):
        raise ValueError("is not answerable but has gold")
    return turn


_CASE: Mapping[str, Reader] = {
    "id": text,
    "tags": each(text),
    "document": _path,
    "turns": each(_turn, least=1),
}


def _turns(records: Sequence[dict[str, Any]]) -> tuple[CaseTurn, ...]:
    """The turns; the questions before each are its history, unless it has one of its own."""
    questions = tuple(record["question"] for record in records)
    return tuple(CaseTurn(**{"history": questions[:i], **record}, number=i + 1) for i, record in enumerate(records))


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise ValueError(f"is not UTF-8 (byte {fault.start + 1})") from fault


def read(record: Any, place: str, folder: Path, about: tuple[Path, ...]) -> Case:
    """The case that a record is; its `document` is relative to `folder`, without one the case is `about` some others.

    Raises CaseError.
    """
    try:
        case = fields(record, _CASE, required=("id", "turns"))
    except ValueError as fault:
        raise CaseError(place, str(fault)) from fault
    documents = (folder / case["document"],) if "document" in case else about
    return Case(case["id"], place, documents, _turns(case["turns"]), case.get("tags", ()))


def _line(line: bytes, place: str) -> Any:
    try:
        return json_value(_decoded(line))
    except ValueError as fault:
        raise CaseError(place, str(fault)) from fault


def corpus(documents: Sequence[Path] = ()) -> tuple[Path, ...]:
    """What cases without a document are about: some documents, and without those the bundled article."""
    return tuple(documents) or (bundled_article(),)


def distinct(cases: Iterable[Case], path: Path) -> tuple[Case, ...]:
    """The cases of a file, if there are any and each has an id of its own; else CaseError."""
    seen: dict[str, Case] = {}
    for case in cases:
        if case.id in seen:
            raise CaseError(case.place, f'has the id "{case.id}" of {seen[case.id].place}')
        seen[case.id] = case
    if not seen:
        raise CaseError(str(path), "has no cases; a question set without questions proves nothing")
    return tuple(seen.values())


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """The lines of a file that hold something, each with its `file:line`."""
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")  # not splitlines: U+2028 ends no line
    except OSError as error:
        raise CaseError(str(path), f"cannot be read: {error.strerror}") from error
    yield from ((f"{path}:{row}", line) for row, line in enumerate(lines, 1) if line.strip())


def parse(path: Path, documents: Sequence[Path] = ()) -> tuple[Case, ...]:
    """The cases of a JSONL file, in its order, their documents not looked into: see `load`.

    Raises CaseError, which names file and line.
    """
    about = corpus(documents)
    return distinct((read(_line(line, place), place, path.parent, about) for place, line in _lines(path)), path)


def _fault(place: str, line: bytes) -> CaseError | None:
    try:
        read(_line(line, place), place, Path(), ())
    except CaseError as fault:
        return fault
    return None


def faults(path: Path) -> list[CaseError]:
    """What is wrong with each line of a JSONL file by itself, where `parse` stops at the first."""
    return [fault for place, line in _lines(path) if (fault := _fault(place, line))]


def sources(case: Case) -> list[tuple[int, str]]:
    """The texts of a case's documents: their lengths, and as they are matched. Raises CaseError."""
    try:
        return [source(path) for path in case.documents]
    except OSError as error:
        named = f"its document {error.filename}" if error.filename else "one of its documents"
        raise CaseError(case.place, f"{named} cannot be read: {error.strerror}") from error


def missing(case: Case) -> Iterator[tuple[int, str]]:
    """What is in none of the case's documents though a quote should hold it: the turn, from 1, and the string."""
    sources(case)
    for position, turn in enumerate(case.turns, 1):
        for string in turn.strings:
            if not any(has(path, folded(string)) for path in case.documents):
                yield position, string


def check(case: Case) -> None:
    """Raise CaseError when a string that a quote should hold is in none of the case's documents."""
    for position, string in missing(case):
        raise CaseError(case.place, f'turn {position}: not in {case.about}: "{string}"')
    length = sources(case)[0][0]
    for position, turn in enumerate(case.turns, 1):
        if any(span.end > length for span in turn.accept_spans):
            raise CaseError(case.place, f"turn {position}: accept_spans ends after the document")


def load(path: Path, documents: Sequence[Path] = ()) -> tuple[Case, ...]:
    """The cases of a JSONL file, in its order, each of whose strings is in its document.

    A case's `document` is relative to the file; cases without one are about `documents`, or, without those, about the
    bundled article. Raises CaseError, which names file and line, at the first fault.
    """
    cases = parse(path, documents)
    for case in cases:
        check(case)
    return cases
