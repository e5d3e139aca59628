"""Headings without markup: lines that read like a heading, in a place where one can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from chatbot.documents.blocks import Block
from chatbot.documents.model import Kind

_SECTION_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[IVX]{1,5}\.|[A-Z]\.)\s+")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
# addresses, code, lines of a form, lines that end in a comma or contain the end of a sentence
_NOT_A_HEADING = re.compile(
    r"://|\w@\w|[=<>{}|\\]|[,;:]$|(?:[^\W\d_]{3,}|\s)[.!][\"'”’)\]]*\s"
    r"|^(?:authors?|by|copyright|date|doi|editors?|e-?mail|isbn|keywords?|licen[cs]e|note|phone|published|sha|source"
    r"|tags?|url)\b ?:",
    re.IGNORECASE,
)
# lower case in a title of any style
_MINOR = frozenset(
    """a about after among an and as at between but by can could during for from if in into is nor of on or over the
    through to under via vs with within without""".split()  # noqa: SIM905 - easier to read and to change than quoted strings
)
# words of a short line that show that it is a sentence
_SENTENCE = frozenset(
    """a are be can could did do does had has have he her his i is it its may might must my no not our she should that
    the their these they this those was we were will would you your""".split()  # noqa: SIM905 - easier to read and to change than quoted strings
)
_LINE_BREAK = re.compile(r"[\r\n]")
_MANY = 4


def _is_title_case(words: Sequence[str]) -> bool:
    major = [word for word in words if word not in _MINOR]
    return len(major) > 1 and all(word[0].isupper() for word in major)


def _is_sentence(title: str, words: Sequence[str]) -> bool:
    """Whether a line reads like a sentence, or like the beginning of one before a formula."""
    small = [word.lower() for word in words]
    if title.endswith("?") or _is_title_case(words):
        return title.count(".") > 1
    return (
        title.endswith((".", "!"))
        or small[-1] in _MINOR | _SENTENCE
        or (len(words) > 10 and not (_SENTENCE - _MINOR).isdisjoint(small))
    )


def is_heading(line: str) -> bool:
    """Whether a line without markup reads like a heading: short, and not a sentence or a line of a form or list."""
    if len(line) > 160:
        return False
    title = _SECTION_NUMBER.sub("", line, count=1)
    words = _WORD.findall(title)
    if not words or len(words) > 25 or title[:1].islower() or _NOT_A_HEADING.search(title):
        return False
    return not _is_sentence(title.rstrip("\"'”’)"), words)


def _is_run_in(line: str, following: Block) -> bool:
    """Whether a few words with a full stop, like "Statistical analysis.", are the heading of the paragraph below."""
    words = [word.lower() for word in _WORD.findall(line)]
    short = line[-1] == "." and len(words) <= 5 and line.count(".") == 1 and not line[0].islower()
    start, end = following.units[0]
    return short and _SENTENCE.isdisjoint(words) and following.kind is Kind.PROSE and end - start > 100


def _is_title(text: str, block: Block) -> bool:
    """Whether an article's first line can be its title: any line that does not end like a sentence."""
    first = _at(text, block)
    plain = len(first) <= 300 and first[-1] not in ".!:;,…" and any(map(str.isalpha, first)) and "://" not in first
    return block.kind is Kind.PROSE and (plain or is_heading(first)) and not _LINE_BREAK.search(first)


def _at(text: str, block: Block) -> str:
    return text[block.units[0].start : block.units[0].end]


def _lead(text: str, block: Block) -> list[Block]:
    """A paragraph whose first line is a heading, split in two; any other block as it is."""
    first, *rest = block.units
    body = rest[0].end - rest[0].start if rest else 0
    closed = bool(rest) and text[rest[0].end - 1] in ".!?:"
    if block.kind is Kind.PROSE and is_heading(_at(text, block)) and (closed or body > 2 * (first.end - first.start)):
        return [Block(Kind.HEADING, (first,), 2), Block(Kind.PROSE, tuple(rest))]
    return [block]


def _is_alone(text: str, blocks: Sequence[Block], index: int) -> bool:
    """Whether a block is one line that reads like a heading; a numbered line must not be part of a list."""
    block, line = blocks[index], _at(text, blocks[index])
    if len(block.units) > 1 or _LINE_BREAK.search(line[:300]) or block.kind not in (Kind.PROSE, Kind.ITEM):
        return False
    if block.kind is Kind.ITEM:
        around = [*blocks[max(0, index - 1) : index], *blocks[index + 1 : index + 2]]
        listed = any(other.kind is Kind.ITEM for other in around)
        return not listed and bool(_SECTION_NUMBER.match(line)) and is_heading(line)
    return is_heading(line) or (index + 1 < len(blocks) and _is_run_in(line, blocks[index + 1]))


def _heads(count: int) -> range:
    """Which of `count` short lines in a row are headings: all of a few; many are a list, except the last."""
    return range(count) if count <= _MANY else range(count - 1, count)


def _untitled(text: str, blocks: Sequence[Block], *, followed: bool) -> Iterator[Block]:
    """The blocks after the title, with headings recognised that have something below them."""
    parts = [part for block in blocks for part in _lead(text, block)]
    position = 0
    for alone, group in groupby(range(len(parts)), key=lambda index: _is_alone(text, parts, index)):
        run = [parts[index] for index in group]
        position += len(run)
        heads = _heads(len(run)) if alone and (position < len(parts) or followed) else range(0)
        for index, block in enumerate(run):
            yield Block(Kind.HEADING, block.units, 2) if index in heads else block


def find(text: str, blocks: Sequence[Block], *, first: bool, marked: bool, followed: bool) -> Iterator[Block]:
    """The same blocks, with headings without markup recognised.

    Args:
        text: the text of the article.
        blocks: consecutive blocks.
        first: the article starts here, possibly with its title.
        marked: the article marks its headings, so no other line is one.
        followed: something, like a reference list, comes after the last block.
    """
    rest = list(blocks)
    alone = len(rest) == 1 and len(rest[0].units) == 1 and not followed
    if rest and first and not alone and _is_title(text, rest[0]):
        title, *units = rest[0].units
        yield Block(Kind.HEADING, (title,), 1)
        rest[:1] = [Block(Kind.PROSE, tuple(units))] if units else []
    yield from rest if marked else _untitled(text, rest, followed=followed)
