"""The text of a JATS reference; one that has only parts is composed of them."""

from __future__ import annotations

from collections.abc import Iterable

from chatbot.formats.jats.text import Article, find, first_child, line
from chatbot.formats.tree import Element, local

_PEOPLE = ("name", "collab", "string-name", "etal")
_CITATIONS = ("mixed-citation", "element-citation", "nlm-citation", "citation")


def _names(group: Iterable[Element]) -> str:
    """The people of a reference as PubMed Central prints them: "Roe J, Lee A, et al"."""
    names: list[str] = []
    for name in group:
        parts = (first_child(name, part) for part in ("surname", "given-names"))
        printed = " ".join("".join(part.itertext()).strip() for part in parts if part is not None)
        names.append(printed or "".join(name.itertext()).strip() or ("et al" if local(name) == "etal" else ""))
    return ", ".join(filter(None, names))


def _composed(citation: Element, article: Article) -> str:
    """A reference that has only its parts, printed as PubMed Central does."""
    found = {local(child): line(child, article) for child in reversed(citation)}
    groups = [child for child in citation if local(child) == "person-group"]
    people = ", ".join(map(_names, groups or [[child for child in citation if local(child) in _PEOPLE]]))
    issue = f"({found['issue']})" if found.get("issue") else ""
    pages = "–".join(filter(None, (found.get("fpage"), found.get("lpage")))) or found.get("elocation-id", "")
    number = f";{found.get('volume', '')}{issue}" if found.get("volume") else ""
    when = f"{found.get('year', '')}{number}{f':{pages}' if pages else ''}"
    where = " ".join(filter(None, (found.get("source"), found.get("publisher-name"))))
    identity = next((line(child, article) for child in find(citation, "pub-id", "ext-link", "uri")), "")
    said = (people, found.get("article-title") or found.get("chapter-title") or found.get("comment"), where, when)
    return " ".join((*(f"{part.rstrip('.')}." for part in said if part), *([identity] if identity else [])))


def reference(element: Element, article: Article) -> str:
    """The text of a reference, as it is printed or composed of its parts."""
    citations = list(find(element, *_CITATIONS))[:1] or [element]
    citation = citations[0]
    printed = line(citation, article)
    # parts without anything between them, or mixed with text as they are printed
    is_bare = local(citation) == "element-citation" and not any((child.tail or "").strip() for child in citation)
    return _composed(citation, article) or printed if is_bare else printed
