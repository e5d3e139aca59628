"""Words with their counts and stems, as a mapping that makes nothing until it is asked."""

import numpy as np
import pytest

from chatbot.common.lazy import string_arrays, strings_from
from chatbot.language.vocabulary import UNKNOWN, Vocabulary


@pytest.fixture
def known():
    """Two words that are counted, and one that is there for its stem."""
    words, stems = (strings_from("x", string_arrays("x", texts)) for texts in (["bee", "bees", "wax"], ["bee", "wax"]))
    return Vocabulary(words, np.array([2, 0, 5]), stems, np.array([0, 0, UNKNOWN]))


def test_counts(known):
    """Only what is counted is a key."""
    assert dict(known) == dict(known.items()) == {"bee": 2, "wax": 5}
    assert ("bees" in known, known.get("bees"), len(known), known.total) == (False, None, 2, 7)
    with pytest.raises(KeyError):
        known["moth"]


def test_stems(known):
    """Of words that were stemmed, counted or not."""
    assert [known.stem(word) for word in ("bee", "bees", "wax", "moth")] == ["bee", "bee", None, None]
