"""Sentences as spans: Punkt judges full stops, with our own parameters; rules say what it cannot know."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from functools import cache, lru_cache

from chatbot.document import Span

# Words with a full stop inside a sentence, as Punkt keeps them: lower case, without the last full stop.
ABBREVIATIONS = frozenset(
    """acad al appl approx assoc assn aug ave bldg bros ca capt cf cit cm co corp cpl dec dept dist dr ed eds e.g eg
    eqn eqs esp etc e.u f.sp feb figs ft gen gov hon hrs ibid i.d i.e ie i.m incl inc int i.p i.v jan jr jun lt ltd
    maj messrs mr mrs ms m.d mt natl n.b nos nov oct ph.d pp proc prof prop pt resp ref refs rep rev sect sen sep sept
    sgt soc sp spp sq ssp st subsp supp suppl s.c s.d s.e s.e.m trans u.k u.n u.s u.s.a d.c b.a m.a b.s m.s a.m p.m
    b.c a.d univ var viz vol vols vs w.r.t cv tel vers yrs jul apr mol wt ser eq a.k.a aka no.s c.f""".split()
)

# Words that are abbreviations only before a number: "Fig. 2" but "He ate a fig. Then".
NUMBERED = frozenset("app art bd ch chap col fig lines min max mar no op p para sec tab tbl v".split())

# Words that open sentences and are written small elsewhere: after an abbreviation or an initial they open one.
STARTERS = frozenset(
    """a about above according across additionally after again against all almost along also although altogether among
    an and another any are around as at because been before besides between beyond both but by can case clearly
    compared consequently consistent could despite did do does due during each earlier either even every everyone
    examples few finally first following for from further furthermore generally given had has have having he hence her
    here his how however i if importantly in indeed instead interestingly is it its last later less likewise many
    maybe meanwhile more moreover most much my neither nevertheless next no none nonetheless nor not notably nothing
    now of often on once one only or other others otherwise our out over overall part patients people perhaps please
    previous previously rather recent recently second several she should similarly since so some sometimes soon still
    studies such taken than that the their them then there thereafter therefore these they third this those though
    three through throughout thus to today together too two under unfortunately unless unlike until up upon using was
    we well were what whatever when whenever where whereas whether which while who whole whose why will with within
    without would yes yet you your""".split()
)

# After these words a single capital is a label, not an initial: "vitamin C. Children need it."
_LABELLED = re.compile(
    r"\b(?:vitamins?|hepatitis|types?|groups?|class(?:es)?|phase|grade|stage|appendix|fig(?:ure|s?\.)|table|panel|step"
    r"|option|plan|part|factor|protein|influenza|category|level|schedule|section|form|box|case|arm|and|or|complex)\s\w$",
    re.IGNORECASE,
)

_NUMBERS = r"\d{1,4}(?:\s?[,;–—-]\s?\^?\d{1,4}){0,30}"
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_BRACKETED = rf"\[\^?{_NUMBERS}\]"
# What a citation looks like right behind a full stop; digits that lost their markup only where no decimal can be.
_MARKER = (
    rf"(?:{_BRACKETED}|\({_NUMBERS}\)|\^{_NUMBERS}\^|<sup>\[?{_NUMBERS}\]?</sup>"
    rf"|[{_SUPERSCRIPTS}][{_SUPERSCRIPTS},˒⁻–-]{{0,40}}|(?<!\d.){_NUMBERS.replace(chr(92) + 's?', '')}(?=\s|$))"
)
_CANDIDATE = re.compile(
    r"(?P<stop>[.!?…]{1,20})"
    r"""(?P<close>(?:[ ]?(?:''|[)\]}])|["'”’»*_]){0,6})"""
    rf"(?P<markers>(?:,?{_MARKER}|[ \xa0]{_BRACKETED}){{0,30}})"
    r"(?=\s|[A-Z][a-z]*\s+[a-z])"
)
_SPACED_MARKER = re.compile(rf"[ \xa0](\({_NUMBERS}\)|\^{_NUMBERS}\^)(?=\s|$)")
_NEXT = re.compile(r"""\s*(?:[-–—"'“‘«(\[{*_`¿¡]|<\w{1,6}>){0,6}(?P<word>\w[\w'’.-]{0,40})?""")
_WORD = re.compile(r"[^\s(\[{\"“'‘/,;:]{1,40}$")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivxIVX]{1,5})$")
# Brackets and quotation marks that close within a few lines are kept whole.
_ENCLOSED = re.compile(r"\([^()]{1,300}\)|\[[^\[\]]{1,300}\]|“[^“”]{1,300}”|(?<!\S)\"[^\"\s][^\"]{0,300}\"(?!\w)")


