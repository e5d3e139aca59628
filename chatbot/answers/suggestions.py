"""Suggested questions, made from headings, reasons and definitions; each is answered from where it was made from."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from chatbot.documents.model import Kind
from chatbot.language.terms import STOP_WORDS, stem, terms, words
from chatbot.language.word_frequencies import is_common
from chatbot.questions.query import unwrapped
from chatbot.reply import ReplyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from chatbot.documents.model import Document, Sentence, Span
    from chatbot.reply import Reply

# Only forms that can be turned into a question without parsing: a short subject, then a form of "be" or a modal.
_SUBJECT = r"(?P<subject>(?:(?:An?|The|Some|Most|Many) )?[^\W\d_][\w-]*(?: [\w-]+){0,3}?)"
_VERB = r"(?P<verb>(?i:is|are|was|were|can|could|may|might|must|should|will))"
_STATEMENT = re.compile(rf"^{_SUBJECT} {_VERB} (?P<rest>[^,;:()\[\]]+?)\.?$")
_REASON = re.compile(rf"^{_SUBJECT} {_VERB} (?P<rest>[^,;:()\[\]]{{1,80}}),? because\b")
_TERM = r"(?P<term>[^\W\d_][\w-]*(?: [\w-]+){0,2})"
_DEFINED = re.compile(rf"^(?P<subject>(?:An? |The )?{_TERM}) (?P<verb>is|are) (?:an?\b|any\b|defined as\b)")
_CALLED = re.compile(
    rf"\b(?:called|known as|termed|referred to as) (?P<subject>(?:an? |the )?[\"'“‘]?{_TERM})(?=[\"'”’.,;:()])"
)
_SECTION_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?|[IVX]+\.)\s+")
_QUOTATION = re.compile(r"[\"'“”‘’]")
_WORD = re.compile(r"\b[^\W\d_][\w-]*")
_MAX_HEADING = 80  # characters
_KEPT = 1024  # documents, sections or replies that are remembered
_MAX_SUGGESTIONS = 3
_MAX_TRIED = 12  # questions tried to find suggestions
_SAME = 0.5  # share of its stems that a question may share with an earlier one
_OWN = 1 / 3  # share of a word's occurrences that are in the section whose heading has it


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question and the place that it was made from: a sentence, or all of a section."""

    text: str
    document: Document
    place: Span

    def is_answered_by(self, reply: Reply) -> bool:
        """Whether a reply quotes from the place."""
        start, end = self.place
        found = (quote.span for quote in reply.quotes if quote.document == self.document)
        return reply.kind is ReplyKind.QUOTE and any(start <= span.start and span.end <= end for span in found)


@lru_cache(maxsize=_KEPT)
def _forms(document: Document) -> Counter[str]:
    """How often each word stands inside a sentence of a document, by its form; where most have capitals, none tells."""
    body = (s.span for s in document.sentences if s.kind is not Kind.HEADING)
    inside = (_WORD.findall(document[span])[1:] for span in body)
    return Counter(word for found in inside if sum(map(str.islower, found)) * 2 >= len(found) for word in found)


@lru_cache(maxsize=_KEPT)
def _stem_counts(document: Document, section: int | None = None) -> Counter[str]:
    """How often the body of a document, or of one section, has each stem."""
    body = (s for s in document.sentences if s.kind is not Kind.HEADING and section in (None, s.section))
    return Counter(term.stem for sentence in body for term in terms(document[sentence.span]))


def _without_capital(document: Document, word: str) -> str:
    """A word without the capital of a heading or a sentence's opening; a name, capitalised elsewhere, keeps it."""
    forms, lower = _forms(document), word.lower()
    is_name = forms[word] > forms[lower] if forms[word] or forms[lower] else not is_common(lower)
    return word if is_name else lower


def _plain(document: Document, text: str) -> str:
    return _WORD.sub(lambda match: _without_capital(document, match.group()), text)


def _has_topic(document: Document, subject: str) -> bool:
    """Whether a subject names something that the document speaks of: no word for something else, and not only once."""
    bare = [word for word in words(subject) if word not in ("a", "an", "the")]
    found = _stem_counts(document)
    return bool(bare) and not STOP_WORDS.intersection(bare) and all(found[stem(word)] > 1 for word in bare)


def _inverted(document: Document, match: re.Match[str], opening: str = "") -> str:
    subject, rest = _plain(document, match["subject"]), _plain(document, match["rest"])
    question = f"{opening}{match['verb'].lower()} {subject} {rest}?"
    return question[0].upper() + question[1:]


