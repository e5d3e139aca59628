"""Questions about the reference list: answered by its entries, or by the sentences that cite them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from chatbot.answers import bibliography
from chatbot.answers.features import FeatureExtractor
from chatbot.answers.ranking import pool
from chatbot.common.wording import counted
from chatbot.documents.number_ranges import expand
from chatbot.language.terms import fold, stem, terms
from chatbot.questions.query import parse_query, unwrapped
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
# "That figure", "the claim": names a claim without saying it
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
_MIN_SHARE = 0.5  # share of the description that an entry must print
_MAX_MATCHES = 3  # if more entries match equally well, none is meant


def _numbers(text: str, known: Sequence[Entry]) -> list[int]:
    """The reference numbers that a folded question names."""
    listed = {entry.number for entry in known}
    found: list[int] = []
    for match in _NUMBERED.finditer(text):
        if printed := match["numbers"] or match["bracketed"] or match["counted"]:
            numbers = expand(_AND.sub(",", _TO.sub("-", printed)), listed)
            found += numbers or [int(re.findall(r"\d+", printed)[0])]
        else:
            found.append(_ordinal(match["ordinal"], known))
    return found


def _ordinal(word: str, known: Sequence[Entry]) -> int:
    if word == "last":
        return max(entry.number for entry in known)
    return _ORDINALS.index(word) + 1 if word in _ORDINALS else int(re.sub(r"\D", "", word))


def _citing(documents: Iterable[Document], numbers: Sequence[int]) -> tuple[Quote, ...]:
    """The sentences that cite any of the numbers."""
    return tuple(
        Quote.of_sentence(document, sentence)
        for document in documents
        for sentence in document.sentences
        if set(numbers) & set(sentence.numbers)
    )


def _no_answer(question: str, said: str, near: Sequence[Entry] = ()) -> Reply:
    return Reply(question, question, ReplyKind.NONE, said=said, near=tuple(map(Quote.of_entry, near)))


def reply_with_entries(question: str, found: Sequence[Entry], said: str = "") -> Reply:
    """Entries as the answer."""
    quotes = tuple(map(Quote.of_entry, found))
    return Reply(question, question, ReplyKind.REFERENCE, quotes, confidence=1.0, said=said)


def extent(documents: Sequence[Document]) -> str:
    """A sentence that says how many references each document has."""
    counts = [len(document.references) for document in documents]
    if len(counts) > 1:
        return (
            "; ".join(f"{d.name} lists {counted(n, 'reference')}" for d, n in zip(documents, counts, strict=True)) + "."
        )
    return f"The article lists {counted(counts[0], 'reference')}."


def _numbered(documents: Sequence[Document], question: str, text: str) -> Reply | None:
    known = Entry.of_documents(documents)
    numbers = _numbers(text, known)
    if not numbers:
        return None
    found = [entry for entry in known if entry.number in numbers]
    if not found:
        return _no_answer(question, f"{extent(documents)} There is no reference {numbers[0]}.")
    if _CITED_FOR.search(text):
        quotes = _citing(documents, numbers)
        if quotes:
            return Reply(question, question, ReplyKind.REFERENCE, quotes, confidence=1.0)
        return _no_answer(question, "No sentence of the article cites it.", found)
    return reply_with_dates(question, found) if _YEAR.search(text) else reply_with_entries(question, found)


def reply_with_dates(question: str, found: Sequence[Entry]) -> Reply:
    """The entries that print a year, as the answer to when they were published."""
    printed = [entry for entry in found if bibliography.year(entry.text) is not None]
    return (
        reply_with_entries(question, printed) if printed else _no_answer(question, "The entry prints no year.", found)
    )


@cache
def _source_stems() -> frozenset[str]:
    """The stems of words about sources in general."""
    return frozenset(map(stem, _SOURCE_WORDS.split()))


def _content_words(text: str) -> list[str]:
    """The words of a folded question that are not about sources in general."""
    return [
        term.word for term in terms(unwrapped(text)) if term.stem not in _source_stems() and not term.word.isdigit()
    ]


def _chosen(question: str, found: Sequence[Entry]) -> Reply:
    return reply_with_entries(question, found) if found else _no_answer(question, "No entry of the list prints a year.")


def _listed(documents: Sequence[Document], question: str, text: str) -> Reply | None:
    """All entries, the newest or the oldest, if the question names no topic."""
    known = Entry.of_documents(documents)
    about = re.search(rf"\b(?:{_ENTRY}|{_WORK}|cited?)\b", text)
    if not about or _content_words(text):
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
        return reply_with_entries(question, known, extent(documents))
    return None


def _best_share(index: Index, words: Sequence[str], synonyms: Synonyms) -> float:
    """The share of some words that the best sentence of the documents has."""
    extractor = FeatureExtractor(index, parse_query(" ".join(words), synonyms))
    shares = (bibliography.share(words, set(sentence.stems)) for sentence in pool(index, extractor))
    return max(shares, default=0.0)


def _described(index: Index, question: str, text: str, synonyms: Synonyms) -> Reply | None:
    """The entry that the question describes, if it prints more of the description than any sentence does.

    If both print the same share, a word like "journal" or "which reference" decides for the entry.
    """
    supported = bool(_CITED_FOR.search(text))
    words = [word for word in _content_words(text) if not supported or stem(word) not in _SUPPORT_STEMS]
    if not words or not _ABOUT_SOURCES.search(text):
        return None
    found, share = bibliography.matching(Entry.of_documents(index.documents), words)
    if share < _MIN_SHARE or len(found) > _MAX_MATCHES:
        return None
    in_text = _best_share(index, words, synonyms)
    if share < in_text or (share == in_text and not _OF_AN_ENTRY.search(text)):
        return None
    citing = _citing(index.documents, [entry.number for entry in found])
    if re.search(r"\b(?:statement|sentence|passage|claim|cited for|used for)", text) and citing:
        return Reply(question, question, ReplyKind.REFERENCE, citing, confidence=1.0)
    return reply_with_dates(question, found) if _YEAR.search(text) else reply_with_entries(question, found)


def claim(index: Index, question: str) -> str | None:
    """The claim whose source a question asks for; None if it asks for something else, or there are no references."""
    if not any(document.references for document in index.documents):
        return None
    if match := _COMES_FROM.search(question):
        found = match["claim"] or match["got"]
        bare = _CLAIM_AS_SUCH.sub(" ", found)
        return bare if any(terms(bare)) else found
    if match := _CLAIM.search(question):
        rest = f"{question[: match.start()]} {question[match.end() :]}"
        return rest if _content_words(fold(rest)) else None
    return None


def answer(index: Index, question: str, synonyms: Synonyms) -> Reply | None:
    """The reply to a question about the reference list; None for other questions, and without a list."""
    documents, text = index.documents, fold(question)
    if not any(document.references for document in documents):
        return None
    return (
        _numbered(documents, question, text)
        or _listed(documents, question, text)
        or _described(index, question, text, synonyms)
    )
