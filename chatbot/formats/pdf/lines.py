"""From words to pieces of lines: what stands on one baseline without a wide gap, superscripts included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from chatbot.formats.markdown import plain, raised
from chatbot.formats.pdf.words import Word

_ASCENT, _DESCENT = 0.8, 0.2  # of the size: what a line takes above and below its baseline
_RAISE = 0.12  # of the size: what a superscript stands above the baseline, at least
_SMALLER = 0.9  # of the size: what a superscript has, at most
_SHARE = 0.15  # of the letters of a line, which a drop cap does not have
_SPACE = 0.15  # of the size: the narrowest space
_NARROW = 0.05  # of the size: the narrowest one that was printed
_FOLLOWING = 1.6  # of the size: the widest space between words that were drawn one after the other
_APART = 0.8  # of the size: the widest space between words that were not
_OVERLAP = 0.5  # of the lower of two pieces: what they share in height on one line


class Line(NamedTuple):
    """A piece of a line: its text, with raised digits where it has superscripts, its place and its style."""

    text: str
    x0: float
    x1: float
    y: float  # the baseline
    size: float
    bold: bool
    page: int
    fixed: bool = False  # its letters are all of one width, like code
    left: float = 0.0  # the edges of its column
    right: float = 0.0

    @property
    def offset(self) -> float:
        """The indent in its column."""
        return self.x0 - self.left

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.y + _ASCENT * self.size

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y - _DESCENT * self.size


class _Run:
    """Words of one line, in order."""

    def __init__(self, words: list[Word]) -> None:
        self.words = words
        self.x0, self.x1 = words[0].x0, max(word.x1 for word in words)
        letters: Counter[tuple[float, float]] = Counter()
        for word in words:
            letters[round(word.y, 1), round(word.size, 1)] += len(word.text)
        # the largest letters, if there are some: a line may have more superscripts than words
        enough = _SHARE * sum(letters.values())
        self.size = max(size for (_, size), count in letters.items() if count >= min(enough, max(letters.values())))
        self.y = max((count, y) for (y, size), count in letters.items() if size == self.size)[1]

    def is_level_with(self, other: _Run) -> bool:
        """Whether two runs can stand on one line, one of them as a superscript or subscript."""
        top = min(self.y + _ASCENT * self.size, other.y + _ASCENT * other.size)
        bottom = max(self.y - _DESCENT * self.size, other.y - _DESCENT * other.size)
        return top - bottom > _OVERLAP * min(self.size, other.size)


def _is_next(before: Word, word: Word) -> bool:
    """Whether a word that was drawn after another one follows it on the same line."""
    size = max(before.size, word.size)
    level = abs(before.y - word.y) < 0.05 * size or (
        abs(before.y - word.y) < 0.6 * size and min(before.size, word.size) < _SMALLER * size
    )
    return level and -0.5 * size < word.x0 - before.x1 < _FOLLOWING * size


def _drawn(words: Iterable[Word]) -> Iterator[_Run]:
    """Words that follow each other as they were drawn."""
    run: list[Word] = []
    for word in words:
        if run and not _is_next(run[-1], word):
            yield _Run(run)
            run = []
        run.append(word)
    if run:
        yield _Run(run)


def _joined(runs: Sequence[_Run]) -> list[_Run]:
    """The runs of one level, from left to right; those without a wide gap between them as one."""
    joined: list[_Run] = []
    for run in sorted(runs, key=lambda run: run.x0):
        last = joined[-1] if joined else None
        size = max(run.size, last.size) if last else 0.0
        if last and last.is_level_with(run) and run.x0 - last.x1 < _APART * size:
            joined[-1] = _Run(sorted([*last.words, *run.words], key=lambda word: word.x0))
        else:
            joined.append(run)
    return joined


def _levels(runs: Sequence[_Run]) -> Iterator[list[_Run]]:
    """Runs that stand on one level, from top to bottom; large ones first, since superscripts are level with them."""
    levels: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: (-run.y, run.x0)):
        near = next((level for level in levels[:-6:-1] if any(other.is_level_with(run) for other in level)), None)
        if near is None:
            levels.append([run])
        else:
            near.append(run)
    yield from levels


def _text(run: _Run) -> str:
    """The text of a run, its superscripts as raised digits."""

    def is_raised(word: Word) -> bool:
        return word.size <= _SMALLER * run.size and word.y - run.y > _RAISE * run.size

    pieces: list[str] = []
    end = run.x0
    for above, group in groupby(run.words, key=is_raised):
        words = list(group)
        if above:
            words = [words[0]._replace(text=raised("".join(word.text for word in words)), x1=words[-1].x1)]
        for word in words:
            gap = word.x0 - end > (_NARROW if word.spaced else _SPACE) * run.size
            pieces.append(f" {word.text}" if gap and pieces else word.text)
            end = word.x1
    return plain("".join(pieces))


def find(words: Iterable[Word], page: int) -> list[Line]:
    """The pieces of lines on a page, from top to bottom."""
    runs = [run for level in _levels(list(_drawn(words))) for run in _joined(level)]
    found = []
    for run in runs:
        letters = sum(len(word.text) for word in run.words)
        bold = 2 * sum(len(word.text) for word in run.words if word.bold) > letters
        fixed = all(word.fixed for word in run.words)
        found.append(Line(_text(run), run.x0, run.x1, run.y, run.size, bold, page, fixed))
    return found
