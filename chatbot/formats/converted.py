"""What a reader makes of a file: Markdown, and where its parts stand in the source."""

from __future__ import annotations

from typing import NamedTuple

from chatbot.documents.model import PlaceStart


class Converted(NamedTuple):
    """A source as Markdown, and the places of its parts, in ascending order of their offsets in `text`.

    `text` has headings with `#`, lists, pipe tables and fenced code; citations are numbers in brackets, like `[3]`,
    and a list of numbered entries under a heading like "## References" says what they stand for. Each block that has
    sentences starts a place.
    """

    text: str
    places: tuple[PlaceStart, ...] = ()
