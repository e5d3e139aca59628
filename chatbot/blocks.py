"""Blocks: headings, paragraphs, list items, tables and code, told apart line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from chatbot.document import Kind, Span
from chatbot.lines import Line


class Block(NamedTuple):
    """A piece of one kind. `units` are the places that sentences are cut from; `level` is a heading's, else 0."""

    kind: Kind
    units: tuple[Span, ...]
    level: int = 0
    blank: bool = True


_FENCE = re.compile(r"(`{3,}|~{3,})")
_ATX = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*$")
_UNDERLINE = re.compile(r"(=+|-{2,})$")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,200}?)\1:?$")
_RULE = re.compile(r"[-*_=~+.#>|•·—–\s]+$")
_DELIMITERS = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$")
_BULLET = re.compile(r"[-*+•‣◦▪·–—]\s+(?=\S)")
_NUMBER = re.compile(r"(?:\(?(\d{1,3})[.)]|\(?[a-z]\))\s+(?=\S)")
_SECTION_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.|[A-Z]\.)\s+")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
# Small in a title whatever its style.
_MINOR = frozenset("a an and as at but by can could for from if in into is nor of on or the to via vs with".split())


def _is_title_case(words: Sequence[str]) -> bool:
    major = [word for word in words if word not in _MINOR]
    return len(major) > 1 and all(word[0].isupper() for word in major)


def is_heading(text: str, span: Span) -> bool:
    """Whether a line without markup reads like a heading: short, no sentence, and none of a list's or a form's lines."""
    if span.end - span.start > 160:
        return False
    line = text[span.start : span.end]
    title = _SECTION_NUMBER.sub("", line, count=1)
    words = _WORD.findall(title)
    if not words or len(words) > 25 or not (title[0].isupper() or title[0].isdigit() or title[0] in "\"'“‘¿(α"):
        return False
    if re.search(r"://|\w@\w|^\w+: ?\S|[,;:]$|^[\W\d]+$", line):
        return False
    return not line.endswith((".", "!")) or _is_title_case(words) and line.count(".") == 1
