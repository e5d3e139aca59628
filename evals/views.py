"""The examples for `evals/fit.py`: every question in several views, each with its candidates and their features.

A document by itself; joined to others, because an excerpt is about one thing only; and another document, which never
answers. A document that the reader was trained on would show better scores than the reader gives elsewhere, so the
semantic mode is fitted on documents that it was not trained on.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import numpy as np
from excerpts import Record, groups, joined, lines, markdown, turns
from excerpts import questions as excerpt_cases
from numpy.typing import NDArray

from chatbot.answers.features import FeatureExtractor, Features
from chatbot.answers.ranking import pool
from chatbot.answers.selection import quote_sentence
from chatbot.conversation import Conversation, Turn
from chatbot.documents.model import Document
from chatbot.documents.parser import parse
from chatbot.evals.cases import cases
from chatbot.evals.cases.cases import CaseTurn
from chatbot.evals.metrics.judge import has_any, holds_gold
from chatbot.index.index import Index
from chatbot.language.synonyms import Synonyms
from chatbot.questions.expansion import expand
from chatbot.questions.query import Query, parse_query
from chatbot.questions.understanding import understand
from chatbot.reply import Reply, ReplyKind
from chatbot.semantic.encoder import CachedEncoder
from chatbot.settings import Settings

sys.path.append(str(Path(__file__).parent / "reader"))  # its scripts run by themselves
from reader_data import held_back, tested

Array = NDArray[np.float64]

WRITTEN = Path(__file__).parent / "written"
NAMES = tuple(field.name for field in fields(Features))


@dataclass(frozen=True)
class Example:
    """One question in one view: its candidates' features and labels, and whether it is answerable."""

    view: str
    document: str
    features: Array
    right: NDArray[np.bool_]
    answerable: bool


@dataclass(frozen=True)
class Asked:
    """A turn with the name of its document."""

    document: str
    turn: CaseTurn


def query(turn: CaseTurn, index: Index) -> Query:
    """A turn as a query, in a conversation in which the earlier questions were answered."""
    before = Conversation(tuple(Turn(q, Reply(q, q, ReplyKind.QUOTE, topic=q)) for q in turn.history))
    vector = index.vectors.of(turn.question) if index.vectors else None
    asked = understand(turn.question, before, Settings(), has_references=bool(index.entries), vector=vector)
    parsed = parse_query(asked.text, Synonyms({}), asked.context, asked.earlier)
    return expand(replace(parsed, entry_intent=asked.entry_intent), index.sentence_engine.has)


def example(view: str, index: Index, asked: Asked, *, elsewhere: bool = False) -> Example:
    """The candidates of a question; those that are neither right nor wrong are left out."""
    turn, extractor = asked.turn, FeatureExtractor(index, query(asked.turn, index))
    found = [
        s for s in pool(index, extractor) if elsewhere or not turn.tolerated or not has_any(turn.tolerated, s.text)
    ]
    values = np.array([astuple(features) for features in extractor.extract(found)]).reshape(len(found), len(NAMES))
    right = [not elsewhere and turn.answerable and holds_gold(turn, [quote_sentence(s)]) for s in found]
    return Example(view, asked.document, values, np.array(right, dtype=bool), turn.answerable and not elsewhere)


def views(
    own: str, asked: Sequence[Asked], indexes: Mapping[str, Index], longer: Mapping[str, Index]
) -> Iterator[Example]:
    """The views of some questions.

    `own` names that of the question's own document; `longer` are the joined documents by the names of their parts.
    """
    names = sorted(indexes)
    for number, one in enumerate(asked):
        yield example(own, indexes[one.document], one)
        if one.document in longer:
            yield example("joined", longer[one.document], one)
        other = names[(names.index(one.document) + 1 + number) % len(names)]
        if number % 3 == 0 and other != one.document:
            yield example("other", indexes[other], one, elsewhere=True)


def _joined(excerpts: Sequence[Record], encoder: CachedEncoder | None) -> dict[str, Index]:
    """The index of the joined document that each excerpt is in."""
    indexes = [(group, Index([parse(joined(group), "joined.md")], encoder)) for group in groups(excerpts)]
    return {e["document"]: index for group, index in indexes for e in group}


def excerpt_examples(shared: Path, names: set[str], encoder: CachedEncoder | None) -> Iterator[Example]:
    """The questions on some excerpts of shared/train."""
    excerpts = {e["document"]: e for e in lines(shared / "train/documents.jsonl") if e["document"] in names}
    indexes = {name: Index([parse(markdown(e), f"{name}.md")], encoder) for name, e in excerpts.items()}
    found = [(c, excerpts[c["document"]]) for c in excerpt_cases(shared) if c["document"] in names]
    asked = [Asked(excerpt["document"], turn) for case, excerpt in found for turn in turns(case, excerpt)]
    yield from views("alone", asked, indexes, _joined(list(excerpts.values()), encoder))


def with_list(path: Path, entries: Sequence[str]) -> Document:
    """A document with a reference list: two entries of other documents, and one on its topic."""
    title = path.stem.replace("_", " ")
    drawn = random.Random(path.name).sample(entries, 2)  # noqa: S311 - not for security
    own = [*drawn, f"Berg K, Ito M. {title}. Studies. 2003;7:11-19."]
    listed = "\n".join(f"{number}. {entry}" for number, entry in enumerate(own, 1))
    return parse(f"{path.read_text(encoding='utf-8').rstrip()}\n\n## References\n\n{listed}\n", path.name)


def set_examples(
    path: Path, view: str, entries: Sequence[str], encoder: CachedEncoder | None, names: set[str] | None = None
) -> Iterator[Example]:
    """The questions of a set in our format, or of those of its documents that are named, which get a reference list.

    Hardly any asks for an entry, so the ranker learns that an entry seldom answers an ordinary question.
    """
    found = [case for case in cases.load(path) if names is None or case.documents[0].name in names]
    paths = sorted({case.documents[0] for case in found})
    indexes = {path.name: Index([with_list(path, entries)], encoder) for path in paths}
    asked = [Asked(case.documents[0].name, turn) for case in found for turn in case.turns]
    yield from views(view, asked, indexes, {})


def overlapping(folder: Path, excerpts: Sequence[Record]) -> set[str]:
    """The documents of a set that share a sentence with some excerpts; `nearest.py` keeps them from the reader."""
    texts = [sentence["text"] for e in excerpts for sentence in e["sentences"] if len(sentence["text"]) > 40]
    return {path.name for path in sorted(folder.glob("documents/*")) if has_any(texts, path.read_text("utf-8"))}


def examples(shared: Path, mode: str) -> Iterator[Example]:
    """The examples that a mode is fitted on."""
    excerpts = list(lines(shared / "train/documents.jsonl"))
    held = held_back(excerpts)
    squad = shared / "evals/squad2-train"
    entries = [r["text"] for e in excerpts if e["document"] not in held for r in e.get("references", ())]
    if mode == "plain":
        yield from excerpt_examples(shared, {e["document"] for e in excerpts} - held, None)
        yield from set_examples(squad / "cases.jsonl", "set", entries, None)
    else:
        encoder = CachedEncoder()
        yield from excerpt_examples(shared, held - tested(held), encoder)
        unread = overlapping(squad, [e for e in excerpts if e["document"] in held])
        yield from set_examples(squad / "cases.jsonl", "set", entries, encoder, unread)
        yield from set_examples(WRITTEN / "fit.jsonl", "written", entries, encoder)
