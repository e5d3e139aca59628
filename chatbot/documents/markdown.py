"""Markdown, read by markdown-it-py: the blocks that a reader of the rendered page sees, as spans of the source."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from chatbot.documents import blocks, html_blocks
from chatbot.documents.blocks import Block
from chatbot.documents.lines import LINE_BREAK, Line
from chatbot.documents.markdown_inline import is_contents, trimmed, units_of
from chatbot.documents.model import Kind, Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx", ".qmd", ".rmd")
_ATX = re.compile(r"#{1,6}[ \t]+\S")
_FENCE = re.compile(r"`{3,}|~{3,}")
_TOML_FRONT_MATTER = re.compile(r"\A\+\+\+(?P<toml>[ \t]*\n(?:.*\n)*?)\+\+\+(?=[ \t]*(?:\n|\Z))")
_NESTING = 100  # blocks inside blocks; the parser leaves out what is deeper


class _Part(NamedTuple):
    """A list item or the definition of a footnote that is open."""

    token: Token
    blocks: int  # blocks read before it


@cache
def _parser() -> MarkdownIt:
    # imported here, because plain text does not need it
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING, "inline_definitions": True}).enable("table")
    parser.use(front_matter_plugin).use(footnote_plugin, inline=False, move_to_end=False)
    return parser.disable("inline")


def is_markdown(name: str, text: str, lines: Sequence[Line]) -> bool:
    """Whether a document is Markdown: by its name, or by a marked heading or fenced code."""
    if name.lower().endswith(_SUFFIXES):
        return True
    fence = ""
    for line in lines:
        if line.indent <= 3 and _ATX.match(text, line.start, line.end):
            return True
        found = _FENCE.match(text, line.start, line.end)
        if found and fence and found.group().startswith(fence) and found.end() == line.end:
            return True
        fence = fence or (found.group() if found else "")
    return False


class Page:
    """A Markdown document as its reader sees it.

    `lines` are all lines but those that are not shown; link definitions with a number as their label are among them,
    because they may be a reference list.
    """

    def __init__(self, text: str, lines: Sequence[Line]) -> None:
        reader = _Reader(text, lines)
        reader.read()
        self._text = text
        self._blocks = reader.blocks
        self._starts = [block.units[0].start for block in self._blocks]
        self._ends = [block.units[-1].end for block in self._blocks]
        hidden = [span.start for span in reader.hidden], [span.end for span in reader.hidden]
        self.lines = [
            line for line in lines if bisect_right(hidden[0], line.start) == bisect_right(hidden[1], line.start)
        ]

    def read(self, lines: Sequence[Line]) -> Iterator[Block]:
        """The blocks of some consecutive lines; of a block that reaches beyond them, what is on them."""
        if not lines:
            return
        start, end = lines[0].start, lines[-1].end
        for block in self._blocks[bisect_right(self._ends, start) : bisect_left(self._starts, end)]:
            inside = (trimmed(self._text, max(unit.start, start), min(unit.end, end)) for unit in block.units)
            if units := tuple(unit for unit in inside if unit.start < unit.end):
                yield block._replace(units=units)


class _Reader:
    """Reads the tokens of a document into blocks, in order."""

    def __init__(self, text: str, lines: Sequence[Line]) -> None:
        self.blocks: list[Block] = []
        self.hidden: list[Span] = []
        self._text = text
        self._lines = lines
        self._line_starts = [line.start for line in lines]
        self._edges = [0, *(match.end() for match in LINE_BREAK.finditer(text)), len(text)]
        self._parts: list[_Part] = []
        self._details: list[int] = []  # where each <details> that is open begins
        self._levels = [0]  # of the last heading, and of the last outside of each <details>

    def read(self) -> None:
        """Read all tokens."""
        env: dict[str, object] = {}
        tokens = _parser().parse(_TOML_FRONT_MATTER.sub(r"---\g<toml>---", self._text), env)  # the plug-in knows YAML
        ends = _ends(tokens)
        position = 0
        while position < len(tokens):
            token = tokens[position]
            end = ends.get(position, position)
            if token.type == "table_open":
                self._table(token)
                position = end
            elif token.type in ("bullet_list_open", "ordered_list_open") and is_contents(tokens[position:end], env):
                self.hidden.append(self._span(token))
                position = end
            else:
                self._read(token, tokens[position - 1] if position else token, env)
            position += 1

    def _read(self, token: Token, before: Token, env: Mapping[str, object]) -> None:
        if token.type in ("list_item_open", "footnote_reference_open"):
            self._parts.append(_Part(token, len(self.blocks)))
        elif token.type in ("list_item_close", "footnote_reference_close"):
            self._parts.pop()
        elif token.type == "inline" and before.type == "heading_open":
            self._heading(token, int(before.tag[1]), env)
        elif token.type == "inline":
            self._paragraph(token, env)
        elif token.type == "html_block":
            self._html(token)
        elif token.type in ("fence", "code_block"):
            self._code(token)
        elif token.type == "front_matter" or (token.type == "definition" and not token.meta["label"].isdigit()):
            self.hidden.append(self._span(token))

    def _span(self, token: Token) -> Span:
        """The lines of a token."""
        first, last = token.map or (0, 0)
        return Span(self._edges[first], self._edges[min(last, len(self._edges) - 1)])

    def _content(self, token: Token) -> Span:
        """A token's text in the source, without the markup of the blocks that it is in."""
        start, end = self._span(token)
        opening, *rest = token.content.split("\n")
        first = trimmed(self._text, start, self._edges[(token.map or (0, 0))[0] + 1])
        if (found := self._text.rfind(opening, start, first.end)) < 0:  # a tab or a NUL that the parser replaced
            found = first.start
        if not rest:
            return trimmed(self._text, found, min(found + len(opening), end))
        return trimmed(self._text, found, end)

    def _add(self, kind: Kind, units: Sequence[Span], level: int = 0) -> None:
        """Add a block; of the parts of a list item, those after the first continue it."""
        shown = tuple(unit for unit in units if any(map(str.isalnum, self._text[slice(*unit)])))
        if not shown:
            return
        items = [part for part in self._parts if part.token.type == "list_item_open"]
        inside = frozenset([*self._details, *(self._span(part.token).start for part in items)])
        continues = bool(items) and items[-1].blocks < len(self.blocks)
        self.blocks.append(Block(kind, shown, level, inside, continues))

    def _heading(self, token: Token, level: int, env: Mapping[str, object]) -> None:
        units = units_of(self._text, self._content(token), token, env)
        if units:
            self._open(Span(units[0].start, units[-1].end), level)

    def _open(self, heading: Span, level: int) -> None:
        """Open the section of a heading."""
        self._levels[-1] = level
        self._add(Kind.HEADING, (heading,), level)

    def _paragraph(self, token: Token, env: Mapping[str, object]) -> None:
        content = self._content(token)
        lines = self._lines[bisect_left(self._line_starts, content.start) : bisect_left(self._line_starts, content.end)]
        if lines and not self._parts and blocks.is_listed(self._text, lines):
            for block in blocks.parse(self._text, lines):
                self._add(block.kind, block.units, block.level)
            return
        units = units_of(self._text, content, token, env)
        part = self._parts[-1] if self._parts else None
        if units and part and part.token.type == "list_item_open" and part.blocks == len(self.blocks):
            number = self._text.rfind(part.token.info + part.token.markup, self._span(part.token).start, units[0].start)
            if part.token.info and number >= 0:
                units = [Span(number, units[0].end), *units[1:]]
            self._add(Kind.ITEM, units)
        elif len(units) == 1 and not part and (heading := blocks.bold_heading(self._text, units[0])):
            self._add(Kind.HEADING, (heading,), blocks.BOLD)
        else:
            self._add(Kind.PROSE, units)

    def _table(self, token: Token) -> None:
        span = self._span(token)
        first, last = bisect_left(self._line_starts, span.start), bisect_left(self._line_starts, span.end)
        self._add(Kind.TABLE, blocks.table(self._lines[first:last]).units)

    def _code(self, token: Token) -> None:
        """Fenced or indented code, without the fences; an indented block that looks like prose is prose."""
        first, last = token.map or (0, 0)
        if token.type == "code_block":
            span = self._span(token)
            lines = self._lines[bisect_left(self._line_starts, span.start) : bisect_left(self._line_starts, span.end)]
            if not blocks.is_code(self._text, lines):
                for block in blocks.parse(self._text, lines):
                    self._add(block.kind, block.units, block.level)
                return
        else:
            closed = first + 1 + token.content.count("\n") < last
            first, last = first + 1, last - closed
        self._add(Kind.CODE, (trimmed(self._text, self._edges[first], self._edges[max(first, last)]),))

    def _html(self, token: Token) -> None:
        """The texts of a block of HTML; what opens or closes `<details>` lasts beyond it."""
        span = self._span(token)
        pieces = html_blocks.read(self._text, span)
        if not pieces:
            self.hidden.append(span)
        for piece in pieces:
            if piece.tag == "details":
                self._details.append(piece.span.start)
                self._levels.append(self._levels[-1])
            elif piece.tag == "/details":
                self._details = self._details[:-1]
                self._levels = self._levels[:-1] or [0]
            elif piece.tag == "summary":
                outside = self._levels[-2] if self._details else self._levels[-1]
                self._open(piece.span, min(outside + 1, blocks.BOLD - 1))
            elif piece.tag[:1] == "h":
                self._open(piece.span, int(piece.tag[1]))
            else:
                kind = {"li": Kind.ITEM, "pre": Kind.CODE}.get(piece.tag, Kind.PROSE)
                self._add(kind, (piece.span,))


def _ends(tokens: Sequence[Token]) -> dict[int, int]:
    """For each token that opens a block, the position of the one that closes it."""
    opened: list[int] = []
    ends: dict[int, int] = {}
    for position, token in enumerate(tokens):
        if token.nesting > 0:
            opened.append(position)
        elif token.nesting < 0:
            ends[opened.pop()] = position
    return ends
