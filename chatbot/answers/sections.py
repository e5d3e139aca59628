"""Sections that a question asks for: by their number or version, or with all the words of their headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chatbot.answers.completion import MAX_QUOTES, announced, body, completed, first_paragraphs, introduced
from chatbot.answers.features import has_answer_type
from chatbot.answers.selection import quote_sentence, refuse
from chatbot.documents.headings import without_number
from chatbot.documents.model import Kind
from chatbot.index.keys import KeyTable, key_arrays
from chatbot.language.terms import terms, words
from chatbot.questions.query import AMOUNT, AnswerType, unwrapped
from chatbot.reply import Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chatbot.common.lazy import Arrays
    from chatbot.index.index import Index
    from chatbot.index.sentence import IndexedSentence
    from chatbot.questions.query import Query
    from chatbot.reply import Quote

_KINDS = {"§": "section", "sec": "section", "art": "article", "ch": "chapter"}  # and the name of the kind itself
_KIND = r"(?P<kind>§|\b(?:article|art|section|sec|chapter|ch|clause|rule|part|schedule|appendix|annex|title|book)\b)"
_NUMBER = r"(?P<number>\d{1,4}(?:[.–-]\d{1,4}){0,4}[a-z]?|[ivxlc]{1,7}|[a-z])(?![\w-])"
_NUMBERED = re.compile(rf"{_KIND}§?\.?\s{{0,3}}{_NUMBER}", re.IGNORECASE)
_OPENING = re.compile(r"\W{0,5}(?P<number>\d{1,4}(?:[.–-]\d{1,4}){0,4}[a-z]?)(?=[.):]?(?:\s|$))", re.IGNORECASE)
_ITEM = re.compile(r"(?:^|[\r\n])[ \t]*(?P<number>\d{1,3})[.)][ \t]+[*_]*\Z")
_VERSION = re.compile(
    r"(?:\b(?:version|release)\s+)?(?<![\w.])v?(?P<number>\d{1,4}(?:\.\d{1,4}){1,3}(?:-[a-z]+[\w.]{0,10})?)(?![\w-]|\.\d)",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\b(?:section|chapter|clause|part|paragraph)\b", re.IGNORECASE)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
CONFIDENCE = 0.99  # in a section that is asked for by what its heading says
MAX_SECTIONS = 3  # of equal names; more of them are not meant all at once
_TYPED = (AnswerType.NUMBER, AnswerType.TIME)  # of the others too little can be told by their form


class Number(NamedTuple):
    """The number of a section, like 3 or "28-5", and its kind: "article", "" for a bare number, or "version"."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class NamedSection:
    """A section with a heading: what is read of that to find the section by.

    `own` are the stems of its heading; `path` and `words` those and the words of all headings above it too. `numbers`
    are its own, `above` those of the path.
    """

    heading: IndexedSentence
    own: frozenset[str]
    path: frozenset[str]
    words: frozenset[str]
    numbers: frozenset[Number]
    above: frozenset[Number]


def _arabic(number: str) -> str:
    """A printed number in one form: without its case, with plain hyphens, Roman numbers in digits."""
    plain = number.casefold().replace("–", "-")
    if not set(plain) <= set(_ROMAN):
        return plain
    values = [_ROMAN[letter] for letter in plain]
    return str(sum(-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True)))


def _number(found: re.Match[str]) -> Number:
    kind = found["kind"].lower()
    return Number(_KINDS.get(kind, kind), _arabic(found["number"]))


def heading_numbers(heading: str) -> Iterator[Number]:
    """The numbers that a heading bears: the one that it begins with, and versions anywhere."""
    if found := _NUMBERED.match(heading):
        yield _number(found)
    elif found := _OPENING.match(heading):
        yield Number("", _arabic(found["number"]))
        if found["number"].count(".") < 2 and any(map(str.isalpha, heading[found.end() :])):
            return  # "2.1 Methods" is no version
    yield from (Number("version", _arabic(found["number"])) for found in _VERSION.finditer(heading))


def _number_before(heading: IndexedSentence) -> frozenset[Number]:
    """The number of the list item that a heading is in."""
    start = heading.sentence.span.start
    found = _ITEM.search(heading.document.text, max(0, start - 12), start)
    return frozenset({Number("", found["number"])} if found else ())


def _own_numbers(heading: IndexedSentence) -> frozenset[Number]:
    return frozenset(heading_numbers(heading.text)) | _number_before(heading)


