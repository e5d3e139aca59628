"""Measure markers and reference entries on a folder of articles with gold: `python evals/markers.py FOLDER`."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from chatbot.documents.model import Document
from chatbot.formats import read

# between two markers that are printed as one: "[2],[3]" and "[2]–[5]".
_BETWEEN = re.compile(r"[\s,;–-]{0,2}")


class Citation(NamedTuple):
    """The place of a citation, and its numbers in ascending order."""

    start: int
    end: int
    numbers: tuple[int, ...]


@dataclass
class Tally:
    """Counts over the articles of one style, and the errors."""

    articles: int = 0
    found: int = 0
    gold: int = 0
    right: int = 0
    entries: int = 0
    exact: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of the found citations that are right."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold citations that are found."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.found + self.gold) if self.right else 0.0


def merge(text: str, citations: Iterable[Citation]) -> list[Citation]:
    """Join citations that are printed as one."""
    merged: list[Citation] = []
    for start, end, numbers in sorted(citations):
        if merged and _BETWEEN.fullmatch(text, merged[-1].end, start):
            last = merged.pop()
            start, numbers = last.start, (*last.numbers, *numbers)  # noqa: PLW2901
        merged.append(Citation(start, end, tuple(sorted(set(numbers)))))
    return merged


def _found(document: Document) -> list[Citation]:
    markers = (marker for sentence in document.sentences for marker in sentence.markers if marker.numbers)
    return merge(document.text, (Citation(*marker.span, marker.numbers) for marker in markers))


def _gold(text: str, rows: Sequence[Any]) -> list[Citation]:
    numbered = (row for row in rows if all(isinstance(number, int) for number in row[3]))  # no letter notes
    return merge(text, (Citation(row[0], row[1], tuple(row[3])) for row in numbered))


def _around(text: str, citation: Citation) -> str:
    return repr(text[max(0, citation.start - 50) : citation.end + 30])


def score(document: Document, gold: dict[str, Any], tally: Tally) -> None:
    """Add one article to its style's counts."""
    found, wanted = set(_found(document)), set(_gold(document.text, gold["citations"]))
    tally.articles += 1
    tally.found += len(found)
    tally.gold += len(wanted)
    tally.right += len(found & wanted)
    entries = {(number, " ".join(text.split())) for number, text in gold["references"] if number is not None}
    ours = {(entry.number, " ".join(document[entry.span].split())) for entry in document.references}
    tally.entries += len(entries)
    tally.exact += len(entries & ours)
    for label, group in (("extra", found - wanted), ("missed", wanted - found)):
        tally.errors += [f"{document.name} {label} {c.numbers}: {_around(document.text, c)}" for c in sorted(group)]
    for label, rest in (("extra", ours - entries), ("missed", entries - ours)):
        tally.errors += [f"{document.name} {label} entry {number}: {text[:110]!r}" for number, text in sorted(rest)]


def _tally(folder: Path) -> Tally:
    tally = Tally()
    for path in sorted(folder.glob("*.gold.json")):
        stem = path.name.removesuffix(".gold.json")
        source = next(p for p in (path.with_name(stem + ".md"), path.with_name(stem + ".txt")) if p.exists())
        score(read(source), json.loads(path.read_text(encoding="utf-8")), tally)
    return tally


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="holds a folder per style, of NAME.txt or .md and NAME.gold.json")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show N errors of each style")
    options = parser.parse_args()
    print(f"{'style':28} articles markers precision recall     F1 entries  exact")  # noqa: T201
    for folder in sorted(path for path in options.folder.iterdir() if path.is_dir()):
        tally = _tally(folder)
        figures = f"{tally.precision:9.4f} {tally.recall:6.4f} {tally.f1:6.4f}"
        exact = tally.exact / tally.entries if tally.entries else 0.0
        print(f"{folder.name:28} {tally.articles:8} {tally.gold:7} {figures} {tally.entries:7} {exact:6.4f}")  # noqa: T201
        for error in tally.errors[: options.errors]:
            print("   ", error)  # noqa: T201


if __name__ == "__main__":
    main()
