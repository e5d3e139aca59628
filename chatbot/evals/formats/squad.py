"""SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018): articles of paragraphs, with answers as places in the text.

`accept_spans` are the answers' places in the unpacked article: "10" is right only where the answer is. The texts of the
answers would be too lenient, as short ones occur in many sentences, and `must_contain` would require every alternative.
`gold` has the places as text, for reports and for retrieval metrics: an answer, followed by as many words of its
paragraph as make it unique.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Any

from chatbot.common.json_values import json_value
from chatbot.documents.model import Span
from chatbot.errors import CaseError
from chatbot.evals.cases.gold_text import fold, folded
from chatbot.evals.formats.base import Draft, ImportedSet, at, member, name, source, turn

_ID = re.compile(r'"id"\s*:\s*("(?:[^"\\]|\\.)*"|\d+)')
_NEXT_WORD = re.compile(r"\W*\w+")
_MAX_WORDS = 40  # that an answer is extended by
_MAX_BYTES = 200  # of a file name; systems allow 255
_LEVEL = "# "


class _FileNames:
    """File names of articles: of letters, digits, dashes and underscores, and each once."""

    def __init__(self) -> None:
        self._used: set[str] = set()  # casefolded: some file systems ignore case
        self._numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))

    def new(self, title: str) -> str:
        """A name for an article with this title; it begins with no dash, which commands would read as an option."""
        letters = re.sub(r"[^\w-]+", "_", title).lstrip("_-").rstrip("_")[:80]
        stem = letters.encode()[:_MAX_BYTES].decode(errors="ignore") or "article"
        numbered = (f"{stem}-{number}.md" for number in self._numbers[stem.casefold()])
        name = next(name for name in chain([f"{stem}.md"], numbered) if name.casefold() not in self._used)
        self._used.add(name.casefold())
        return name


@dataclass(slots=True)
class _Reading:
    """What has been read so far: cases, documents by file name, and errors."""

    path: Path
    places: Iterator[int]
    drafts: list[Draft] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)
    names: _FileNames = field(default_factory=_FileNames)
    invalid: list[CaseError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Article:
    """An unpacked article: its file name, its text, the folded text, and the spans of its paragraphs."""

    name: str
    text: str
    matched: str
    paragraphs: tuple[Span, ...]


def _questions(data: list[Any]) -> Iterator[Any]:
    for article in data:
        for paragraph in member(article, "paragraphs", list):
            yield from member(paragraph, "qas", list)


def _rows(text: str, ids: Iterable[str]) -> Iterator[int]:
    """The line of each id, in one pass; an id that is not found, and all after it, get the last line."""
    found = _ID.finditer(text)
    position, row = 0, 1
    for wanted in ids:
        match = next((match for match in found if str(json.loads(match[1])) == wanted), None)
        if match:
            row += text.count("\n", position, match.start())
            position = match.start()
        yield row


def _article(record: Any, names: _FileNames) -> _Article:
    """The title as a heading, then the paragraphs, blank lines between them."""
    title = " ".join(member(record, "title", str, "").replace("_", " ").split())
    contexts = [member(paragraph, "context", str) for paragraph in member(record, "paragraphs", list)]
    marked = contexts and contexts[0].startswith("\ufeff")  # at the start of a file it would be a byte order mark
    text = f"{_LEVEL}{title}\n" if title else "\n" if marked else ""
    spans = []
    parts = [text] if text else []
    length = len(text)
    for context in contexts:
        gap = "\n" if length else ""
        spans.append(Span(length + len(gap), length + len(gap) + len(context)))
        parts += [gap, context, "\n"]
        length = spans[-1].end + 1
    text = "".join(parts)
    return _Article(names.new(title), text, fold(text), tuple(spans))


def _widened(article: _Article, span: Span, end: int) -> str | None:
    """The text of a span, extended up to `end` by as few words as make it unique; None if that is impossible."""
    ends = (match.end() for match in _NEXT_WORD.finditer(article.text, span.end, end))
    for _, stop in zip(range(_MAX_WORDS), (span.end, *ends), strict=False):
        wanted = folded(article.text[span.start : stop])
        first = article.matched.find(wanted)
        if first >= 0 and article.matched.find(wanted, first + 1) < 0:
            return article.text[span.start : stop]
    return None


def _place(answer: Any, article: _Article, paragraph: Span) -> Span:
    """The span of an answer in the article. Raises ValueError if it is not at its `answer_start`."""
    text, offset = member(answer, "text", str), member(answer, "answer_start", int)
    start = paragraph.start + offset
    if not text.strip() or offset < 0 or article.text[start : min(start + len(text), paragraph.end)] != text:
        raise ValueError(f'the answer "{text}" is not at its answer_start, {offset}')
    return Span(start, start + len(text))


def _turn(question: Any, article: _Article, paragraph: Span) -> dict[str, Any]:
    asked = member(question, "question", str).strip()
    answers = member(question, "answers", list, [])
    if member(question, "is_impossible", bool, not answers):
        return turn(asked)
    if not answers:
        raise ValueError("is answerable but has no answers")
    spans = sorted({_place(answer, article, paragraph) for answer in answers})
    gold = [wide for wide in (_widened(article, span, paragraph.end) for span in spans) if wide]
    return turn(asked, gold, accept_spans=[list(span) for span in spans])


def _add(reading: _Reading, question: Any, article: _Article, paragraph: Span) -> None:
    place = f"{reading.path}:{next(reading.places)}"
    try:
        asked = _turn(question, article, paragraph)
    except ValueError as fault:
        reading.invalid.append(CaseError(place, f"{name(question, 'id')}: {fault}"))
        return
    record = {"id": name(question, "id"), "document": article.name, "turns": [asked]}
    reading.drafts.append(Draft(place, record))


def read(path: Path) -> ImportedSet:
    """The cases of a SQuAD file; each article is a document. Raises CaseError."""
    text = source(path)
    with at(path):
        data = member(json_value(text), "data", list)
        ids = [name(question, "id") for question in _questions(data)]
        reading = _Reading(path, _rows(text, ids))
        for record in data:
            article = _article(record, reading.names)
            reading.documents[article.name] = article.text
            for paragraph, span in zip(record["paragraphs"], article.paragraphs, strict=True):
                for question in paragraph["qas"]:
                    _add(reading, question, article, span)
    return ImportedSet(tuple(reading.drafts), reading.documents, invalid=tuple(reading.invalid))
