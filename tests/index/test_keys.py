"""Items by their keys, against looking at each item."""

from hypothesis import given
from hypothesis import strategies as st

from chatbot.index.keys import KeyTable, key_arrays

KEYS = st.frozensets(st.sampled_from(["", "a", "ab", "é", "z"]))


@given(st.lists(KEYS, max_size=9), KEYS)
def test_against_a_look_at_each(items, asked):
    """Those that have any of the keys, and those that have no others."""
    table = KeyTable("x", key_arrays("x", items))
    assert len(table) == len(items)
    assert table.having(asked) == [i for i, keys in enumerate(items) if keys & asked]
    assert table.within(asked) == [i for i, keys in enumerate(items) if keys and keys <= asked]
    assert table.within([*asked, *asked]) == table.within(asked)
