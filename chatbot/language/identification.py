"""Tells whether a question is in another language than an article, by the letters of its words.

The weights of character n-grams are log-probabilities of a naive Bayes model (Cavnar and Trenkle 1994; Lui and Baldwin
2012), fitted to the word lists of pyspellchecker by `evals/languages.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from chatbot.language.terms import fold
from chatbot.language.word_frequencies import count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    Weights = tuple[float, ...]  # one per language, in the order of `LANGUAGES`

LANGUAGES = ("English", "German", "French", "Spanish", "Italian", "Portuguese", "Dutch")
LEVEL = 0.5  # what one letter up in the file of weights is worth
ORDER = 4  # characters of the longest n-gram; a longer word is one by itself too
_ENGLISH = LANGUAGES.index("English")
_WORD = re.compile(r"[^\W\d_]+")
_COMMON = 500  # of 1.6 billion words: such an English word is no evidence of another language
_EVIDENCE = 2.0  # log-odds from which a word is evidence of another language
_MIN_WORDS = 2  # that are evidence; "merci" and "vs" alone are not
_QUESTION = 10.0  # log-odds from which a question is in another language than the article
_ARTICLE = 30.0  # log-odds from which an article is not in English


def ngrams(word: str) -> Iterator[str]:
    """The character n-grams of a word between blanks: 2 to `ORDER` characters, and the whole."""
    padded = f" {word} "
    for size in range(2, ORDER + 1):
        yield from (padded[start : start + size] for start in range(len(padded) - size + 1))
    if len(padded) > ORDER:
        yield padded


@cache
def _weights() -> Mapping[str, Weights]:
    """The weights of each n-gram. A line of the file has one letter per language, then the n-gram."""
    lines = resources.files("chatbot.language").joinpath("ngrams.txt").read_text(encoding="utf-8").split("\n")
    size = len(LANGUAGES)
    return {line[size:]: tuple(LEVEL * (ord(level) - ord("A")) for level in line[:size]) for line in lines if line}


def _added(rows: Iterable[Weights]) -> Weights:
    return tuple(map(sum, zip(*rows, strict=True))) or (0.0,) * len(LANGUAGES)


def _scores(word: str) -> Weights:
    """The log-probability of a word in each language, up to a constant."""
    return _added(_weights()[ngram] for ngram in ngrams(word.lower()) if ngram in _weights())


def _language(texts: Iterable[str]) -> int:
    """The language of some texts, by their distinct words: English, unless another is much likelier."""
    scores = _added(map(_scores, sorted({word.lower() for text in texts for word in _WORD.findall(text)})))
    best = max(range(len(LANGUAGES)), key=scores.__getitem__)
    return best if scores[best] - scores[_ENGLISH] > _ARTICLE else _ENGLISH


def _scripts(text: str) -> Counter[str]:
    """The scripts of a text's letters: LATIN, CYRILLIC, ..."""
    return Counter(unicodedata.name(char, "").split(" ", 1)[0] for char in text if char.isalpha())


def _words(question: str) -> Iterator[str]:
    """The words of a question; a capitalised one inside may be a name."""
    for match in _WORD.finditer(question):
        if match.group().islower() or not any(map(str.isalnum, question[: match.start()])):
            yield match.group()


class ArticleLanguage:
    """The language of some documents, which questions are compared with."""

    def __init__(self, texts: Collection[str], words: Collection[str]) -> None:
        """`texts` are some of the documents' sentences, `words` all of their folded words."""
        self._number = _language(texts)
        scripts = _scripts("".join(texts))
        self._scripts = frozenset(scripts)
        self._is_latin = scripts["LATIN"] * 2 > scripts.total()
        self._known = words

    @property
    def name(self) -> str:
        """The language in English; "English" too where it cannot be told."""
        return LANGUAGES[self._number]

    def is_other(self, question: str) -> bool:
        """Whether a question is in another language, or in a script that the documents do not have.

        False where the documents are mostly in another script than Latin: their language cannot be told.
        """
        if not self._is_latin:
            return False
        scripts = _scripts(question)
        if scripts and self._scripts.isdisjoint(scripts):
            return True
        odds = [self._odds(word) for word in _words(question)]
        evidence = sum(max(row) > _EVIDENCE for row in odds)
        return evidence >= _MIN_WORDS and max(_added(odds)) > _QUESTION

    def _odds(self, word: str) -> Weights:
        """The log-odds of each language against the documents'; a word known in that speaks for no other."""
        scores = _scores(word)
        odds = tuple(score - scores[self._number] for score in scores)
        folded = fold(word)
        is_known = folded in self._known or (self._number == _ENGLISH and count(folded) >= _COMMON)
        return tuple(min(0.0, value) for value in odds) if is_known else odds
