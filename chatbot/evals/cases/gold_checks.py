"""Checks gold answers: present, unambiguous, cited, not leaked by the question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.common.wording import shorten
from chatbot.documents.model import Document, Span
from chatbot.errors import ArticleError, CaseError
from chatbot.evals.cases import cases
from chatbot.evals.cases.cases import Case, CaseTurn
from chatbot.evals.cases.findings import Finding, Kind, error, warning
from chatbot.evals.cases.gold_text import folded
from chatbot.formats import read
from chatbot.language.terms import terms

if TYPE_CHECKING:
    from chatbot.documents.model import Sentence

_SIMILAR = 75.0  # of 100: similarity of a text that may have been meant
_MAX_SEARCHED = 2_000_000  # characters of a document that is searched for it
_WINDOW = 3  # sentences that one gold string may span
_MAX_PLACES = 3  # sentences that may have the same gold string
# a question with such a run of the gold's terms copies it: 5 of our own 287 gold strings, none of SQuAD's and CLAP NQ's
# 694, one of COVID-QA's 400
_COPIED_TERMS, _COPIED_SHARE = 4, 0.8


@dataclass(frozen=True, slots=True)
class Article:
    """A document and the folded texts of its sentences, headings included, since they can be quoted."""

    document: Document
    texts: tuple[str, ...]

    def holders(self, string: str) -> Sequence[Sequence[Sentence]]:
        """The shortest runs of sentences that have a string; empty if no run of a few sentences has it."""
        wanted, sentences = folded(string), self.document.sentences
        for size in range(1, _WINDOW + 1):
            runs = range(len(sentences) - size + 1)
            found = [sentences[i : i + size] for i in runs if wanted in " ".join(self.texts[i : i + size])]
            if found:
                return found
        return []

    def printed(self, string: str) -> set[int] | None:
        """The reference numbers of the sentences and entries that have a string; None if none has it."""
        wanted = folded(string)
        runs = self.holders(string)
        entries = {e.number for e in self.document.references if wanted in folded(self.document[e.span])}
        numbers = {number for run in runs for sentence in run for number in sentence.numbers}
        return numbers | entries if runs or entries else None

    def nearest(self, string: str) -> str | None:
        """The text most similar to a string, with its line; None if nothing is similar."""
        from rapidfuzz import fuzz

        text = re.sub(r"\s", " ", self.document.text)  # same length, so that offsets stay valid
        if not len(string) < len(text) < _MAX_SEARCHED:
            return None
        found = fuzz.partial_ratio_alignment(folded(string), text, score_cutoff=_SIMILAR)
        if not found:
            return None
        start, end = found.dest_start, found.dest_end
        while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
        while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
            end += 1
        line = self.document.line(start + len(text[start:end]) - len(text[start:end].lstrip()))
        return f'"{" ".join(self.document[Span(start, end)].split())}" (line {line})'


@dataclass(slots=True)
class ArticleCache:
    """The articles of a set, each read once. Raises ArticleError."""

    read: dict[Path, Article] = field(default_factory=dict)

    def __call__(self, path: Path) -> Article:
        """The article of a file."""
        if path not in self.read:
            document = read(path)
            texts = tuple(folded(document[sentence.span]) for sentence in document.sentences)
            self.read[path] = Article(document, texts)
        return self.read[path]


def where(case: Case, position: int) -> str:
    """The case and, if it has several turns, the turn, since some files have all cases in one line."""
    return f"{case.id}, turn {position}" if len(case.turns) > 1 else case.id


def _missing(case: Case, articles: Sequence[Article]) -> Iterator[Finding]:
    """Every missing string, with the text that may have been meant."""
    for position, string in cases.missing(case):
        nearest = next(filter(None, (article.nearest(string) for article in articles)), None)
        hint = f"; the nearest is {nearest}" if nearest else ""
        yield error(case.place, Kind.GOLD, f'{where(case, position)}: not in {case.about}: "{string}"{hint}')


def _unresolved(case: Case, position: int, turn: CaseTurn, articles: Sequence[Article]) -> Iterator[Finding]:
    """References without an entry, and those that no sentence with gold cites."""
    printed = [article.printed(string) for string in turn.strings for article in articles]
    numbers = {number for found in printed if found for number in found}
    names = case.about
    for number in turn.references:
        if not any(article.document.references_numbered(number) for article in articles):
            yield error(case.place, Kind.REFERENCE, f"{where(case, position)}: {names} has no reference {number}")
        elif number not in numbers and any(found is not None for found in printed):
            message = f"{where(case, position)}: no sentence with the gold cites the reference {number}"
            yield warning(case.place, Kind.REFERENCE, message)


def _many(case: Case, position: int, turn: CaseTurn, articles: Sequence[Article]) -> Iterator[Finding]:
    """Gold that occurs in too many sentences, so that a wrong one would count. Spans in `accept_spans` are trusted."""
    needed = [folded(string) for string in turn.must_contain]
    for string in (string for group in turn.gold for string in group if not turn.accept_spans):
        found = [texts for article in articles for texts in article.texts if folded(string) in texts]
        places = sum(all(other in text for other in needed) for text in found)
        if places > _MAX_PLACES:
            any_of = f'{places} sentences have the gold "{shorten(string)}", and each counts as right'
            message = f"{where(case, position)}: {any_of}; give more of the text"
            yield warning(case.place, Kind.MANY, message)


def copied(question: str, gold: str) -> bool:
    """Whether a question copies the gold: it has a run of most of its terms."""
    asked, wanted = ([term.stem for term in terms(text)] for text in (question, gold))
    run = SequenceMatcher(None, asked, wanted, autojunk=False).find_longest_match().size
    return run >= _COPIED_TERMS and run >= _COPIED_SHARE * len(wanted)


def _leaks(case: Case, position: int, turn: CaseTurn) -> Iterator[Finding]:
    leaked = next((string for group in turn.gold for string in group if copied(turn.question, string)), None)
    if leaked is not None:
        message = f'the question has the wording of the gold "{shorten(leaked)}"'
        yield warning(case.place, Kind.LEAK, f"{where(case, position)}: {message}")


def _turn(case: Case, position: int, turn: CaseTurn, articles: Sequence[Article]) -> Iterator[Finding]:
    yield from _unresolved(case, position, turn, articles)
    yield from _many(case, position, turn, articles)
    yield from _leaks(case, position, turn)


def check(case: Case, cache: ArticleCache) -> Iterator[Finding]:
    """The problems of a single case; if gold is missing, only that."""
    try:
        cases.sources(case)  # before they are opened, because a pipe would block
        articles = [cache(path) for path in case.documents]
        faults = list(_missing(case, articles))
        if not faults:
            cases.check(case)
    except (ArticleError, CaseError) as fault:
        reason = str(fault) if isinstance(fault, ArticleError) else fault.reason
        yield error(case.place, Kind.GOLD, f"{case.id}: {reason}")
        return
    yield from faults
    for position, turn in enumerate(() if faults else case.turns, 1):
        yield from _turn(case, position, turn, articles)
