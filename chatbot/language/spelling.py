"""Spelling correction: a word that is neither in the documents nor English is read as the nearest one that is."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from chatbot.language.terms import STOP_WORDS, american, fold, stem
from chatbot.language.word_frequencies import is_common, is_known, within_one_edit
from chatbot.reply import Correction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MIN_LETTERS = 4  # a shorter word with an error could be anything; only function words are recognised
_MAX_LETTERS = 40  # a longer word is no misspelling
_LONG_WORD = 6  # letters; a longer word may have two errors
_MAX_EDITS = 2
_MAX_WORDS = 200  # a longer text was pasted, not typed


class SpellingCorrector:
    """Corrects the spelling of questions with the words of some documents and with English."""

    def __init__(self, words: Mapping[str, int], has_stem: Callable[[str], bool] | None = None) -> None:
        """`words` counts the folded words of the documents; `has_stem` tests whether a stem is that of any of them."""
        self._count = words
        self._has_stem = has_stem or {stem(word) for word in words}.__contains__
        self._function_words = sorted(STOP_WORDS)

    @cached_property
    def _words(self) -> list[str]:
        """The words in a fixed order, frequent ones first, so that ties are always resolved alike."""
        return [word for word, _ in sorted(self._count.items(), key=lambda item: (-item[1], item[0]))]

    def _is_known(self, word: str) -> bool:
        """Whether the documents or English have a folded word, in any form or spelling."""
        return word in STOP_WORDS or self._has_stem(stem(word)) or is_known(word) or is_known(american(word))

    def correct(self, text: str) -> tuple[str, tuple[Correction, ...]]:
        """The text with its spelling corrected, and the corrections."""
        if text.count(" ") > _MAX_WORDS:
            return text, ()
        joined, corrections = self._joined(text)
        pieces: list[str] = []
        end = 0
        for match in _WORD.finditer(joined):
            if corrected := self._corrected(match.group(), inside=bool(joined[: match.start()].strip())):
                pieces += [joined[end : match.start()], corrected]
                end = match.end()
                corrections.append(Correction(match.group(), corrected))
        return "".join([*pieces, joined[end:]]), tuple(corrections)

    def _corrected(self, word: str, *, inside: bool) -> str | None:
        """The corrected word; None to keep it. A capitalised word inside a sentence may be a name."""
        folded = fold(word)
        if (inside and word[0].isupper()) or self._is_known(folded):
            return None
        if all(self._is_known(part) for part in re.split(r"['-]", folded) if part):
            return None
        if len(folded) > _MAX_LETTERS:
            return None
        return self._two_words(folded) or self._nearest(folded)

    def _two_words(self, word: str) -> str | None:
        """A word written together, as two words; the documents have at least one of them."""
        for cut in range(2, len(word) - 1):
            first, second = word[:cut], word[cut:]
            own = sum(part in self._count for part in (first, second))
            if own and all(part in self._count or is_common(part) or part in STOP_WORDS for part in (first, second)):
                return f"{first} {second}"
        return None

    def _nearest(self, word: str) -> str | None:
        """The nearest word: first of the documents, then of English, then at two edits of the documents again."""
        if len(word) < _MIN_LETTERS:
            return self._within(word, self._function_words, 1, same_letters=True)
        near = self._within(word, self._words, 1) or self._within(word, self._function_words, 1)
        if near or len(word) < _LONG_WORD:
            return near or _english(word)
        return _english(word) or self._within(word, self._words, _MAX_EDITS)

    def _within(self, word: str, choices: Collection[str], edits: int, *, same_letters: bool = False) -> str | None:
        """The likeliest choice within an edit distance (restricted Damerau-Levenshtein)."""
        found = extract(word, choices, scorer=OSA.distance, score_cutoff=edits, limit=None)
        likely = [(distance, choice) for choice, distance, _ in found if _is_plausible(word, choice)]
        likely = [(d, choice) for d, choice in likely if not same_letters or sorted(choice) == sorted(word)]
        return min(likely, key=lambda item: (item[0], *_unlikelihood(word, item[1])))[1] if likely else None

    def _joined(self, text: str) -> tuple[str, list[Correction]]:
        """The text with words joined that were typed in two, if only the joined word is in the documents."""
        pieces: list[str] = []
        corrections: list[Correction] = []
        end = 0
        for first, second in _pairs(text):
            written, joined = text[first.start() : second.end()], fold(first.group() + second.group())
            both = self._is_known(fold(first.group())) and self._is_known(fold(second.group()))
            if first.start() >= end and joined in self._count and not both:
                pieces += [text[end : first.start()], joined]
                corrections.append(Correction(written, joined))
                end = second.end()
        return "".join([*pieces, text[end:]]), corrections


def _pairs(text: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Neighbouring words with one space between."""
    for one, two in pairwise(_WORD.finditer(text)):
        if text[one.end() : two.start()] == " ":
            yield one, two


def _is_plausible(word: str, choice: str) -> bool:
    """Whether `word` may be a misspelling of `choice`: most have the right first letter, or the first two swapped."""
    return len(choice) >= _MIN_LETTERS - 1 and (word[0] == choice[0] or word[:2] == choice[1::-1])


def _unlikelihood(word: str, choice: str) -> tuple[bool, int]:
    """A sort key for equal distances: swapped letters, then a missing letter, a wrong one, one too many."""
    return sorted(word) != sorted(choice), -len(choice)


@lru_cache(maxsize=10_000)
def _english(word: str) -> str | None:
    """The likeliest frequent English word at one edit; a short word has too many."""
    near = within_one_edit(word) if len(word) > _MIN_LETTERS else []
    choices = [choice for choice in near if is_common(choice) and _is_plausible(word, choice)]
    return min(choices, key=lambda choice: _unlikelihood(word, choice), default=None)
