"""The parts of documents that answers look up by name: headings that ask, sections, short lines, reference lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chatbot.answers.bibliography import citing_sections
from chatbot.answers.faq import Faq, faq_arrays
from chatbot.answers.fields import Fields, field_arrays
from chatbot.answers.sections import NamedSections, section_arrays
from chatbot.common.cache import kept

if TYPE_CHECKING:
    from chatbot.common.cache import Cache
    from chatbot.common.lazy import Arrays
    from chatbot.index.index import Index

_PACKAGES = ("common", "documents", "formats", "index", "language", "questions", "answers")


@dataclass(frozen=True, slots=True)
class Structure:
    """What is looked up; `citing` are for each document the sections that are reference lists."""

    faq: Faq
    sections: NamedSections
    fields: Fields
    citing: tuple[frozenset[int], ...]


def _arrays(index: Index) -> Arrays:
    citing = [(number, one) for number, d in enumerate(index.documents) for one in sorted(citing_sections(d))]
    listed = np.array(citing, dtype=np.int32).reshape(-1, 2)
    return {**faq_arrays(index), **section_arrays(index), **field_arrays(index), "citing": listed}


def _read(index: Index, arrays: Arrays) -> Structure:
    pairs = arrays["citing"].tolist()
    citing = tuple(frozenset(s for n, s in pairs if n == number) for number in range(len(index.documents)))
    return Structure(Faq(index, arrays), NamedSections(index, arrays), Fields(index, arrays), citing)


def structure(index: Index, cache: Cache | None = None) -> Structure:
    """The structure of an index's documents, kept in `cache`."""
    parts = ["structure", *index.identity(_PACKAGES)]
    return kept(cache, parts, lambda: _arrays(index), lambda arrays: _read(index, arrays))
