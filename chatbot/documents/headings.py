"""Headings without markup: lines that read like a heading, where one can be, and labels that open a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby, pairwise

from chatbot.documents.blocks import RUN_IN, Block
from chatbot.documents.model import Kind, Span

# "§ 3.", "Article IV", "Section 28-5:"
_NUMBERED = (
    r"(?P<kind>§|(?i:article|art|section|sec|chapter|clause|rule|part|schedule|appendix|annex|title|book)(?![^\W\d_]))"
    r"§?\.?\s{0,3}(?P<number>\d{1,4}(?:[.–-]\d{1,4}){0,4}[a-z]?|[IVXLC]{1,7}|[A-Z])(?![^\W_])(?P<stop>[.:)]?)"
)
_SECTION_NUMBER = re.compile(
    rf"(?:{_NUMBERED}|(?P<decimal>\d{{1,2}}(?:\.\d{{1,2}})*)[.)]?|[IVX]{{1,5}}\.|[A-Z]\.)\s+(?=\S)"
)
_LABEL = re.compile(rf"{_NUMBERED}(?:\s*[–—-])?(?:\s+|$)(?P<title>[^\r\n.:—]{{1,100}}(?:[.:]?$|[.:](?=[\s—–])|(?=—)))?")
# "2.1 Fees. We charge ..."
_DECIMAL_LABEL = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+(?P<title>[^\r\n.:—]{1,100}[.:])(?=\s+\S)")
_MARKED = re.compile(
    r"(?:\d{1,3}[.)]\s+)?(?P<open>[*_]{1,3})(?P<title>[^\s*_](?:[^*_\r\n]{0,118}[^\s*_])?)(?P<close>[*_]{1,3})(?P<colon>:?)(?=\s|$)"
)
_CAPITALS = re.compile(r"(?P<title>[A-Z](?:[A-Z]|[ &/,-](?=[A-Z])){3,60}\.)(?=\s+[A-Z])")
_PARTED = re.compile(r"\s*(?:[–—-]\s*)?")  # between a label and what it introduces
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
# addresses, code, lines of a form or with an author, lines that end in a comma or contain the end of a sentence
_NOT_A_HEADING = re.compile(
    r"://|\w@\w|[=<>{}|\\]|[,;:]$|(?:[^\W\d_]{3,}|\s)[.!][\"'”’)\]]*\s"
    r"|©|\(c\) ?\d|^copyright \d|(?-i:\bby (?:[A-Z][\w.'’-]+ ?){2,4}$)"
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
    the their these they this those was we were will would yes you your""".split()  # noqa: SIM905 - easier to read and to change than quoted strings
)
_LINE_BREAK = re.compile(r"[\r\n]")
_MANY = 4
_LONG_LABEL = 8  # words
_LONGEST_LABEL = 240  # characters


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


def without_number(heading: str) -> str:
    """A heading without the number of its section, like "§ 3." or "2.1"."""
    number = _SECTION_NUMBER.match(heading)
    return heading[number.end() :] if number else heading


def is_heading(line: str) -> bool:
    """Whether a line without markup reads like a heading: short, and not a sentence or a line of a form or list."""
    if len(line) > 160:
        return False
    title = without_number(line)
    words = _WORD.findall(title)
    if not words or len(words) > 25 or title[:1].islower() or _NOT_A_HEADING.search(title):
        return False
    return not _is_sentence(title.rstrip("\"'”’)"), words)


def _is_label(title: str) -> bool:
    """Whether words with a full stop, a colon or a question mark behind them name what follows, and are no sentence."""
    words = [word.lower() for word in _WORD.findall(title)]
    plain = len(words) <= _LONG_LABEL and _SENTENCE.isdisjoint(words)
    return is_heading(title.rstrip(".:")) and (plain or title.endswith("?"))


def _label(text: str, unit: Span) -> tuple[Span, int] | None:
    """The label that a unit begins with, and where the text behind it begins."""
    start, end = unit.start, min(unit.end, unit.start + _LONGEST_LABEL)
    if found := _MARKED.match(text, start, end):
        behind = text[found.end() : found.end() + 1] if found.end() < unit.end else ""
        ended = found["title"][-1] in ".:?" or bool(found["colon"]) or behind in "\r\n"
        paired = found["open"] == found["close"][::-1]
        label = Span(found.start("title"), found.end("title"))
        return (label, found.end()) if ended and paired and _is_label(found["title"]) else None
    if found := _CAPITALS.match(text, start, end):
        return (Span(*found.span()), found.end()) if is_heading(found["title"].rstrip(".")) else None
    for pattern in (_LABEL, _DECIMAL_LABEL):
        if (found := pattern.match(text, start, end)) and found["title"] and _is_label(found["title"]):
            return Span(start, found.end()), found.end()
    return _number(text, unit)


def _number(text: str, unit: Span) -> tuple[Span, int] | None:
    """The number that a unit begins with as its label, if a sentence follows: "Article 4. Each pays ..."."""
    found = _LABEL.match(text, unit.start, min(unit.end, unit.start + _LONGEST_LABEL))
    stop = found.end("stop") if found and found["stop"] else unit.end
    return (Span(unit.start, stop), stop) if text[stop : min(stop + 2, unit.end)].strip()[:1].isupper() else None


