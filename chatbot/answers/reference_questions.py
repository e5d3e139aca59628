"""Questions about the reference list: answered by its entries, or by the sentences that cite them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chatbot.answers import bibliography
from chatbot.common.wording import counted
from chatbot.documents.number_ranges import expand
from chatbot.language.terms import fold
from chatbot.reply import Entry, NoteEntry, Quote, Reply, ReplyKind, all_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.documents.model import Document
    from chatbot.reply import Source

_ENTRY = r"(?:references?|refs?|sources?|citations?|footnotes?|entry|entries|bibliography|endnotes?)"
_LIST = r"\d{1,3}(?:\s?(?:,|-|–|to|and|&)\s?\d{1,3}){0,20}"
_TO, _AND = re.compile(r"\s*\bto\b\s*"), re.compile(r"\s*(?:\band\b|&)")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL = rf"(?P<ordinal>{'|'.join(_ORDINALS)}|last|\d{{1,3}}(?:st|nd|rd|th))"
_NUMBERED = re.compile(
    rf"\b{_ENTRY}\.?\s*(?:number|num|no\.?|nr\.?|#)?\s*[\[(]?(?P<numbers>{_LIST})\b[\])]?"
    r"|(?<![\w\])])[\[(](?P<bracketed>\d{1,3})[\])]"
    rf"|\b(?:number|no\.|#)\s*(?P<counted>\d{{1,3}}) (?:in|of|on|from) the (?:list|{_ENTRY})"
    rf"|^\W*(?:show|see|open)\W+(?P<shown>{_LIST})\W*$"
    rf"|\b{_ORDINAL} (?:{_ENTRY}|\w+ (?:in|of|on|from) the (?:list|{_ENTRY}))\b"
)
_CITED_FOR = re.compile(
    r"\b(?:cited|used|quoted|referenced|mentioned) (?:for|to|as|in|where)\b|\bwhere (?:is|was|does|do"
    r"|are)\b.*\b(?:cited|used|appear)"
    r"|\b(?:support|back|stand|prove|claim|statement|sentence|passage)(?:s|ed|ing)?\b|\bsay(?:s|ing)?\b"
    r"|\b(?:cited?|used) for\b"
)
_NEWEST = re.compile(r"\b(?:newest|latest|most recent|youngest)\b")
_OLDEST = re.compile(r"\b(?:oldest|earliest|first published)\b")
_YEAR = re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date)\b|\byear\b|\bhow old\b")
_UNDATED = "The entry prints no year."
_BEFORE = re.compile(r"\b(?:before|older than|earlier than|prior to|until)(?: the)? (?P<year>1[5-9]\d\d|20\d\d)\b")
_AFTER = re.compile(r"\b(?:after|since|newer than|later than)(?: the)? (?P<year>1[5-9]\d\d|20\d\d)\b")
_IN = re.compile(r"\b(?:from|in|of)(?: the)? (?P<year>1[5-9]\d\d|20\d\d)(?P<decade>'?s)?\b")


def _numbers(text: str, known: Sequence[Entry]) -> list[int]:
    """The reference numbers that a folded question names."""
    listed = frozenset(entry.number for entry in known)
    found: list[int] = []
    for match in _NUMBERED.finditer(text):
        if printed := match["numbers"] or match["bracketed"] or match["counted"] or match["shown"]:
            numbers = expand(_AND.sub(",", _TO.sub("-", printed)), listed, len(listed))
            found += numbers or [int(re.findall(r"\d+", printed)[0])]
        else:
            found.append(_ordinal(match["ordinal"], known))
    return found


def _ordinal(word: str, known: Sequence[Entry]) -> int:
    if word == "last":
        return max(entry.number for entry in known)
    return _ORDINALS.index(word) + 1 if word in _ORDINALS else int(re.sub(r"\D", "", word))


def _citing(entries: Sequence[Source]) -> tuple[Quote, ...]:
    """The sentences that cite any of the entries, which are in the order of their documents."""
    wanted = frozenset(entries)
    documents = dict.fromkeys(entry.document for entry in entries)  # a sentence cites only the list of its document
    quotes = (Quote.of_sentence(d, sentence) for d in documents for sentence in d.sentences if sentence.markers)
    return tuple(quote for quote in quotes if not wanted.isdisjoint(quote.sources))


def _no_answer(question: str, said: str, near: Sequence[Source] = ()) -> Reply:
    return Reply(question, question, ReplyKind.NONE, said=said, near=tuple(map(Quote.of_entry, near)))


def reply_with_entries(question: str, found: Sequence[Source], said: str = "") -> Reply:
    """Entries as the answer."""
    quotes = tuple(map(Quote.of_entry, found))
    return Reply(question, question, ReplyKind.REFERENCE, quotes, confidence=1.0, said=said)


def sources(documents: Iterable[Document]) -> list[Source]:
    """The entries of all reference lists, and the notes that cite a work."""
    found = (source for document in documents for source in all_sources(document))
    return [s for s in found if isinstance(s, Entry) or not s.label or bibliography.is_citation(s.text)]


def extent(documents: Sequence[Document]) -> str:
    """A sentence that says how many references each document has."""
    counts = [len(sources([document])) for document in documents]
    if len(counts) > 1:
        return (
            "; ".join(f"{d.name} lists {counted(n, 'reference')}" for d, n in zip(documents, counts, strict=True)) + "."
        )
    return f"The article lists {counted(counts[0], 'reference')}."


def numbered(documents: Sequence[Document], question: str, last: Reply | None) -> Reply | None:
    """The entries whose numbers a question names, or the sentences that cite them; None if it names no number.

    "What is it cited for?" means the entry that the last reply shows.
    """
    text = fold(question)
    known = Entry.of_documents(documents) if _NUMBERED.search(text) else ()
    numbers = _numbers(text, known) if known else []
    wanted = frozenset(numbers)
    found: list[Source] = [entry for entry in known if entry.number in wanted]
    if not numbers and "[" in question:
        found += [note for note in NoteEntry.of_documents(documents) if note.label and f"[{note.label}]" in question]
    if not numbers and not found and last and last.kind is ReplyKind.REFERENCE and _CITED_FOR.search(text):
        found = list(last.sources[:1])
    if not numbers and not found:
        return None
    if not found:
        return _no_answer(question, f"{extent(documents)} There is no reference {numbers[0]}.")
    if _CITED_FOR.search(text):
        quotes = _citing(found)
        if quotes:
            return Reply(question, question, ReplyKind.REFERENCE, quotes, confidence=1.0)
        return _no_answer(question, "No sentence of the article cites it.", found)
    return reply_about(question, found)


def as_asked(reply: Reply) -> Reply:
    """A reply that shows entries, or what is asked about them: what they are cited for, or when they appeared."""
    text, found = fold(reply.question), _citing(reply.sources)
    if found and _CITED_FOR.search(text):
        return replace(reply, quotes=found, best=0)
    dated = [quote for quote in reply.quotes if bibliography.year(quote.text) is not None]
    if _YEAR.search(text) and not dated:
        return _no_answer(reply.question, _UNDATED, reply.sources)
    return reply


def reply_about(question: str, found: Sequence[Source]) -> Reply:
    """Entries as the answer; if it is asked when they were published, only those that print a year."""
    return reply_with_dates(question, found) if _YEAR.search(fold(question)) else reply_with_entries(question, found)


def reply_with_dates(question: str, found: Sequence[Source]) -> Reply:
    """The entries that print a year, as the answer to when they were published."""
    printed = [entry for entry in found if bibliography.year(entry.text) is not None]
    return reply_with_entries(question, printed) if printed else _no_answer(question, _UNDATED, found)


def _chosen(question: str, found: Sequence[Source]) -> Reply:
    return reply_with_entries(question, found) if found else _no_answer(question, "No entry of the list prints a year.")


def dated(documents: Sequence[Document], question: str) -> Reply | None:
    """The newest or the oldest entries, or those of the years that a question names; None if it names neither."""
    text = fold(question)
    if not any(pattern.search(text) for pattern in (_NEWEST, _OLDEST, _BEFORE, _AFTER, _IN)):
        return None
    known = sources(documents)
    if _NEWEST.search(text):
        return _chosen(question, bibliography.newest(known))
    if _OLDEST.search(text):
        return _chosen(question, bibliography.oldest(known))
    found = [entry for entry in known if _is_of_years(text, bibliography.year(entry.text))]
    return reply_with_entries(question, found) if found else None


def _is_of_years(text: str, year: int | None) -> bool:
    """Whether a year is among those that a folded question names."""
    if year is None:
        return False
    if match := _BEFORE.search(text):
        return year < int(match["year"])
    if match := _AFTER.search(text):
        return year > int(match["year"])
    match = _IN.search(text)
    return match is not None and 0 <= year - int(match["year"]) < (10 if match["decade"] else 1)


def listed(documents: Sequence[Document], question: str) -> Reply:
    """The newest, the oldest or all entries, as the question asks."""
    if not (known := sources(documents)):  # all notes are remarks
        return _no_answer(question, extent(documents))
    return dated(documents, question) or reply_with_entries(question, known, extent(documents))