def _named(heading: IndexedSentence) -> NamedSection:
    document, own = heading.document, _own_numbers(heading)
    texts = [document[span] for span in document.context(heading.section)]
    above = own.union(number for text in texts[:-1] for number in heading_numbers(text))
    found = frozenset(word for text in texts for word in words(text))
    return NamedSection(heading, _own_stems(heading.text), heading.heading_stems, found, own, above)


def _own_stems(heading: str) -> frozenset[str]:
    return frozenset(term.stem for term in terms(without_number(heading)))


class NamedSections:
    """The sections with a heading, apart from the titles, in text order; each is described when it is looked at."""

    def __init__(self, index: Index, arrays: Arrays) -> None:
        """`arrays` are those that `section_arrays` gave. Raises KeyError without them."""
        self._index = index
        self._stems, self._numbers = KeyTable("section", arrays), KeyTable("section_number", arrays)
        self._positions = arrays["section_positions"]

    def _described(self, items: Iterable[int]) -> list[NamedSection]:
        return [_named(self._index[int(self._positions[item])]) for item in items]

    def __iter__(self) -> Iterator[NamedSection]:
        return iter(self._described(range(len(self._positions))))

    def within(self, stems: frozenset[str]) -> list[NamedSection]:
        """Those whose own heading has stems, and none but some of these."""
        return self._described(self._stems.within(stems))

    def bearing(self, asked: Iterable[Number]) -> list[NamedSection]:
        """Those that bear any of some numbers; a bare number can be that of any kind."""
        return self._described(self._numbers.having(_key(n) for one in asked for n in (one, Number("", one.number))))


def _key(number: Number) -> str:
    return f"{number.kind} {number.number}"


def section_arrays(index: Index) -> Arrays:
    """The headings of sections, apart from the titles, by their own stems and their numbers."""
    headings = (index[position] for position in index.of_kind(Kind.HEADING))
    found = [
        s for s in headings if s.sentence.span != s.document.title and s.document.heading(s.section) == s.sentence.span
    ]
    return {
        "section_positions": np.fromiter((s.position for s in found), dtype=np.int32),
        **key_arrays("section", [_own_stems(s.text) for s in found]),
        **key_arrays("section_number", [{_key(number) for number in _own_numbers(s)} for s in found]),
    }


def _bears(numbers: frozenset[Number], asked: Number) -> bool:
    """Whether one of some printed numbers is the one asked for; a bare number can be that of any kind."""
    return asked in numbers or Number("", asked.number) in numbers


def asked_numbers(text: str) -> tuple[list[Number], str]:
    """The numbers of sections in a question, and the rest of the question."""
    rest = _NUMBERED.sub(" ", text)
    versions = [Number("version", _arabic(found["number"])) for found in _VERSION.finditer(rest)]
    return [*map(_number, _NUMBERED.finditer(text)), *versions], _VERSION.sub(" ", rest)


def _with_numbers(sections: NamedSections, asked: Sequence[Number]) -> list[NamedSection]:
    """The sections that bear one of the numbers asked for, and stand under the others."""
    found = sections.bearing(asked)
    return [section for section in found if all(_bears(section.above, number) for number in asked)]


def _of_type(query: Query, sentences: Iterable[IndexedSentence]) -> list[IndexedSentence]:
    """The sentences that have a thing of the type asked for; all of them if no such type is asked for."""
    if query.answer_type not in _TYPED:
        return list(sentences)
    return [sentence for sentence in sentences if has_answer_type(query, sentence.text)]


def _most_shared(stems: frozenset[str], sentences: Sequence[IndexedSentence]) -> list[IndexedSentence]:
    """The first of the sentences that share most stems; none if they share none."""
    shared = [len(stems.intersection(sentence.stems)) for sentence in sentences]
    best = max(shared, default=0)
    return [sentences[shared.index(best)]] if best else []


def _text(index: Index, section: IndexedSentence) -> list[IndexedSentence]:
    return introduced(index, section) or first_paragraphs(index, body(index, section))


def _in_section(index: Index, section: IndexedSentence, query: Query, stems: frozenset[str]) -> list[IndexedSentence]:
    """What a section says on some stems: what is below a heading with them, or a sentence with them."""
    members = body(index, section)
    headings = [member for member in members if member.kind is Kind.HEADING]
    if inner := _most_shared(stems, headings):
        return _text(index, inner[0])
    if query.answer_type in _TYPED and _of_type(query, [section]):
        return [section]
    statements = _of_type(query, [member for member in members if member.kind is not Kind.HEADING])
    if found := _most_shared(stems, statements):
        return completed(index, found[0])
    return []