@cache
def _punkt() -> Callable[[str], bool]:
    # Imported here: nltk takes longer to import than an article to read.
    from nltk.tokenize import punkt  # noqa: PLC0415

    parameters = punkt.PunktParameters()
    parameters.abbrev_types = set(ABBREVIATIONS)
    parameters.sent_starters = set(STARTERS)
    parameters.collocations = {(word, "##number##") for word in NUMBERED}
    for word in STARTERS:  # seen small inside sentences: written large, it opens one
        parameters.add_ortho_context(word, punkt._ORTHO_MID_LC | punkt._ORTHO_BEG_UC)
    breaks: Callable[[str], bool] = punkt.PunktSentenceTokenizer(parameters).text_contains_sentbreak
    return breaks


@lru_cache(maxsize=65536)
def _stops(word: str, following: str) -> bool:
    return _punkt()(f"{word}. {following}")


def _is_opening(word: str) -> bool:
    """Whether a word can open a sentence after `?`, `!` or `...`: any that is not plainly small."""
    return not (word.isalpha() and word.islower())


def _full_stop(before: str, word: str, following: str) -> bool:
    """Whether the full stop after `word` ends a sentence; `before` is the text up to it."""
    plain = word.rsplit(".", 1)[-1]
    if not _is_opening(following):  # a sentence may open small, but only after a plain word
        return len(plain) > 3 and plain.isalpha() and plain.islower() and _stops(word, following)
    if re.fullmatch(r"[^\W\d]\.", following) and (len(word) == 1 or word.lower() in ABBREVIATIONS):
        return False  # initials in a row: "J. A. Smith"
    if len(word) == 1 and word.isupper() and _LABELLED.search(before):
        return True
    return not word or _stops(word, following)


def _is_end(text: str, start: int, match: re.Match[str], following: str) -> bool:
    """Whether a candidate ends the sentence that begins at `start`."""
    stop = match.start()
    before = text[max(start, stop - 60) : stop]
    found = _WORD.search(before)
    word = found.group() if found else ""
    if not text[match.end()].isspace():  # "gut.The": only between plain words
        return len(word) > 2 and word.isalpha() and word.islower()
    if stop - start < 20 and _ENUMERATOR.fullmatch(text, start, stop):
        return False
    if match["stop"] != ".":
        return _is_opening(following)
    return _full_stop(before, word, following)


def _cuts(text: str, start: int, end: int, markers: Collection[int]) -> Iterator[int]:
    """The ends of all sentences but the last."""
    enclosed = [match.span() for match in _ENCLOSED.finditer(text, start, end)]
    position = start
    while match := _CANDIDATE.search(text, position, end):
        position = cut = match.end()
        spaced = _SPACED_MARKER.match(text, cut, end)
        if spaced and spaced.start(1) in markers:
            position = cut = spaced.end()
        following = _NEXT.match(text, cut, end)
        nearest = bisect_left(enclosed, (cut,)) - 1
        if following is None or not following["word"] or (nearest >= 0 and cut < enclosed[nearest][1]):
            continue
        if _is_end(text, start, match, following["word"]):
            yield cut
            start = cut + len(text[cut : following.start("word")]) - len(text[cut : following.start("word")].lstrip())


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(end - len(piece.lstrip()), start + len(piece.rstrip()))


def split(text: str, start: int, end: int, markers: Collection[int] = ()) -> list[Span]:
    """Cut `text[start:end]` into sentences, without the white space around them.

    `markers` are the starts of known citations: one that stands apart behind a full stop belongs to the sentence
    before it, like "[3]" always does.
    """
    cuts = [start, *_cuts(text, start, end, markers), end]
    spans = (_trim(text, left, right) for left, right in zip(cuts, cuts[1:]))
    return [span for span in spans if span.start < span.end]
