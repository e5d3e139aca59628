"""Sentences as spans: Punkt with our own parameters decides about full stops; rules cover what it cannot know."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from functools import cache, lru_cache
from itertools import pairwise

from chatbot.documents.model import Span
from chatbot.documents.number_ranges import NUMBERS, PAGE

# abbreviations, as Punkt stores them: lower case, without the last full stop
ABBREVIATIONS = frozenset(
    """acad al appl approx apr assn assoc aug ave bldg bros ca capt cf cit cm co col corp cpl cv dec dept dist dr ed eds
    eq eqn eqs esp etc feb figs ft gen gov hon hrs ibid incl inc int jan jr jul jun lt ltd maj messrs mr mrs ms mt natl
    nos nov oct pp proc prof prop pt ref refs rep resp rev sect sen sep sept ser sgt soc sp spp sq sr ssp st subsp supp
    suppl tel trans univ var vers viz vol vols vs wt yrs
    a.d a.k.a a.m b.a b.c b.s c.f d.c e.g e.u f.sp i.d i.e i.m i.p i.v m.a m.d m.s n.b no.s p.m ph.d s.c s.d s.e s.e.m
    u.k u.n u.s u.s.a w.r.t""".split()  # noqa: SIM905 - easier to read and to change than quoted strings
)

# abbreviations only before a number: "Fig. 2", but "He ate a fig. Then".
_NUMBERED = frozenset(
    ("app", "art", "bd", "ch", "chap", "ext", "fig", "mar", "max", "min", "no", "op", "p", "para", "sec", "tab", "tbl")
)

# abbreviations only with a capital: of laws and courts, of places, and of days
_CAPITALISED = frozenset(
    """Adm Ala Ann App Ariz Bankr Cal Cir Civ Colo Const Crim Ct Del Dist Educ Evid Fed Fla Ga Ind Jud Kan Legis Mass
    Md Mich Minn Mon Okla Ont Penn Proc Pub Stat Supp Tenn Tex Thu Thurs Tue Tues Va Wash Wed Wis""".split()  # noqa: SIM905 - easier to read and to change than quoted strings
)

# words that start a sentence if they are capitalised after an abbreviation or an initial
_STARTERS = frozenset(
    """a about above according across additionally after again against all almost along also although altogether among
    an and another any are around as at because been before besides between beyond both but by can clearly compared
    consequently could despite did do does due during each earlier either even every everyone few finally first
    following for from further furthermore generally given had has have having he hence her here his how however i if
    importantly in indeed instead interestingly is it its last later less likewise many maybe meanwhile more moreover
    most much my neither nevertheless next no none nonetheless nor not notably nothing now of often on once one only or
    other others otherwise our out over overall people perhaps please previous previously rather recent recently
    several she should similarly since so some sometimes soon still studies such than that the their them then there
    thereafter therefore these they third this those though three through throughout thus to today together too two
    under unfortunately unless unlike until up upon using was we well were what whatever when whenever where whereas
    whether which while who whole whose why will with within without would yes yet you your""".split()  # noqa: SIM905 - easier to read and to change than quoted strings
)

# After these words a single capital is a label, not an initial: "vitamin C. Children need it."
_LABELLED = re.compile(
    r"\b(?:vitamins?|hepatitis|types?|groups?|class(?:es)?|phase|grade|stage|appendix|figure|table|panel|steps?|option"
    r"|plan|parts?|wars?|act|book|volume|chapter|factor|protein|influenza|category|level|schedule|section"
    r"|form|box|case|arm|complex)\s\w$",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"[^\W\d]\.")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){1,4}[^\W\d_]")
_IN_A_ROW = re.compile(r"\.\s\w$")  # an initial right after another abbreviation
_VOWEL = re.compile("[aeiouy]")
_JOINED = str.maketrans("", "", ".-'’")

_BRACKETED = rf"\[\^?{NUMBERS}\](?:[–-]\[\d{{1,4}}\])?"
# a note in brackets that is no link, like "[a]" or "[citation needed]"
_NOTE = r"\[[^\[\]\r\n]{1,40}\](?!\()"
_GLUED = r"(?:[A-Z][a-z]+|[AI])\s"  # a sentence without a space before it
# a citation right after a full stop; digits without markup only where they cannot be decimals
_MARKER = (
    rf"(?:{_BRACKETED}{PAGE}|\({NUMBERS}\)|\^{NUMBERS}\^|<sup>\[?{NUMBERS}\]?</sup>|[⁰¹²³⁴-⁹][⁰¹²³⁴-⁹,˒⁻–-]{{0,60}}"
    rf"|{_NOTE}{PAGE}|[†‡§¶‖]{{1,4}}|(?<=[^\s\d].)\d{{1,3}}(?:[,–-]\d{{1,3}}){{0,40}}(?=\s|$|{_GLUED}))"
)
_CANDIDATE = re.compile(
    r"""(?P<stop>[.!?…]{1,20})(?P<close>(?:[ ]?(?:''|[)\]}])|["'”’»*_]){0,6})"""
    rf"(?:,?{_MARKER}|[ \xa0]{_BRACKETED}){{0,30}}(?=\s|$|{_GLUED})"
)
_APART = re.compile(rf"[ \xa0]((?:\({NUMBERS}\)|\^{NUMBERS}\^|<sup>{NUMBERS}</sup>|{_NOTE}))(?=\s|$)")
_NEXT = re.compile(r"""(?P<space>\s*)(?:[-–—"'“‘«(\[{*_`¿¡]|<\w{1,6}>){0,6}(?P<word>\w[\w'’.-]{0,40})?""")
_WORD = re.compile(r"[^\s(\[{\"“'‘/,;:]{1,40}$")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivxIVX]{1,5})$")
# brackets and quotation marks that close within a few lines are not split
_ENCLOSED = re.compile(r"\([^()]{1,300}\)|\[[^\[\]]{1,300}\]|“[^“”]{1,300}”|(?<!\S)\"[^\"\s][^\"]{0,300}\"(?!\w)")


