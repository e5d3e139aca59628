"""Sequences that make their items when they are looked at behave like tuples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.common.lazy import LazySequence, ends, string_arrays, strings_from

ANY = st.text(st.characters(exclude_categories=()), max_size=6)


@given(st.lists(st.integers(), max_size=9), st.slices(9), st.integers(-12, 12))
def test_like_a_tuple(items, cut, place):
    """Length, items from both ends, slices, equality."""
    made = LazySequence(len(items), items.__getitem__)
    assert len(made) == len(items)
    assert made[cut] == tuple(items[cut])
    assert made == tuple(items)
    assert tuple(items) == made
    assert made != (*items, 1)
    assert made != "text"
    if -len(items) <= place < len(items):
        assert made[place] == items[place]
    else:
        with pytest.raises(IndexError):
            made[place]


def test_made_when_looked_at():
    """One item, and not before."""
    made = []
    items = LazySequence(1_000_000, lambda place: made.append(place) or place)
    assert (items[7], items[-1], made) == (7, 999_999, [7, 999_999])


@given(st.lists(ANY))
def test_any_strings(texts):
    """In the order given, lone surrogates too."""
    assert list(strings_from("x", string_arrays("x", texts))) == texts


@given(st.sets(ANY), ANY)
def test_find(texts, other):
    """The position of each of some sorted strings, and of no other."""
    known = sorted(texts)
    strings = strings_from("x", string_arrays("x", known))
    assert [strings.find(text) for text in known] == list(range(len(known)))
    assert strings.find(other) == (known.index(other) if other in texts else None)


def test_ends():
    """Where each group ends, after a 0."""
    assert ends([2, 0, 3]).tolist() == [0, 2, 2, 5]
    assert ends([]).tolist() == [0]


def test_a_place_of_an_arrays_own_type():
    """The largest number of a small type is a place like any other."""
    items = LazySequence(300, lambda position: position + 1)
    assert items[np.uint8(255)] == 256
    assert items[np.int8(-1)] == 300
