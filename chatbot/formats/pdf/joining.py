"""The text of a paragraph: its lines joined, words that were divided at the end of a line put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from chatbot.formats.pdf.lines import Line
from chatbot.language.word_frequencies import is_known

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"([^\W\d_]+)-$")
_FIRST = re.compile(r"[^\W\d_]+")
_OPEN = re.compile(r"\w[-–—/]$")  # a line that can end here without a space
_DASH = re.compile(r"[–—]\w")
_ADDRESS = re.compile(r"://|^\W?www\.|\b10\.\d{4,}/")
_SIGNS = "/_-=&?%#~"  # of an address, where it may be divided
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
        if len(first) == 1 or (first.isupper() and not second.isupper()):
            return False  # "G-quadruplex", "HIV-positive"
        whole, compound = f"{first}{second}".lower(), f"{first}-{second}".lower()
        if whole in self._words or compound in self._words:
            return whole in self._words
        words = is_known(first.lower()) and is_known(second)
        return second.islower() and (is_known(whole) or not words)


def _is_address(last: str, following: str) -> bool:
    """Whether two words at the end and the start of a line are an address that was divided there."""
    if not _ADDRESS.search(last):
        return False
    return last[-1] in _SIGNS or any(sign in following.rstrip(".,;)") for sign in f"{_SIGNS}.")


def _end(text: str, last: str, following: str, words: Vocabulary) -> str:
    """A line with what has to stand between it and the next one; `last` is its last word, from its start."""
    if text.endswith(_SOFT):
        return text[:-1]
    if _is_address(last, following.partition(" ")[0]):
        return text
    first, second = _LAST.search(text), _FIRST.match(following)
    if first and second and words.is_divided(first[1], second.group()):
        return text[:-1]
    return text if _OPEN.search(text) or _DASH.match(following) else f"{text} "


def joined(lines: Sequence[str], words: Vocabulary) -> list[str]:
    """The lines, each with its end as it is in the running text; a soft hyphen inside a line is not seen."""
    texts = [line.strip() for line in lines]
    parts: list[str] = []
    last = ""  # the last word, which may have started lines before
    for text, following in zip(texts, [*texts[1:], ""], strict=True):
        _, space, tail = text.rpartition(" ")
        last = tail if space else f"{last}{tail}"
        part = _end(text, last, following, words) if following else text
        parts.append(part.replace(_SOFT, ""))
        last = "" if part.endswith(" ") else last
    return parts
