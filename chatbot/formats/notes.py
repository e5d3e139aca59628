"""Citations of a web page that are links, and the notes and references that they lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from chatbot.documents.number_ranges import NUMBERS
from chatbot.formats.markdown import bracketed, plain
from chatbot.formats.tree import Element, local, text_of

INLINE = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q rp rt ruby s samp small
    span strike strong sub sup time tt u var wbr""".split()  # noqa: SIM905 - easier to read and to change
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_NUMBER = re.compile(rf"[\[(]?\s?({NUMBERS})\s?[\])]?[.:]?")
_PRINTED = re.compile(r"\W{0,3}(\d{1,4})[\]).:]{0,2}(?:\s|$)")
NOTE = "^note"  # before the number of a note that could be taken for that of a reference
_LONGEST_LABEL = 12  # characters: "note 12", "[citation]" is a phrase
_LONGEST_ENTRY = 4000


def block_of(element: Element) -> Element:
    """The block that an element is or stands in."""
    while local(element) in INLINE and element.getparent() is not None:
        element = element.getparent()
    return element


@dataclass
class Notes:
    """The citing links of some pages by their label, the entries by their number, and the links back."""

    marks: dict[Element, str] = field(default_factory=dict)
    entries: dict[Element, str] = field(default_factory=dict)
    backlinks: set[Element] = field(default_factory=set)


def _says_note(link: Element) -> bool:
    """Whether a link says that it leads to a note, by its role or by a superscript in it."""
    role = f"{link.get('role', '')} {link.get('{http://www.idpf.org/2007/ops}type', '')} {link.get('epub:type', '')}"
    return "noteref" in role or (len(link) == 1 and local(link[0]) == "sup")


def _is_raised(link: Element) -> bool:
    """Whether a link stands in a superscript."""
    around = link.getparent()
    return around is not None and local(around) == "sup"


def _starts(anchor: Element, block: Element) -> bool:
    """Whether an anchor is the first thing in its block, brackets aside."""
    label = text_of(anchor)
    return text_of(block).lstrip("[(^ ").startswith(label.lstrip("[(^ "))


def _is_note(block: Element) -> bool:
    """Whether a block can be a note or entry: not too long, and no section or figure."""
    if local(block) in _HEADINGS | {"body", "html", "figure"} or len(text_of(block)) > _LONGEST_ENTRY:
        return False
    return not any(local(child) in _HEADINGS or local(child) == "figure" for child in block.iter())


def _noted(target: Element, order: Mapping[Element, int]) -> _Target | None:
    """What an anchor leads to, if that can be a note or entry."""
    block = block_of(target)
    if local(block) == "dt" and block.getnext() is not None:  # a label, as in docutils; the note is what it defines
        block = block.getnext()
    if not _is_note(block):
        return None
    if local(target) in INLINE:  # an anchor inside a text is where a link leads back to
        return _Target(block, order[target]) if _starts(target, block) else None
    return _Target(block, -1)


class _Target(NamedTuple):
    """A note, and the position that a link to it must stand before; -1 if it may stand anywhere."""

    block: Element
    before: int


def _targets(pages: Sequence[tuple[str, Element]]) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for name, root in pages:
        for element in root.iter():
            for identity in (element.get("id"), element.get("name")) if isinstance(element.tag, str) else ():
                if identity:
                    found.setdefault(f"{name}#{identity}", element)
    return found


def _links(pages: Sequence[tuple[str, Element]]) -> Iterator[tuple[Element, str]]:
    """The links to a place in a page, each with its target as `page#id`."""
    for name, root in pages:
        for link in root.iter():
            if local(link) == "a" and "#" in (link.get("href") or ""):
                path, _, identity = link.get("href").partition("#")
                yield link, f"{_resolved(name, path)}#{unquote(identity)}"


def _resolved(name: str, path: str) -> str:
    """The name of a page that another links to by a relative path."""
    if not path:
        return name
    parts = name.split("/")[:-1]
    for part in unquote(path).split("/"):
        parts = parts[:-1] if part == ".." else parts if part in ("", ".") else [*parts, part]
    return "/".join(parts)


def _with_siblings(entries: dict[Element, str]) -> dict[Element, str]:
    """The entries, and the others of their lists that nothing cites: their number is printed, or is their position."""
    found = dict(entries)
    for parent in dict.fromkeys(entry.getparent() for entry in entries):
        tag = local(next(entry for entry in entries if entry.getparent() is parent))
        position = int(start) if (start := parent.get("start", "1")).isdecimal() and len(start) < 5 else 1
        for child in parent:
            if local(child) != tag or child in found:
                position += local(child) == "li"
                continue
            printed = _PRINTED.match(text_of(child))
            if local(parent) == "ol":
                found[child] = str(position)
            elif printed:
                found[child] = printed[1]
            position += local(child) == "li"
    return found


def _tell_apart(notes: Notes, targets: Mapping[Element, _Target | None]) -> None:
    """Rename the entries of all lists but the longest of a page that have the same numbers, and what cites them."""
    lists: dict[Element, dict[Element, str]] = {}
    for entry, number in notes.entries.items():
        lists.setdefault(entry.getparent(), {})[entry] = number
    taken: dict[Element, set[str]] = {}  # by page
    for parent, entries in sorted(lists.items(), key=lambda item: -len(item[1])):
        known = taken.setdefault(parent.getroottree().getroot(), set())
        if known.isdisjoint(entries.values()):
            known.update(entries.values())
            continue
        notes.entries |= {entry: f"{NOTE}{number}" for entry, number in entries.items()}
        for link, target in targets.items():
            if target and target.block in entries:
                notes.marks[link] = f"[{notes.entries[target.block]}]"


def find(pages: Sequence[tuple[str, Element]]) -> Notes:
    """The citations of some pages and what they lead to; the pages of one book may lead to each other."""
    order = {element: index for index, element in enumerate(e for _, root in pages for e in root.iter())}
    targets = _targets(pages)
    links = [(link, targets[target]) for link, target in _links(pages) if target in targets]
    notes = Notes()
    known: dict[Element, _Target | None] = {}
    for link, target in links:
        label = text_of(link)
        number = _NUMBER.fullmatch(label)
        if not label or len(label) > _LONGEST_LABEL or not (number or _says_note(link) or _is_raised(link)):
            continue
        if target not in known:
            known[target] = _noted(target, order)
        note = known[target]
        if note and (note.before < 0 or order[link] < note.before) and note.block not in set(link.iterancestors()):
            alone = _says_note(link) and not _is_raised(link)
            notes.marks[link] = bracketed(plain(label)) if alone else plain(label)
            notes.entries.setdefault(note.block, number[1] if number else label)
    _tell_apart(notes, {link: known[target] for link, target in links if link in notes.marks})
    notes.entries = _with_siblings(notes.entries)
    citing = {element for link in notes.marks for element in (link, *link.iterancestors(), *link)}
    inside = {link for entry in notes.entries for link in entry.iter() if local(link) == "a"}
    for link, target in links:
        if link in inside and link not in notes.marks and target in citing:
            notes.backlinks.add(link)
    return notes
