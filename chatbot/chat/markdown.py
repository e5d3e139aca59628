"""A conversation as Markdown: questions as headings, quotes as blockquotes, and at the end the references cited.

A quote is shown in any viewer as it stands in the document: what Markdown would take for markup is escaped, and where
line breaks matter, in tables and code, it is in a fenced block.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from chatbot.documents.model import Kind
from chatbot.inspection.identifiers import address
from chatbot.terminal.text import sanitised

if TYPE_CHECKING:
    from chatbot.conversation import Conversation
    from chatbot.reply import Quote, Reply, Source
    from chatbot.terminal.text import Page

# A bracket needs an escape only where a link or its definition follows; an underscore inside a word is none either.
_INLINE = re.compile(r"[\\`*~<|]|\](?=[(:])|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_OPENING = re.compile(r"[#>+=-]|\d+(?=[.)])")  # of a line: a heading, a quotation, a list, a rule
_BACKTICKS = re.compile("`+")


def escaped(text: str) -> str:
    """A text as one line of Markdown that is shown as the text."""
    inline = _INLINE.sub(r"\\\g<0>", " ".join(sanitised(text).split()))
    opening = _OPENING.match(inline)
    if not opening:
        return inline
    end = opening.end() if opening.group()[0].isdigit() else 0
    return f"{inline[:end]}\\{inline[end:]}"


def _fenced(text: str) -> list[str]:
    """The lines of a text between fences that nothing in it closes."""
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(text)), default=0))
    return [fence, *map(sanitised, text.splitlines()), fence]


def _has_lines(quote: Quote) -> bool:
    """Whether the line breaks of a quote matter."""
    return any(s.kind in (Kind.TABLE, Kind.CODE) for s in quote.document.sentences_in(quote.span))


def _lines(quote: Quote) -> list[str]:
    """A quote as lines; an entry or a note with its mark."""
    source = quote.entry or quote.note
    if source:
        return [escaped(f"{source.mark} {source.text}")]
    return _fenced(quote.text) if _has_lines(quote) else [escaped(quote.text)]


def _origin(quotes: Sequence[Quote], page: Page) -> str:
    """The heading above some quotes, and their document if there are several."""
    parts = list(filter(None, dict.fromkeys((quotes[0].heading, page.name(quotes[0].document)))))
    return f"— *{escaped(', '.join(parts))}*" if parts else ""


def _blockquote(quotes: Sequence[Quote], page: Page) -> str:
    paragraphs = [_lines(quote) for quote in quotes]
    if origin := _origin(quotes, page):
        paragraphs.append([origin])
    return "\n>\n".join("\n".join(f"> {line}".rstrip() for line in lines) for lines in paragraphs)


def _quotations(quotes: Iterable[Quote], page: Page) -> Iterator[str]:
    for _, group in groupby(quotes, key=lambda quote: (id(quote.document), quote.section)):
        yield _blockquote(list(group), page)


def _reply(reply: Reply, page: Page) -> Iterator[str]:
    if reply.said:
        yield escaped(reply.said)
    yield from _quotations(reply.quotes, page)
    if reply.near:
        yield "Closest passage (not an answer):"
        yield from _quotations(reply.near[:1], page)


def _turn(question: str, reply: Reply, page: Page) -> Iterator[str]:
    yield f"## {escaped(question)}"
    for part in reply.parts or (reply,):
        if reply.parts:
            yield f"### {escaped(part.question)}"
        yield from _reply(part, page)


def _entry(source: Source) -> str:
    where = address(source)
    link = f" <{where}>" if where and where not in source.text else ""
    return f"- {escaped(f'{source.mark} {source.text}'.lstrip())}{link}"


def _references(sources: Iterable[Source], page: Page) -> Iterator[str]:
    """The reference list, by document if there are several."""
    by_document = sorted(sources, key=lambda source: (page.name(source.document), source.span))
    if by_document:
        yield "## References"
    for name, group in groupby(by_document, key=lambda source: page.name(source.document)):
        if name:
            yield f"### {escaped(name)}"
        yield "\n".join(map(_entry, group))


def markdown(conversation: Conversation, page: Page) -> str:
    """The conversation as Markdown."""
    turns = [block for turn in conversation.turns for block in _turn(turn.question, turn.reply, page)]
    return "\n\n".join([*_titles(page), *turns, *_references(cited(conversation), page)]) + "\n"


def _titles(page: Page) -> Iterator[str]:
    if page.documents:
        yield f"# {escaped(', '.join(document.title_text for document in page.documents))}"


def cited(conversation: Conversation) -> list[Source]:
    """The entries and notes that the quotes of a conversation cite, each once, in the order of citation."""
    return list(dict.fromkeys(source for turn in conversation.turns for source in turn.reply.sources))
