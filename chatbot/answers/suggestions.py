"""Suggested questions, made from headings, reasons and definitions; each is answered from where it was made from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from chatbot.answers.word_counts import WORD, WordCounts
from chatbot.common.cache import kept
from chatbot.common.lazy import string_arrays, strings_from
from chatbot.documents.model import Kind
from chatbot.language.terms import STOP_WORDS, stem, terms, words
from chatbot.language.word_frequencies import is_common
from chatbot.questions.query import unwrapped
from chatbot.reply import ReplyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from chatbot.common.cache import Cache
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
_MAX_HEADING = 80  # characters
_MAX_SUGGESTIONS = 3
_MAX_TRIED = 12  # questions tried to find suggestions
_MAX_READ = 2_000  # sections, and sentences, that questions are made from
_KEPT = 1_000  # replies to suggested questions
_COUNTED = 1_000  # documents whose counts are kept
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


def _without_capital(counts: WordCounts, word: str) -> str:
    """A word without the capital of a heading or a sentence's opening; a name, capitalised elsewhere, keeps it."""
    forms, lower = counts.forms, word.lower()
    is_name = forms[word] > forms[lower] if forms[word] or forms[lower] else not is_common(lower)
    return word if is_name else lower


def _plain(counts: WordCounts, text: str) -> str:
    return WORD.sub(lambda match: _without_capital(counts, match.group()), text)


def _has_topic(counts: WordCounts, subject: str) -> bool:
    """Whether a subject names something that the document speaks of: no word for something else, and not only once."""
    bare = [word for word in words(subject) if word not in ("a", "an", "the")]
    found = counts.stems
    return bool(bare) and not STOP_WORDS.intersection(bare) and all(found[stem(word)] > 1 for word in bare)


def _inverted(counts: WordCounts, match: re.Match[str], opening: str = "") -> str:
    subject, rest = _plain(counts, match["subject"]), _plain(counts, match["rest"])
    question = f"{opening}{match['verb'].lower()} {subject} {rest}?"
    return question[0].upper() + question[1:]


def _is_own_topic(counts: WordCounts, section: int, heading: str) -> bool:
    """Whether a section speaks of what its heading says, more than others do; "Introduction" is no such topic."""
    here, everywhere = counts.stems_of(section), counts.stems
    stems = {term.stem for term in terms(heading)}
    own = sum(here[one] > 0 and here[one] >= _OWN * everywhere[one] for one in stems)
    return own * 2 > len(stems)


def _about(counts: WordCounts, section: int, heading: str) -> str | None:
    """A heading as a question: as it is, turned round, or quoted."""
    if heading.endswith("?"):
        return heading
    statement = _STATEMENT.match(heading)
    if statement and _has_topic(counts, statement["subject"]):
        return _inverted(counts, statement)
    return f'What does the article say about "{heading}"?' if _is_own_topic(counts, section, heading) else None


def _headings(counts: WordCounts, sections: Iterable[int]) -> Iterator[Candidate]:
    document = counts.document
    for section in sections:
        span = document.heading(section)
        if span and span != document.title and span.end - span.start <= _MAX_HEADING:
            heading = _SECTION_NUMBER.sub("", document[span].strip("# ")).rstrip(" .:")
            if text := _about(counts, section, heading):
                yield Candidate(text, document, document.sections[section].span)


def _reasons(counts: WordCounts, members: Iterable[Sentence]) -> Iterator[Candidate]:
    document = counts.document
    for sentence in members:
        match = _REASON.match(document[sentence.span])
        if match and _has_topic(counts, match["subject"]):
            yield Candidate(_inverted(counts, match, "why "), document, sentence.span)


def _definitions(counts: WordCounts, members: Iterable[Sentence]) -> Iterator[Candidate]:
    document = counts.document
    for sentence in members:
        text = document[sentence.span]
        match = _DEFINED.match(text) or _CALLED.search(text)
        if match and _has_topic(counts, match["term"]):
            verb = "are" if match.groupdict().get("verb") == "are" else "is"
            subject = _plain(counts, _QUOTATION.sub("", match["subject"]))
            yield Candidate(f"What {verb} {subject}?", document, sentence.span)


def questions(counts: WordCounts, sections: Sequence[int]) -> Iterator[Candidate]:
    """Questions about some sections, of each kind in turn. The caller has to test that they are answered."""
    read = sections[:_MAX_READ]
    found = (sentence for section in sorted(read) for sentence in counts.sentences_of(section))
    members = [sentence for sentence in islice(found, _MAX_READ) if sentence.kind is Kind.PROSE]
    kinds = (_definitions(counts, members), _headings(counts, read), _reasons(counts, members))
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

    def __init__(
        self,
        documents: Sequence[Document],
        reply: Callable[[str], Reply],
        cache: Cache | None = None,
        depends_on: Sequence[str] = (),
    ) -> None:
        """With a `cache` the first suggestions are kept there; `depends_on` is all that replies depend on."""
        self._cache, self._depends_on = cache, depends_on
        self._documents = documents
        self._counts = lru_cache(maxsize=_COUNTED)(WordCounts)
        self._reply = lru_cache(maxsize=_KEPT)(reply)  # the same few questions are suggested again and again

    def about(self, sections: Sequence[tuple[Document, int]], most: int = _MAX_SUGGESTIONS) -> tuple[str, ...]:
        """Up to `most` questions about some sections."""
        by_document: dict[Document, list[int]] = {}
        for document, section in sections:
            by_document.setdefault(document, []).append(section)
        return self._answered(by_document.items(), most)

    def _answered(self, chosen: Iterable[tuple[Document, Sequence[int]]], most: int) -> tuple[str, ...]:
        """The first questions about some sections that are answered from where they were made from."""
        made = (one for document, sections in chosen for one in questions(self._counts(document), sections))
        tried = islice(made, _MAX_TRIED)
        answered = (one for one in tried if one.is_answered_by(self._reply(one.text)))
        return tuple(candidate.text for candidate in islice(_distinct(answered), most))

    def to_begin_with(self, most: int = _MAX_SUGGESTIONS) -> tuple[str, ...]:
        """Up to `most` questions about any section."""
        every = ((document, range(len(document.sections))) for document in self._documents)
        return kept(
            self._cache,
            ("suggestions", str(most), *self._depends_on),
            lambda: string_arrays("suggestion", self._answered(every, most)),
            lambda arrays: tuple(strings_from("suggestion", arrays)),
        )

    def after(self, reply: Reply) -> tuple[str, ...]:
        """Up to three questions about the sections near a refusal, or about those of an overview."""
        if reply.kind not in (ReplyKind.NONE, ReplyKind.OVERVIEW):
            return ()
        near = [(quote.document, quote.section) for quote in (*reply.near, *reply.quotes) if quote.section is not None]
        return self.about(list(dict.fromkeys(near))) or self.to_begin_with()
