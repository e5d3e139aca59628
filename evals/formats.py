"""Write articles in other formats, read them back, and compare with the plain text.

usage: python evals/formats.py [FOLDER] [--count 20] [--format html ...] [--errors N]

FOLDER has articles as `evals/markers.py` takes them; without it, the bundled article is used. HTML and JATS are written
here: with navigation and a cookie note around the article, and citations that are links or `xref`, since pandoc writes
neither. DOCX, ODT and EPUB are made by pandoc, PDF, in two columns, by Chromium. Half of the articles print their
citations raised, half as they are.
Compared are sentences (white space folded, citations as sorted numbers), citations (the sentence without them, and the
numbers of each), and entries (number and text). The exit code is 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

from markers import Citation, merge

from chatbot import formats
from chatbot.bot import bundled_article
from chatbot.documents.model import Document, Kind, Marker, Reference, Sentence, Span

_ORIGINALS = ("bracket", "html_text", "paren")  # of the folders of articles; the others have the same in other styles
_NUMBER = re.compile(r"\d+")
_PLAIN_LIST = re.compile(r"\W*(?:sup\W+)?(?P<list>\d[\d\s,;–-]*)(?:\W+sup)?\W*")
_ORDERED = re.compile(r"(\d{1,3})\.\s+")
_FENCES = re.compile(r"^(?:`{3,}|~{3,})[^\n]*\n|\n(?:`{3,}|~{3,})$")
_TABLE = re.compile(r"[|\s:-]+")
_DELIMITERS = re.compile(r"[|\s:-]+")


# Writing


class Part(NamedTuple):
    """A block of an article: its kind, the level of a heading, its paragraphs or items, or its entries."""

    kind: Kind
    level: int
    spans: tuple[Span, ...]
    entries: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Article:
    """An article that was read from plain text. `raised`: its citations are to be printed as superscripts."""

    document: Document
    raised: bool

    def parts(self) -> Iterator[Part]:
        """The blocks, in order."""
        document = self.document
        headings = {section.heading: section.level for section in document.sections if section.heading}
        found = [Part(Kind.HEADING, level, (span,)) for span, level in headings.items()]
        paragraphs = groupby((s for s in document.sentences if s.span not in headings), key=lambda s: s.paragraph)
        found += [_paragraph(list(group)) for _, group in paragraphs]
        found += [Part(Kind.ENTRY, 0, (entry.span,), (entry,)) for entry in document.references]
        found.sort(key=lambda part: part.spans[0])
        for kind, group in groupby(found, key=lambda part: part.kind):
            parts = list(group)
            if kind in (Kind.ITEM, Kind.ENTRY):
                entries = tuple(entry for part in parts for entry in part.entries)
                yield Part(kind, 0, tuple(span for part in parts for span in part.spans), entries)
            else:
                yield from parts

    def pieces(self, span: Span) -> Iterator[str | Marker]:
        """The text of a span, and the citations in it."""
        start = span.start
        for marker in (m for sentence in self.document.sentences_in(span) for m in sentence.markers):
            yield self.document.text[start : marker.span.start]
            yield marker
            start = marker.span.end
        yield self.document.text[start : span.end]


def _paragraph(sentences: Sequence[Sentence]) -> Part:
    first, last = sentences[0], sentences[-1]
    return Part(first.kind, 0, (Span(first.span.start, last.span.end),))


Link = Callable[[int, str], str]  # of an entry's number, and the digits that are printed


def _cited(article: Article, before: str, marker: Marker, link: Link) -> str:
    """The markup of a citation, and the text before it."""
    printed = article.document[marker.span]
    plain = _PLAIN_LIST.fullmatch(re.sub(r"(?<=\d)\](.)\[(?=\d)", r"\1", printed))  # "[1]–[3]"
    numbers = {entry.number for entry in article.document.references}

    def linked(found: re.Match[str]) -> str:
        return link(int(found[0]), found[0]) if int(found[0]) in numbers else found[0]

    if article.raised and plain:
        return f"{before.rstrip(' ')}<sup>{_NUMBER.sub(linked, ''.join(plain['list'].split()))}</sup>"
    return before + _NUMBER.sub(linked, escape(printed))


def _marked_up(article: Article, span: Span, link: Link) -> str:
    pieces = list(article.pieces(span))
    texts = [escape(piece) for piece in pieces if isinstance(piece, str)]
    markers = [piece for piece in pieces if isinstance(piece, Marker)]
    cited = (_cited(article, *pair, link) for pair in zip(texts, markers, strict=False))
    return "".join((*cited, texts[-1])).replace("</sup><sup>", ",")


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if not _DELIMITERS.fullmatch(line)]
    return [[cell.strip() for cell in re.split(r"\t|\|", line.strip().strip("|"))] for line in lines]


def _table(text: str) -> str:
    rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in _rows(text))
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _html_link(number: int, digits: str) -> str:
    return f'<a href="#ref-{number}">{digits}</a>'


def _item(article: Article, span: Span, start: str = "") -> str:
    text = _marked_up(article, span, _html_link)
    ordered = _ORDERED.match(text)
    if ordered:
        return f'<ol start="{ordered[1]}"><li>{text[ordered.end() :]}</li></ol>'
    before = article.document.text[: span.start].rstrip(" \t")[-1:]
    return (
        f"<ul><li>{text}</li></ul>" if before and not before.isalnum() and before != "\n" else f"<p>{start}{text}</p>"
    )


def _html_entries(document: Document, entries: Sequence[Reference]) -> str:
    """A list of entries without gaps in their numbers, which pandoc would not keep."""
    items = (f'<li id="ref-{entry.number}">{escape(document[entry.span])}</li>' for entry in entries)
    return f'<ol start="{entries[0].number}">{"".join(items)}</ol>'


def _html_part(article: Article, part: Part) -> str:
    document, first = article.document, part.spans[0]
    if part.kind is Kind.HEADING:
        return f"<h{part.level}>{_marked_up(article, first, _html_link)}</h{part.level}>"
    if part.kind is Kind.ENTRY:
        runs = groupby(enumerate(part.entries), key=lambda entry: entry[1].number - entry[0])
        return "".join(_html_entries(document, [entry for _, entry in run]) for _, run in runs)
    if part.kind is Kind.ITEM:
        return "".join(_item(article, span) for span in part.spans)
    if part.kind is Kind.TABLE:
        return _table(document[first])
    if part.kind is Kind.CODE:
        return f"<pre>{escape(_FENCES.sub('', document[first]))}</pre>"
    return f"<p>{_marked_up(article, first, _html_link)}</p>"


def _html_body(article: Article) -> str:
    return "\n".join(_html_part(article, part) for part in article.parts())


_AROUND = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} | A site</title></head><body>
<div class="cookie-banner"><p>We use cookies. You can accept or reject them.</p><button>Accept</button></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/more">More articles to read</a></li></ul></nav></header>
<main><article>{body}</article><aside class="related"><p>Related: another article.</p></aside></main>
<footer><p>All rights reserved by the site.</p></footer><script>let x = "never";</script></body></html>"""