@cache
def _punkt() -> Callable[[str], bool]:
    # imported here, because importing nltk takes longer than parsing an article
    from nltk.tokenize import punkt

    parameters = punkt.PunktParameters()
    parameters.abbrev_types = set(ABBREVIATIONS)
    parameters.sent_starters = set(_STARTERS)
    parameters.collocations = {(word, "##number##") for word in _NUMBERED}
    for word in _STARTERS:  # known in lower case inside sentences: in upper case it starts one
        parameters.add_ortho_context(word, punkt._ORTHO_MID_LC | punkt._ORTHO_BEG_UC)
    breaks: Callable[[str], bool] = punkt.PunktSentenceTokenizer(parameters).text_contains_sentbreak
    return breaks


@lru_cache(maxsize=65536)
def _is_break(word: str, following: str) -> bool:
    """Whether a full stop between two words ends a sentence for Punkt."""
    return _punkt()(f"{word}. {following}")


def _can_start(word: str) -> bool:
    """Whether a word can start a sentence: any word that is not in lower case, like "today." or "all-purpose"."""
    letters = word.translate(_JOINED)
    return not (letters.isalpha() and letters.islower())


def _can_end(word: str, *, small: bool) -> bool:
    """Whether a word before a full stop can end a sentence that is followed by a small letter.

    Only a plain word that does not look shortened, like "tbsp" or "temp"; `small`: the sentence began so too.
    """
    return len(word) > (3 if small else 4) and word.isalpha() and word.islower() and bool(_VOWEL.search(word))


def _is_abbreviation(word: str) -> bool:
    return word in _CAPITALISED or word.lower() in ABBREVIATIONS


def _are_shortened(word: str, following: str) -> bool:
    """Whether two words are initials or abbreviations in a row: "J. A. Smith", "Sup. Ct."."""
    if _INITIAL.fullmatch(following):
        return len(word) == 1 or _is_abbreviation(word)
    return word[:1].isupper() and len(word) <= 4 and following[-1] == "." and following[:-1] in _CAPITALISED


def _as_start(word: str) -> str:
    """A word as Punkt knows it: "3B" and "S3" are numbers, and "mRNA" starts a sentence like a capitalised word."""
    return "1" if len(word) <= 4 and any(map(str.isdigit, word)) else word[0].upper() + word[1:]


def _is_full_stop(before: str, word: str, following: str, *, small: bool) -> bool:
    """Whether the full stop after `word`, the last word of the text `before` it, ends a sentence.

    `small` tells whether that sentence starts in lower case.
    """
    if not _can_start(following):  # some sentences start in lower case, but only after a plain word
        return _can_end(word, small=small) and _is_break(word, following)
    if _are_shortened(word, following):
        return False
    if following[0].isdigit() and len(word) == 1:
        return word.isupper() and not _IN_A_ROW.search(before)  # not "c. 1710" or "Fed. R. Civ. P. 56"
    if len(word) == 1 and _LABELLED.search(before):
        return True
    if word.isupper() and word.isalpha() and len(word) > 1 and not following.isupper():
        return True  # an acronym, though it may look like an abbreviation: "the PP. The"
    known = _INITIALS.fullmatch(word) or word in _CAPITALISED
    return not word or _is_break("dr" if known else word, _as_start(following))


def _is_end(text: str, start: int, match: re.Match[str], following: str) -> bool:
    """Whether a candidate ends the sentence that begins at `start`."""
    stop = match.start()
    before = text[max(start, stop - 60) : stop]
    found = _WORD.search(before)
    word = found.group() if found else ""
    if not text[match.end()].isspace():  # "wall.The": only between plain words
        plain = len(word) > 2 and word.isalpha() and word.islower()
        return plain and (len(following) > 2 or following.lower() in _STARTERS)
    if stop - start < 20 and _ENUMERATOR.fullmatch(text, start, stop):
        return False
    if match["stop"] != ".":
        return _can_start(following)
    if match["close"] and not _can_start(following):
        return False
    return _is_full_stop(before, word, following, small=text[start].islower())


def _cuts(text: str, start: int, end: int, markers: Collection[int]) -> Iterator[int]:
    """The ends of all sentences but the last."""
    enclosed = [match.span() for match in _ENCLOSED.finditer(text, start, end)]
    position = start
    while match := _CANDIDATE.search(text, position, end):
        position = match.end()
        apart = _APART.match(text, position, end)
        if apart and apart.start(1) in markers:
            position = apart.end()
        following = _NEXT.match(text, position, end)
        nearest = bisect_left(enclosed, (position,)) - 1
        inside = nearest >= 0 and position < enclosed[nearest][1]
        if following and following["word"] and not inside and _is_end(text, start, match, following["word"]):
            yield position
            start = following.end("space")


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(end - len(piece.lstrip()), start + len(piece.rstrip()))


def split(text: str, start: int, end: int, markers: Collection[int] = ()) -> list[Span]:
    """Split `text[start:end]` into sentences, without surrounding white space.

    `markers` are the starts of known citations: one after a full stop and a space, like " (3)", belongs to the sentence
    before it. " [3]" always does.
    """
    cuts = [start, *_cuts(text, start, end, markers), end]
    spans = (_trim(text, left, right) for left, right in pairwise(cuts))
    return [span for span in spans if span.start < span.end]
