"""The text of a paragraph: its lines joined, words that were divided at the end of a line put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from chatbot.formats.pdf.lines import Line
from chatbot.language.word_frequencies import is_common, is_known

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"([^\W\d_]+)-$")
_FIRST = re.compile(r"[^\W\d_]+")
_OPEN = re.compile(r"\w[-–—/]$")  # a line that can end here without a space
_SOFT = "\u00ad"


class Vocabulary:
    """The words that a document prints undivided: they tell which hyphens at the end of a line belong to a word."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._words: set[str] = set()
        divided = False
        for line in lines:
            words = _WORD.findall(line.text.replace(_SOFT, "").lower())
            hyphen = line.text.rstrip().endswith(("-", _SOFT))
            self._words.update(words[divided : len(words) - hyphen])
            divided = hyphen

    def is_divided(self, first: str, second: str) -> bool:
        """Whether a hyphen between two parts only divides a word at the end of a line."""
        whole, compound = f"{first}{second}".lower(), f"{first}-{second}".lower()
        if whole in self._words or compound in self._words:
            return whole in self._words
        return second.islower() and (is_known(whole) or not (is_common(first.lower()) and is_common(second)))


def _glued(text: str, following: str, words: Vocabulary) -> str:
    """A line, with what has to stand between it and the next one."""
    if text.endswith(_SOFT):
        return text[:-1]
    first, second = _LAST.search(text), _FIRST.match(following)
    if first and second and words.is_divided(first[1], second.group()):
        return text[:-1]
    return text if _OPEN.search(text) else f"{text} "


def joined(lines: Sequence[str], words: Vocabulary) -> list[str]:
    """The lines, each with its end as it is in the running text; a soft hyphen inside a line is not seen."""
    texts = [line.strip() for line in lines]
    ends = [_glued(text, following, words) for text, following in zip(texts, [*texts[1:], ""], strict=True)]
    return [text.replace(_SOFT, "") for text in [*ends[:-1], texts[-1]]]
