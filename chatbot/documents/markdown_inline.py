"""The markup inside a Markdown text: what cuts it into units, what a reader does not see, and which links it has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from chatbot.documents import html_blocks
from chatbot.documents.model import Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_HARD_BREAK = re.compile(r"(?: {2,}|\\)(?:\r\n|\r|\n)")
_IMAGE = re.compile(
    r"\[?!\[[^\]]{0,999}\](?:\([^)]{0,999}\)|\[[^\]]{0,999}\])?(?:(?<=[)\]])\](?:\([^)]{0,999}\)|\[[^\]]{0,999}\]))?"
)


class _Inline(NamedTuple):
    """What is in a text besides words: `cuts` end a unit, `trims` are nothing that is read at the edge of one."""

    cuts: list[Span]
    trims: list[Span]


def trimmed(text: str, start: int, end: int) -> Span:
    """A piece of a text without white space at its edges."""
    piece = text[start:end] if start < end else ""
    return Span(end - len(piece.lstrip()), start + len(piece.rstrip())) if piece.strip() else Span(start, start)


@cache
def _inline_parser() -> MarkdownIt:
    """What looks into texts, where they have markup that matters; emphasis does not, nor do brackets in brackets."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": 5}).disable(["emphasis", "entity"])


def _children(token: Token, env: Mapping[str, object]) -> list[Token]:
    found: list[Token] = []
    _inline_parser().inline.parse(token.content, _inline_parser(), dict(env), found)
    return found


def _is_empty(child: Token, following: Token | None) -> bool:
    """Whether an element has nothing in it, like `<a id="top"></a>`."""
    both = child.type == "html_inline" and following is not None and following.type == "html_inline"
    return both and not child.content.startswith("</") and following is not None and following.content.startswith("</")


def _place(text: str, child: Token, start: int, end: int) -> Span | None:
    """The place of an inline token that stands behind `start`."""
    if child.type == "hardbreak":
        match = _HARD_BREAK.search(text, start, end)
    elif child.type == "image":
        match = _IMAGE.search(text, start, end)
    elif child.type == "code_inline":
        mark = f"(?<!`){child.markup}(?!`)"
        match = re.compile(f"{mark}.*?{mark}", re.DOTALL).search(text, start, end)
    else:
        found = text.find(child.content, start, end) if child.content else -1
        return Span(found, found + len(child.content)) if found >= 0 else None
    return Span(*match.span()) if match else None


def _inline(text: str, content: Span, token: Token, env: Mapping[str, object]) -> _Inline:
    """The markup in a text that is not read, by its place."""
    written = text[slice(*content)]
    if "<" not in written and "![" not in written and not _HARD_BREAK.search(written):
        return _Inline([], [])
    children = _children(token, env)
    found = _Inline([], [])
    position = content.start
    for child, following in pairwise([*children, None]):
        place = _place(text, child, position, content.end) if child else None
        if child and place:
            position = place.end
            if child.type == "hardbreak" or (child.type == "html_inline" and html_blocks.ends_text(child.content)):
                found.cuts.append(place)
            elif child.type == "image" or html_blocks.is_image(child.content) or _is_empty(child, following):
                found.trims.append(place)
            elif child.type == "html_inline" and found.trims and found.trims[-1].end == place.start:
                found.trims[-1] = Span(found.trims[-1].start, place.end)
    return found


def _without(text: str, trims: Sequence[Span], piece: Span) -> Span:
    """A piece of text without what is at its edges."""
    start, end = piece
    for trim in trims:
        if trim.start == start < end:
            start = trimmed(text, trim.end, end).start if trim.end < end else end
    for trim in reversed(trims):
        if trim.end == end > start:
            end = trimmed(text, start, trim.start).end if trim.start > start else start
    return Span(start, end)


def units_of(text: str, content: Span, token: Token, env: Mapping[str, object]) -> list[Span]:
    """The parts of a text that are read as one: without what ends them, and without what is not read."""
    cuts, trims = _inline(text, content, token, env)
    edges = [content.start, *(edge for cut in cuts for edge in cut), content.end]
    pieces = [trimmed(text, *edge) for edge in zip(edges[::2], edges[1::2], strict=True)]
    return [unit for piece in pieces if (unit := _without(text, trims, piece)).start < unit.end]


def _is_inner_link(token: Token, env: Mapping[str, object]) -> bool:
    if "](#" not in token.content:
        return False
    children = _children(token, env)
    links = [child for child in children if child.type == "link_open"]
    outside, depth = "", 0
    for child in children:
        depth += (child.type == "link_open") - (child.type == "link_close")
        outside += child.content if not depth else ""
    inner = all(str(link.attrs.get("href", "")).startswith("#") for link in links)
    return bool(links) and inner and not any(map(str.isalpha, outside))


def is_contents(tokens: Sequence[Token], env: Mapping[str, object]) -> bool:
    """Whether a list is a table of contents: all its items are links to places in the document."""
    texts = [token for token in tokens if token.type == "inline"]
    return bool(texts) and all(_is_inner_link(token, env) for token in texts)
