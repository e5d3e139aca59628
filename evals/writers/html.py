"""Writes an article as HTML: for itself, and as what pandoc and Chromium make other formats from."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from chatbot.documents.model import Document, Kind, Reference, Span
from writers.article import ORDERED, Article, Part, code, marked_up, table


def _link(number: int, digits: str) -> str:
    return f'<a href="#ref-{number}">{digits}</a>'


def _item(article: Article, span: Span, start: str = "") -> str:
    text = marked_up(article, span, _link)
    ordered = ORDERED.match(text)
    if ordered:
        return f'<ol start="{ordered[1]}"><li>{text[ordered.end() :]}</li></ol>'
    before = article.document.text[: span.start].rstrip(" \t")[-1:]
    return (
        f"<ul><li>{text}</li></ul>" if before and not before.isalnum() and before != "\n" else f"<p>{start}{text}</p>"
    )


def _entries(document: Document, entries: Sequence[Reference]) -> str:
    """A list of entries without gaps in their numbers, which pandoc would not keep."""
    items = (f'<li id="ref-{entry.number}">{escape(document[entry.span])}</li>' for entry in entries)
    return f'<ol start="{entries[0].number}">{"".join(items)}</ol>'


def _part(article: Article, part: Part) -> str:
    document, first = article.document, part.spans[0]
    if part.kind is Kind.HEADING:
        return f"<h{part.level}>{marked_up(article, first, _link)}</h{part.level}>"
    if part.kind is Kind.ENTRY:
        runs = groupby(enumerate(part.entries), key=lambda entry: entry[1].number - entry[0])
        return "".join(_entries(document, [entry for _, entry in run]) for _, run in runs)
    if part.kind is Kind.ITEM:
        return "".join(_item(article, span) for span in part.spans)
    if part.kind is Kind.TABLE:
        return table(document[first])
    if part.kind is Kind.CODE:
        return f"<pre>{code(document[first])}</pre>"
    return f"<p>{marked_up(article, first, _link)}</p>"


def _body(article: Article) -> str:
    return "\n".join(_part(article, part) for part in article.parts())


_AROUND = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} | A site</title></head><body>
<div class="cookie-banner"><p>We use cookies. You can accept or reject them.</p><button>Accept</button></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/more">More articles to read</a></li></ul></nav></header>
<main><article>{body}</article><aside class="related"><p>Related: another article.</p></aside></main>
<footer><p>All rights reserved by the site.</p></footer><script>let x = "never";</script></body></html>"""


def html(article: Article) -> bytes:
    """An article as a web page, with what surrounds one."""
    return _AROUND.format(title=escape(article.document.title_text), body=_body(article)).encode()


def by_pandoc(name: str) -> Callable[[Article], bytes]:
    """What writes a format by pandoc; it raises FileNotFoundError where pandoc is not installed."""

    def written(article: Article) -> bytes:
        command = ["pandoc", "--from", "html", "--to", name, "--output", "-"]
        source = _body(article).encode()
        return subprocess.run(command, input=source, capture_output=True, check=True).stdout  # noqa: S603

    return written


_PRINTED = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><style>
@page {{ size: A4; margin: 22mm 18mm;
  @top-center {{ content: "Journal of Articles 12"; font-size: 8pt }} @bottom-center {{ content: counter(page) }} }}
body {{ columns: 2; column-gap: 6mm; font: 9.5pt/1.25 serif; text-align: justify; overflow-wrap: anywhere }}
h1 {{ column-span: all }} h1, h2, h3 {{ text-align: left }} p {{ margin: 0; text-indent: 1em }}
a {{ color: inherit; text-decoration: none }} sup {{ font-size: 65%; line-height: 0 }}
</style>{body}</html>"""


def pdf(article: Article) -> bytes:
    """An article as a PDF of two justified columns with a running head, printed by Chromium."""
    with TemporaryDirectory() as folder:
        page, printed = Path(folder, "article.html"), Path(folder, "article.pdf")
        page.write_text(_PRINTED.format(body=_body(article)), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        command = ["chromium", *options, f"--print-to-pdf={printed}", page.as_uri()]
        subprocess.run(command, capture_output=True, check=True)  # noqa: S603
        return printed.read_bytes()
