"""Text inside a block, read by markdown-it-py, with the place of every piece of it in the source."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from chatbot.documents.rendering.nodes import Element, Leaf, Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_NESTING = 20
_LONGEST = 2_000  # characters of a text that is searched with optional backslashes
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)\b[^>]*>$", re.IGNORECASE | re.DOTALL)
_PLAIN = re.compile(r"[^\\`*_\[\]<>!&~\r\n]*\Z")  # text without a character that means anything inside a line
_COMMENT = re.compile(r"<(?:!|\?)")
# HTML that is shown as what it means, without its attributes; and HTML that only arranges, which is left out
_MEANING = frozenset({"b", "strong", "i", "em", "code", "kbd", "sub", "sup", "s", "del", "ins", "u", "small"})
_ARRANGING = frozenset(
    """a abbr center cite dd details div dl dt figcaption figure font h1 h2 h3 h4 h5 h6 hr img li mark ol p picture pre
    q source span summary table tbody td th thead tr ul wbr""".split()  # noqa: SIM905 - easier to read and to change than quoted strings
)
_IMAGE = re.compile(r"!\[(?P<alt>[^\]]{0,999})\](?:\([^)]{0,999}\)|\[[^\]]{0,999}\])?")
_LINK_END = re.compile(r"\](?:\((?:[^()\\]|\\.|\([^()]{0,999}\)){0,2000}\)|\[[^\]]{0,999}\])?", re.DOTALL)
_WEB = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?P<url>https?://[^\s<>\"']*[^\s<>\"'.,;:)\]])"
    r"|(?P<doi>\b10\.\d{4,9}/[^\s\"<>]*[^\s\"<>.,;:)\]])"
    r"|\bPMID:? ?(?P<pmid>\d{1,8})\b|\b(?P<pmc>PMC\d{4,9})\b"
)
_HOMES = {
    "url": "",
    "doi": "https://doi.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmc": "https://pmc.ncbi.nlm.nih.gov/articles/",
}


@cache
def parser() -> MarkdownIt:
    """The parser of texts, as GitHub reads them."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable(["table", "strikethrough"])


class _Reader:
    """Follows the tokens of a text through its source."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._at = start
        self._end = end
        self._open: list[Element] = [Element("")]

    @property
    def nodes(self) -> list[Node]:
        """What was read."""
        return self._open[0].children

    def read(self, token: Token) -> None:
        """Read the next token."""
        if token.type in ("text", "softbreak", "text_special"):
            self._characters(token)
        elif token.type == "hardbreak":
            self._add(Element("br"))
        elif token.type == "code_inline":
            self._code(token)
        elif token.type == "image":
            self._image()
        elif token.type == "html_inline":
            self._html(token)
        elif token.nesting > 0:
            self._begin(token)
        elif token.nesting < 0:
            self._finish(token)

    def _add(self, node: Node) -> None:
        self._open[-1].children.append(node)

    def _find(self, content: str) -> bool:
        """Move to the next place of a content, which has backslashes in the source where Markdown needs them."""
        start = self._text.find(content, self._at, self._end)
        if start >= 0:
            self._found = (start, start + len(content))
            return True
        match = None
        if content and len(content) <= _LONGEST:
            pattern = re.compile(r"\\?".join(map(re.escape, content)))
            match = pattern.search(self._text, self._at, self._end)
        if match:
            self._found = match.span()
        return bool(match)

    def _characters(self, token: Token) -> None:
        content = {"softbreak": "\n", "text_special": token.markup}.get(token.type, token.content)
        if content and self._find(content):
            start, end = self._found
            exact = self._text[start:end] == token.content or token.type == "softbreak"
            self._add(Leaf(start, end, None if exact else token.content))
            self._at = end

    def _code(self, token: Token) -> None:
        pattern = re.compile(f"(?<!`){token.markup}(?!`)(.*?)(?<!`){token.markup}(?!`)", re.DOTALL)
        if match := pattern.search(self._text, self._at, self._end):
            padded = match[1][:1] == match[1][-1:] == " " and match[1].strip()
            start, end = match.span(1)
            self._add(Element("code", [Leaf(start + 1, end - 1) if padded else Leaf(start, end)]))
            self._at = match.end()

    def _image(self) -> None:
        if match := _IMAGE.search(self._text, self._at, self._end):
            if match["alt"].strip():
                self._add(Element("span", [Leaf(*match.span("alt"))], {"class": "image"}))
            self._at = match.end()

    def _html(self, token: Token) -> None:
        if not self._find(token.content):
            return
        start, end = self._found
        self._at = end
        tag = _TAG.match(token.content)
        name = tag["name"].lower() if tag else ""
        if name == "br":
            self._add(Element("br"))
        elif tag and name in _MEANING:
            self._element(name, closes=bool(tag["close"]))
        elif name not in _ARRANGING and not _COMMENT.match(token.content):
            self._add(Leaf(start, end))  # what is no part of a text is shown as it is written

    def _element(self, name: str, *, closes: bool) -> None:
        if not closes:
            self._push(Element(name))
        elif self._open[-1].tag == name:
            self._open.pop()

    def _push(self, element: Element) -> None:
        self._add(element)
        self._open.append(element)

    def _begin(self, token: Token) -> None:
        href = str(token.attrs.get("href", ""))
        mark = "<" if token.markup == "autolink" else token.markup or "["
        if self._find(mark):
            self._at = self._found[1]
        self._push(Element(token.tag, [], {"href": href} if _WEB.match(href) else {}))

    def _finish(self, token: Token) -> None:
        if token.tag == "a":
            match = None if token.markup == "autolink" else _LINK_END.search(self._text, self._at, self._end)
            self._at = match.end() if match else self._at
        elif self._find(token.markup):
            self._at = self._found[1]
        while len(self._open) > 1 and self._open.pop().tag != token.tag:
            pass


def read(
    text: str, start: int, end: int, content: str | None = None, env: Mapping[str, object] | None = None
) -> list[Node]:
    """The nodes of a text.

    Args:
        text: the document.
        start: where to look for the text from.
        end: where it ends at the latest.
        content: the text without the markup of the blocks that it is in; by default all from `start` to `end`.
        env: the link definitions of the document.

    """
    written = text[start:end] if content is None else content
    if _PLAIN.match(written) and text.startswith(written, start):  # most cells of a table, and most headings
        return [Leaf(start, start + len(written))] if written else []
    tokens: list[Token] = []
    parser().inline.parse(written, parser(), dict(env or {}), tokens)
    reader = _Reader(text, start, end)
    for token in tokens:
        reader.read(token)
    return reader.nodes


def _linked(text: str, leaf: Leaf) -> Iterator[Node]:
    start = leaf.start
    for match in _ADDRESS.finditer(text, leaf.start, leaf.end) if leaf.shown is None else ():
        kind = str(match.lastgroup)
        if start < match.start():
            yield Leaf(start, match.start())
        yield Element("a", [Leaf(*match.span())], {"href": _HOMES[kind] + match[kind]})
        start = match.end()
    if start < leaf.end:
        yield Leaf(start, leaf.end, leaf.shown)


def with_links(text: str, nodes: Sequence[Node]) -> list[Node]:
    """The nodes, with addresses, DOIs and PubMed numbers as links; what is a link or code already stays."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Leaf):
            found += _linked(text, node)
        else:
            if node.tag not in ("a", "code", "pre"):
                node.children = with_links(text, node.children)
            found.append(node)
    return found
