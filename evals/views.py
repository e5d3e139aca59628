"""The examples for `evals/fit.py`: every question in several views, each with its candidates and their features.

The whole document; a few of its passages, since articles are short; another document, which never answers; and, where
meaning is searched, two views with words that the document does not have, since people who have not read an article do
not know its words: the question in other words, which asks the same, and the question about another thing, which is not
answered. What tells the two apart is meaning.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot.answers.features import FeatureExtractor, Features
from chatbot.answers.ranking import pool
from chatbot.answers.selection import quote_sentence
from chatbot.documents.parser import parse
from chatbot.documents.parser import read as read_document
from chatbot.evals.cases.cases import Case, CaseTurn
from chatbot.evals.metrics import judge
from chatbot.index.index import Index, ranked
from chatbot.language.synonyms import Synonyms
from chatbot.language.terms import STOP_WORDS, stem
from chatbot.questions import expansion
from chatbot.questions.expansion import expand
from chatbot.questions.query import Query, parse_query
from chatbot.semantic import encoder
from chatbot.semantic.late_interaction import EncodedSentence

Array = NDArray[np.float64]

NAMES = tuple(field.name for field in fields(Features))
_WORD = re.compile(r"\b[a-z]{3,}\b")
REWORDED, SAME_MEANING = 0.65, 0.8  # share of replaced words, and minimum similarity of the replacement


@dataclass(frozen=True)
class Example:
    """One question in one view: its candidates' features and labels, and whether it is answerable."""

    view: str
    document: str
    evidence: Array
    right: NDArray[np.bool_]
    answerable: bool
    question: str = ""
    sentences: tuple[str, ...] = ()


def _query(question: str, index: Index) -> Query:
    return expand(parse_query(question, Synonyms({})), index.sentence_engine.has)


class Remembered:
    """Encodes each text once, since the views share sentences. The reader is fitted later."""

    def __init__(self) -> None:
        self._rows: dict[str, NDArray[np.float32]] = {}

    def sentences(self, texts: Sequence[str]) -> list[EncodedSentence]:
        """Placeholders, since there is no reader yet."""
        return [EncodedSentence(np.zeros((1, 0)), np.zeros((1, 0)))] * len(texts)

    def score(self, question: str, sentence: EncodedSentence) -> float:  # noqa: ARG002 - a protocol's signature
        """0, since there is no reader yet."""
        return 0.0

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector per text, in rows."""
        new = list(dict.fromkeys(text for text in texts if text not in self._rows))
        if new:
            self._rows.update(zip(new, encoder.vectors(new), strict=True))
        return np.array([self._rows[text] for text in texts], dtype=np.float32).reshape(len(texts), encoder.SIZE)


@cache
def _index(path: Path, encode: Remembered | None) -> Index:
    return Index([read_document(path)], encode)


def _short(index: Index, question: str, encode: Remembered | None) -> Index | None:
    """The title and up to seven passages around the best one; their number depends on the question."""
    best = ranked(index.passage_engine.scores(_query(question, index).stems), 1)
    if not best:
        return None
    around = random.Random(question).choice([0, 0, 1, 3])  # noqa: S311 - not for security
    members = index.passages[max(0, best[0] - around) : best[0] + around + 1]
    document = index.documents[0]
    title = document[document.sentences[0].span]
    return Index([parse(f"{title}\n\n{document.text[members[0].span.start : members[-1].span.end]}", "short")], encode)


def _example(view: str, name: str, index: Index, turn: CaseTurn, answerable: bool) -> Example:
    extractor = FeatureExtractor(index, _query(turn.question, index))
    found = pool(index, extractor)
    evidence = np.array([astuple(extractor.extract(s)) for s in found], dtype=float).reshape(len(found), len(NAMES))
    right = [answerable and judge.holds_gold(turn, [quote_sentence(sentence)]) for sentence in found]
    texts = tuple(sentence.text for sentence in found)
    return Example(view, name, evidence, np.array(right, dtype=bool), answerable, turn.question, texts)


def _other_words(question: str, has: Callable[[str], bool]) -> str:
    """The question with some words replaced by similar words that the document does not have."""
    chance = random.Random(question)  # noqa: S311 - not for security

    def other(match: re.Match[str]) -> str:
        word = match.group()
        near = [w for w, nearness in expansion.similar_words(word) if nearness >= SAME_MEANING and not has(stem(w))]
        return chance.choice(near[:4]) if near and word not in STOP_WORDS and chance.random() < REWORDED else word

    return _WORD.sub(other, question)


def _vocabulary(questions: Sequence[Case]) -> dict[str, list[str]]:
    """The content words of all questions by their last letters, a rough part of speech."""
    said = {word for case in questions for turn in case.turns for word in _WORD.findall(turn.question)}
    found: dict[str, list[str]] = {}
    for word in sorted(said - STOP_WORDS):
        found.setdefault(word[-2:], []).append(word)
    return found


def _another_thing(question: str, vocabulary: dict[str, list[str]], has: Callable[[str], bool]) -> str:
    """The question with one word of the document replaced by an unrelated word that the document does not have."""
    chance = random.Random(question)  # noqa: S311 - not for security
    places = [m for m in _WORD.finditer(question) if m.group() not in STOP_WORDS and has(stem(m.group()))]
    if not places:
        return question
    place = chance.choice(places)
    near = expansion.related_stems(place.group())
    others = [w for w in vocabulary.get(place.group()[-2:], ()) if not has(stem(w)) and stem(w) not in near]
    return question[: place.start()] + chance.choice(others or [place.group()]) + question[place.end() :]


def examples(questions: Sequence[Case], encode: Remembered | None) -> Iterator[Example]:
    """All views of all questions; the short view of every third one, because it needs its own index."""
    paths = sorted({case.documents[0] for case in questions})
    vocabulary = _vocabulary(questions)
    for number, case in enumerate(questions):
        path = case.documents[0]
        index, other = _index(path, encode), paths[(paths.index(path) + 1 + len(case.turns[0].question)) % len(paths)]
        for turn in case.turns:
            yield _example("whole", path.stem, index, turn, turn.answerable)
            if number % 3 == 0 and (short := _short(index, turn.question, encode)):
                yield _example("short", path.stem, short, turn, turn.answerable)
            reworded = _other_words(turn.question, index.sentence_engine.has)
            if encode and reworded != turn.question:
                yield _example("reworded", path.stem, index, replace(turn, question=reworded), turn.answerable)
            swapped = _another_thing(turn.question, vocabulary, index.sentence_engine.has)
            if encode and swapped != turn.question:
                yield _example("swapped", path.stem, index, replace(turn, question=swapped), answerable=False)
            if other != path:
                yield _example("other", path.stem, _index(other, encode), turn, answerable=False)
