"""What a quote needs to be complete: the text below a heading, an antecedent, an answer, a list and its lead-in."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from chatbot.documents.model import Kind
from chatbot.language.sentence_cues import refers_back

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chatbot.index.index import Index, IndexedSentence

MAX_QUOTES = 3  # sentences; what a lead-in announces counts as one with it
_MAX_ANNOUNCED = 20  # items or rows; a longer list is a chapter
_ANNOUNCED = (Kind.ITEM, Kind.TABLE, Kind.CODE)


def _in_section(index: Index, sentence: IndexedSentence, step: int) -> Iterator[IndexedSentence]:
    """The sentences after (`step` 1) or before (-1) a sentence in its section, nearest first."""
    position = sentence.position + step
    while 0 <= position < len(index):
        other = index[position]
        if (other.number, other.section) != (sentence.number, sentence.section):
            return
        yield other
        position += step


def _is_lead_in(sentence: IndexedSentence) -> bool:
    """Whether a sentence announces what follows it: a list, a table or code."""
    return sentence.kind is not Kind.HEADING and sentence.text.endswith(":")


def announced(index: Index, sentence: IndexedSentence) -> list[IndexedSentence]:
    """The list, table or code below a sentence that ends in a colon; empty if it is too long, or there is none."""
    following = _in_section(index, sentence, 1)
    first = next(following, None)
    if not _is_lead_in(sentence) or first is None or first.kind not in _ANNOUNCED:
        return []
    found = [first, *takewhile(lambda other: other.kind is first.kind, following)]
    return found if len(found) <= _MAX_ANNOUNCED else []


def _lead_in(index: Index, item: IndexedSentence) -> IndexedSentence | None:
    """The lead-in of the list that an item is in, if it has one."""
    before = next((other for other in _in_section(index, item, -1) if other.kind is not Kind.ITEM), None)
    return before if before and _is_lead_in(before) else None


def _is_fragment(item: IndexedSentence) -> bool:
    """Whether a list item only continues its lead-in: it does not end like a sentence."""
    return item.kind is Kind.ITEM and not item.text.rstrip("\"'”’)]*_").endswith((".", "!", "?"))


def first_below(index: Index, heading: IndexedSentence) -> IndexedSentence | None:
    """The first sentence below a heading in its section."""
    return next(_in_section(index, heading, 1), None)


def completed(index: Index, sentence: IndexedSentence) -> list[IndexedSentence]:
    """A sentence with what it needs to be understood, in text order; empty for a question without its answer."""
    group = [sentence]
    if sentence.text.endswith("?") and sentence.kind is not Kind.HEADING:
        answer = sentence.after
        if answer is None:
            return []
        group.append(answer)
    if _is_fragment(sentence) and (lead_in := _lead_in(index, sentence)):
        group.insert(0, lead_in)
    while len(group) < MAX_QUOTES and refers_back(group[0].text):
        before = group[0].before
        if before is None:
            break
        group.insert(0, before)
    return [*group, *announced(index, group[-1])]


def completed_all(index: Index, sentences: Iterable[IndexedSentence]) -> list[IndexedSentence]:
    """Sentences, likeliest first, each completed, in text order; one that would exceed the maximum is left out."""
    shown: list[IndexedSentence] = []
    for sentence in sentences:
        added = [other for other in completed(index, sentence) if other not in shown]
        if len(shown) + len(added) <= MAX_QUOTES or (not shown and added):
            shown += added
    return sorted(shown, key=lambda sentence: sentence.position)
