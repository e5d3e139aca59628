"""The reader: its figures against plain loops, and sentences as they are kept."""

from math import exp, isclose, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chatbot.semantic.late_interaction import (
    MAX_TOKENS,
    EncodedSentence,
    RelevanceModel,
    flattened,
    is_flattened,
    load,
    relevance_model,
    save,
    unflattened,
)

SIZE, SPACE = 5, 3


def random_reader(seed=0):
    """A reader of small random weights."""
    draw = np.random.default_rng(seed)
    return RelevanceModel(
        draw.normal(size=(SIZE, SPACE)),
        draw.normal(size=(SIZE, SPACE)),
        draw.normal(size=(SIZE, SPACE)),
        draw.normal(size=SIZE),
        draw.normal(size=SIZE),
        draw.normal(size=1),
        draw.normal(size=SIZE),
        draw.normal(size=4),
    )


def states(pieces, seed):
    """Random states."""
    return np.random.default_rng(seed).normal(size=(pieces, SIZE))


def dot(one, other):
    """The dot product."""
    return sum(float(a) * float(b) for a, b in zip(one, other, strict=True))


def cosine(one, other):
    """The cosine."""
    return dot(one, other) / sqrt(dot(one, one) * dot(other, other))


def by_loops(weights, question, sentence):
    """The score as the docstrings say it, number by number."""
    best = [max(cosine(q @ weights.words, s @ weights.words) for s in sentence) for q in question]
    counts = [exp(dot(q, weights.counts)) for q in question]
    aligned = sum(c * b for c, b in zip(counts, best, strict=True)) / sum(counts)
    costs = [log(1 + exp(dot(q, weights.costs) + float(weights.cost[0]))) / sqrt(len(question)) for q in question]
    missing = sum(c * (1 - b) for c, b in zip(costs, best, strict=True))
    wants = [exp(dot(q, weights.wants)) for q in question]
    wanted = sum(w * (q @ weights.asks) for w, q in zip(wants, question, strict=True)) / sum(wants)
    given = [dot(s @ weights.answers, wanted) / 8 for s in sentence]
    anywhere = log(sum(map(exp, given)) / len(given))
    return dot(weights.mix, [10 * aligned, -missing, anywhere, max(given)])


@pytest.mark.parametrize(("asked", "said"), [(1, 1), (4, 7), (7, 2)])
def test_score_agrees_with_plain_loops(asked, said):
    """Vectors and loops give the same."""
    weights, question, sentence = random_reader(), states(asked, 1), states(said, 2)
    score = weights.score(weights.question(question), weights.sentence(sentence))
    assert isclose(score, by_loops(weights, question, sentence), abs_tol=1e-3)


def test_only_the_first_pieces_are_read():
    """What comes later changes nothing."""
    weights, long = random_reader(), states(MAX_TOKENS + 9, 1)
    read, cut = weights.sentence(long), weights.sentence(long[:MAX_TOKENS])
    assert np.array_equal(read.tokens, cut.tokens)
    assert np.array_equal(weights.question(long).weights, weights.question(long[:MAX_TOKENS]).weights)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(1, 5), max_size=6).flatmap(
        lambda counts: st.tuples(
            *(arrays(np.float16, (count, 2 * SPACE), elements=st.floats(-2, 2, width=16)) for count in counts)
        )
    )
)
def test_kept_sentences_are_the_same(blocks):
    """One array holds them all, and gives each back."""
    reads = [EncodedSentence(block[:, :SPACE], block[:, SPACE:]) for block in blocks]
    rows = flattened(reads)
    assert is_flattened(rows, len(reads))
    assert not is_flattened(rows, len(reads) + 1)
    back = unflattened(rows)
    assert len(back) == len(reads)
    for one, other in zip(reads, back, strict=True):
        assert np.array_equal(one.tokens, other.tokens)
        assert np.array_equal(one.answers, other.answers)


def test_weights_survive_a_file(tmp_path):
    """To half precision, and the reader knows which file it is of."""
    save(random_reader(), tmp_path / "reader.npz")
    loaded = load((tmp_path / "reader.npz").read_bytes())
    assert np.allclose(loaded.words, random_reader().words, atol=1e-2)
    assert len(loaded.sha256) == 64


def test_the_reader_that_comes_along_fits_the_encoder():
    """Its weights are for states of 384 numbers."""
    assert (
        relevance_model().words.shape[0] == relevance_model().asks.shape[0] == relevance_model().answers.shape[0] == 384
    )
