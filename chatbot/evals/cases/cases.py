"""Question sets in our own format: cases of one or several turns, read from JSONL."""

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
    """A question, and what the right answer quotes.

    Attributes:
        question: the question.
        answerable: whether the article answers it.
        gold: groups of strings; the answer needs one string of every group.
        references: the numbers of the entries that must be shown.
        must_contain: strings that the quotes must all have.
        tolerated: quotes with such a string are neither right nor too many.
        accept_spans: places in the first document; a quote that has one of them is right instead of gold.
        smalltalk: the turn counts in no metric.
        history: the questions before this one.
        number: counts the turns of a case from 1.
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
        """Every string that the document must have."""
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
        """The names of its documents."""
        return ", ".join(path.name for path in self.documents)


def _span(value: Any) -> Span:
    numbers = each(number)(value)
    if len(numbers) != 2 or numbers[0] >= numbers[1]:
        raise ValueError("must be [start, end] with start before end")
    return Span(*numbers)


def _utterance(value: Any) -> tuple[str, str]:
    who, words = value if isinstance(value, list) and len(value) == 2 else ("", "")
    if who not in ("user", "agent"):
        raise ValueError('must be ["user", text] or ["agent", text]')
    return who, text(words)


def _path(value: Any) -> str:
    """A string that can be a file name."""
    name = text(value)
    try:
        impossible = b"\0" in os.fsencode(name)
    except UnicodeEncodeError:  # a lone surrogate
        impossible = True
    if impossible:
        raise ValueError("has characters that no file name can have")
    return name


def _history(value: Any) -> tuple[str, ...]:
    """The user's utterances; answers of another system are ignored."""
    return tuple(words for who, words in each(_utterance)(value) if who == "user")


def _answerable(value: Any) -> bool:
    """True or false; null in drafts of `chatbot gaps`, since a log cannot know whether the article answers."""
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
    """The turns; the history of a turn is the questions before it, unless it has its own."""
    questions = tuple(record["question"] for record in records)
    return tuple(CaseTurn(**{"history": questions[:i], **record}, number=i + 1) for i, record in enumerate(records))


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise ValueError(f"is not UTF-8 (byte {fault.start + 1})") from fault


def read(record: Any, place: str, folder: Path, about: tuple[Path, ...]) -> Case:
    """Read a case from its JSON value. Raises CaseError.

    Args:
        record: the JSON value.
        place: its `file:line`.
        folder: what `document` is relative to.
        about: the documents of a case without `document`.
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
    """The documents of cases that name none: the given ones, or the bundled article."""
    return tuple(documents) or (bundled_article(),)


def distinct(cases: Iterable[Case], path: Path) -> tuple[Case, ...]:
    """The cases of a file. Raises CaseError if there are none, or two have the same id."""
    seen: dict[str, Case] = {}
    for case in cases:
        if case.id in seen:
            raise CaseError(case.place, f'has the id "{case.id}" of {seen[case.id].place}')
        seen[case.id] = case
    if not seen:
        raise CaseError(str(path), "has no cases; a question set without questions proves nothing")
    return tuple(seen.values())


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """The non-blank lines of a file, each with its `file:line`."""
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")  # not splitlines, which splits at U+2028
    except OSError as error:
        raise CaseError(str(path), f"cannot be read: {error.strerror}") from error
    yield from ((f"{path}:{row}", line) for row, line in enumerate(lines, 1) if line.strip())


def parse(path: Path, documents: Sequence[Path] = ()) -> tuple[Case, ...]:
    """The cases of a JSONL file, in order; `check` compares them with their documents.

    Raises CaseError, with file and line.
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
    """The errors of all lines of a JSONL file; `parse` stops at the first."""
    return [fault for place, line in _lines(path) if (fault := _fault(place, line))]


def sources(case: Case) -> list[tuple[int, str]]:
    """The lengths and the folded texts of a case's documents. Raises CaseError."""
    try:
        return [source(path) for path in case.documents]
    except OSError as error:
        named = f"its document {error.filename}" if error.filename else "one of its documents"
        raise CaseError(case.place, f"{named} cannot be read: {error.strerror}") from error


def missing(case: Case) -> Iterator[tuple[int, str]]:
    """The strings that none of the case's documents has, each with the number of its turn."""
    sources(case)
    for position, turn in enumerate(case.turns, 1):
        for string in turn.strings:
            if not any(has(path, folded(string)) for path in case.documents):
                yield position, string


def check(case: Case) -> None:
    """Raise CaseError if none of the case's documents has a string of its gold, or a span is too long."""
    for position, string in missing(case):
        raise CaseError(case.place, f'turn {position}: not in {case.about}: "{string}"')
    length = sources(case)[0][0]
    for position, turn in enumerate(case.turns, 1):
        if any(span.end > length for span in turn.accept_spans):
            raise CaseError(case.place, f"turn {position}: accept_spans ends after the document")


def load(path: Path, documents: Sequence[Path] = ()) -> tuple[Case, ...]:
    """The cases of a JSONL file, each checked against its documents.

    Args:
        path: the file; the `document` of a case is relative to it.
        documents: what cases without `document` are about; by default the bundled article.

    Raises:
        CaseError: with file and line, at the first error.
    """
    cases = parse(path, documents)
    for case in cases:
        check(case)
    return cases
