"""JATS XML, the format of PubMed Central: sections, citations by `xref`, and the list that they lead to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from chatbot.documents.model import Place
from chatbot.errors import ArticleError
from chatbot.formats import markdown, tree
from chatbot.formats.converted import Converted
from chatbot.formats.markdown import BREAK, Block
from chatbot.formats.tree import Element, Tree, local

# what is no text of the article, or is read with the block that it belongs to
_SKIPPED = frozenset(
    """alternatives-of alt-text annotation fn graphic inline-graphic label long-desc media object-id permissions
    supplementary-material tex-math title""".split()  # noqa: SIM905 - easier to read
)
_BLOCKS = frozenset(
    """app app-group ack boxed-text code def-list disp-formula disp-formula-group disp-quote fig fig-group fn-group
    glossary list notes p preformat ref-list sec statement table-wrap table-wrap-group verse-group""".split()  # noqa: SIM905
)
_PEOPLE = ("name", "collab", "string-name", "etal")
_CITATIONS = ("mixed-citation", "element-citation", "nlm-citation", "citation")
_AROUND = frozenset(("sec", "body", "abstract", "back", "app", "front"))  # a place is never as large
_DIGITS = re.compile(r"\D{0,2}(\d{1,4})\D{0,2}")
_WORD = re.compile(r"[^\W\d_]{4}")
_NOTE = "^note{}"  # the number of a note, told from that of a reference
_LONGEST_LABEL = 12


@dataclass(frozen=True)
class _Article:
    """What is needed to write an article, and the level of its next heading."""

    tree: Tree
    labels: dict[str, str]  # of what can be cited, by id
    entries: dict[Element, str]  # the same, by element
    level: int = 2

    @property
    def below(self) -> _Article:
        """The same, one level further down."""
        return replace(self, level=self.level + 1)

    def place(self, element: Element) -> Place:
        """Where a block stands: by its id or that of a small element around it, else by its XPath."""
        for outer in (element, *element.iterancestors()):
            if outer is not element and local(outer) in _AROUND:
                break
            if identity := outer.get("id"):
                return Place(element=identity)
        return Place(element=self.tree.path(element))


def _find(element: Element, *names: str) -> Iterator[Element]:
    """The elements of some names, in order; those of the namespaces of archives too."""
    return (child for child in element.iter("*") if local(child) in names)


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if local(child) == name), None)


# Text


def _xref(element: Element, article: _Article) -> str:
    """A citation as it is printed; one that prints nothing gets the label of its entry."""
    text = inline(element, article)
    if element.get("rid", "").split(" ")[0] not in article.labels:
        number = _DIGITS.fullmatch(text.strip()) if element.get("ref-type") == "fn" else None
        return markdown.cited(_NOTE.format(number[1])) if number else text
    printed = " ".join(text.split()) or article.labels[element.get("rid").split(" ")[0]].rstrip(".")
    # "Smith et al., 2001" says itself what it cites
    return text if len(printed) > _LONGEST_LABEL or _WORD.search(printed) else markdown.cited(printed)


def _piece(child: Element, article: _Article) -> str:
    tag = local(child)
    if not tag or tag in _SKIPPED:
        return ""
    if tag == "xref":
        return _xref(child, article)
    if tag == "break":
        return BREAK
    text = inline(child, article)
    return markdown.raised(text) if tag == "sup" else text


def inline(element: Element, article: _Article) -> str:
    """The text in an element, not yet tidy."""
    pieces = [markdown.plain(element.text or "")]
    for child in element:
        pieces += [_piece(child, article), markdown.plain(child.tail or "")]
    return "".join(pieces)


def _line(element: Element | None, article: _Article) -> str:
    return "" if element is None else " ".join(markdown.tidy(inline(element, article)).split())


def _titled(element: Element, article: _Article) -> str:
    """The label and the title of an element, as one line."""
    caption = _child(element, "caption")
    titles = [_child(element, "label"), _child(element, "title")]
    if caption is not None:
        titles.append(_child(caption, "title"))
    return " ".join(filter(None, (_line(title, article) for title in titles)))


# Blocks


def _children(element: Element, article: _Article) -> Iterator[Block]:
    """The blocks in an element; a paragraph may have lists and tables in it, which are printed apart."""
    place = article.place(element)
    pieces = [markdown.plain(element.text or "")]
    for child in element:
        if local(child) in _BLOCKS:
            yield from markdown.paragraphs(markdown.tidy("".join(pieces)), place)
            pieces = []
            yield from _block(child, article)
        else:
            pieces.append(_piece(child, article))
        pieces.append(markdown.plain(child.tail or ""))
    yield from markdown.paragraphs(markdown.tidy("".join(pieces)), place)


def _section(element: Element, article: _Article, default: str = "") -> Iterator[Block]:
    """A section under its heading."""
    title = _titled(element, article) or default
    if title:
        yield from markdown.heading(title, article.level, article.place(element))
    yield from _children(element, article.below if title else article)


def _list(element: Element, article: _Article) -> Iterator[Block]:
    numbered = element.get("list-type") == "order"
    items = [child for child in element if local(child) == "list-item"]
    if title := _line(_child(element, "title"), article):
        yield from markdown.paragraphs(title, article.place(element))
    for number, item in enumerate(items, 1):
        label = _line(_child(item, "label"), article)
        bullet = label if re.fullmatch(r"\d{1,3}[.)]", label) else f"{number}." if numbered else "-"
        yield from markdown.listed(list(_children(item, article)), bullet)


def _definitions(element: Element, article: _Article) -> Iterator[Block]:
    for item in _find(element, "def-item"):
        parts = [_line(_child(item, name), article) for name in ("term", "def")]
        yield from markdown.listed([Block("\n".join(filter(None, parts)), article.place(item))], "-")


def _note(element: Element, article: _Article) -> Iterator[Block]:
    """A note of a table, or one that is not cited by number, behind its label."""
    parts = [_line(_child(element, "label"), article), _line(element, article)]
    yield from markdown.paragraphs(" ".join(filter(None, parts)), article.place(element))


def _captioned(element: Element, article: _Article) -> Iterator[Block]:
    """A table or figure: its label and title, its caption, its rows, its notes."""
    caption = _child(element, "caption")
    yield from markdown.paragraphs(_titled(element, article), article.place(element))
    yield from () if caption is None else _children(caption, article)
    for grid in _find(element, "table"):
        rows = [[_line(cell, article) for cell in _wide(row)] for row in _find(grid, "tr")]
        yield from markdown.table(rows, article.place(element))
    for foot in _find(element, "table-wrap-foot"):
        for note in foot:
            yield from _note(note, article) if local(note) == "fn" else _children(note, article)


def _wide(row: Element) -> Iterator[Element | None]:
    """The cells of a row; a cell that takes several columns is followed by empty ones."""
    for cell in row:
        span = cell.get("colspan", "1")
        yield cell
        yield from [None] * (int(span) - 1 if re.fullmatch(r"[1-3]?\d", span) else 0)


def _notes(element: Element, article: _Article) -> Iterator[Block]:
    """Notes at the end: under their numbers, as entries where the article has no others, else as paragraphs."""
    if title := _titled(element, article):
        yield from markdown.heading(title, article.level, article.place(element))
    for note in _find(element, "fn"):
        text, place = _line(note, article), article.place(note)
        number = _DIGITS.fullmatch(article.entries.get(note, ""))
        other = _DIGITS.fullmatch(_line(_child(note, "label"), article))
        if number and text:
            yield Block(text, place, tight=True, number=int(number[1]))
        elif other and text:
            yield Block(f"[{_NOTE.format(other[1])}]: {text}", place)
        else:
            yield from _note(note, article)


def _block(element: Element, article: _Article) -> Iterator[Block]:
    tag = local(element)
    if tag in ("code", "preformat"):
        return markdown.code("".join(element.itertext()), article.place(element))
    readers = {
        "sec": _section,
        "app": _section,
        "notes": _section,
        "glossary": _section,
        "boxed-text": _section,
        "statement": _section,
        "list": _list,
        "def-list": _definitions,
        "table-wrap": _captioned,
        "fig": _captioned,
        "fn-group": _notes,
        "ref-list": _references,
    }
    if tag == "ack":
        return _section(element, article, "Acknowledgements")
    return readers.get(tag, _children)(element, article)


# References


def _names(group: Iterable[Element]) -> str:
    """The people of a reference as PubMed Central prints them: "Roe J, Lee A, et al"."""
    names: list[str] = []
    for name in group:
        parts = (_child(name, part) for part in ("surname", "given-names"))
        printed = " ".join("".join(part.itertext()).strip() for part in parts if part is not None)
        names.append(printed or "".join(name.itertext()).strip() or ("et al" if local(name) == "etal" else ""))
    return ", ".join(filter(None, names))


def _composed(citation: Element, article: _Article) -> str:
    """A reference that has only its parts, printed as PubMed Central does."""
    found = {local(child): _line(child, article) for child in reversed(citation)}
    groups = [child for child in citation if local(child) == "person-group"]
    people = ", ".join(map(_names, groups or [[child for child in citation if local(child) in _PEOPLE]]))
    issue = f"({found['issue']})" if found.get("issue") else ""
    pages = "–".join(filter(None, (found.get("fpage"), found.get("lpage")))) or found.get("elocation-id", "")
    number = f";{found.get('volume', '')}{issue}" if found.get("volume") else ""
    when = f"{found.get('year', '')}{number}{f':{pages}' if pages else ''}"
    where = " ".join(filter(None, (found.get("source"), found.get("publisher-name"))))
    identity = next((_line(child, article) for child in _find(citation, "pub-id", "ext-link", "uri")), "")
    said = (people, found.get("article-title") or found.get("chapter-title") or found.get("comment"), where, when)
    return " ".join((*(f"{part.rstrip('.')}." for part in said if part), *([identity] if identity else [])))


def _reference(element: Element, article: _Article) -> str:
    citations = list(_find(element, *_CITATIONS))[:1] or [element]
    citation = citations[0]
    printed = _line(citation, article)
    # parts without anything between them, or mixed with text as they are printed
    is_bare = local(citation) == "element-citation" and not any((child.tail or "").strip() for child in citation)
    return _composed(citation, article) or printed if is_bare else printed


def _references(element: Element, article: _Article) -> Iterator[Block]:
    yield from markdown.heading(_titled(element, article), article.level, article.place(element))
    for child in element:
        if local(child) == "ref-list":
            yield from _references(child, article.below)
        elif local(child) in _BLOCKS:
            yield from _block(child, article)
        elif local(child) == "ref":
            yield from _entry(child, article)


def _entry(element: Element, article: _Article) -> Iterator[Block]:
    text, place = _reference(element, article), article.place(element)
    number = _DIGITS.fullmatch(article.entries.get(element, ""))
    if text and number:
        yield Block(text, place, tight=True, number=int(number[1]))
    elif text:
        yield from markdown.paragraphs(text, place)


def _printed(root: Element) -> dict[Element, str]:
    """The printed numbers of the references; of the notes where there are no references."""
    entries = list(_find(root, "ref")) or list(_find(root, "fn"))
    labels = (_child(entry, "label") for entry in entries)
    printed = ("" if label is None else "".join(label.itertext()).strip() for label in labels)
    return {
        entry: label or str(position) for position, (entry, label) in enumerate(zip(entries, printed, strict=True), 1)
    }


# Articles


def _author(name: Element) -> str:
    """An author as journals print them above an article: "Jane Roe"."""
    parts = (_child(name, part) for part in ("given-names", "surname"))
    return " ".join("".join(part.itertext()).strip() for part in parts if part is not None) or tree.text_of(name)


def _front(meta: Element, article: _Article) -> Iterator[Block]:
    for title in list(_find(meta, "article-title"))[:1]:
        yield from markdown.heading(_line(title, article), 1, article.place(title))
    for group in list(_find(meta, "contrib-group"))[:1]:
        people = ", ".join(map(_author, _find(group, "name", "collab", "string-name")))
        yield from markdown.paragraphs(people, article.place(group))
    for abstract in _find(meta, "abstract"):
        yield from _section(abstract, article, "Abstract")


def _parts(root: Element, article: _Article) -> Iterator[Block]:
    for part in root:
        if local(part) == "front":
            yield from _front(part, article)
        elif local(part) in ("body", "back"):
            yield from _children(part, article)


def _article(root: Element) -> Element | None:
    """The article; archives put it into an envelope."""
    return root if local(root) == "article" else next(_find(root, "article"), None)


def _written(root: Element) -> Iterable[Block]:
    entries = _printed(root)
    labels = {entry.get("id"): label for entry, label in entries.items() if entry.get("id")}
    return markdown.with_references(list(_parts(root, _Article(Tree(root), labels, entries))))


def convert(source: bytes, name: str) -> Converted:
    """A JATS article as Markdown. Raises ArticleError."""
    article = _article(tree.xml(source, name))
    if article is None:
        raise ArticleError(name, "is XML, but no JATS article; save it as HTML or as text")
    return markdown.write(_written(article))
