"""The texts in a block of HTML inside Markdown, with their places: what is between the tags, no tag itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

from chatbot.documents.model import Span

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# elements whose text belongs to the sentence around them; any other element begins and ends a text
_PHRASES = frozenset(
    """a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike strong
    sub sup time tt u var wbr""".split()  # noqa: SIM905 - easier to read and to change than quoted strings
)
_VOID = frozenset({"img", "wbr"})  # those of them that are never closed
_UNSEEN = frozenset({"script", "style", "template", "head", "svg", "math", "object", "select", "textarea"})
_NAMED = frozenset({"li", "pre", "summary", *_HEADINGS})
_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)", re.IGNORECASE)
_LONGEST_TAG = 500
_CLOSING = re.compile(r"\s*</(\w+)\s*>")
_DECLARATION = re.compile(r"<(?:\?|!(?!--))[^>]*>?")
_NOT_BREAK = re.compile(r"[^\n]")
_REFERENCE = re.compile(r"&#?\w{0,40};?")


class Piece(NamedTuple):
    """A text, and the element that says what it is; without a text, `details` and `/details` open and close."""

    tag: str
    span: Span


def ends_text(tag: str) -> bool:
    """Whether a tag, a comment or another piece of markup ends the sentence before it."""
    found = _TAG.match(tag)
    return not found or found[2].lower() not in _PHRASES


def is_image(tag: str) -> bool:
    """Whether a tag shows an image."""
    found = _TAG.match(tag)
    return found is not None and found[2].lower() == "img"


def _balanced(text: str, piece: Span, inside: Span) -> Span:
    """A text, with the tags at its edges that close or open an element of which the other tag is in the text."""
    start, end = piece
    tags = (closes for closes, tag in _TAG.findall(text, start, end) if tag.lower() in _PHRASES - _VOID)
    surplus = sum(-1 if closes else 1 for closes in tags)
    for _ in range(surplus):
        closing = _CLOSING.match(text, end, inside.end)
        end = closing.end() if closing and closing[1].lower() in _PHRASES else end
    for _ in range(-surplus):
        opening = text.rfind("<", max(inside.start, start - _LONGEST_TAG), start)
        start = opening if opening >= 0 else start
    return Span(start, end)


class _Texts(HTMLParser):
    def __init__(self, text: str, span: Span) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[Piece] = []
        self._text = text
        self._span = span
        breaks = re.finditer("\n", text[slice(*span)])  # the only line end that the library counts
        self._lines = [span.start, *(span.start + found.end() for found in breaks)]
        self._tag = ""
        self._unseen = ""  # the element that is open and not shown
        self._start = self._end = -1
        self._last = span.start  # the end of the last text

    @property
    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def extend(self, start: int, characters: str) -> None:
        """Add characters to the text that is open."""
        if characters.strip() and not self._unseen:
            end = start + len(characters)
            self._start = self._start if self._start >= 0 else end - len(characters.lstrip())
            self._end = start + len(characters.rstrip())

    def flush(self) -> None:
        """End the text that is open."""
        if self._start >= 0:
            inside = Span(self._last, self._span.end)
            piece = Piece(self._tag, _balanced(self._text, Span(self._start, self._end), inside))
            self.pieces.append(piece)
            self._last = piece.span.end
        self._start = self._end = -1

    def handle_data(self, data: str) -> None:
        self.extend(self._place, data)

    def handle_entityref(self, name: str) -> None:  # noqa: ARG002 - the place tells more than the name
        found = _REFERENCE.match(self._text, self._place)
        self.extend(self._place, found.group() if found else "")

    def handle_charref(self, name: str) -> None:
        self.handle_entityref(name)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - of no interest
        if tag in _PHRASES:
            return
        self.flush()
        self._tag = tag if tag in _NAMED else ""
        self._unseen = self._unseen or (tag if tag in _UNSEEN else "")
        if tag == "details":
            self.pieces.append(Piece(tag, Span(self._place, self._place)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as above
        if tag not in _PHRASES:
            self.flush()

    def handle_endtag(self, tag: str) -> None:
        if tag in _PHRASES:
            return
        self.flush()
        self._tag = ""
        self._unseen = "" if tag == self._unseen else self._unseen
        if tag == "details":
            self.pieces.append(Piece("/details", Span(self._place, self._place)))


def read(text: str, span: Span) -> list[Piece]:
    """The texts in a block of HTML, in order."""
    # behind the last tag, and in a comment that is never closed, a parser would search to the end again and again
    comment = text.find("<!--", max(text.rfind("-->", *span), span.start), span.end)
    end = comment if comment >= 0 else span.end
    last = text.rfind(">", span.start, end) + 1 or span.start
    parser = _Texts(text, span)
    # declarations and the like have no words, and some of them a parser refuses
    parser.feed(_DECLARATION.sub(lambda found: _NOT_BREAK.sub(" ", found.group()), text[span.start : last]))
    parser.close()
    parser.extend(last, text[last:end])
    parser.flush()
    return parser.pieces
