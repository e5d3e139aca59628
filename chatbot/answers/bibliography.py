"""The year of a reference entry, in any citation style (Vancouver, APA, MLA, ...), and its lists."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from chatbot.documents.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chatbot.documents.model import Document
    from chatbot.index.index import Index
    from chatbot.reply import Source

# A year stands alone: not inside a page range, a volume or a DOI.
_YEAR = re.compile(r"(?<![\d./:–—-])(?:1[5-9]|20)\d\d(?![\d/]|[.]\d|[–—-]\d)")
_SURE = re.compile(r"\(\d{4}[a-z]?\)|.?\d{4}[a-z]?(?:\s+[A-Z][a-z]{2,8}(?:\s\d+)?)?\s*;", re.DOTALL)
_ADDRESS = re.compile(r"https?://\S+|\bdoi:?\s*\S+|\b10\.\d{4,}/\S+", re.IGNORECASE)
_ACCESSED = re.compile(r"\b(?:retrieved|accessed|archived)\b.*", re.IGNORECASE | re.DOTALL)

# found once for each index, as long as that is in use: a server opens its documents again and again
_citing_sections: WeakKeyDictionary[Index, frozenset[tuple[int, int]]] = WeakKeyDictionary()

# "Smith AB, Jones C." or "Smith, A. B., & Jones, C."; and volume, issue and pages, or a DOI
_AUTHOR = re.compile(
    r"\W*[A-Z][\w'’-]+"
    r"(?: [A-Z]{1,3}[,;]| [A-Z]{2,3}\.| et al\b|, (?:[A-Z]\.[ -]?){1,3}(?:[,;&(]|and\b|[^\W\d_])|, [A-Z]\w+\.)"
)
_SAMPLE = 200  # paragraphs of a section that tell whether it is a reference list
_PAGES = re.compile(r"\d ?(?:\([^)]{1,12}\))?[:,] ?(?:pp?\. ?)?\d+ ?[–-] ?\d+|\b10\.\d{4,}/")


def year(text: str) -> int | None:
    """The year of publication that an entry prints; None if it prints none.

    A year in brackets or before a volume is preferred to one that may belong to the title; otherwise the last year.
    """
    bare = _ACCESSED.sub(" ", _ADDRESS.sub(" ", text))
    found = list(_YEAR.finditer(bare))
    sure = [match for match in found if _SURE.match(bare, max(0, match.start() - 1))]
    return int((sure[:1] or found[-1:])[0].group()) if found else None


def is_citation(text: str) -> bool:
    """Whether a paragraph is nothing but the citation of a work, as a reference list has it."""
    return year(text) is not None and bool(_AUTHOR.match(text) or _PAGES.search(text))


def _citing(document: Document) -> Iterator[int]:
    """The sections that are reference lists, whatever their heading: most of their paragraphs are citations."""
    body = (s for s in document.sentences if s.kind in (Kind.PROSE, Kind.ITEM))
    found: dict[int, list[str]] = {}
    for (section, _), group in groupby(body, key=lambda s: (s.section, s.paragraph)):
        first, *others = (sentence.span for sentence in group)
        found.setdefault(section, []).append(document.text[first.start : (others or [first])[-1].end])
    for section, paragraphs in found.items():
        sample = paragraphs[:: -(-len(paragraphs) // _SAMPLE)]
        cited = sum(map(is_citation, sample))
        if cited >= 2 and cited * 2 > len(sample):
            yield section


def remember_citing(index: Index, found: frozenset[tuple[int, int]]) -> None:
    """Take over what `citing_sections` found in the documents of an index at another time."""
    _citing_sections[index] = found


def citing_sections(index: Index) -> frozenset[tuple[int, int]]:
    """The sections that are reference lists, each as the number of its document and its own."""
    if index not in _citing_sections:
        numbered = enumerate(index.documents)
        _citing_sections[index] = frozenset((number, s) for number, document in numbered for s in _citing(document))
    return _citing_sections[index]


def newest(entries: Iterable[Source]) -> Sequence[Source]:
    """The entries with the latest printed year."""
    return _extreme(entries, sign=1)


def oldest(entries: Iterable[Source]) -> Sequence[Source]:
    """The entries with the earliest printed year."""
    return _extreme(entries, sign=-1)


def _extreme(entries: Iterable[Source], sign: int) -> list[Source]:
    dated = [(sign * printed, entry) for entry in entries if (printed := year(entry.text)) is not None]
    best = max((value for value, _ in dated), default=None)
    return [entry for value, entry in dated if value == best]