def _split(text: str, block: Block, following: Block | None) -> list[Block]:
    """A block that begins with a label, split in two; one that is nothing but a label needs something below it."""
    first, *rest = block.units
    found = _label(text, first) if block.kind in (Kind.PROSE, Kind.ITEM) else None
    if found and found[1] >= first.end and not rest and not _is_below(text, block, following):
        found = _number(text, first)
    if not found:
        return [block]
    parted = _PARTED.match(text, found[1], first.end)
    start = parted.end() if parted else found[1]
    if block.kind is Kind.ITEM and start < first.end:  # an item is read with its label
        return [block._replace(level=RUN_IN)]
    body = (*([Span(start, first.end)] if start < first.end else []), *rest)
    head = block._replace(kind=Kind.HEADING, units=(found[0],), level=RUN_IN)
    return [head, block._replace(units=body)] if body else [head]


def _is_below(text: str, label: Block, following: Block | None) -> bool:
    """Whether a block is a text that a label can be the heading of; that of an item is in the same item."""
    if following is None or following.kind is Kind.HEADING or _is_whole_label(text, following):
        return False
    return label.kind is Kind.PROSE or following.continues


def _is_whole_label(text: str, block: Block) -> bool:
    found = _label(text, block.units[0]) if block.kind is Kind.PROSE else None
    return found is not None and len(block.units) == 1 and found[1] >= block.units[0].end


def _labelled(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """The same blocks; labels at the beginning of paragraphs are headings of what comes behind them."""
    for block, following in zip(blocks, [*blocks[1:], None], strict=False):
        yield from _split(text, block, following)


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
    line = _at(text, block)
    body = rest[0].end - rest[0].start if rest else 0
    # above a short line, only a question or a line in the style of titles is told from the beginning of a sentence
    styled = line.rstrip().endswith("?") or _is_title_case(_WORD.findall(line))
    closed = bool(rest) and styled and text[rest[0].end - 1] in ".!?:"
    long = body > 2 * (first.end - first.start)
    if block.kind is Kind.PROSE and (closed or long) and is_heading(line) and not _LINE_BREAK.search(line):
        return [block._replace(kind=Kind.HEADING, units=(first,), level=2), block._replace(units=tuple(rest))]
    return [block]


def _is_alone(text: str, blocks: Sequence[Block], index: int, contents: Collection[str]) -> bool:
    """Whether a block is one line that reads like a heading, or stands in a table of contents too.

    A numbered line must not be part of a list.
    """
    block, line = blocks[index], _at(text, blocks[index])
    if (
        len(block.units) > 1
        or block.inside
        or _LINE_BREAK.search(line[:300])
        or block.kind not in (Kind.PROSE, Kind.ITEM)
    ):
        return False
    if block.inside or _MARKED.match(line):
        return False
    if block.kind is Kind.ITEM:
        pairs = [(blocks[i], blocks[i + 1]) for i in (index - 1, index) if 0 <= i < len(blocks) - 1]
        listed = any(_is_list(text, *pair) for pair in pairs)
        return not listed and bool(_SECTION_NUMBER.match(line)) and (is_heading(line) or line in contents)
    return is_heading(line) or (index + 1 < len(blocks) and _is_run_in(line, blocks[index + 1]))


def _is_list(text: str, item: Block, following: Block) -> bool:
    """Whether two blocks are items of one list: a number does not go on from a contents list to a first heading."""
    if item.kind is not Kind.ITEM or following.kind is not Kind.ITEM:
        return False
    numbers = [_SECTION_NUMBER.match(_at(text, block)) for block in (item, following)]
    if (numbers[0] is None) != (numbers[1] is None):
        return False  # bullets, and a heading with a number
    printed = [found["decimal"] or "" if found else "" for found in numbers]
    return not all(map(str.isdecimal, printed)) or int(printed[1]) == int(printed[0]) + 1


def _heads(count: int) -> range:
    """Which of `count` short lines in a row are headings: all of a few; many are a list, except the last."""
    return range(count) if count <= _MANY else range(count - 1, count)


def _untitled(text: str, blocks: Sequence[Block], *, followed: bool) -> Iterator[Block]:
    """The blocks after the title, with headings recognised that have something below them."""
    parts = [part for block in blocks for part in _lead(text, block)]
    position = 0
    kinds: dict[str, int] = {}
    lines = Counter(_at(text, block) for block in parts if block.kind is Kind.ITEM and len(block.units) == 1)
    contents = {line for line, count in lines.items() if count > 1}
    for alone, group in groupby(range(len(parts)), key=lambda index: _is_alone(text, parts, index, contents)):
        run = [parts[index] for index in group]
        position += len(run)
        heads = _heads(len(run)) if alone and (position < len(parts) or followed) else range(0)
        for index, block in enumerate(run):
            level = 2 + _depth(_at(text, block), kinds) if index in heads else 0
            yield block._replace(kind=Kind.HEADING, level=level) if level else block


def _nested(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """The same blocks; a heading that returns, like "Fee" under each class of permit, is below those that do not."""
    titles = [_at(text, block).casefold() if block.kind is Kind.HEADING else "" for block in blocks]
    # a line without a text below it may be one of a table of contents
    counts = Counter(title for title, below in pairwise([*titles, ""]) if title and not below)
    for block, title in zip(blocks, titles, strict=True):
        yield block._replace(level=block.level + 1) if counts[title] > 1 else block


def _depth(line: str, kinds: dict[str, int]) -> int:
    """How deep a heading is by its number: "2.1" below "2"; articles below chapters if those began before them."""
    found = _SECTION_NUMBER.match(f"{line} -")  # with or without a title
    if not found:
        return 0
    kind = (found["kind"] or "").lower()
    return kinds.setdefault(kind, len(kinds)) if kind else (found["decimal"] or "").count(".")


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
    unmarked = [] if marked else list(_nested(text, list(_untitled(text, rest, followed=followed))))
    yield from _labelled(text, rest if marked else unmarked)
