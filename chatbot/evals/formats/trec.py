"""TREC's folders: topics, judgements (qrels) and documents, each as tab-separated lines or in TREC's own markup.

A file with "qrel" in its name has the judgements, one with "topic" or "quer" the topics; all others are documents.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from chatbot.errors import CaseError
from chatbot.evals.formats import qrels as judged
from chatbot.evals.formats.base import ImportedSet, lines, source
from chatbot.evals.formats.qrels import Entry, Query

_TOP = re.compile(r"<top>(.*?)(?:</top>|(?=<top>)|\Z)", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"<num>\s*(?:Number:\s*)?([^\s<]+)", re.IGNORECASE)
_TITLE = re.compile(r"<title>\s*(?:Topic:)?\s*([^<]*)", re.IGNORECASE)
_HEADS = ("TITLE", "HEADLINE", "HL", "TI")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")


def _files(folder: Path, *patterns: str) -> list[Path]:
    """The files below a folder, except hidden ones and READMEs."""
    found = (path for pattern in patterns for path in folder.glob(pattern) if path.is_file())
    shown = (path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))
    return sorted(path for path in shown if not path.name.startswith("README"))


def _named(files: list[Path], *words: str) -> list[Path]:
    return [path for path in files if any(word in path.name.lower() for word in words)]


def _parts(folder: Path) -> tuple[list[Path], list[Path]]:
    """The topics and the judgements, in the folder or in a folder of their own; the folder may be any, even `/`."""
    files = _files(folder, "*", "*/*")
    qrels = _named(files, "qrel")
    topics = [path for path in _named(files, "topic", "quer") if path not in qrels]
    return topics, qrels


def is_trec_folder(folder: Path) -> bool:
    """Whether a folder looks like one of TREC."""
    topics, qrels = _parts(folder)
    return bool(topics and qrels)


def _plain(markup: str) -> str:
    return html.unescape(_TAG.sub(" ", markup)).strip()


def _pairs(path: Path) -> Iterator[tuple[str, str, str]]:
    """Place, id and text of each line."""
    for place, line in lines(path):
        name, parted, text = line.partition("\t")
        if not parted:
            raise CaseError(place, "has no tab; a line is an id, a tab, and a text")
        yield place, name.strip(), text.strip()


def _topics(path: Path) -> Iterator[Query]:
    text = source(path)
    if "<top>" not in text.lower():
        yield from (Query(name, question, place) for place, name, question in _pairs(path))
        return
    row, counted = 1, 0
    for match in _TOP.finditer(text):
        row, counted = row + text.count("\n", counted, match.start()), match.start()
        place = f"{path}:{row}"
        number, title = _NUMBER.search(match[1]), _TITLE.search(match[1])
        if not number or not title:
            raise CaseError(place, "the topic has no <num> or no <title>")
        yield Query(number[1], " ".join(_plain(title[1]).split()), place)


def _elements(text: str, tag: str) -> Iterator[tuple[int, str]]:
    """The start and the content of each element of a tag, in one pass, even if many are never closed."""
    opening, closing = (re.compile(f"<{slash}{tag}>", re.IGNORECASE) for slash in ("", "/"))
    end = 0
    while (first := opening.search(text, end)) and (last := closing.search(text, first.end())):
        yield first.start(), text[first.end() : last.start()]
        end = last.end()


def _marked(path: Path, text: str) -> Iterator[Entry]:
    for start, content in _elements(text, "DOC"):
        _, number = next(_elements(content, "DOCNO"), (0, ""))
        if not number.strip():
            raise CaseError(f"{path}:{text.count(chr(10), 0, start) + 1}", "the document has no <DOCNO>")
        _, head = min((head for tag in _HEADS for head in islice(_elements(content, tag), 1)), default=(0, ""))
        body = "\n\n".join(_plain(part) for _, part in _elements(content, "TEXT"))
        yield Entry(number.strip(), _plain(head), body)


def _entries(path: Path) -> Iterator[Entry]:
    text = source(path)
    if "<doc>" in text.lower():
        return _marked(path, text)
    return (Entry(name, "", body) for _, name, body in _pairs(path))


def _only(folder: Path, files: list[Path], what: str) -> Path:
    if len(files) != 1:
        raise CaseError(str(folder), f"has {len(files)} files of {what} ({', '.join(path.name for path in files)})")
    return files[0]


def _grades(path: Path, queries: list[Query]) -> judged.Relevant:
    """The judgements; a topic numbered "051" may be "51" there."""
    found = judged.judgements(path, (0, 2, 3))
    return {query.id: found.get(query.id) or found.get(query.id.lstrip("0"), set()) for query in queries}


def read(folder: Path) -> ImportedSet:
    """The cases of a folder. Raises CaseError."""
    topics, qrels = _parts(folder)
    documents = [path for path in _files(folder, "**/*") if path not in topics + qrels]
    if not documents:
        raise CaseError(str(folder), "has topics and judgements, but no documents")
    queries = list(_topics(_only(folder, topics, "topics")))
    relevant = _grades(_only(folder, qrels, "judgements"), queries)
    return judged.read(folder, (entry for path in documents for entry in _entries(path)), queries, relevant)