def html(article: Article) -> bytes:
    """An article as a web page, with what surrounds one."""
    return _AROUND.format(title=escape(article.document.title_text), body=_html_body(article)).encode()


def by_pandoc(name: str) -> Callable[[Article], bytes]:
    """What writes a format by pandoc; it raises FileNotFoundError where pandoc is not installed."""

    def written(article: Article) -> bytes:
        command = ["pandoc", "--from", "html", "--to", name, "--output", "-"]
        source = _html_body(article).encode()
        return subprocess.run(command, input=source, capture_output=True, check=True).stdout  # noqa: S603

    return written


def _jats_link(number: int, digits: str) -> str:
    return f'<xref ref-type="bibr" rid="r{number}">{digits}</xref>'


def _jats_entry(document: Document, entry: Reference) -> str:
    label, text = f"<label>{entry.number}.</label>", escape(document[entry.span])
    return f'<ref id="r{entry.number}">{label}<mixed-citation>{text}</mixed-citation></ref>'


def _jats_item(text: str) -> str:
    number = _ORDERED.match(text)
    label = f"<label>{number[1]}.</label>" if number else ""
    return f"<list><list-item>{label}<p>{text[number.end() if number else 0 :]}</p></list-item></list>"


def _jats_part(article: Article, part: Part) -> str:
    document, first = article.document, part.spans[0]
    if part.kind is Kind.ENTRY:
        return "".join(_jats_entry(document, entry) for entry in part.entries)
    if part.kind is Kind.TABLE:
        return f"<table-wrap>{_table(document[first])}</table-wrap>"
    if part.kind is Kind.CODE:
        return f"<preformat>{escape(_FENCES.sub('', document[first]))}</preformat>"
    if part.kind is Kind.ITEM:
        return "".join(_jats_item(_marked_up(article, span, _jats_link)) for span in part.spans)
    return f"<p>{_marked_up(article, first, _jats_link)}</p>"