def _reply(query: Query, sentences: Sequence[IndexedSentence]) -> Reply:
    quotes = tuple(map(quote_sentence, sentences))
    return Reply(query.text, query.text, ReplyKind.QUOTE, quotes, confidence=CONFIDENCE)


def has_number(question: str) -> bool:
    """Whether a question has what can be the number or the version of a section."""
    return bool(_NUMBERED.search(question) or _VERSION.search(question))


def by_number(index: Index, sections: NamedSections, query: Query) -> Reply | None:
    """What the section or the list item says whose number or version a question names; None if there is none."""
    asked, rest = asked_numbers(query.text)
    found = _with_numbers(sections, asked) if asked else []
    stems = frozenset(term.stem for term in terms(unwrapped(rest)))
    if found:
        heading = found[0].heading
        shown = _in_section(index, heading, query, stems)
        if not shown and sections.within(stems):
            return refuse(index, query)  # other versions have a part "Removed", and this one has none
        if not shown and len(stems) <= 1 and _of_type(query, body(index, heading)):
            shown = _text(index, heading)
    else:
        shown = _item(index, asked[0]) if len(asked) == 1 and len(stems) <= 1 else []
    return _reply(query, shown) if shown else None


def _item(index: Index, asked: Number) -> list[IndexedSentence]:
    """The list item with a number, like a rule, and its paragraphs; none if there are several."""
    items = (index[position] for position in index.of_kind(Kind.ITEM))
    found = [item for item in items if Number("", asked.number) in heading_numbers(item.text)]
    if len(found) != 1:
        return []
    following = (index[position] for position in range(found[0].position + 1, len(index)))
    same = takewhile(lambda other: other.sentence.paragraph == found[0].sentence.paragraph, following)
    return [found[0], *islice(same, MAX_QUOTES)]


def _opening(index: Index, heading: IndexedSentence) -> list[IndexedSentence]:
    """What a heading introduces: all of a list, a table or code, or the first sentences of a paragraph."""
    members = body(index, heading)
    if members and members[0].kind is Kind.HEADING:
        return first_paragraphs(index, members)
    first = takewhile(lambda member: member.sentence.paragraph == members[0].sentence.paragraph, members)
    shown = introduced(index, heading) or list(islice(first, MAX_QUOTES))
    return [*shown, *announced(index, shown[-1])] if shown else []


def _covers(section: NamedSection, quote: Quote) -> bool:
    """Whether a quote stands in a section or below its heading."""
    document = section.heading.document
    return quote.document == document and quote.section in document.subsections(section.heading.section)


def _is_better(index: Index, found: Sequence[NamedSection], reply: Reply) -> bool:
    """Whether named sections replace a reply: it is none, or from elsewhere, or one part of a list of many."""
    if not reply.answered:
        return True
    inside = next((section for section in found if _covers(section, reply.quotes[reply.best])), None)
    return inside is None or len(reply.quotes) < len(introduced(index, inside.heading))


@dataclass(frozen=True, slots=True)
class AskedName:
    """What a question may name a section by.

    `stems` are those of the question, of which a heading's path may lack `spare`. `words` are all its words, with the
    stop words, which tell "Model A" from "Model B".
    """

    stems: frozenset[str]
    words: frozenset[str]
    spare: int


def asked_name(question: str) -> AskedName:
    """Where the question says "section", it may have one term more: "What does the section on leaks say?"."""
    bare = AMOUNT.sub(" ", question)
    stems = frozenset(term.stem for term in terms(unwrapped(_SECTION.sub(" ", bare))))
    return AskedName(stems, frozenset(words(question)), int(bool(_SECTION.search(bare))))


def _with_names(sections: NamedSections, query: Query) -> list[NamedSection]:
    """The sections whose headings have all terms of a question, and whose own heading has no others."""
    asked = asked_name(query.text)
    found = [s for s in sections.within(asked.stems) if len(asked.stems - s.path) <= asked.spare]
    shared = [len(asked.words & section.words) for section in found]
    return [section for section, count in zip(found, shared, strict=True) if count == max(shared)]


def expand_to_section(index: Index, sections: NamedSections, query: Query, reply: Reply) -> Reply:
    """A reply with what is below the headings that a question names; without any, the reply as it is.

    An answer from such a section stays.
    """
    found = _with_names(sections, query)
    if not 0 < len(found) <= MAX_SECTIONS or query.negated or not _is_better(index, found, reply):
        return reply
    shown = [s for section in found for s in _of_type(query, _opening(index, section.heading))]
    return replace(_reply(query, shown), topic=reply.topic, evidence=reply.evidence) if shown else reply
