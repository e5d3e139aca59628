"""A small article, cases about it, and a bot with scripted replies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.documents.model import Document, Kind, Marker, Reference, Sentence, Span
from chatbot.evals.cases.cases import Case, CaseTurn
from chatbot.index.index import Hit
from chatbot.index.passages import Passage
from chatbot.reply import Quote, Reply, ReplyKind

TEXT = """Bread

Bread rises because yeast makes gas (1). Salt slows the yeast.
A loaf bakes for 40 minutes (2). Rye bread keeps for a week (1, 2).

1. Baker, A. Yeast. 1999.
2. Miller, B. Flour. 2001.
"""
RISES = "Bread rises because yeast makes gas (1)."
SALT = "Salt slows the yeast."
BAKES = "A loaf bakes for 40 minutes (2)."
RYE = "Rye bread keeps for a week (1, 2)."
ENTRY = "Miller, B. Flour. 2001."


def span(text):
    """The span of a text in the article."""
    start = TEXT.index(text)
    return Span(start, start + len(text))


def sentence(text, marker="", numbers=()):
    """A sentence of the article, with its citation marker if it has one."""
    markers = (Marker(span(marker), numbers),) if marker else ()
    return Sentence(span(text), section=0, paragraph=1, markers=markers)


DOCUMENT = Document(
    name="bread.md",
    text=TEXT,
    title=Span(0, 5),
    sections=(),
    sentences=(
        Sentence(Span(0, 5), 0, 0, Kind.HEADING),
        sentence(RISES, "(1)", (1,)),
        sentence(SALT),
        sentence(BAKES, "(2)", (2,)),
        sentence(RYE, "(1, 2)", (1, 2)),
    ),
    references=(Reference(1, span("Baker, A. Yeast. 1999.")), Reference(2, span(ENTRY))),
    sha256="0" * 64,
)
PRINTED = {RISES: (1,), BAKES: (2,), RYE: (1, 2), ENTRY: (2,)}


class AlteredQuote(Quote):
    """A quote whose text differs from the article's."""

    @property
    def text(self):
        """The text with another first character."""
        return "X" + self.document[self.span][1:]


def quote(text, numbers=None, kind=Quote):
    """A quote of a text, with the numbers printed in it or with the given ones."""
    return kind(DOCUMENT, span(text), None, PRINTED.get(text, ()) if numbers is None else numbers)


def reply(*quotes, confidence=0.5):
    """A reply with some quotes, given as texts or quotes; without any, a refusal."""
    found = tuple(quote(q) if isinstance(q, str) else q for q in quotes)
    return Reply("q", "q", ReplyKind.QUOTE if found else ReplyKind.NONE, found, confidence=confidence)


def turn(*gold, **fields):
    """A turn with these groups of gold; without any, an unanswerable turn."""
    groups = tuple((group,) if isinstance(group, str) else tuple(group) for group in gold)
    return CaseTurn(**{"question": "q", "answerable": bool(groups), "gold": groups, **fields})


def case(*turns, name="c", tags=()):
    """A case of some turns."""
    return Case(name, f"cases.jsonl:{name}", (), turns, tags)


@dataclass(eq=False)
class Scripted:
    """A bot with scripted replies, or exceptions to raise, and scripted passages."""

    replies: dict[str, Any]
    found: tuple[str, ...] = (RISES, SALT, BAKES, RYE)
    documents = (DOCUMENT,)
    threshold = 0.5
    asked: list[Any] | None = None

    @property
    def passages(self):
        """A passage for each text."""
        return [Passage(i, self.documents[0], span(text), (), range(0), range(0)) for i, text in enumerate(self.found)]

    def ask(self, question, history=()):
        """The scripted reply to a question."""
        if self.asked is not None:
            self.asked.append((question, tuple(history)))
        scripted = self.replies[question]
        if isinstance(scripted, Exception):
            raise scripted
        return scripted

    def search(self, query, count=5):  # noqa: ARG002 - the interface of a chatbot
        """All passages, in their order."""
        return [Hit(passage, 1.0) for passage in self.passages[:count]]


def write_set(folder: Path, *records, name="cases.jsonl") -> Path:
    """A question set on disk, in the folder of its article; a record is an object or a raw line."""
    (folder / "bread.md").write_text(TEXT, encoding="utf-8", newline="\n")
    path: Path = folder / name
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def record(name="a-1", question="Why does bread rise?", gold=(("yeast makes gas",),), **fields):
    """A case of one turn, as in a file."""
    groups = [list(group) for group in gold]
    asked = {"question": question, "answerable": bool(groups), "gold": groups, **fields}
    return {"id": name, "document": "bread.md", "turns": [asked]}
