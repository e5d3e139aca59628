"""Write articles in other formats, read them back, and compare with the plain text.

usage: python evals/formats.py [FOLDER] [--count 20] [--format html ...] [--errors N]

FOLDER has articles as `evals/markers.py` takes them; without it, the bundled article is used. `evals/writers` writes
HTML and JATS: with navigation and a cookie note around the article, and citations that are links or `xref`, since
pandoc writes neither. Pandoc makes DOCX, ODT and EPUB; Chromium makes PDF, in two columns. Half of the articles print
their citations raised, half as they are.

Compared are sentences (white space folded, citations as sorted numbers), citations (the sentence without them, and the
numbers of each), and entries (number and text). The exit code is 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from markers import Citation, merge
from writers.article import Article
from writers.html import by_pandoc, html, pdf
from writers.jats import jats

from chatbot import formats
from chatbot.bot import bundled_article
from chatbot.documents.model import Document, Kind, Sentence

_ORIGINALS = ("bracket", "html_text", "paren")  # of the folders of articles; the others have the same in other styles
_TABLE = re.compile(r"[|\s:-]+")
_DELIMITERS = re.compile(r"[|\s:-]+")


class Format(NamedTuple):
    """How a format is written, and the least shares of sentences, citations and entries that must come back."""

    write: Callable[[Article], bytes]
    targets: tuple[float, float, float]


FORMATS: Mapping[str, Format] = {
    "html": Format(html, (0.97, 0.98, 0.98)),
    "docx": Format(by_pandoc("docx"), (0.97, 0.98, 0.98)),
    "odt": Format(by_pandoc("odt"), (0.97, 0.98, 0.98)),
    "epub": Format(by_pandoc("epub"), (0.97, 0.98, 0.98)),
    "xml": Format(jats, (0.97, 0.98, 0.98)),
    "pdf": Format(pdf, (0.90, 0.90, 0.90)),
}


Item = TypeVar("Item", str, tuple[str, tuple[int, ...]], tuple[int, str])


class Understood(NamedTuple):
    """What is compared of a document."""

    sentences: Counter[str]
    citations: Counter[tuple[str, tuple[int, ...]]]
    entries: Counter[tuple[int, str]]


def _folded(text: str, kind: Kind) -> str:
    if kind is Kind.TABLE:
        return _TABLE.sub(" ", "\n".join(line for line in text.splitlines() if not _DELIMITERS.fullmatch(line))).strip()
    return " ".join(text.split())


def _without(document: Document, sentence: Sentence, citations: Sequence[Citation], shown: bool) -> str:
    """A sentence with its citations as sorted numbers, or without them."""
    text, start = "", sentence.span.start
    for citation in citations:
        text += document.text[start : citation.start].rstrip()
        text += f"[{', '.join(map(str, citation.numbers))}]" if shown else ""
        start = citation.end
    return _folded(text + document.text[start : sentence.span.end], sentence.kind)


def understood(document: Document) -> Understood:
    """What is compared of a document."""
    sentences: Counter[str] = Counter()
    citations: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for sentence in document.sentences:
        found = merge(document.text, (Citation(*marker.span, marker.numbers) for marker in sentence.markers))
        sentences[_without(document, sentence, found, shown=True)] += 1
        bare = _without(document, sentence, found, shown=False)
        citations.update((bare, citation.numbers) for citation in found)
    entries = Counter((entry.number, " ".join(document[entry.span].split())) for entry in document.references)
    return Understood(sentences, citations, entries)


@dataclass
class Tally:
    """Counts over articles of one format."""

    articles: int = 0
    counts: list[list[int]] = field(default_factory=lambda: [[0, 0, 0] for _ in Understood._fields])
    errors: list[str] = field(default_factory=list)

    def add(self, name: str, wanted: Understood, found: Understood) -> None:
        """Add one article."""
        self.articles += 1
        self._count(f"{name} sentence", self.counts[0], found.sentences, wanted.sentences)
        self._count(f"{name} citation", self.counts[1], found.citations, wanted.citations)
        self._count(f"{name} entry", self.counts[2], found.entries, wanted.entries)

    def _count(self, label: str, counts: list[int], ours: Counter[Item], gold: Counter[Item]) -> None:
        counts[0] += (ours & gold).total()
        counts[1] += ours.total()
        counts[2] += gold.total()
        for kind, rest in (("extra", ours - gold), ("missed", gold - ours)):
            self.errors += [f"{label} {kind}: {item!r}" for item in rest]

    @property
    def shares(self) -> tuple[float, float, float]:
        """F1 of sentences and citations, and the share of entries that are exact."""
        (right, ours, gold), (right2, ours2, gold2), (exact, _, entries) = self.counts
        return 2 * right / max(ours + gold, 1), 2 * right2 / max(ours2 + gold2, 1), exact / max(entries, 1)


def _sources(gold: Path) -> tuple[Path, Path]:
    """Where the article of a gold file can be."""
    stem = gold.name.removesuffix(".gold.json")
    return gold.with_name(f"{stem}.md"), gold.with_name(f"{stem}.txt")


def articles(folder: Path | None, count: int) -> list[Path]:
    """Articles of a folder, evenly from those in their own style; the bundled one without a folder."""
    if folder is None:
        return [bundled_article()]
    golds = sorted(path for style in _ORIGINALS for path in folder.glob(f"{style}/*.gold.json"))
    sources = [next(path for path in _sources(gold) if path.exists()) for gold in golds]
    chosen = min(count, len(sources))
    return [sources[index * len(sources) // chosen] for index in range(chosen)]


def compared(name: str, paths: Sequence[Path]) -> Tally:
    """Some articles, written in a format and read back."""
    tally = Tally()
    for number, path in enumerate(paths):
        document = formats.read(path)
        written = FORMATS[name].write(Article(document, raised=number % 2 == 0))
        back = formats.document(written, f"{path.stem}.{name}")
        tally.add(path.name, understood(document), understood(back))
    return tally


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=20, metavar="N", help="how many articles")
    parser.add_argument("--format", action="append", choices=FORMATS, help="only this format (repeatable)")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show N differences of each format")
    options = parser.parse_args()
    paths = articles(options.folder, options.count)
    print(f"{'format':6} articles sentences citations entries   F1, F1, exact")  # noqa: T201
    missed = False
    for name in options.format or FORMATS:
        tally = compared(name, paths)
        missed |= any(share < target for share, target in zip(tally.shares, FORMATS[name].targets, strict=True))
        sentences, citations, entries = (f"{share:.4f}" for share in tally.shares)
        print(f"{name:6} {tally.articles:8} {sentences:>9} {citations:>9} {entries:>7}")  # noqa: T201
        for error in tally.errors[: options.errors]:
            print("   ", error)  # noqa: T201
    sys.exit(missed)


if __name__ == "__main__":
    main()
