"""Synonyms of an article, in a file next to it, `X.synonyms.txt`, in the format of Solr's synonym filter.

The words of `car, automobile` are interchangeable; `jalopy => car, vehicle` replaces the left ones by the right ones.
Words may be phrases. `#` starts a comment.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chatbot.common.cache import kept
from chatbot.common.code_version import code_version
from chatbot.common.files import UnreadableFileError, decode_utf8, read_regular
from chatbot.common.lazy import string_arrays, strings_from
from chatbot.errors import ArticleError
from chatbot.language.terms import terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from chatbot.common.cache import Cache
    from chatbot.common.lazy import Arrays

Phrase = tuple[str, ...]  # stems
_MAX_CHARACTERS = 1_000_000
_MAX_BYTES = 4 * _MAX_CHARACTERS  # of UTF-8
_PACKAGES, _LIBRARIES = ("common", "language"), ("nltk",)


@dataclass(frozen=True, slots=True)
class Synonyms:
    """The synonyms of each phrase, by stems; `written` has the phrases as they are spelled in the file."""

    of: dict[Phrase, tuple[Phrase, ...]]
    written: dict[Phrase, str] = field(default_factory=dict)

    def alternatives(self, stems: Sequence[str]) -> tuple[tuple[int, int, tuple[Phrase, ...]], ...]:
        """The known phrases in a question: `[start, end)` in terms, and their synonyms.

        At each place the longest phrase; phrases do not overlap.
        """
        return tuple(self._matches(stems))

    def _matches(self, stems: Sequence[str]) -> Iterator[tuple[int, int, tuple[Phrase, ...]]]:
        longest = max(map(len, self.of), default=0)
        start = 0
        while start < len(stems):
            ends = range(min(len(stems), start + longest), start, -1)
            end = next((end for end in ends if tuple(stems[start:end]) in self.of), None)
            if end:
                yield start, end, self.of[tuple(stems[start:end])]
            start = end or start + 1


def _phrases(text: str) -> dict[Phrase, str]:
    """The phrases of a list, with their text."""
    found = {tuple(term.stem for term in terms(part)): part.strip() for part in reversed(text.split(","))}
    return {phrase: found[phrase] for phrase in reversed(found) if phrase}


def _rule(line: str) -> tuple[dict[Phrase, str], dict[Phrase, str]]:
    """The phrases on both sides of a rule; a rule without an arrow works in both directions."""
    left, arrow, right = line.partition("=>")
    return _phrases(left), _phrases(right if arrow else left)


def parse(text: str, source: str) -> Synonyms:
    """Parse synonyms. Raises ArticleError, with the line, for an invalid rule."""
    of: dict[Phrase, dict[Phrase, None]] = {}
    written: dict[Phrase, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        left, right = _rule(content)
        if not left or not right or (left == right and len(left) == 1):
            raise ArticleError(f"{source}:{number}", "write synonyms as `word, other word` or `word => other word`")
        written |= right
        for phrase in left:
            of.setdefault(phrase, {}).update(dict.fromkeys(other for other in right if other != phrase))
    return Synonyms({phrase: tuple(others) for phrase, others in of.items()}, written)


def _arrays(synonyms: Synonyms) -> Arrays:
    return string_arrays("synonyms", [json.dumps([[*synonyms.of.items()], [*synonyms.written.items()]])])


def _revived(arrays: Arrays) -> Synonyms:
    of, written = json.loads(strings_from("synonyms", arrays)[0])
    return Synonyms(
        {tuple(phrase): tuple(map(tuple, others)) for phrase, others in of},
        {tuple(phrase): text for phrase, text in written},
    )


def load_for(article: Path, cache: Cache | None = None) -> Synonyms:
    """The synonyms of an article: those in `X.synonyms.txt` for `X.md`; none without that file. Raises ArticleError.

    With a `cache` they are kept there, so that nothing has to be stemmed.
    """
    path = article.with_suffix(".synonyms.txt")
    if not os.path.exists(path):  # also of a name that is too long; Path.exists would raise an error
        return Synonyms({})
    try:
        source = read_regular(path, _MAX_BYTES)
        text = "" if len(source) > _MAX_BYTES else decode_utf8(source, str(path))
    except OSError as error:
        raise ArticleError(str(path), f"cannot be read: {error.strerror}") from error
    except UnreadableFileError as fault:
        raise ArticleError(fault.place, fault.reason) from fault
    if len(source) > _MAX_BYTES or len(text) > _MAX_CHARACTERS:
        raise ArticleError(str(path), f"has more than {_MAX_CHARACTERS:,} characters; shorten it")
    parts = ("synonyms", code_version(_PACKAGES, _LIBRARIES), path.name, text)
    return kept(cache, parts, lambda: _arrays(parse(text, path.name)), _revived)


def merged(every: Sequence[Synonyms]) -> Synonyms:
    """The synonyms of several documents as one."""
    of: dict[Phrase, tuple[Phrase, ...]] = {}
    written: dict[Phrase, str] = {}
    for one in every:
        written |= one.written
        for phrase, others in one.of.items():
            of[phrase] = tuple(dict.fromkeys((*of.get(phrase, ()), *others)))
    return Synonyms(of, written)
