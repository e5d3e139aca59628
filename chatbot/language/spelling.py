"""Typos: a word that is neither in the articles nor English is read as the nearest word that is."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from chatbot.language.terms import STOP_WORDS, american, fold, stem
from chatbot.language.word_frequencies import common, known, one_slip_away
from chatbot.reply import Correction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHORTEST = 4  # a slip in a shorter word could be anything; only function words are recognised there
_LONGEST = 40  # letters; nothing longer is a slip
_LONG = 6  # letters from which on two slips are forgiven
_SLIPS = 2
_MOST_WORDS = 200  # a longer text was pasted, not typed


class Lexicon:
    """The words of some articles, to read questions by. `words` maps each folded word to how often it occurs."""

    def __init__(self, words: dict[str, int]) -> None:
        self._count = words
        self._stems = {stem(word) for word in words}
        # compared in a fixed order, so that ties always fall the same way: frequent words first
        self._words = sorted(words, key=lambda word: (-words[word], word))
        self._function_words = sorted(STOP_WORDS)

    def _real(self, word: str) -> bool:
        """Whether a folded word needs no reading: it is in the articles or English, in any form or spelling."""
        return word in STOP_WORDS or stem(word) in self._stems or known(word) or known(american(word))

    def read(self, text: str) -> tuple[str, tuple[Correction, ...]]:
        """The text with its typos read as words, and what was read as what."""
        if text.count(" ") > _MOST_WORDS:
            return text, ()
        joined, corrections = self._joined(text)
        pieces: list[str] = []
        end = 0
        for match in _WORD.finditer(joined):
            if reading := self._reading(match.group(), inside=bool(joined[: match.start()].strip())):
                pieces += [joined[end : match.start()], reading]
                end = match.end()
                corrections.append(Correction(match.group(), reading))
        return "".join([*pieces, joined[end:]]), tuple(corrections)

    def _reading(self, word: str, *, inside: bool) -> str | None:
        """What a word is read as; None: as it stands. A word with a capital inside a sentence may be a name."""
        folded = fold(word)
        if (inside and word[0].isupper()) or self._real(folded):
            return None
        if all(self._real(part) for part in re.split(r"['-]", folded) if part):
            return None
        if len(folded) > _LONGEST:
            return None
        return self._two_words(folded) or self._nearest(folded)

    def _two_words(self, word: str) -> str | None:
        """A word run together from two, at least one of them the articles' own."""
        for cut in range(2, len(word) - 1):
            first, second = word[:cut], word[cut:]
            own = sum(part in self._count for part in (first, second))
            if own and all(part in self._count or common(part) or part in STOP_WORDS for part in (first, second)):
                return f"{first} {second}"
        return None

    def _nearest(self, word: str) -> str | None:
        """The nearest word: the articles' own before the commonest English one before two slips."""
        if len(word) < _SHORTEST:
            return self._within(word, self._function_words, 1, same_letters=True)
        near = self._within(word, self._words, 1) or self._within(word, self._function_words, 1)
        if near or len(word) < _LONG:
            return near or _english(word)
        return _english(word) or self._within(word, self._words, _SLIPS)

    def _within(self, word: str, choices: Collection[str], slips: int, *, same_letters: bool = False) -> str | None:
        """The choice at most `slips` letters away (Damerau-Levenshtein, restricted), that of most worth first."""
        found = extract(word, choices, scorer=OSA.distance, score_cutoff=slips, limit=None)
        kept = [(distance, choice) for choice, distance, _ in found if _plausible(word, choice)]
        kept = [(d, choice) for d, choice in kept if not same_letters or sorted(choice) == sorted(word)]
        return min(kept, key=lambda item: (item[0], *_unlikely(word, item[1])))[1] if kept else None

    def _joined(self, text: str) -> tuple[str, list[Correction]]:
        """The text with words put together that were typed in two, where only the whole is a word of the articles."""
        pieces: list[str] = []
        corrections: list[Correction] = []
        end = 0
        for first, second in _pairs(text):
            written, whole = text[first.start() : second.end()], fold(first.group() + second.group())
            both = self._real(fold(first.group())) and self._real(fold(second.group()))
            if first.start() >= end and whole in self._count and not both:
                pieces += [text[end : first.start()], whole]
                corrections.append(Correction(written, whole))
                end = second.end()
        return "".join([*pieces, text[end:]]), corrections


def _pairs(text: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Neighbouring words with one space between."""
    for one, two in pairwise(_WORD.finditer(text)):
        if text[one.end() : two.start()] == " ":
            yield one, two


def _plausible(word: str, choice: str) -> bool:
    """Whether a slip may have made `word` of `choice`: most get the first letter right, or swap the first two."""
    return len(choice) >= _SHORTEST - 1 and (word[0] == choice[0] or word[:2] == choice[1::-1])


def _unlikely(word: str, choice: str) -> tuple[bool, int]:
    """Sorts slips at the same distance: letters swapped, then a letter left out, a wrong one, one too many."""
    return sorted(word) != sorted(choice), -len(choice)


@lru_cache(maxsize=10_000)
def _english(word: str) -> str | None:
    """The commonest everyday word of the likeliest kind of slip; in a short word it could be too many."""
    near = one_slip_away(word) if len(word) > _SHORTEST else []
    choices = [choice for choice in near if common(choice) and _plausible(word, choice)]
    return min(choices, key=lambda choice: _unlikely(word, choice), default=None)
