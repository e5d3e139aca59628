"""The blocks of a Markdown document as elements."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from chatbot.documents import html_blocks
from chatbot.documents.lines import LINE_BREAK
from chatbot.documents.model import Span
from chatbot.documents.rendering import inline
from chatbot.documents.rendering.nodes import Element, Leaf, Node, leaves

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_NESTING = 100  # blocks inside blocks; the parser leaves out what is deeper
_ALIGNED = re.compile(r"text-align:(left|center|right)")
_HTML_TAGS = {"li": "li", "pre": "pre", "summary": "p", "": "p", **{f"h{n}": f"h{n}" for n in range(1, 7)}}
_KEPT = frozenset(
    {"p", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td", *(f"h{n}" for n in range(1, 7))}
)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable("table")
    parser.use(front_matter_plugin).use(footnote_plugin, inline=False, move_to_end=False)
    return parser.disable("inline")  # it would be read twice: `inline.read` keeps the places


class _Builder:
    """Follows the tokens of a document through its source."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._edges = [0, *(match.end() for match in LINE_BREAK.finditer(text)), len(text)]
        self._open: list[Element] = [Element("")]
        self._at = 0
        self._env: dict[str, object] = {}

    def build(self) -> list[Node]:
        """All blocks."""
        for token in _parser().parse(self._text, self._env):
            self._read(token)
        return self._open[0].children

    def _read(self, token: Token) -> None:
        if token.type == "inline":
            self._inline(token)
        elif token.type in ("fence", "code_block"):
            self._code(token)
        elif token.type == "html_block":
            self._html(token)
        elif token.type == "hr":
            self._add(Element("hr"))
        elif token.tag in _KEPT and not token.hidden:
            self._nest(token)

    def _add(self, node: Node) -> None:
        self._open[-1].children.append(node)

    def _nest(self, token: Token) -> None:
        if token.nesting < 0:
            self._open.pop()
            return
        element = Element(token.tag)
        if "start" in token.attrs:
            element.attributes["start"] = str(token.attrs["start"])
        if aligned := _ALIGNED.match(str(token.attrs.get("style", ""))):
            element.attributes["align"] = aligned[1]
        self._add(element)
        self._open.append(element)

    def _span(self, token: Token) -> Span:
        """The lines of a token."""
        first, last = token.map or (0, 0)
        return Span(self._edges[first], self._edges[min(last, len(self._edges) - 1)])

    def _inline(self, token: Token) -> None:
        start, end = self._span(token)
        start = max(start, self._at)  # the cells of a row are on one line
        opening = token.content.partition("\n")[0]
        found = self._text.find(opening, start, end)
        start = found if found >= 0 else start
        nodes = inline.read(self._text, start, end, token.content, self._env)
        inner = self._open[-1].children
        inner += [Element("br"), *nodes] if inner and isinstance(inner[-1], Leaf) else nodes
        self._at = max([start, *(leaf.end for leaf in leaves(nodes))])

    def _code(self, token: Token) -> None:
        """The lines of code as they are; without the fences, and without the markup of what the code is in."""
        first, last = token.map or (0, 0)
        if token.type == "fence":
            closed = first + 1 + token.content.count("\n") < last
            first, last = first + 1, last - closed
        lines = token.content.split("\n")
        children: list[Node] = []
        for number, line in zip(range(first, last), lines, strict=False):
            start, end = self._edges[number], self._edges[number + 1]
            found = self._text.find(line, start, end)
            children.append(Leaf(found if found >= 0 else start, end))
        self._add(Element("pre", children))

    def _html(self, token: Token) -> None:
        for piece in html_blocks.read(self._text, self._span(token)):
            if piece.span.start < piece.span.end and (tag := _HTML_TAGS.get(piece.tag)):
                self._add(Element(tag, inline.read(self._text, *piece.span, env=self._env)))


def read(text: str) -> list[Node]:
    """The blocks of a document."""
    return _Builder(text).build()
