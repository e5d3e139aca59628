"""The part of an article that each reference list serves: a number means the list of its own chapter, or none."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from chatbot.documents.model import Reference, Section, Span
from chatbot.documents.reference_list import ReferenceList


def _numbers(lists: Sequence[ReferenceList]) -> set[int]:
    return {entry.number for found in lists for entry in found.references}


def _is_one(group: Sequence[ReferenceList], found: ReferenceList) -> bool:
    """Whether a list goes on with those before it: nothing is between them, or it goes on counting.

    Footnotes may stand in any order, as long as no number has two.
    """
    before = group[-1]
    notes = before.footnotes and found.footnotes and _numbers(group).isdisjoint(_numbers([found]))
    touches = before.last == found.first and (found.heading is None or before.level == found.level)
    counts = before.references[-1].number < found.references[0].number
    return touches or counts or notes


def _joined(lists: Sequence[ReferenceList]) -> list[list[ReferenceList]]:
    """The lists, with those together that are one."""
    groups: list[list[ReferenceList]] = []
    for found in (found for found in lists if found.references):
        if groups and _is_one(groups[-1], found):
            groups[-1].append(found)
        else:
            groups.append([found])
    return groups


def _chapter(found: ReferenceList, sections: Sequence[Section], title: Span | None) -> Span | None:
    """The chapter that the heading of a list stands under; None if it stands under none."""
    if not found.heading:
        return None
    above = bisect_left(sections, found.heading.start, key=lambda section: section.span.start)
    outer = next((i for i in reversed(range(above)) if sections[i].level < found.level), None)
    if outer is None or not sections[outer].heading or sections[outer].heading == title:
        return None
    behind = next((s for s in sections[outer + 1 :] if s.level <= sections[outer].level), None)
    return Span(sections[outer].span.start, behind.span.start if behind else sections[-1].span.end)


def _scopes(groups: Sequence[list[ReferenceList]], sections: Sequence[Section], title: Span | None) -> Iterator[Span]:
    """For each list its chapter; if that is not its own alone, the part of it since the last list."""
    chapters = [_chapter(group[0], sections, title) for group in groups]
    before = 0
    for chapter, group in zip(chapters, groups, strict=True):
        end = group[-1].entries[-1].span.end
        if chapter and chapters.count(chapter) == 1:
            yield chapter
        else:
            yield Span(max(before, chapter.start if chapter else 0), end)
        before = end


def assign(lists: Sequence[ReferenceList], sections: Sequence[Section], title: Span | None) -> tuple[Reference, ...]:
    """The entries of all lists, in order, with their scopes; a single list serves the whole document."""
    groups = _joined(lists)
    if len(groups) < 2:
        return tuple(entry for found in lists for entry in found.references)
    return tuple(
        replace(entry, scope=scope)
        for group, scope in zip(groups, _scopes(groups, sections, title), strict=True)
        for found in group
        for entry in found.references
    )
