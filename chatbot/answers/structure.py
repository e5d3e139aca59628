"""The parts of documents that answers look up by name: headings that ask, sections, short lines, reference lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chatbot.answers.bibliography import citing_sections, remember_citing
from chatbot.answers.faq import Faq, faq_arrays
from chatbot.answers.fields import Fields, field_arrays
from chatbot.answers.sections import NamedSections, section_arrays
from chatbot.common.cache import kept

if TYPE_CHECKING:
    from chatbot.common.cache import Cache
    from chatbot.common.lazy import Arrays
    from chatbot.index.index import Index

PACKAGES = ("common", "documents", "formats", "index", "language", "questions", "answers")  # whose code it depends on


@dataclass(frozen=True, slots=True)
class Structure:
    """What is looked up in an index; the reference lists are those of `citing_sections`."""

    index: Index
    faq: Faq
    sections: NamedSections
    fields: Fields


def _arrays(index: Index) -> Arrays:
    citing = np.array(sorted(citing_sections(index)), dtype=np.int32).reshape(-1, 2)
    return {**faq_arrays(index), **section_arrays(index), **field_arrays(index), "citing": citing}


def _read(index: Index, arrays: Arrays) -> Structure:
    remember_citing(index, frozenset((number, section) for number, section in arrays["citing"].tolist()))
    return Structure(index, Faq(index, arrays), NamedSections(index, arrays), Fields(index, arrays))


def structure(index: Index, cache: Cache | None = None) -> Structure:
    """The structure of an index's documents, kept in `cache`."""
    parts = ["structure", *index.identity(PACKAGES)]
    return kept(cache, parts, lambda: _arrays(index), lambda arrays: _read(index, arrays))
