"""What a quote needs to be complete: the text below a heading, an antecedent, an answer, a list and its lead-in."""

from __future__ import annotations

from itertools import accumulate, groupby, takewhile
from typing import TYPE_CHECKING

from chatbot.documents.model import Kind
from chatbot.language.sentence_cues import opens_with_pronoun, refers_back

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from chatbot.index.index import Index
    from chatbot.index.sentence import IndexedSentence

MAX_QUOTES = 3  # sentences; what a lead-in announces counts as one with it
_MAX_ANNOUNCED = 20  # items or rows; a longer list is a chapter
_MAX_PARAGRAPHS = 8  # sentences of a section's first paragraphs, a list counting as one
_WIDEST = 200  # characters before an item on its line
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


def _run(first: IndexedSentence, following: Iterable[IndexedSentence]) -> list[IndexedSentence]:
    """A list, a table or code by its first part; the paragraphs of an item belong to it. Empty if it is too long."""
    found = [first]
    for other in following:
        same_item = other.kind is not Kind.HEADING and other.sentence.paragraph == found[-1].sentence.paragraph
        if other.kind is not first.kind and not same_item:
            break
        found.append(other)
    return found if len(found) <= _MAX_ANNOUNCED else []


def _is_fragment(item: IndexedSentence) -> bool:
    """Whether a list item only continues its lead-in: it does not end like a sentence."""
    return item.kind is Kind.ITEM and not item.text.rstrip("\"'”’)]*_").endswith((".", "!", "?"))


def _indent(sentence: IndexedSentence) -> int:
    """The width of the white space before the line on which a sentence begins."""
    text, start = sentence.document.text, sentence.sentence.span.start
    line = text[text.rfind("\n", max(0, start - _WIDEST), start) + 1 : start].expandtabs(4)
    return len(line) - len(line.lstrip())


def _nested(index: Index, item: IndexedSentence) -> list[IndexedSentence]:
    """The items below an item that is only their label; empty if there are too many."""
    following = _in_section(index, item, 1) if _is_fragment(item) else iter(())
    found = list(takewhile(lambda other: other.kind is Kind.ITEM and _indent(other) > _indent(item), following))
    return found if len(found) <= _MAX_ANNOUNCED else []


def announced(index: Index, sentence: IndexedSentence) -> list[IndexedSentence]:
    """What a sentence announces: by a colon the list, table or code below it, or else a paragraph; an item its items.

    Empty if that is too long, or if there is nothing.
    """
    if nested := _nested(index, sentence):
        return nested
    following = _in_section(index, sentence, 1)
    first = next(following, None)
    if not _is_lead_in(sentence) or first is None or first.kind is Kind.HEADING:
        return []
    if first.kind in _ANNOUNCED:
        return _run(first, following)
    return [first, *takewhile(lambda other: other.sentence.paragraph == first.sentence.paragraph, following)][
        :MAX_QUOTES
    ]


def body(index: Index, heading: IndexedSentence) -> list[IndexedSentence]:
    """The sentences below a heading, with the headings of its subsections."""
    sections = heading.document.subsections(heading.section)
    found: list[IndexedSentence] = []
    for position in range(heading.position + 1, len(index)):
        other = index[position]
        if other.number != heading.number or other.section not in sections:
            break
        found.append(other)
    return found


def introduced(index: Index, heading: IndexedSentence) -> list[IndexedSentence]:
    """All of the list, table or code right below a heading; empty if there is something else."""
    following = iter(_in_section(index, heading, 1))
    first = next(following, None)
    return _run(first, following) if first and first.kind in _ANNOUNCED else []


def _size(sentences: Sequence[IndexedSentence]) -> int:
    return 1 if sentences[0].kind is Kind.ITEM else len(sentences)


def first_paragraphs(index: Index, sentences: Sequence[IndexedSentence]) -> list[IndexedSentence]:
    """The first paragraphs of a section, up to the maximum length of an answer; a list is one paragraph."""
    groups = groupby(sentences, key=lambda s: -1 if s.kind is Kind.ITEM else s.sentence.paragraph)
    paragraphs = [tuple(group) for _, group in groups]
    sizes = accumulate(map(_size, paragraphs))
    shown = [s for some, size in zip(paragraphs, sizes, strict=True) if size <= _MAX_PARAGRAPHS for s in some]
    return [*shown, *(s for s in announced(index, shown[-1]) if s not in shown)] if shown else []


def _lead_in(index: Index, item: IndexedSentence) -> IndexedSentence | None:
    """The item that an item is below, or the lead-in of the list that it is in, if there is one."""
    earlier = _in_section(index, item, -1)
    before = next((other for other in earlier if other.kind is not Kind.ITEM or _indent(other) < _indent(item)), None)
    return before if before and (before.kind is Kind.ITEM or _is_lead_in(before)) else None


def _needs_antecedent(sentence: IndexedSentence, before: IndexedSentence, asked: Container[str]) -> bool:
    """Whether a sentence is understood only after the one before it.

    "It" is, and needs nothing, where the sentence before opens with what was asked about.
    """
    topic = before.stems[0] if before.stems else ""
    return refers_back(sentence.text) and not (opens_with_pronoun(sentence.text) and topic in asked)


def completed(index: Index, sentence: IndexedSentence, asked: Container[str] = ()) -> list[IndexedSentence]:
    """A sentence with what it needs to be understood, in text order; `asked` are the stems of the question.

    Empty for a question without its answer, and for a label without anything below it.
    """
    group = [sentence]
    if _is_lead_in(sentence) and next(_in_section(index, sentence, 1), None) is None:
        return []
    if sentence.text.endswith("?") and sentence.kind is not Kind.HEADING:
        answer = sentence.after
        if answer is None:
            return []
        group.append(answer)
    if _is_fragment(sentence) and (lead_in := _lead_in(index, sentence)):
        group.insert(0, lead_in)
    while len(group) < MAX_QUOTES:
        before = group[0].before
        if before is None or not _needs_antecedent(group[0], before, asked):
            break
        group.insert(0, before)
    return [*group, *announced(index, group[-1])]


def combined(groups: Iterable[Sequence[IndexedSentence]]) -> list[IndexedSentence]:
    """Groups of sentences, likeliest first, in text order; one that would exceed the maximum is left out."""
    shown: list[IndexedSentence] = []
    for group in groups:
        added = [other for other in group if other not in shown]
        if len(shown) + len(added) <= MAX_QUOTES or (not shown and added):
            shown += added
    return sorted(shown, key=lambda sentence: sentence.position)
