"""From text to terms: words folded and stemmed, without stop words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol
from weakref import ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# a number keeps its inner points and commas, a word its inner apostrophes; everything else separates
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’][sS]$")
# American spelling of British words: colour, centre, analyse, stabilise, anaemia, oesophagus, travelled.
_AMERICAN = (
    (re.compile(r"(?<=[a-z]{2})our(?=$|s$|ed$|ing$|al|able|ful|ite|less)"), "or"),
    (re.compile(r"(?<=[bt])re(?=s?$)"), "er"),
    (re.compile(r"(?<=[a-z]{2})([iy])s(?=(e|es|ed|er|ers|ing|ation|ations)$)"), r"\1z"),
    (re.compile(r"^([ao])e(?=[a-z]{4})|(?<=[a-z])[ao]e(?=[a-z]{3})"), "e"),
    (re.compile(r"(?<=[aeiou])ll(?=(ed|ing|er)$)"), "l"),
    (re.compile(r"(?<=[a-z]{2})ence(?=s?$)"), "ense"),
    (re.compile(r"ogue(?=s?$)"), "og"),
)
_MAX_DECOMPOSED = 4  # characters that one stands for, like ffi, 1/2 or (10); an Arabic ligature stands for 18
_MAX_WORD = 64  # the stemmer is quadratic in a word's length; nothing longer is a word

_STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each else
    ever few for from further had hadn't has hasn't have haven't having he he's her here hers herself him himself his
    how how's i i'd i'll i'm i've if in into is isn't it it's its itself just let's like may me might more most must
    my myself no nor not of off on once only or other ought our ours ourselves out over own please same shall she
    should shouldn't so some such than that that's the their theirs them themselves then there there's these they
    they're this those through to too under until up upon us very was wasn't we we're were weren't what what's when
    when's where where's whether which while who who's whom whose why why's will with won't would wouldn't yet you
    you're your yours yourself yourselves
    """.split()  # noqa: SIM905 - a paragraph is easier to read and to change than two hundred quoted strings
)
_ALSO_WORDS = {"ill", "shell", "well", "wed", "hell", "id", "wont", "cant"}  # what "i'll" is without its apostrophe
STOP_WORDS = _STOP_WORDS | {word.replace("'", "") for word in _STOP_WORDS} - _ALSO_WORDS


class Term(NamedTuple):
    """A word that is no stop word: its `stem`, which is matched, and `word`, its folded form."""

    stem: str
    word: str


@cache
def _stemmer() -> Callable[[str], str]:
    from nltk.stem.snowball import EnglishStemmer  # here, not above: importing nltk takes a third of a second

    stem: Callable[[str], str] = EnglishStemmer().stem
    return stem


@lru_cache(maxsize=4096)
def _without_accents(char: str) -> str:
    """One character decomposed, without accents. In a whole text, ordering a long run of accents is quadratic.

    What would become a whole phrase stays as it is, or a text would be much longer than its limit.
    """
    decomposed = unicodedata.normalize("NFKD", char)
    if len(decomposed) > _MAX_DECOMPOSED:
        return char
    return "".join(part for part in decomposed if not unicodedata.combining(part))


def fold(text: str) -> str:
    """Case, accents, ligatures and typographic apostrophes taken away; offsets do not survive this."""
    if text.isascii():
        return text.lower()
    return "".join(map(_without_accents, text.replace("’", "'"))).casefold()


def american(word: str) -> str:
    """A folded word in American spelling, by rules. Documents and questions are treated alike."""
    for pattern, replacement in _AMERICAN:
        word = pattern.sub(replacement, word)
    return word


class KnownStems(Protocol):
    """The stems of some words, computed before."""

    def stem(self, word: str) -> str | None:
        """The stem of a word; None if it is not among them."""
        ...


_known_stems: tuple[ref[KnownStems], ...] = ()


def remember_stems(known: KnownStems) -> None:
    """Look up stems there from now on, as long as it is in use: that saves the import of nltk."""
    global _known_stems  # noqa: PLW0603 - replaced as a whole, so that other threads may read it
    _known_stems = (*(other for other in _known_stems if other() is not None), ref(known))


def _known_stem(word: str) -> str | None:
    found = (known.stem(word) for reference in _known_stems if (known := reference()) is not None)
    return next(filter(None, found), None)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a folded word in British or American spelling (Snowball English; Porter 2001)."""
    if len(word) > _MAX_WORD or not any(map(str.isalpha, word)):
        return word  # a number has no other form
    return _known_stem(word) or _stemmer()(american(word))


def words(text: str) -> Iterator[str]:
    """Every word of a text, folded, with stop words, without a possessive 's."""
    for match in _WORD.finditer(text):
        yield fold(match.group()).removesuffix("'s")


def content_words(text: str) -> Iterator[str]:
    """The words of a text that are no stop words, folded."""
    return (word for word in words(text) if word not in STOP_WORDS)


def spellings(text: str) -> dict[str, str]:
    """Each folded word of a text, as `words` gives it, with its first spelling there, without a possessive 's."""
    written = [_POSSESSIVE.sub("", match.group()) for match in _WORD.finditer(text)]
    return dict(zip(reversed([*words(text)]), reversed(written), strict=True))


def terms(text: str) -> tuple[Term, ...]:
    """The terms of a text, in order, repeats kept."""
    return tuple(Term(stem(word), word) for word in content_words(text))


def weighted_jaccard(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The similarity of two texts, from 0 to 1: the weight of their common stems over the weight of all their stems.

    Args:
        one: the stems of a text, with their weights.
        other: those of the other text; of a stem's two weights the smaller counts as common.

    """
    common = sum(min(one[stem], other[stem]) for stem in one.keys() & other.keys())
    total = sum(max(one.get(stem, 0.0), other.get(stem, 0.0)) for stem in one.keys() | other.keys())
    return round(common / total, 9) if total else 0.0  # rounded: sets are summed in any order