def _is_own_topic(document: Document, section: int, heading: str) -> bool:
    """Whether a section speaks of what its heading says, more than others do; "Introduction" is no such topic."""
    here, everywhere = _stem_counts(document, section), _stem_counts(document)
    stems = {term.stem for term in terms(heading)}
    own = sum(here[one] > 0 and here[one] >= _OWN * everywhere[one] for one in stems)
    return own * 2 > len(stems)


def _about(document: Document, section: int, heading: str) -> str | None:
    """A heading as a question: as it is, turned round, or quoted."""
    if heading.endswith("?"):
        return heading
    statement = _STATEMENT.match(heading)
    if statement and _has_topic(document, statement["subject"]):
        return _inverted(document, statement)
    return f'What does the article say about "{heading}"?' if _is_own_topic(document, section, heading) else None


def _headings(document: Document, sections: Iterable[int]) -> Iterator[Candidate]:
    for section in sections:
        span = document.heading(section)
        if span and span != document.title and span.end - span.start <= _MAX_HEADING:
            heading = _SECTION_NUMBER.sub("", document[span].strip("# ")).rstrip(" .:")
            if text := _about(document, section, heading):
                yield Candidate(text, document, document.sections[section].span)


def _reasons(document: Document, members: Iterable[Sentence]) -> Iterator[Candidate]:
    for sentence in members:
        match = _REASON.match(document[sentence.span])
        if match and _has_topic(document, match["subject"]):
            yield Candidate(_inverted(document, match, "why "), document, sentence.span)


def _definitions(document: Document, members: Iterable[Sentence]) -> Iterator[Candidate]:
    for sentence in members:
        text = document[sentence.span]
        match = _DEFINED.match(text) or _CALLED.search(text)
        if match and _has_topic(document, match["term"]):
            verb = "are" if match.groupdict().get("verb") == "are" else "is"
            subject = _plain(document, _QUOTATION.sub("", match["subject"]))
            yield Candidate(f"What {verb} {subject}?", document, sentence.span)


def questions(document: Document, sections: Sequence[int]) -> Iterator[Candidate]:
    """Questions about some sections, of each kind in turn. The caller has to test that they are answered."""
    members = [s for s in document.sentences if s.section in sections and s.kind is Kind.PROSE]
    kinds = (_definitions(document, members), _headings(document, sections), _reasons(document, members))
    return (candidate for row in zip_longest(*kinds) for candidate in row if candidate)


def _distinct(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """The candidates that do not ask much the same as an earlier one."""
    asked: set[str] = set()
    for candidate in candidates:
        stems = {term.stem for term in terms(unwrapped(candidate.text))}
        if len(stems & asked) <= _SAME * len(stems):
            asked |= stems
            yield candidate


class Suggester:
    """Suggests questions about some documents. `reply` answers a question; what it gives is remembered."""

    def __init__(self, documents: Sequence[Document], reply: Callable[[str], Reply]) -> None:
        self._documents = documents
        self._reply = lru_cache(maxsize=_KEPT)(reply)  # the same few questions are suggested again and again

    def about(self, sections: Sequence[tuple[Document, int]]) -> tuple[str, ...]:
        """Up to three questions about some sections."""
        by_document: dict[Document, list[int]] = {}
        for document, section in sections:
            by_document.setdefault(document, []).append(section)
        return self._answered(one for document, chosen in by_document.items() for one in questions(document, chosen))

    def _answered(self, made: Iterable[Candidate]) -> tuple[str, ...]:
        """The first of some questions that are answered from where they were made from."""
        tried = islice(made, _MAX_TRIED)
        answered = (one for one in tried if one.is_answered_by(self._reply(one.text)))
        return tuple(candidate.text for candidate in islice(_distinct(answered), _MAX_SUGGESTIONS))

    def to_begin_with(self) -> tuple[str, ...]:
        """Up to three questions about any section."""
        return self._answered(one for d in self._documents for one in questions(d, range(len(d.sections))))

    def after(self, reply: Reply) -> tuple[str, ...]:
        """Up to three questions about the sections near a refusal, or about those of an overview."""
        if reply.kind not in (ReplyKind.NONE, ReplyKind.OVERVIEW):
            return ()
        near = [(quote.document, quote.section) for quote in (*reply.near, *reply.quotes) if quote.section is not None]
        return self.about(list(dict.fromkeys(near))) or self.to_begin_with()
