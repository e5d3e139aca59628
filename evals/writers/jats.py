"""Writes an article as JATS XML, as publishers do: citations are `xref`, sections are nested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from chatbot.documents.model import Document, Kind, Reference
from writers.article import ORDERED, Article, Part, code, marked_up, table


def _link(number: int, digits: str) -> str:
    return f'<xref ref-type="bibr" rid="r{number}">{digits}</xref>'


def _entry(document: Document, entry: Reference) -> str:
    label, text = f"<label>{entry.number}.</label>", escape(document[entry.span])
    return f'<ref id="r{entry.number}">{label}<mixed-citation>{text}</mixed-citation></ref>'


def _item(text: str) -> str:
    number = ORDERED.match(text)
    label = f"<label>{number[1]}.</label>" if number else ""
    return f"<list><list-item>{label}<p>{text[number.end() if number else 0 :]}</p></list-item></list>"


def _part(article: Article, part: Part) -> str:
    document, first = article.document, part.spans[0]
    if part.kind is Kind.ENTRY:
        return "".join(_entry(document, entry) for entry in part.entries)
    if part.kind is Kind.TABLE:
        return f"<table-wrap>{table(document[first])}</table-wrap>"
    if part.kind is Kind.CODE:
        return f"<preformat>{code(document[first])}</preformat>"
    if part.kind is Kind.ITEM:
        return "".join(_item(marked_up(article, span, _link)) for span in part.spans)
    return f"<p>{marked_up(article, first, _link)}</p>"


def _sections(article: Article) -> Iterator[str]:
    """The body of a JATS article: sections in sections, and the title in front."""
    open_levels: list[int] = []
    for part in article.parts():
        if part.kind is not Kind.HEADING:
            yield _part(article, part)
            continue
        if part.spans[0] == article.document.title:
            continue
        while open_levels and open_levels[-1] >= part.level:
            open_levels.pop()
            yield "</sec>"
        open_levels.append(part.level)
        yield f"<sec><title>{marked_up(article, part.spans[0], _link)}</title>"
    yield "</sec>" * len(open_levels)


def jats(article: Article) -> bytes:
    """An article as JATS XML; its list of references stands where the article has it, which JATS does not forbid."""
    title = article.document.title
    front = f"<article-title>{escape(article.document[title])}</article-title>" if title else ""
    body = re.sub(r"((?:<ref id.*?</ref>)+)", r"<ref-list>\1</ref-list>", "".join(_sections(article)), flags=re.DOTALL)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><article article-type="research-article"><front><article-meta>'
        f"<title-group>{front}</title-group></article-meta></front><body>{body}</body></article>"
    ).encode()
