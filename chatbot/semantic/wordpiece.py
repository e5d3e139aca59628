"""Tokenisation for BERT's uncased vocabulary: basic tokens, then WordPiece (Devlin et al. 2019).

Not the library `tokenizers`: it requires huggingface-hub, a network client with many dependencies, for these 100 lines.
"""

from __future__ import annotations

from functools import cache, lru_cache
from hashlib import sha256
from importlib import resources
from itertools import chain, islice
from string import punctuation
from typing import TYPE_CHECKING
from unicodedata import category, normalize

from chatbot.errors import ChatbotError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"

_LONGEST_WORD = 100  # characters; a longer one is unknown, so that no word takes quadratic time
_CONTINUED = "##"
# Control characters and the like; not the unassigned (Cn): which those are differs between versions of Python.
_REMOVED = frozenset({"Cc", "Cf", "Co", "Cs"})
_IDEOGRAPHS = (
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xF900, 0xFB00),
    range(0x20000, 0x2A6E0),
    range(0x2A700, 0x2CEB0),
    range(0x2F800, 0x2FA20),
)


def _stands_alone(char: str) -> bool:
    """Whether a character is a word by itself: punctuation, any ASCII symbol, or a Chinese character."""
    return char in punctuation or category(char)[0] == "P" or any(ord(char) in block for block in _IDEOGRAPHS)


@lru_cache(maxsize=1 << 14)
def _cleaned(char: str) -> str:
    """A character without case and accents, between spaces where it stands alone; "" for a control character.

    Characters are decomposed one by one: in a whole text, putting a long run of accents in order takes quadratic time.
    """
    if char in "\t\n\r":
        return " "
    if char == "\ufffd" or category(char) in _REMOVED:
        return ""
    bare = "".join(part for part in normalize("NFD", char) if category(part) != "Mn").lower()
    return f" {bare} " if len(bare) == 1 and _stands_alone(bare) else bare


def words(text: str) -> list[str]:
    """The words and punctuation marks of a text, lower-case and without accents."""
    return "".join(map(_cleaned, text)).split()


class WordPiece:
    """A vocabulary, and the way a text is put into its pieces."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """`vocabulary` has the number of each piece; [CLS], [SEP] and [UNK] have to be among them."""
        self._numbers = vocabulary
        self._longest = max(map(len, vocabulary))
        self._first, self._last, self._unknown = (vocabulary[name] for name in ("[CLS]", "[SEP]", "[UNK]"))

    def numbers(self, text: str, most: int) -> list[int]:
        """The numbers of a text's pieces between [CLS] and [SEP], `most` in all; the rest of the text is dropped.

        The names of special pieces in a text are plain text.
        """
        return [self._first, *self.pieces(text, most - 2), self._last]

    def pieces(self, text: str, most: int) -> Iterator[int]:
        """The numbers of a text's first pieces, at most `most`."""
        return islice(chain.from_iterable(map(self._word, words(text))), most)

    def _word(self, word: str) -> list[int]:
        """The longest piece that begins a word, then the longest that goes on, ...; [UNK] if that comes to no end."""
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        start = 0
        while start < len(word):
            end = next(self._ends(word, start), None)
            if end is None:
                return [self._unknown]
            found.append(self._numbers[self._piece(word, start, end)])
            start = end
        return found

    def _ends(self, word: str, start: int) -> Iterator[int]:
        """Where pieces from `start` on end, the longest first."""
        ends = range(min(len(word), start + self._longest), start, -1)
        return (end for end in ends if self._piece(word, start, end) in self._numbers)

    @staticmethod
    def _piece(word: str, start: int, end: int) -> str:
        return (_CONTINUED if start else "") + word[start:end]


def parse(vocabulary: bytes) -> WordPiece:
    """The tokeniser of a vocabulary file: UTF-8, one piece a line, numbered from 0."""
    pieces = vocabulary.decode("utf-8").removesuffix("\n").split("\n")  # not splitlines: some pieces are line breaks
    return WordPiece({piece: number for number, piece in enumerate(pieces)})


@cache
def bert_uncased() -> WordPiece:
    """The tokeniser of BERT base, uncased, whose vocabulary comes with the package.

    Raises ChatbotError when the vocabulary has been changed.
    """
    vocabulary = resources.files("chatbot.semantic").joinpath("wordpiece_vocabulary/vocab.txt").read_bytes()
    if sha256(vocabulary).hexdigest() != VOCABULARY_SHA256:
        raise ChatbotError("the WordPiece vocabulary is not the one that the model knows; install chatbot again")
    return parse(vocabulary)
