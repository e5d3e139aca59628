"""The main content of a web page: what its author wrote, without navigation, adverts, cookie notes and comments.

A page says most of it itself, by elements and roles with a meaning. The rest is told by the names of classes, as every
reader mode does, and where a page has no main element by lists that are only links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.formats.notes import INLINE, Notes
from chatbot.formats.tree import Element, Tree, local, text_of

_NEVER = frozenset(
    """audio base canvas dialog embed frame frameset head iframe input link meta nav noscript object optgroup option
    param script select source style svg template textarea title track video""".split()  # noqa: SIM905 - easier to read
)
_ROLES = frozenset(
    """alertdialog banner complementary contentinfo dialog menu menubar navigation search toolbar""".split()  # noqa: SIM905
)
# words that classes of other parts have, alone or with others: "ad-slot", "site-footer", "mw-editsection"
_PART = (
    r"ads?|advert\w*|breadcrumbs?|catlinks|comments?|consent|cookies?|disqus|dropdown|editsection|footer|gdpr|headerlink"
    r"|jump|menu|nav(?:bar|box|igation)?|newsletter|noprint|pagination|paywall|popup|portlet|printfooter|promo|recommended"
    r"|related|share|sharing|sidebar|skip|social|sponsor\w*|subscribe|toc|toolbar|topbar|widget"
)
_NAMED = re.compile(rf"(?:^|[\s_-])(?:{_PART})(?=$|[\s_-])", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_UNSEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SIGN = re.compile(r"[.!?…](?:\s|$)")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LARGE = 0.34  # of a page's text: no advert or menu is as large
_MOSTLY = 0.5
_LINKED = 0.8  # share of a list's text that is links


def _slug(text: str) -> str:
    return re.sub(r"\W+", "-", text.lower()).strip("-")


def _names(element: Element) -> str:
    """The classes and the id of an element; an id that is made from a heading says what is in it, not what it is."""
    identity = element.get("id") or ""
    titles = {_slug(text_of(child)) for child in element if local(child) in _HEADINGS}
    return _CAMEL.sub("-", f"{element.get('class', '')} {'' if _slug(identity) in titles else identity}")


def _controlled(root: Element) -> set[str]:
    """The ids of elements that a reader can show with a press."""
    ids = " ".join(element.get("aria-controls", "") for element in root.iter("*"))
    return set(ids.split())


def _is_unseen(element: Element, controlled: set[str]) -> bool:
    if element.get("aria-hidden") == "true":
        return True
    hidden = element.get("hidden") is not None or _UNSEEN.search(element.get("style", ""))
    return bool(hidden) and element.get("id") not in controlled


def _is_other_part(element: Element, *, large: bool) -> bool:
    """Whether an element is no part of the content by its meaning, role or name; nothing `large` is told by these."""
    tag, role = local(element), element.get("role", "")
    if large or tag in (*_HEADINGS, "html", "body", "main", "article"):
        return False
    if role in _ROLES or (tag in ("header", "footer") and not _in_article(element)):
        return True
    return not _is_word(element) and bool(_NAMED.search(_names(element)))


def _is_word(element: Element) -> bool:
    """Whether an element stands in the text of a paragraph, where names are about its look."""
    around = ("p", "li", "td", "dd")
    return local(element) in INLINE and any(local(outer) in around for outer in element.iterancestors())


def _in_article(element: Element) -> bool:
    return any(local(outer) in ("article", "main", "section") for outer in element.iterancestors())


def _in_list(element: Element) -> bool:
    return any(local(outer) in ("ul", "ol") for outer in element.iterancestors())


def _links(element: Element) -> list[Element]:
    """The links in a list, if they are nearly all of its text; else none."""
    links = [link for link in element.iter() if local(link) == "a" and link.get("href")]
    linked = sum(len(text_of(link)) for link in links)
    return links if len(links) > 1 and linked >= _LINKED * len(text_of(element)) else []


def _is_only_links(element: Element, notes: Notes) -> bool:
    """Whether a list is for getting elsewhere."""
    links = _links(element)
    return bool(links) and not _SIGN.search(text_of(element)) and not any(link in notes.marks for link in links)


def _is_contents(element: Element) -> bool:
    """Whether a list is a table of contents of its own page."""
    links = _links(element)
    return bool(links) and all(link.get("href").startswith("#") for link in links)


def _is_permalink(element: Element) -> bool:
    """Whether an element is a sign, like "¶", that links to the place where it stands."""
    if local(element) != "a" or not element.get("href", "").startswith("#"):
        return False
    text = text_of(element)
    return bool(text) and not any(map(str.isalnum, text))


def _kept(notes: Notes) -> set[Element]:
    """The entries and all that they stand in; the citations too, whatever their class is called."""
    found: set[Element] = set()
    for element in (*notes.entries, *notes.marks):
        found.update((element, *element.iterancestors(), *element.iter()))
    return found


def root_of(tree: Tree) -> Element:
    """The element with the content: the main one, or the only article in it; the body of a page that marks neither."""
    body = tree.root.find(".//body")
    whole = tree.root if body is None else body
    articles = [e for e in whole.iter("*") if local(e) == "article" or e.get("itemprop") == "articleBody"]
    mains = [e for e in whole.iter("*") if local(e) == "main" or e.get("role") == "main"]
    root = mains[0] if len(mains) == 1 and tree.size(mains[0]) else whole
    largest = max(articles, key=tree.size, default=root)
    inside = root in (largest, *largest.iterancestors())
    enough = _MOSTLY if len(articles) > 1 or root is not whole else _LARGE
    return largest if inside and tree.size(largest) >= enough * tree.size(root) else root


def _dropped(root: Element, tree: Tree, notes: Notes) -> Iterator[Element]:
    kept = _kept(notes)
    marked = local(root) != "body"
    for element in root.iter("*"):
        if element is root:
            continue
        listed = local(element) in ("ul", "ol", "dl") and element not in kept and not _in_list(element)
        only_links = listed and (_is_contents(element) or (not marked and _is_only_links(element, notes)))
        only_links |= _is_permalink(element)
        large = element in kept or tree.size(element) > _LARGE * tree.size(root)
        if only_links or _is_other_part(element, large=large):
            yield element


def unseen(root: Element, tree: Tree, notes: Notes) -> set[Element]:
    """The elements in `root` that no reader sees; notes may be hidden until their citation is pressed."""
    kept, controlled = _kept(notes), _controlled(tree.root)
    never = (e for e in root.iter("*") if local(e) in _NEVER or (e not in kept and _is_unseen(e, controlled)))
    return set(never) - {root}


def dropped(root: Element, tree: Tree, notes: Notes) -> set[Element]:
    """The elements in `root` that are unseen or not content; what stands in them is none either."""
    return unseen(root, tree, notes).union(_dropped(root, tree, notes))
