"""Markdown blocks with their places, as all readers write them.

Words are written as they are read: nothing is emphasised, and only what Markdown would take for something else is
escaped. A reader passes a citation through `cited`; whether it needs brackets is seen when its paragraph is complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from chatbot.documents import reference_list
from chatbot.documents.model import Place, PlaceStart
from chatbot.formats.converted import Converted


class Block(NamedTuple):
    """A block of Markdown and its place. `tight`: no blank line between it and a tight block before it.

    An entry of a list of references has a `number`; its `text` is the entry without it.
    """

    text: str
    place: Place
    tight: bool = False
    number: int | None = None
    level: int = 0  # of a heading

    @property
    def markdown(self) -> str:
        """The block as it is written."""
        return self.text if self.number is None else f"{self.number}. {self.text}"


BREAK = "\ue000"  # a line break that readers see, among white space that they do not
# around a citation, and for "<" in code: private characters, which no text has for long
_OPEN, _CLOSE, _LESS = "\ue001", "\ue002", "\ue003"
_PRIVATE = re.compile(f"[{BREAK}{_OPEN}{_CLOSE}{_LESS}]")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAKS = re.compile(rf" ?{BREAK} ?")
_CITED = rf"{_OPEN}[^{_OPEN}{_CLOSE}]*{_CLOSE}"
_RUN = re.compile(rf"{_CITED}(?:\s?[,;–—-]\s?{_CITED})*")
# "[see 3, p. 4]" and "(3)" are brackets of a citation; "(see Figure 2 and 3)" are not
_BRACKET_BEFORE = re.compile(r"(?P<open>\[)[^\[\]]{0,60}$|\(\s?$")
_BRACKET_AFTER = {"[": re.compile(r"[^\[\]]{0,60}\]"), None: re.compile(r"\s?\)")}
_TAG = re.compile(r"<(?=/?[A-Za-z][\w-]*[\s/>]|[!?])")  # not an address like <ann@example.org>
_MARKUP = re.compile(r"(?:#{1,6}\s|`{3}|~{3})")
_RAISED = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
_RAISABLE = re.compile(r"[+−-]?\d+(?:\s?[,–-]\s?\d+)*\s?")


def plain(text: str) -> str:
    """Text of a source, without the private characters that mean something here."""
    return _PRIVATE.sub("", text)


def cited(label: str) -> str:
    """A citation as it is printed, with or without brackets: "3", "[3]", "3, 5", "note 1"."""
    return f"{_OPEN}{label.strip()}{_CLOSE}" if label.strip() else ""


def code_span(text: str) -> str:
    """Code in a line of text, in which a tag is no tag."""
    return f"`{text.replace('<', _LESS)}`"


def raised(text: str) -> str:
    """A superscript: citations in brackets, numbers as raised digits, which may be either, anything else as it is."""
    if _OPEN in text:
        return bracketed(_PRIVATE.sub("", text))
    if not _RAISABLE.fullmatch(text):
        return text
    return text.replace(" ", "").translate(_RAISED)


def bracketed(label: str) -> str:
    """A citation in brackets; one that is printed in some stays as it is."""
    return label if label.lstrip().startswith(("[", "(")) else f"[{label.strip()}]"


def _citation(match: re.Match[str]) -> str:
    """A run of citations, in brackets unless it is in some."""
    text = match.string
    inner = re.sub(f"[{_OPEN}{_CLOSE}]", "", match.group())
    before = _BRACKET_BEFORE.search(text, max(0, match.start() - 61), match.start())
    return inner if before and _BRACKET_AFTER[before["open"]].match(text, match.end()) else bracketed(inner)


def tidy(text: str) -> str:
    """The text of a paragraph: white space as a reader sees it, citations in brackets."""
    lines = _BREAKS.sub("\n", _SPACE.sub(" ", _RUN.sub(_citation, text)))
    return _TAG.sub(r"\\<", lines.strip(" \n")).replace(_LESS, "<")


def paragraphs(text: str, place: Place) -> Iterator[Block]:
    """The paragraphs of a tidy text; an empty line separates them."""
    for part in filter(None, map(str.strip, text.split("\n\n"))):
        yield Block(f"\\{part}" if _MARKUP.match(part) else part, place)


def heading(text: str, level: int, place: Place) -> Iterator[Block]:
    """A heading, on one line; none without a letter or digit."""
    line = " ".join(text.split())
    if any(map(str.isalnum, line)):
        yield Block(f"{'#' * min(max(level, 1), 6)} {line}", place, level=level)


def indented(blocks: Iterable[Block], width: int) -> Iterator[Block]:
    """The blocks, moved to the right, as they stand in an item of a list."""
    for block in blocks:
        lines = block.markdown.replace("\n", "\n" + " " * width)
        yield Block(" " * width + lines, block.place, tight=block.tight)


def listed(blocks: Sequence[Block], bullet: str) -> Iterator[Block]:
    """The blocks of a list item behind its bullet, the later ones indented below it."""
    for index, block in enumerate(indented(blocks, len(bullet) + 1)):
        first = f"{bullet} {block.text.lstrip(' ')}"
        yield block if index else block._replace(text=first, tight=True)


def code(text: str, place: Place) -> Iterator[Block]:
    """Preformatted text in a fence that is longer than any in it."""
    body = plain(text).expandtabs().strip("\n").rstrip()
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    if body:
        yield Block(f"{fence}\n{body}\n{fence}", place)


def joined_code(blocks: Sequence[Block]) -> Iterator[Block]:
    """The same blocks; lines of code that are paragraphs of their own are one block of code."""
    for is_code, group in groupby(blocks, key=lambda block: block.text.startswith("```")):
        found = list(group)
        if is_code:
            lines = (line for block in found for line in block.text.split("\n")[1:-1])
            yield from code("\n".join(lines), found[0].place)
        else:
            yield from found


def table(rows: Sequence[Sequence[str]], place: Place) -> Iterator[Block]:
    """A pipe table, whose first row is its head; rows are filled up to the longest."""
    filled = [row for row in rows if any(row)]
    if not filled:
        return
    width = max(map(len, filled))
    cells = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] + [""] * (width - len(row)) for row in filled]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    yield Block("\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]]), place)


def with_references(blocks: Sequence[Block], level: int = 2) -> list[Block]:
    """The same blocks; entries that are not under the heading of a reference list get one of a level, at the end."""
    kept: list[Block] = []
    moved: list[Block] = []
    for entries, group in groupby(blocks, key=lambda block: block.number is not None):
        headed = bool(kept) and kept[-1].level > 0 and reference_list.is_heading(kept[-1].text)
        (moved if entries and not headed else kept).extend(group)
    return [*kept, *(heading("References", level, moved[0].place) if moved else ()), *moved]


def write(blocks: Iterable[Block]) -> Converted:
    """The text of some blocks, and where each of them stands in the source."""
    pieces: list[str] = []
    places: list[PlaceStart] = []
    offset, tight = 0, False
    for block in blocks:
        gap = "" if not pieces else "\n" if tight and block.tight else "\n\n"
        pieces.append(gap + block.markdown)
        places.append(PlaceStart(offset + len(gap), block.place))
        offset += len(pieces[-1])
        tight = block.tight
    return Converted("".join((*pieces, "\n")), tuple(places))