def _sections(article: Article) -> Iterator[str]:
    """The body of a JATS article: sections in sections, and the title in front."""
    open_levels: list[int] = []
    for part in article.parts():
        if part.kind is not Kind.HEADING:
            yield _jats_part(article, part)
            continue
        if part.spans[0] == article.document.title:
            continue
        while open_levels and open_levels[-1] >= part.level:
            open_levels.pop()
            yield "</sec>"
        open_levels.append(part.level)
        yield f"<sec><title>{_marked_up(article, part.spans[0], _jats_link)}</title>"
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
        page.write_text(_PRINTED.format(body=_html_body(article)), encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        command = ["chromium", *options, f"--print-to-pdf={printed}", page.as_uri()]
        subprocess.run(command, capture_output=True, check=True)  # noqa: S603
        return printed.read_bytes()


class Format(NamedTuple):
    """How a format is written, and the least shares of sentences, citations and entries that must come back."""

    write: Callable[[Article], bytes]
    targets: tuple[float, float, float]


FORMATS: Mapping[str, Format] = {
    "html": Format(html, (0.97, 0.98, 0.98)),
    "docx": Format(by_pandoc("docx"), (0.97, 0.98, 0.98)),
    "odt": Format(by_pandoc("odt"), (0.97, 0.98, 0.98)),
    "epub": Format(by_pandoc("epub"), (0.97, 0.98, 0.98)),
    "xml": Format(jats, (0.97, 0.98, 0.98)),
    "pdf": Format(pdf, (0.90, 0.90, 0.90)),
}


# Comparing


Item = TypeVar("Item", str, tuple[str, tuple[int, ...]], tuple[int, str])


class Understood(NamedTuple):
    """What is compared of a document."""

    sentences: Counter[str]
    citations: Counter[tuple[str, tuple[int, ...]]]
    entries: Counter[tuple[int, str]]


def _folded(text: str, kind: Kind) -> str:
    if kind is Kind.TABLE:
        return _TABLE.sub(" ", "\n".join(line for line in text.splitlines() if not _DELIMITERS.fullmatch(line))).strip()
    return " ".join(text.split())


def _without(document: Document, sentence: Sentence, citations: Sequence[Citation], shown: bool) -> str:
    """A sentence with its citations as sorted numbers, or without them."""
    text, start = "", sentence.span.start
    for citation in citations:
        text += document.text[start : citation.start].rstrip()
        text += f"[{', '.join(map(str, citation.numbers))}]" if shown else ""
        start = citation.end
    return _folded(text + document.text[start : sentence.span.end], sentence.kind)


def understood(document: Document) -> Understood:
    """What is compared of a document."""
    sentences: Counter[str] = Counter()
    citations: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for sentence in document.sentences:
        found = merge(document.text, (Citation(*marker.span, marker.numbers) for marker in sentence.markers))
        sentences[_without(document, sentence, found, shown=True)] += 1
        bare = _without(document, sentence, found, shown=False)
        citations.update((bare, citation.numbers) for citation in found)
    entries = Counter((entry.number, " ".join(document[entry.span].split())) for entry in document.references)
    return Understood(sentences, citations, entries)


@dataclass
class Tally:
    """Counts over articles of one format."""

    articles: int = 0
    counts: list[list[int]] = field(default_factory=lambda: [[0, 0, 0] for _ in Understood._fields])
    errors: list[str] = field(default_factory=list)

    def add(self, name: str, wanted: Understood, found: Understood) -> None:
        """Add one article."""
        self.articles += 1
        self._count(f"{name} sentence", self.counts[0], found.sentences, wanted.sentences)
        self._count(f"{name} citation", self.counts[1], found.citations, wanted.citations)
        self._count(f"{name} entry", self.counts[2], found.entries, wanted.entries)

    def _count(self, label: str, counts: list[int], ours: Counter[Item], gold: Counter[Item]) -> None:
        counts[0] += (ours & gold).total()
        counts[1] += ours.total()
        counts[2] += gold.total()
        for kind, rest in (("extra", ours - gold), ("missed", gold - ours)):
            self.errors += [f"{label} {kind}: {item!r}" for item in rest]

    @property
    def shares(self) -> tuple[float, float, float]:
        """F1 of sentences and citations, and the share of entries that are exact."""
        (right, ours, gold), (right2, ours2, gold2), (exact, _, entries) = self.counts
        return 2 * right / max(ours + gold, 1), 2 * right2 / max(ours2 + gold2, 1), exact / max(entries, 1)


def _sources(gold: Path) -> tuple[Path, Path]:
    """Where the article of a gold file can be."""
    stem = gold.name.removesuffix(".gold.json")
    return gold.with_name(f"{stem}.md"), gold.with_name(f"{stem}.txt")


def articles(folder: Path | None, count: int) -> list[Path]:
    """Articles of a folder, evenly from those in their own style; the bundled one without a folder."""
    if folder is None:
        return [bundled_article()]
    golds = sorted(path for style in _ORIGINALS for path in folder.glob(f"{style}/*.gold.json"))
    sources = [next(path for path in _sources(gold) if path.exists()) for gold in golds]
    chosen = min(count, len(sources))
    return [sources[index * len(sources) // chosen] for index in range(chosen)]


def compared(name: str, paths: Sequence[Path]) -> Tally:
    """Some articles, written in a format and read back."""
    tally = Tally()
    for number, path in enumerate(paths):
        document = formats.read(path)
        written = FORMATS[name].write(Article(document, raised=number % 2 == 0))
        back = formats.document(written, f"{path.stem}.{name}")
        tally.add(path.name, understood(document), understood(back))
    return tally


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=20, metavar="N", help="how many articles")
    parser.add_argument("--format", action="append", choices=FORMATS, help="only this format (repeatable)")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show N differences of each format")
    options = parser.parse_args()
    paths = articles(options.folder, options.count)
    print(f"{'format':6} articles sentences citations entries   F1, F1, exact")  # noqa: T201
    missed = False
    for name in options.format or FORMATS:
        tally = compared(name, paths)
        missed |= any(share < target for share, target in zip(tally.shares, FORMATS[name].targets, strict=True))
        sentences, citations, entries = (f"{share:.4f}" for share in tally.shares)
        print(f"{name:6} {tally.articles:8} {sentences:>9} {citations:>9} {entries:>7}")  # noqa: T201
        for error in tally.errors[: options.errors]:
            print("   ", error)  # noqa: T201
    sys.exit(missed)


if __name__ == "__main__":
    main()
