"""Blocks of styled text one below the other, on a page of some width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatbot.terminal.text import Fragment, Line, paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chatbot.documents.model import Document

Block = list[Fragment]

WIDEST = 88  # cells; longer lines are hard to read
INDENT: Line = (("", "  "),)


@dataclass(frozen=True, slots=True)
class Page:
    """What is written on: `width` in cells (None: no wrapping), a name for each of several documents, `explain`."""

    width: int | None = None
    names: tuple[tuple[Document, str], ...] = ()
    explain: bool = False

    def name(self, document: Document) -> str:
        """The name of one of several documents; empty where there is only one."""
        return next((name for known, name in self.names if known is document), "")


def names(documents: Sequence[Document]) -> tuple[tuple[Document, str], ...]:
    """Names that tell several documents apart, `a.md` and `a.md (2)` if need be; none for one document."""
    if len(documents) < 2:
        return ()
    earlier = [[other.name for other in documents[:i]].count(document.name) for i, document in enumerate(documents)]
    return tuple(
        (d, f"{d.name} ({count + 1})" if count else d.name) for d, count in zip(documents, earlier, strict=True)
    )


def stacked(blocks: Iterable[Block]) -> Block:
    """Blocks one below the other, an empty line between them; empty ones take no room."""
    kept = [block for block in blocks if block]
    spaced = [[*block, ("", "\n")] for block in kept[:-1]] + kept[-1:]
    return [fragment for block in spaced for fragment in block]


def note(text: str, page: Page, style: str = "note") -> Block:
    """Something that the program says."""
    return paragraph([(style, text)], page.width) if text else []
