"""Questions about the reference list: answered by entries as they stand, or by the sentences that print a number."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from chatbot.answers import bibliography
from chatbot.answers.candidates import pool
from chatbot.answers.feature_extraction import Weigher
from chatbot.common.wording import counted
from chatbot.documents.number_ranges import expand
from chatbot.language.terms import fold, stem, terms
from chatbot.questions.query import stripped, understand
from chatbot.reply import Entry, Quote, Reply, ReplyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.documents.model import Document
    from chatbot.index.index import Index
    from chatbot.language.synonyms import Synonyms

_ENTRY = r"(?:references?|refs?|sources?|citations?|footnotes?|entry|entries|bibliography|endnotes?)"
_LIST = r"\d{1,3}(?:\s?(?:,|-|–|to|and|&)\s?\d{1,3}){0,20}"
_WORK = r"(?:papers?|stud(?:y|ies)|publications?|articles?|works?)"
_TO, _AND = re.compile(r"\s*\bto\b\s*"), re.compile(r"\s*(?:\band\b|&)")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL = rf"(?P<ordinal>{'|'.join(_ORDINALS)}|last|\d{{1,3}}(?:st|nd|rd|th))"
_NUMBERED = re.compile(
    rf"\b{_ENTRY}\.?\s*(?:number|num|no\.?|nr\.?|#)?\s*[\[(]?(?P<numbers>{_LIST})\b[\])]?"
    r"|(?<![\w\])])[\[(](?P<bracketed>\d{1,3})[\])]"
    rf"|\b(?:number|no\.|#)\s*(?P<counted>\d{{1,3}}) (?:in|of|on|from) the (?:list|{_ENTRY})"
    rf"|\b{_ORDINAL} (?:{_ENTRY}|{_WORK})\b"
)
_CITED_FOR = re.compile(
    r"\b(?:cited|used|quoted|referenced|mentioned) (?:for|to|as|in|where)\b|\bwhere (?:is|was|does|do"
    r"|are)\b.*\b(?:cited|used|appear)"
    r"|\b(?:support|back|stand|prove|claim|statement|sentence|passage)(?:s|ed|ing)?\b|\bsay(?:s|ing)?\b"
    r"|\b(?:cited?|used) for\b"
)
_CLAIM = re.compile(
    rf"\b(?:the |a |any |an )?(?:{_ENTRY}|evidence|proof|{_WORK})(?: (?:is|are|was|were))?(?: (?:given|cited"
    rf"|used|named|listed|there|provided))?"
    r" (?:for|behind|of|supporting|backing|to support|to back)(?: up)?(?: (?:the|this|that|its|their))?"
    r"(?: (?:claim|statement|idea|figure|number|assertion|fact|sentence))?(?: that)?\b"
    rf"|\b(?:which|what) (?:{_ENTRY}|{_WORK}) (?:says?|shows?|supports?|backs?|proves?|claims?|states?"
    rf"|is cited for|is behind)(?: up)?(?: that)?\b"
    r"|\bwho (?:says|claims|states|argues)(?: that)?\b|\baccording to (?:whom|who|which \w+)\b",
    re.IGNORECASE,
)
_COMES_FROM = re.compile(
    r"\bwhere (?:does|do|did|is|are|was|were|has|have)\b(?P<claim>.{1,200}?)\b(?:come|comes|coming|came|taken"
    r"|drawn|quoted) from\b"
    r"|\bwhere (?:did|do|does) (?:you|they|the \w+) (?:get|take|find)(?P<got>.+)",
    re.IGNORECASE,
)
# In "where is that figure from" nothing of the claim: what it is called, not what it says
_CLAIM_AS_SUCH = re.compile(
    r"\b(?:the |that |this )?(?:claim|statement|figure|number|percentage|comparison|estimate|value)\b(?! of)",
    re.IGNORECASE,
)
_SUPPORT_STEMS = frozenset(map(stem, "statement claim sentence passage support back prove quote mention".split()))  # noqa: SIM905
_NEWEST = re.compile(r"\b(?:newest|latest|most recent|youngest)\b")
_OLDEST = re.compile(r"\b(?:oldest|earliest|first published)\b")
_YEAR = re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date)\b|\byear\b|\bhow old\b")
_FIELD = re.compile(
    r"\b(?:journal|magazine|volume|issue|pages?|doi|publisher|publication|co-?authors?|authors?|authored|wrote"
    r"|written|published"
    r"|publish|appeared?|year)\b"
)
_OF_AN_ENTRY = re.compile(rf"{_FIELD.pattern}|\b(?:which|what|a|any) (?:of the )?(?:{_ENTRY}|papers?|publications?)\b")
_ABOUT_SOURCES = re.compile(rf"\b(?:{_ENTRY}|{_WORK}|cite[sd]?|citing)\b|{_FIELD.pattern}")
_SOURCE_WORDS = """
    reference ref source citation cite footnote entry bibliography endnote paper study publication article work journal
    magazine volume issue page doi publisher author coauthor write wrote written publish appear year date list show
    display give many number count use used newest latest recent oldest earliest last literature full complete entire
    research researcher scientist team get detail need find look interlibrary loan say one"""
_ENOUGH = 0.5  # share of what is asked that an entry must print
_MOST_MATCHES = 3  # entries; more that match equally are no answer


def entries(documents: Iterable[Document]) -> tuple[Entry, ...]:
    """Every reference entry, in order."""
    return tuple(Entry(document, reference) for document in documents for reference in document.references)


def entry_quote(entry: Entry) -> Quote:
    """An entry as a quote that bears its own number."""
    return Quote(entry.document, entry.reference.span, None, (entry.reference.number,))


def _numbers(text: str, known: Sequence[Entry]) -> list[int]:
    """The reference numbers that a folded question names."""
    borne = {entry.reference.number for entry in known}
    found: list[int] = []
    for match in _NUMBERED.finditer(text):
        if printed := match["numbers"] or match["bracketed"] or match["counted"]:
            found += expand(_AND.sub(",", _TO.sub("-", printed)), borne) or [int(re.findall(r"\d+", printed)[0])]
        else:
            found.append(_ordinal(match["ordinal"], known))
    return found


def _ordinal(word: str, known: Sequence[Entry]) -> int:
    if word == "last":
        return max(entry.reference.number for entry in known)
    return _ORDINALS.index(word) + 1 if word in _ORDINALS else int(re.sub(r"\D", "", word))


def _citing(documents: Iterable[Document], numbers: Sequence[int]) -> tuple[Quote, ...]:
    """The sentences that print any of the numbers."""
    return tuple(
        Quote(document, sentence.span, sentence.section, sentence.numbers)
        for document in documents
        for sentence in document.sentences
        if set(numbers) & set(sentence.numbers)
    )


def _none(question: str, said: str, near: Sequence[Entry] = ()) -> Reply:
    return Reply(question, question, ReplyKind.NONE, said=said, near=tuple(map(entry_quote, near)))


def shown(question: str, found: Sequence[Entry], said: str = "") -> Reply:
    """Entries as an answer."""
    quotes = tuple(map(entry_quote, found))
    return Reply(question, question, ReplyKind.REFERENCE, quotes, confidence=1.0, said=said)


def extent(documents: Sequence[Document]) -> str:
    """How many references there are, in words."""
    counts = [len(document.references) for document in documents]
    if len(counts) > 1:
        return (
            "; ".join(f"{d.name} lists {counted(n, 'reference')}" for d, n in zip(documents, counts, strict=True)) + "."
        )
    return f"The article lists {counted(counts[0], 'reference')}."


def _numbered(documents: Sequence[Document], question: str, text: str) -> Reply | None:
    known = entries(documents)
    numbers = _numbers(text, known)
    if not numbers:
        return None
    found = [entry for entry in known if entry.reference.number in numbers]
    if not found:
        return _none(question, f"{extent(documents)} There is no reference {numbers[0]}.")
    if _CITED_FOR.search(text):
        quotes = _citing(documents, numbers)
        if quotes:
            return Reply(question, question, ReplyKind.REFERENCE, quotes, confidence=1.0)
        return _none(question, "No sentence of the article cites it.", found)
    return dated(question, found) if _YEAR.search(text) else shown(question, found)


def dated(question: str, found: Sequence[Entry]) -> Reply:
    """Entries as the answer to when they were published; those that print no year do not answer that."""
    printed = [entry for entry in found if bibliography.year(entry.text) is not None]
    return shown(question, printed) if printed else _none(question, "The entry prints no year.", found)


@cache
def _source_stems() -> frozenset[str]:
    """The stems of words that speak of sources as such."""
    return frozenset(map(stem, _SOURCE_WORDS.split()))


def _rest(text: str) -> list[str]:
    """The words of a folded question that are not about sources as such."""
    return [term.word for term in terms(stripped(text)) if term.stem not in _source_stems() and not term.word.isdigit()]


def _chosen(question: str, found: Sequence[Entry]) -> Reply:
    return shown(question, found) if found else _none(question, "No entry of the list prints a year.")


def _listed(documents: Sequence[Document], question: str, text: str) -> Reply | None:
    """All entries, or the newest, or the oldest, where nothing in particular is asked about."""
    known = entries(documents)
    about = re.search(rf"\b(?:{_ENTRY}|{_WORK}|cited?)\b", text)
    if not about or _rest(text):
        return None
    if _NEWEST.search(text):
        return _chosen(question, bibliography.newest(known))
    if _OLDEST.search(text):
        return _chosen(question, bibliography.oldest(known))
    if re.search(
        rf"\b(?:how many|number of|count|list|show|all|which|what|give|see|every|any"
        rf"|are there)\b.*\b(?:{_ENTRY}|{_WORK}|cited?)\b|^\W*{_ENTRY}\W*$",
        text,
    ) and not _FIELD.search(text):
        return shown(question, known, extent(documents))
    return None


def _said(index: Index, words: Sequence[str], synonyms: Synonyms) -> float:
    """The share of some words that the best sentence of the article has."""
    weigher = Weigher(index, understand(" ".join(words), synonyms))
    return max((bibliography.share(words, set(index.stems(i))) for i in pool(index, weigher)), default=0.0)


def _about(index: Index, question: str, text: str, synonyms: Synonyms) -> Reply | None:
    """The entry that the question describes, if it prints more of the description than any sentence does.

    A word like "journal" or "which reference" makes it a question about an entry where both have the same.
    """
    supported = bool(_CITED_FOR.search(text))
    words = [word for word in _rest(text) if not supported or stem(word) not in _SUPPORT_STEMS]
    if not words or not _ABOUT_SOURCES.search(text):
        return None
    found, share = bibliography.matching(entries(index.documents), words)
    if share < _ENOUGH or len(found) > _MOST_MATCHES:
        return None
    said = _said(index, words, synonyms)
    if share < said or (share == said and not _OF_AN_ENTRY.search(text)):
        return None
    citing = _citing(index.documents, [entry.reference.number for entry in found])
    if re.search(r"\b(?:statement|sentence|passage|claim|cited for|used for)", text) and citing:
        return Reply(question, question, ReplyKind.REFERENCE, citing, confidence=1.0)
    return dated(question, found) if _YEAR.search(text) else shown(question, found)


def claim(index: Index, question: str) -> str | None:
    """The claim whose source a question asks for, if that is what it asks and there are references."""
    if not any(document.references for document in index.documents):
        return None
    if match := _COMES_FROM.search(question):
        found = match["claim"] or match["got"]
        bare = _CLAIM_AS_SUCH.sub(" ", found)
        return bare if any(terms(bare)) else found
    if match := _CLAIM.search(question):
        rest = f"{question[: match.start()]} {question[match.end() :]}"
        return rest if _rest(fold(rest)) else None
    return None


def answer(index: Index, question: str, synonyms: Synonyms) -> Reply | None:
    """The reply to a question about the reference list; None where the question is none, or there is no list."""
    documents, text = index.documents, fold(question)
    if not any(document.references for document in documents):
        return None
    return (
        _numbered(documents, question, text)
        or _listed(documents, question, text)
        or _about(index, question, text, synonyms)
    )
