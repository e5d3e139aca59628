"""Trees of HTML and XML: parsed without entities, network or unbounded memory; where their elements stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from html.entities import html5
from typing import Any

from lxml import etree

from chatbot.errors import ArticleError

Element = Any  # lxml has no types

MAX_BYTES = 32 * 1024 * 1024  # of markup
MAX_TAGS = 500_000  # opening and closing; an article of so many takes up to 600 MB of memory, and half a minute
MAX_ATTRIBUTES = 1_000  # of one tag; libxml2 takes minutes for a hundred thousand
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_ENCODING = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # libxml2 stops at any of these
_TAG = re.compile(rb"<[A-Za-z](?:[^=>]+|=\s*\"[^\"]*\"|=\s*'[^']*'|=)*")
_VALUE = re.compile(rb"=\s*(?:\"[^\"]*\"|'[^']*')")
_BEFORE_ATTRIBUTE = re.compile(rb"[\s/=]+")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")


def name_of(element: Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


@lru_cache(maxsize=4096)
def _local(tag: object) -> str:
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def local(element: Element) -> str:
    """An element's name without its namespace, in lower case, as HTML has it; empty for what is no element."""
    return _local(element.tag)


def text_of(element: Element) -> str:
    """All text of an element, white space folded."""
    return " ".join("".join(element.itertext()).split())


def decode(source: bytes) -> str:
    """The text of a page: UTF-8 where it is that, else as it declares, else as browsers read what declares nothing."""
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        return source.decode("utf-16", "replace")
    with suppress(UnicodeDecodeError):
        return source.decode("utf-8-sig")
    declared = _ENCODING.search(source[:4096])
    with suppress(LookupError):
        return source.decode(declared[1].decode() if declared else "cp1252", "replace")
    return source.decode("cp1252", "replace")


def check_size(sources: Iterable[bytes], name: str) -> None:
    """Check that the files of an article are small enough to be trees, all together. Raises ArticleError."""
    size = tags = 0
    for source in sources:
        size += len(source)
        tags += source.count(b"<")
        if size > MAX_BYTES or tags > MAX_TAGS:
            raise ArticleError(name, f"has more than {MAX_BYTES >> 20} MB or {MAX_TAGS:,} tags; split it")


def _parsed(text: str, parser: Any, name: str) -> Element:
    """The root of a tree. Raises ArticleError if there is none, or if it would not be whole or too large."""
    encoded = _NO_XML.sub("", _DECLARATION.sub("", text)).encode()
    check_size([encoded], name)
    try:
        root = etree.fromstring(encoded, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ArticleError(name, f"cannot be understood ({reason}); save or download it again") from error
    if any(error.level == etree.ErrorLevels.FATAL for error in parser.error_log):  # the rest was left out
        raise ArticleError(name, "has elements nested too deeply, or too long a text in one; save it as text")
    if root is None:
        raise ArticleError(name, "has no element; save or download it again")
    return root


def _check_attributes(text: str, name: str) -> None:
    """Check that no tag has so many attributes that libxml2 would not come to an end. Raises ArticleError."""
    for tag in _TAG.finditer(text.encode("utf-8", "replace")):
        long = tag.end() - tag.start() > MAX_ATTRIBUTES
        if long and len(_BEFORE_ATTRIBUTE.findall(_VALUE.sub(b"=", tag.group()))) > MAX_ATTRIBUTES:
            raise ArticleError(name, f"has a tag with more than {MAX_ATTRIBUTES:,} attributes; save it as text")


def html(source: bytes, name: str) -> Element:
    """The root of a web page. Raises ArticleError."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    text = decode(source)
    _check_attributes(text, name)
    return _parsed(text, parser, name)


def xml(source: bytes, name: str) -> Element:
    """The root of an XML file; of its entities only HTML's named characters are replaced. Raises ArticleError."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    return _parsed(_NAMED.sub(lambda found: html5.get(found[1], found[0]), decode(source)), parser, name)


class Tree:
    """What is asked of every element of a tree, found in one pass."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self._sizes: dict[Element, int] = {}
        self._steps: dict[Element, str] = {}
        for element in reversed(list(root.iter())):  # children before their parents
            own = len(element.text or "") if local(element) else 0
            self._sizes[element] = own + sum(self._sizes[child] + len(child.tail or "") for child in element)
            counts = Counter(map(local, element))
            seen: Counter[str] = Counter()
            for child in element:
                tag = local(child)
                seen[tag] += 1
                self._steps[child] = f"{tag}[{seen[tag]}]" if counts[tag] > 1 else tag

    def size(self, element: Element) -> int:
        """How many characters of text an element has."""
        return self._sizes[element]

    def path(self, element: Element) -> str:
        """The XPath of an element."""
        steps = [self._steps.get(outer, local(outer)) for outer in (element, *element.iterancestors())]
        return "/" + "/".join(reversed(steps))
