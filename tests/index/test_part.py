"""A part of a collection scores as the whole does, bit for bit."""

from collections import Counter
from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from support.articles import GEESE, HONEY, TWO_LISTS

from chatbot.documents.model import Kind
from chatbot.documents.parser import parse
from chatbot.index.index import Index
from chatbot.index.part import AnalysedDocument, Part, PartEngine, Statistics, Units, passage_stems
from chatbot.index.passages import Passage
from chatbot.index.sentence import IndexedSentence
from chatbot.opensearch.statistics import Sums, UnitSums

TEXTS = {"bees.md": HONEY, "geese.md": GEESE, "two.md": TWO_LISTS, "empty.md": "# Only a title\n"}
DOCUMENTS = [parse(text, name) for name, text in TEXTS.items()]
WHOLE = Index(DOCUMENTS)
TERMS = ["bee", "hive", "2,000", "leav", "1999", "unknown", "water"]


def analysed(document):
    """A document with its stems."""
    index = Index([document])
    return AnalysedDocument(document, [s.stems for s in index], [entry.stems for entry in index.entries])


def sums():
    """The sums over all documents."""
    units = {
        "sentence": [sentence.stems for sentence in WHOLE],
        "passage": [passage_stems(p.document, p, [s.stems for s in Index([p.document])]) for p in WHOLE.passages],
        "entry": [entry.stems for entry in WHOLE.entries],
    }
    return Sums({kind: UnitSums.of(some) for kind, some in units.items()}, Counter(WHOLE.words), len(DOCUMENTS))


def part(*numbers):
    """The index of some documents."""
    return Part([analysed(DOCUMENTS[number]) for number in numbers], sums().whole, WHOLE.words)


@pytest.mark.parametrize("numbers", [(0,), (1, 3), (0, 2), (3,), (0, 1, 2, 3)])
@pytest.mark.parametrize("name", ["sentence_engine", "passage_engine", "entry_engine"])
def test_scores_are_those_of_the_whole(numbers, name):
    """Of each unit of the part, in the same order; the size and idf are those of the whole collection."""
    mine, whole = getattr(part(*numbers), name), getattr(WHOLE, name)
    units = {"sentence_engine": list(WHOLE), "passage_engine": WHOLE.passages, "entry_engine": WHOLE.entries}[name]
    chosen = [DOCUMENTS[number].name for number in numbers]
    kept = [unit.document.name in chosen for unit in cast("Sequence[Passage | IndexedSentence]", units)]
    assert mine.scores(TERMS).tolist() == whole.scores(TERMS)[np.array(kept)].tolist()
    assert [mine.idf(term) for term in TERMS] == [whole.idf(term) for term in TERMS]
    assert [mine.has(term) for term in TERMS] == [whole.has(term) for term in TERMS]
    assert (len(mine), mine.most(TERMS)) == (len(whole), whole.most(TERMS))


def test_a_part_of_everything_is_the_index():
    """With its sentences, their terms and neighbours, passages and entries."""
    everything = part(0, 1, 2, 3)
    assert [(s.position, s.number, s.text) for s in everything] == [(s.position, s.number, s.text) for s in WHOLE]
    assert everything.passages == WHOLE.passages
    assert [entry.text for entry in everything.entries] == [entry.text for entry in WHOLE.entries]
    assert [s.after and s.after.text for s in everything] == [s.after and s.after.text for s in WHOLE]
    assert [s.terms for s in (*everything, *everything.entries)] == [s.terms for s in (*WHOLE, *WHOLE.entries)]
    assert [s.passage for s in (*everything, *everything.entries)] == [s.passage for s in (*WHOLE, *WHOLE.entries)]
    assert [everything.of_kind(kind) for kind in Kind] == [WHOLE.of_kind(kind) for kind in Kind]


def test_units_are_counted_by_what_is_written():
    """A term counts as often as it is asked for, and as the units have it."""
    units = [("a", "b", "a"), (), ("b",), ("c", "a")]
    statistics = Statistics(9, 8, 30, {"a": 3, "b": 2, "c": 1})
    plain = PartEngine(statistics, [Units(units)])
    assert plain.scores(["a", "x", "a"]).tolist() == (2 * plain.scores(["a"])).tolist()
    assert [score > 0 for score in plain.scores(["a"])] == [True, False, False, True]
    upper = PartEngine(statistics, [Units([tuple(map(str.upper, unit)) for unit in units], str.upper)])
    assert upper.scores(["a", "b"]).tolist() == plain.scores(["a", "b"]).tolist()


def test_an_empty_collection():
    """Nothing is found in nothing, without a division by zero."""
    nothing = Part([], Sums().whole, Sums().words)
    assert (len(nothing), nothing.passages, nothing.entries) == (0, (), ())
    assert nothing.sentence_engine.scores(["a"]).tolist() == []
