"""Elements of XML and of HTML, built and never joined of strings: the texts in them may hold anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from chatbot.terminal.text import sanitised

if TYPE_CHECKING:
    from typing import TypeAlias

Content: TypeAlias = "Element | str | None"

_FORBIDDEN = re.compile(
    "[\ufffe\uffff]"
)  # in XML 1.0, beside the controls and lone surrogates that `sanitised` pictures


def clean(text: str) -> str:
    """The text without anything that XML forbids or that a reader cannot see; its lines stay."""
    return _FORBIDDEN.sub("\ufffd", "\n".join(map(sanitised, text.split("\n"))))


def _append(parent: Element, child: Content) -> None:
    if isinstance(child, Element):
        parent.append(child)
    elif child and len(parent):
        parent[-1].tail = (parent[-1].tail or "") + clean(child)
    elif child:
        parent.text = (parent.text or "") + clean(child)


def element(tag: str, *children: Content, **attributes: str) -> Element:
    """An element with children, of which None is none.

    In the names of attributes `_` stands for `-`, but for one at the end, which lets Python's own words be names.
    """
    made = Element(tag, {name.rstrip("_").replace("_", "-"): clean(value) for name, value in attributes.items()})
    for child in children:
        _append(made, child)
    return made
